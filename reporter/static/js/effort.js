// How long one looks at a report before deciding, and with how many presses: sent along with the decision, for one's own
// figures. A gap of more than two minutes is a pause and does not count.

const PAUSE = 120_000; // milliseconds
const HELD = new Set(["Control", "Shift", "Alt", "Meta"]);
let report = null;
let spent = 0;
let presses = 0;
let last = 0;

function pass() {
  const now = performance.now();
  if (now - last <= PAUSE) spent += now - last;
  last = now;
}

function begin() {
  const shown = document.querySelector("[data-report]")?.dataset.report;
  if (!shown || shown === report) return;
  [report, spent, presses, last] = [shown, 0, 0, performance.now()];
}

for (const kind of ["pointermove", "wheel", "scroll"]) document.addEventListener(kind, pass, { capture: true, passive: true });
document.addEventListener("pointerdown", () => { pass(); presses += 1; }, { capture: true });
document.addEventListener("keydown", (event) => {
  pass();
  if (!event.repeat && !HELD.has(event.key)) presses += 1;
}, { capture: true });

document.addEventListener("formdata", (event) => {
  if (!event.target.closest("[data-report]")) return;
  pass();
  event.formData.set("effort", `${Math.round(spent)}.${presses}`);
});
document.addEventListener("htmx:afterSettle", begin);
begin();
