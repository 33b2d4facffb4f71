// The receipt and the page of one report: print it, forget the draft that was sent, send pictures at once.

import { forgetShots } from "./kept_shots.js";
import { bringBackShots, wakeShots } from "./report_shots.js";

if (document.querySelector("[data-sent]")) {
  forgetShots("report");
  try {
    localStorage.removeItem("report-draft");
  } catch {
    // No store, no draft.
  }
}

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
wakeShots();
bringBackShots();
