// What was typed stays on the phone until it is sent (draft_store.js).

import { NAMES, dropDraft, readDraft, writeDraft } from "./draft_store.js";
import { keptShots } from "./kept_shots.js";
import { field, form } from "./report_page.js";

const BY_ITSELF = ["gps", "exif", "last"]; // places that nobody set: no draft is kept for them alone
const SWITCHES = ["minors", "anonymous", "notify"];
const box = document.querySelector("[data-draft]");

export function keepDraft() {
  const values = Object.fromEntries(NAMES.map((name) => [name, field(name)?.value || ""]));
  const faces = [...form.querySelectorAll("[data-shot]")].filter((face) => face.querySelector("input:enabled"));
  const shots = faces.map((face) => ({ ...face.dataset, token: face.querySelector("input").value, thumb: face.querySelector("img").src }));
  const kind = form.querySelector("[name=category]:checked")?.value || "";
  const placed = (values.lon || values.address) && !BY_ITSELF.includes(values.place_source);
  if (!shots.length && !kind && !values.words && !placed) {
    if (readDraft()?.values.client_id === values.client_id) dropDraft();
    return;
  }
  const [minors, anonymous, notify] = SWITCHES.map((name) => field(name).checked);
  writeDraft({ values, shots, kind, minors, anonymous, notify });
}

function take(draft, unsent, shots) {
  shots.resume(unsent);
  if (!draft) return;
  for (const [name, value] of Object.entries(draft.values)) if (field(name)) field(name).value = value;
  for (const name of SWITCHES) field(name).checked = Boolean(draft[name]);
  const tile = draft.kind && form.querySelector(`[name=category][value="${CSS.escape(draft.kind)}"]`);
  if (tile) tile.checked = true;
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
    dropDraft();
    shots.decline(unsent);
  });
}

/** Offer a draft of an earlier visit, with the pictures it did not send to the end; `again` is called once it was taken. */
export async function wakeDraft(shots, again) {
  const known = readDraft();
  const draft = known?.values.client_id === field("client_id").value ? null : known;
  const fresh = !form.querySelector(".errors, [data-shot]");
  const unsent = fresh ? await keptShots(shots.box.dataset.keptAs) : [];
  if (fresh && (draft || unsent.length)) offer(draft, unsent, shots, again);
  let soon = 0;
  const later = () => {
    clearTimeout(soon);
    soon = setTimeout(() => box.hidden && keepDraft(), 400);
  };
  for (const event of ["input", "change", "place:checked"]) form.addEventListener(event, later);
  form.addEventListener("shots:changed", () => box.hidden && keepDraft());
}
