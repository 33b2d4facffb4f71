// What was sent and not taken: the connection was lost, the session has ended, the server could not. The page stays as it is,
// with all that was typed; [data-lost] says so, and so does a dialog that is open, since nothing behind it is read.

const line = () => document.querySelector("[data-lost]");

/** Show [data-lost] as long as something stands in it. */
export function fit() {
  const empty = !line().childElementCount;
  line().classList.toggle("visually-hidden", empty);
  line().classList.toggle("hint", !empty);
  line().classList.toggle("bad", !empty);
}

/** What an answer that is no page of the desk says, in the words of its error page: {status, text}; null when none came. */
export function tellOf(answer) {
  if (!line()) return null; // a page without anything that is sent this way
  if (!answer?.status) return tell(line().dataset.lost);
  const page = new DOMParser().parseFromString(answer.text, "text/html").querySelector(".oops");
  const said = page ? [...page.querySelectorAll("h1, p.m-0:not(.num):not(.ink-2)")].map((part) => part.textContent.trim()) : [];
  return tell([...said, answer.status === 401 ? line().dataset.ended : line().dataset.failed].join(" · "));
}

function tell(sentence) {
  if (!sentence || line().querySelector("[data-why]")?.textContent === sentence) return;
  untell();
  const said = Object.assign(document.createElement("span"), { textContent: sentence });
  said.dataset.why = "";
  line().prepend(said);
  fit();
  const dialog = document.querySelector("dialog[open] .in");
  if (!dialog) return;
  const here = Object.assign(document.createElement("p"), { className: "hint bad", textContent: sentence });
  here.dataset.why = "";
  here.setAttribute("role", "alert");
  dialog.prepend(here);
}

/** Something was taken: what was said of the time before does not hold any more. */
export function untell() {
  for (const said of document.querySelectorAll("[data-why]")) said.remove();
  if (line()) fit();
}

for (const lost of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(lost, () => tellOf(null));
