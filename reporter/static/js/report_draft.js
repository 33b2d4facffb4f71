// What was typed stays on the phone until it is sent (draft_store.js).

import { NAMES, dropDraft, readDraft, writeDraft } from "./draft_store.js";
import { forgetShot, keptShots } from "./kept_shots.js";
import { field, form, words } from "./report_page.js";
import { keptAnswers, putAnswers } from "./report_questions.js";

const BY_ITSELF = ["gps", "exif", "last"]; // places that nobody set: no draft is kept for them alone
const SWITCHES = ["minors", "anonymous", "notify"];
const box = document.querySelector("[data-draft]");

/** Keep what is there, unless an older draft is being offered. Tells why it could not be kept; "" when it is, or nothing is there. */
export function keepDraft() {
  const values = Object.fromEntries(NAMES.map((name) => [name, field(name)?.value || ""]));
  const faces = [...form.querySelectorAll("[data-shot]")].filter((face) => face.querySelector("input:enabled"));
  const shots = faces.map((face) => ({ ...face.dataset, token: face.querySelector("input").value, thumb: face.querySelector("img").src }));
  const kind = form.querySelector("[name=category]:checked")?.value || "";
  const placed = (values.lon || values.address) && !BY_ITSELF.includes(values.place_source);
  if (!shots.length && !kind && !values.words && !placed) {
    dropDraft(values.client_id);
    return "";
  }
  if (!box.hidden) return words.draft_first;
  const [minors, anonymous, notify] = SWITCHES.map((name) => field(name).checked);
  return writeDraft({ values, shots, kind, answers: keptAnswers(), minors, anonymous, notify }) ? "" : words.draft_lost;
}

function take(draft, unsent, shots) {
  const id = draft?.values.client_id ?? unsent[0].report;
  if (id) {
    field("client_id").value = id;
    shots.belongTo(id);
  }
  const sent = new Set(draft?.shots.map(({ kept }) => kept));
  shots.resume(unsent.filter((shot) => !sent.has(shot.id)));
  for (const shot of unsent) if (sent.has(shot.id)) forgetShot(shot.id);
  if (!draft) return;
  for (const [name, value] of Object.entries(draft.values)) if (field(name)) field(name).value = value;
  for (const name of SWITCHES) field(name).checked = Boolean(draft[name]);
  const tile = draft.kind && form.querySelector(`[name=category][value="${CSS.escape(draft.kind)}"]`);
  if (tile) tile.checked = true;
  putAnswers(draft.answers);
  draft.shots.forEach((shot) => shots.restore(shot));
}

function offer(draft, unsent, shots, again) {
  const at = new Date(draft?.at ?? unsent[0].at);
  box.hidden = false;
  box.querySelector("[data-draft-when]").textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  box.querySelector("[data-draft-take]").addEventListener("click", () => {
    box.hidden = true;
    take(draft, unsent, shots);
    again();
  });
  box.querySelector("[data-draft-drop]").addEventListener("click", () => {
    box.hidden = true;
    dropDraft(draft?.values.client_id);
    shots.decline(unsent);
  });
}

/** Of what is kept unsent: that of the draft's report, without a draft of the report that was begun last. */
function belonging(draft, unsent) {
  const id = draft?.values.client_id ?? unsent.at(-1)?.report;
  return unsent.filter(({ report }) => !report || report === id);
}

/** Offer a draft of an earlier visit, with the pictures it did not send to the end; `again` is called once it was taken. */
export async function wakeDraft(shots, again) {
  const known = readDraft();
  const draft = known?.values.client_id === field("client_id").value ? null : known;
  const fresh = !form.querySelector(".errors") && shots.ownAll();
  const kept = fresh ? await keptShots(shots.box.dataset.keptAs) : [];
  const unsent = belonging(draft, kept.filter(({ id }) => !shots.has(id))); // a photo may be chosen before this script was there
  if (fresh && (draft || unsent.length)) offer(draft, unsent, shots, again);
  let soon = 0;
  const now = () => {
    clearTimeout(soon);
    soon = 0;
    if (box.hidden) keepDraft();
  };
  const later = () => {
    clearTimeout(soon);
    soon = setTimeout(now, 400);
  };
  for (const event of ["input", "change", "place:checked"]) form.addEventListener(event, later);
  form.addEventListener("shots:changed", () => box.hidden && keepDraft());
  window.addEventListener("pagehide", () => soon && now()); // the last words before the page is left
}
