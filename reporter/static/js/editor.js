// The editors' desk: pages change in their middle, refusals are shown, the list keeps its place.

let scrolled = 0;

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (!xhr.responseText.includes('data-desk="editor"')) {
    // The session is over, or the way leads elsewhere: a whole page.
    event.detail.shouldSwap = false;
    if (xhr.status < 400) window.location.assign(xhr.responseURL);
    else if (xhr.responseText.includes('id="main"')) event.detail.shouldSwap = true;
    return;
  }
  // Refusals are pages too: 409 shows what changed, 422 what was wrong.
  event.detail.shouldSwap = true;
  event.detail.isError = false;
  scrolled = document.querySelector("[data-keep-scroll]")?.scrollTop || 0;
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
});

document.addEventListener("htmx:afterSwap", () => {
  const list = document.querySelector("[data-keep-scroll]");
  if (!list) return;
  list.scrollTop = scrolled;
  list.querySelector(".q[aria-current]")?.scrollIntoView({ block: "nearest" });
});

document.addEventListener("htmx:afterSettle", () => {
  const returned = document.querySelector("#main dialog[data-open]:not([open])");
  if (!returned) return;
  returned.showModal();
  (returned.querySelector(".errors") || returned.querySelector("textarea, input:not([type=hidden])"))?.focus();
});

for (const lost of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(lost, () => {
    const line = document.querySelector("[data-lost]");
    line.classList.remove("visually-hidden");
    line.classList.add("hint", "bad");
    line.textContent = line.dataset.lost;
  });
}
