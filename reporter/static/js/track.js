// The receipt and the page of one report: print it, forget the draft that was sent, send pictures at once.

import { wakeShots } from "./report_shots.js";

try {
  if (document.querySelector("[data-sent]")) localStorage.removeItem("report-draft");
} catch {
  // No store, no draft.
}

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
wakeShots();
