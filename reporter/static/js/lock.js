// Who looks at which report: while the page is looked at and somebody moves, it gives a sign of life now and then, and says
// who else is at this report and at those of the list. Nothing here takes the focus, and nothing is ever forbidden by it.

const FIRST = 1000; // milliseconds after a page has come

const line = () => document.querySelector("[data-lock]");
const rows = () => [...document.querySelectorAll(".pane-l .q")];
const idOf = (row) => new URL(row.href).pathname.split("/").pop();
const section = () => document.querySelector("[data-report]");

let at = null; // what leaving needs: { leave, body } of the report one is at
let moved = true; // since the last sign of life
let touched = false; // whether something was typed since the report was shown
let timer = 0;

/* ---------- what the page shows ---------- */
function showLine({ held, words }) {
  const here = line();
  if (!here) return;
  here.dataset.lock = held;
  const said = here.querySelector("[data-lock-words]");
  if (said.textContent !== words) said.textContent = words;
  const take = here.querySelector("[data-lock-take]");
  if (!take) return;
  const focused = document.activeElement === take;
  take.hidden = held !== "theirs";
  if (focused && take.hidden) document.querySelector("#report-title")?.focus({ preventScroll: true });
}

function showRows(held) {
  for (const row of rows()) {
    const mark = row.querySelector("[data-held-words]");
    if (!mark) continue;
    mark.textContent = held[idOf(row)] || "";
    mark.hidden = !mark.textContent;
  }
}

/** The free row after the one that is shown. */
function nextFree() {
  const all = rows();
  const place = all.findIndex((row) => row.hasAttribute("aria-current"));
  return all.slice(place + 1).find((row) => row.querySelector("[data-held-words]")?.hidden);
}

/** Where "next" leads follows from who is where now. */
function follow() {
  const next = nextFree();
  const way = document.querySelector("[data-key=j]");
  if (!next || !way) return;
  const href = next.getAttribute("href");
  if (way.getAttribute("href") === href) return;
  way.setAttribute("href", href);
  if (!section()?.dataset.ahead) return;
  section().dataset.ahead = href;
  document.dispatchEvent(new CustomEvent("lock:ahead"));
}

/* ---------- signs of life ---------- */
function body(form, more = {}) {
  const sent = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(more)) sent.set(name, value);
  return sent;
}

async function post(url, sent) {
  try {
    const answer = await fetch(url, { method: "POST", body: sent, headers: { Accept: "application/json" } });
    const told = await answer.json();
    return answer.ok ? told : { failed: true, said: told.error };
  } catch {
    return { failed: true, said: document.querySelector("[data-lost]")?.dataset.lost ?? "" }; // the next sign of life says it again
  }
}

function show(found, form) {
  if (found.failed || form !== line()) return; // one is at another report by now
  showLine(found);
  showRows(found.rows);
  follow();
}

async function beat() {
  const form = line();
  later();
  if (!form || document.hidden) return;
  const sent = body(form, { moved: moved ? "1" : "", held: form.dataset.lock, rows: rows().map(idOf).join(".") });
  moved = false;
  show(await post(form.dataset.here, sent), form);
}

function later() {
  clearTimeout(timer);
  const form = line();
  if (form && !document.hidden) timer = setTimeout(beat, Number(form.dataset.seconds) * 1000);
}

function leave() {
  if (at && line()?.dataset.lock !== "theirs") navigator.sendBeacon(at.leave, at.body);
  at = null;
}

/** Another report is shown, or none. */
function begin() {
  const form = line();
  const before = at?.leave;
  if (form?.dataset.leave === before) return;
  if (!form) {
    leave();
    return;
  }
  at = { leave: form.dataset.leave, body: body(form) };
  moved = true;
  touched = false;
  later();
}

/** One came by "next" to a page that was fetched ahead: when somebody is at it by now, the next free one comes. */
async function arrive() {
  begin();
  await beat();
  const form = line();
  if (touched || !form || !["theirs", "decided"].includes(form.dataset.lock)) return;
  nextFree()?.click();
}

async function takeOver(form) {
  const found = await post(form.action, body(form));
  if (found.failed) form.querySelector("[data-lock-words]").textContent = found.said; // the page stays, and what was typed
  else show(found, form);
}

for (const kind of ["pointermove", "pointerdown", "wheel", "keydown", "input"]) {
  document.addEventListener(kind, () => { moved = true; }, { capture: true, passive: true });
}
document.addEventListener("input", () => { touched = true; }, { capture: true });

// Before htmx hears of it: what was typed on the page stays.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-lock]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  takeOver(event.target);
}, { capture: true });

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden) {
    moved = true;
    beat();
  }
});
document.addEventListener("htmx:afterSettle", begin);
document.addEventListener("htmx:historyRestore", begin);
document.addEventListener("ahead:arrived", arrive);
document.addEventListener("ahead:said", () => {
  begin();
  if (line()?.dataset.lock === "unasked") beat();
});
window.addEventListener("pagehide", leave);
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  begin();
  beat();
});
begin();
// The page before this one may have let go of the same report as it was left.
if (line()) timer = setTimeout(beat, FIRST);
