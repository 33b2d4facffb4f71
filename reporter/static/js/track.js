// The receipt and the page of one report: forget the draft that was sent, send pictures at once.

import { dropDraft } from "./draft_store.js";
import { forgetShots } from "./kept_shots.js";
import { bringBackShots, wakeShots } from "./report_shots.js";

const sent = document.querySelector("[data-sent]")?.dataset.sent;
if (sent) {
  forgetShots("report", sent); // another report may have been begun meanwhile
  dropDraft(sent);
}

wakeShots();
bringBackShots();
