// Send is pressed: the whole report is kept on the phone first, until its receipt has come. With a network the page then
// sends it as ever; without one it waits in the outbox, and the page of what waits is shown.

import { standing } from "./csrf.js";
import { giveDraft } from "./draft_store.js";
import { forgetShots } from "./kept_shots.js";
import { keepPlace } from "./last_place.js";
import { State, keepReport } from "./outbox.js";
import { kindWords } from "./report_kind.js";
import { complain, field, form, words } from "./report_page.js";
import { placeWords } from "./report_place.js";

const SENDS = ["send", "send_as_it_is"];
const OWN = ["csrf_token", "client_id", "token", "photos", "act"]; // filled in anew when it is sent
const line = form.querySelector("[data-outbox-error]");
let passing = false; // the page itself sends it now
let held = null; // the button, while its pictures are on their way
let busy = false;

function fields() {
  const pairs = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !OWN.includes(name));
  const found = {};
  for (const [name, value] of pairs) {
    if (name.startsWith("view-")) continue;
    found[name] = name in found ? [found[name], value].flat() : value;
  }
  return found;
}

const viewOf = (token) => (token && form.querySelector(`[name="view-${CSS.escape(token)}"]`)?.value) || "";

async function keep(shots, state) {
  const id = field("client_id").value;
  const files = {};
  const pictures = shots.pictures().map(({ file, name, claims, address, token, view }, place) => {
    const key = `${id}/${place}`;
    if (file) files[key] = file;
    return { key, name, size: file?.size ?? 0, claims, address, token, view: viewOf(token) || view, sent: token ? file?.size : 0 };
  });
  await keepReport({ id, at: Date.now(), state, why: "", fields: fields(), kind: kindWords(), place: placeWords(), pictures, receipt: null }, files);
  navigator.storage?.persist?.().catch(() => {}); // a wish: browsers may throw stores away that nobody asked to keep
}

async function wait() {
  const id = field("client_id").value;
  giveDraft(id);
  await forgetShots(form.querySelector("[data-shots]").dataset.keptAs, id);
  window.location.assign(form.dataset.waitingAt);
}

async function send(button, shots) {
  button.setAttribute("aria-busy", "true");
  keepPlace((name) => field(name).value);
  const tokens = shots.pictures().map(({ token }) => token).filter(Boolean);
  const there = navigator.onLine ? await standing(form, tokens) : null;
  // Pictures that the server lost with the session go out again from the phone, as those do that are still on their way.
  const ready = there && there.length === tokens.length && !shots.underway().length;
  const kept = await keep(shots, ready ? State.PAGE : State.WAITING).then(() => true, () => false);
  if (kept && !ready) return wait();
  if (!ready) button.removeAttribute("aria-busy");
  if (!there) return stay(button, shots);
  passing = true; // with pictures on their way it is held back until they are in
  return form.requestSubmit(form.contains(button) ? button : form.querySelector("[data-send]")); // the other one goes when nothing is lacking
}

/** The phone keeps nothing: say so, and send it from this page when the network is back. */
function stay(button, shots) {
  complain(line, words.not_kept);
  line.scrollIntoView({ block: "center" });
  window.addEventListener("online", () => again(button, shots), { once: true });
  return null;
}

async function again(button, shots) {
  if (busy) return;
  busy = true;
  await send(button, shots);
  busy = false;
}

/** Whether parts of a picture are being hidden: until that is done nothing of it is sent or kept. */
const isHiding = (shots) => shots.some(({ state }) => state === "hiding");

/** Take over the sending of the form; before anything else that listens to it. `shotsOf()` gives its pictures. */
export function wakeOutbox(shotsOf) {
  form.addEventListener("submit", (event) => {
    if (passing || !SENDS.includes(event.submitter?.value)) return;
    const underway = shotsOf().underway();
    if (isHiding(underway) || (underway.length && navigator.onLine && underway.every(({ state }) => state !== "waiting"))) {
      held = event.submitter; // it is held back until they are in
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    again(event.submitter, shotsOf());
  });
  form.addEventListener("shots:changed", () => {
    if (!held) return;
    const underway = shotsOf().underway();
    if (isHiding(underway) || underway.every(({ state }) => state !== "waiting")) return;
    again(held, shotsOf());
    held = null;
  });
  form.addEventListener("shots:unheld", ({ detail }) => {
    if (held) complain(line, detail);
    held = null;
  });
  window.addEventListener("pageshow", () => {
    passing = false;
  });
}
