// The plain form as four screens: one decision each, one button at the thumb. Without this script it stays one page.

import { complain, field, form, words } from "./report_page.js";
import { wakeShots } from "./report_shots.js";
import { placeProblem, placeWords, revealMap, wakePlace } from "./report_place.js";
import { askNearby, chosenKind, kindWords, wakeKind } from "./report_kind.js";
import { askViews } from "./report_views.js";
import { wakeScreen } from "./report_screen.js";
import { keepDraft, wakeDraft } from "./report_draft.js";
import { wakeOutbox } from "./report_outbox.js";

const steps = [...form.querySelectorAll(".step")];
const marks = [...document.querySelectorAll(".prog li")];
const button = (name) => form.querySelector(`[data-${name}]`);
const end = steps[steps.length - 1];
let now = steps[0];

const hasShots = () => Boolean(form.querySelector("[data-shot]:not([data-refused])"));
const PROBLEMS = {
  "step-photos": () => (hasShots() ? "" : words.photo_missing),
  "step-place": placeProblem,
  "step-kind": () => (chosenKind() ? "" : words.kind_missing),
};

function say(step, sentence) {
  const line = step.querySelector("[data-step-error]");
  if (!line) return;
  complain(line, sentence);
  if (sentence) line.scrollIntoView({ block: "center" });
}

function passable(step) {
  const problem = PROBLEMS[step.id]?.() || "";
  say(step, problem);
  return !problem;
}

function drawBar() {
  const place = Number(now.dataset.step);
  const [first, last] = [now === steps[0], now === end];
  marks.forEach((mark, index) => {
    mark.className = index + 1 < place ? "done" : index + 1 === place ? "on" : "";
    mark.toggleAttribute("aria-current", index + 1 === place);
    if (index + 1 === place) mark.setAttribute("aria-current", "step");
  });
  button("prev").hidden = first;
  button("keep").hidden = !first;
  button("next").hidden = last;
  button("send").hidden = !last;
  button("next").textContent = now.dataset.nextWord || "";
}

function show(step, { focus = true } = {}) {
  now = step;
  for (const one of steps) one.hidden = one !== step;
  drawBar();
  if (step.id === "step-place") revealMap();
  if (step.id === "step-confirm") summarize();
  if (focus) {
    window.scrollTo(0, 0);
    step.querySelector("h2").focus({ preventScroll: true });
  }
}

const go = (step) => {
  window.location.hash = step.id; // the browser's own back button goes one screen back
};

async function onward() {
  if (!passable(now)) return;
  if (now.id === "step-kind") {
    button("next").setAttribute("aria-busy", "true");
    const some = await askNearby();
    button("next").removeAttribute("aria-busy");
    go(document.getElementById(some ? "step-near" : "step-confirm"));
    return;
  }
  if (now.id === "step-near") form.querySelector('[name=joins][value=""]').checked = true;
  go(steps[steps.indexOf(now) + 1]);
}

async function back() {
  const before = steps[steps.indexOf(now) - 1];
  const skips = before?.id === "step-near" && !(await askNearby());
  go(skips ? document.getElementById("step-kind") : before || steps[0]);
}

/** The screen that the address names, but never beyond the first that is not finished. */
function fromAddress() {
  const target = window.location.hash && document.getElementById(window.location.hash.slice(1));
  const wanted = target?.closest?.(".step") || steps[0];
  const stop = steps.find((step) => PROBLEMS[step.id]?.());
  const beyond = stop && steps.indexOf(wanted) > steps.indexOf(stop);
  show(beyond ? stop : wanted);
  if (!beyond && target && target !== wanted && form.contains(target)) target.focus();
}

function summarize() {
  askViews();
  const photos = [...form.querySelectorAll("[data-shot]:not([data-refused]) img")].map((photo) =>
    Object.assign(document.createElement("img"), { className: "ph", src: photo.src, alt: photo.alt }),
  );
  form.querySelector("[data-sum-photos]").replaceChildren(...photos);
  form.querySelector("[data-sum-kind]").textContent = kindWords();
  form.querySelector("[data-sum-place]").textContent = placeWords();
  const taken = [...form.querySelectorAll("[data-shot]")].map((face) => face.dataset.taken).find(Boolean);
  form.querySelector("[data-sum-time]").textContent = taken || words.unknown_time;
}

function drawChecks({ faces }) {
  const box = form.querySelector("[data-shots-checks]");
  const taken = faces.map((face) => face.dataset.taken).find(Boolean);
  const line = box.querySelector("[data-check-time-word]");
  box.querySelector("[data-check-time]").hidden = !taken;
  line.textContent = line.dataset.word.replace("{time}", taken || "");
  box.querySelector("[data-check-second]").hidden = faces.length !== 1;
  box.hidden = !faces.length || (!taken && faces.length !== 1);
  if (faces.length) say(steps[0], "");
}

function drawContact() {
  form.querySelector("[data-contact]").hidden = !field("notify").checked && field("anonymous").checked && !field("contact").value && !form.querySelector("[data-contact] .err");
}

function network() {
  for (const line of form.querySelectorAll("[data-offline]")) line.hidden = navigator.onLine;
}

form.dataset.steps = "on";
form.addEventListener("shots:changed", ({ detail }) => drawChecks(detail));
form.addEventListener("shots:held", () => {
  form.querySelector("[data-held]").hidden = false;
});
form.addEventListener("near:joined", () => go(document.getElementById("step-confirm")));
form.addEventListener("place:checked", () => {
  if (now.id === "step-place") say(now, "");
  if (now === end) summarize();
});
form.addEventListener("change", drawContact);
form.addEventListener("keydown", (event) => {
  // Enter in a line of text goes on, it does not send.
  if (event.key !== "Enter" || !event.target.matches("input:not([type=file])") || now === end) return;
  event.preventDefault();
  onward();
});
button("next").addEventListener("click", onward);
button("prev").addEventListener("click", back);
button("keep").addEventListener("click", () => {
  keepDraft();
  window.location.assign(document.querySelector("[data-flow-back]").href);
});
document.querySelector("[data-flow-back]").addEventListener("click", (event) => {
  if (now === steps[0]) return;
  event.preventDefault();
  back();
});
for (const event of ["online", "offline"]) window.addEventListener(event, network);
window.addEventListener("hashchange", fromAddress);

field("client_id").value ||= crypto.randomUUID(); // the page that the phone keeps has none
wakePlace();
wakeOutbox(() => form.querySelector("[data-shots]").house);
wakeShots();
wakeKind();
wakeScreen();
wakeDraft(form.querySelector("[data-shots]").house, () => {
  form.querySelector("[name=category]:checked")?.dispatchEvent(new Event("change", { bubbles: true }));
  fromAddress();
});
network();
drawContact();

// A page that came back with errors opens where the first one is.
const wrong = form.querySelector(".step .wrong .err, .step .is-invalid, .step [data-evidence]");
if (wrong) show(wrong.closest(".step"), { focus: false });
else if (window.location.hash) fromAddress();
else show(steps[0], { focus: false });
