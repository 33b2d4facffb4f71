// The plain form as four screens: one decision each, one button at the thumb. Without this script it stays one page.

import { complain, field, form, words } from "./report_page.js";
import { wakeShots } from "./report_shots.js";
import { assumeLast, confirmPlace, placeIsSure, placeProblem, placeSettled, placeSource, placeWords, point, revealMap, showPlace, wakePlace } from "./report_place.js";
import { askNearby, chosenKind, nearbyOf, wakeKind } from "./report_kind.js";
import { askGuess, wakeGuess } from "./report_guess.js";
import { asksFirst, drawQuestions, questionProblem } from "./report_questions.js";
import { keepDraft, wakeDraft } from "./report_draft.js";
import { wakeOutbox } from "./report_outbox.js";

const steps = [...form.querySelectorAll(".step")];
const marks = [...document.querySelectorAll(".prog li")];
const button = (name) => form.querySelector(`[data-${name}]`);
const end = steps[steps.length - 1];
const screen = Object.fromEntries(steps.map((step) => [step.id.replace("step-", ""), step]));
let now = steps[0];
let returning = false; // the last screen was seen: what was changed from there leads back to it
let told = ""; // the kind whose questions were gone through
let answered = ""; // what was reported nearby was looked at, for this kind at this place

const QUIET = 1500; // milliseconds after the page has come
const LATER = () => [import("./report_summary.js"), import("./exif.js"), import("./shrink.js"), import("./hide.js")];

let address; // the script of the address field, once it was asked for

/** Wake the address field; it has its script when its screen comes, or some time after the page. */
function wakeAddress() {
  address ??= import("./report_address.js").then((module) => module.wakeAddress(), () => { address = undefined; });
}

/** Show on the last screen what is going to be sent. */
async function summarize() {
  const { summarize: draw } = await import("./report_summary.js");
  if (now === end) draw();
}

/** Fetch what is needed later, so that it is there when the network is not. */
function fetchAhead() {
  wakeAddress();
  for (const module of LATER()) module.catch(() => {}); // asked for again when it is needed
}

const hasShots = () => Boolean(form.querySelector("[data-shot]:not([data-refused])"));
const PROBLEMS = {
  "step-photos": () => (hasShots() ? "" : words.photo_missing),
  "step-place": placeProblem,
  "step-kind": () => (chosenKind() ? "" : words.kind_missing),
  "step-questions": () => (joined() ? "" : questionProblem()),
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
  nameNext();
}

const joined = () => Boolean(form.querySelector("[name=joins]:checked")?.value);

function nameNext() {
  button("next").textContent = (joined() && now.dataset.joinedWord) || now.dataset.nextWord || "";
}

function show(step, { focus = true } = {}) {
  now = step;
  for (const one of steps) one.hidden = one !== step;
  drawBar();
  if (step === screen.place) {
    assumeLast();
    revealMap();
    wakeAddress();
  }
  if (step === screen.kind) drawPlace();
  if (step === end) {
    returning = true;
    summarize().catch(() => {}); // without it the report can be sent all the same
  }
  if (focus) {
    window.scrollTo(0, 0);
    step.querySelector("h2").focus({ preventScroll: true });
  }
}

const go = (step) => {
  window.location.hash = step.id; // the browser's own back button goes one screen back
};

/** Go to the screen that `find` promises, unless the person has gone elsewhere meanwhile. */
async function busy(find) {
  const from = now;
  button("next").setAttribute("aria-busy", "true");
  const step = await find();
  button("next").removeAttribute("aria-busy");
  if (now === from) go(step);
}

/** What the kind asks, while something of it has to be answered, else the last screen. A case that is known has its answers. */
function past() {
  if (!asksFirst() || joined()) return end;
  return questionProblem() || told !== chosenKind().slug ? screen.questions : end;
}

/** To the last screen, past what was reported nearby when there is something that was not looked at. */
const toEnd = () =>
  busy(async () => {
    const some = await askNearby();
    return some && answered !== nearbyOf() ? screen.near : past();
  });

/** The place fills itself in: its screen is shown only when a person has to look at it. */
const pastPlace = () =>
  busy(async () => {
    await placeSettled();
    return placeIsSure() ? screen.kind : screen.place;
  });

async function onward() {
  if (!passable(now)) return null;
  if (now === screen.place) confirmPlace();
  if (now === screen.near) {
    if (!joined()) form.querySelector('[name=joins][value=""]').checked = true;
    answered = nearbyOf();
    return go(past());
  }
  if (now === screen.questions) {
    told = chosenKind().slug;
    return go(end);
  }
  if (now === screen.kind) return toEnd();
  if (returning && steps.every((step) => !PROBLEMS[step.id]?.())) return toEnd();
  if (now === screen.photos) return pastPlace();
  return go(steps[steps.indexOf(now) + 1]);
}

const back = () =>
  busy(async () => {
    let before = steps[steps.indexOf(now) - 1] || steps[0];
    if (before === screen.questions && (!asksFirst() || joined())) before = screen.near;
    if (before === screen.near && !(await askNearby())) before = screen.kind;
    if (before === screen.place && placeIsSure()) before = screen.photos;
    return before;
  });

/** The screen that the address names, but never beyond the first that is not finished. */
function fromAddress() {
  const target = window.location.hash && document.getElementById(window.location.hash.slice(1));
  const named = target?.closest?.(".step") || steps[0];
  const wanted = named === screen.questions && !asksFirst() ? screen.kind : named;
  const stop = steps.find((step) => PROBLEMS[step.id]?.());
  const beyond = stop && steps.indexOf(wanted) > steps.indexOf(stop);
  show(beyond ? stop : wanted);
  if (!beyond && target && target !== wanted && form.contains(target)) target.focus();
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

/** Where it is, on the screen that follows when the place's own was passed over; and what is often reported there. */
function drawPlace() {
  askGuess();
  const line = form.querySelector("[data-place-line]");
  line.hidden = !point();
  line.querySelector("span").textContent = [...new Set([placeWords(), placeSource()])].filter(Boolean).join(" · ");
}

function drawContact() {
  form.querySelector("[data-contact]").hidden = !field("notify").checked && field("anonymous").checked && !field("contact").value && !form.querySelector("[data-contact] .err");
}

function network() {
  for (const line of form.querySelectorAll("[data-offline]")) line.hidden = navigator.onLine;
}

form.dataset.steps = "on";
form.addEventListener("shots:changed", ({ detail }) => {
  drawChecks(detail);
  if (now === end) summarize().catch(() => {});
});
form.addEventListener("kind:chosen", () => {
  drawQuestions();
  if (passable(screen.kind)) toEnd();
});
form.addEventListener("near:joined", () => {
  answered = nearbyOf();
  go(end);
});
form.addEventListener("place:checked", () => {
  if (now === screen.place) say(now, "");
  if (now === screen.kind) drawPlace();
  if (now === end) summarize().catch(() => {});
});
form.addEventListener("change", drawQuestions);
form.addEventListener("change", drawContact);
form.addEventListener("change", nameNext);
form.addEventListener("keydown", (event) => {
  // Enter in a line of text goes on, it does not send.
  if (event.key !== "Enter" || !event.target.matches("input:not([type=file])") || now === end) return;
  event.preventDefault();
  onward();
});
button("next").addEventListener("click", onward);
button("prev").addEventListener("click", back);
form.querySelector("[data-shoot-far]").addEventListener("click", () => form.querySelector("[data-shots]").house.shoot("far"));
button("keep").addEventListener("click", () => {
  const why = keepDraft();
  if (why) return say(steps[0], why);
  return window.location.assign(document.querySelector("[data-flow-back]").href);
});
document.querySelector("[data-flow-back]").addEventListener("click", (event) => {
  if (now === steps[0]) return;
  event.preventDefault();
  back();
});
for (const event of ["online", "offline"]) window.addEventListener(event, network);
window.addEventListener("hashchange", fromAddress);

window.addEventListener("load", () => setTimeout(fetchAhead, QUIET), { once: true });
field("client_id").value ||= crypto.randomUUID(); // the page that the phone keeps has none
wakePlace();
wakeOutbox(() => form.querySelector("[data-shots]").house);
wakeShots();
wakeKind();
wakeGuess();
wakeDraft(form.querySelector("[data-shots]").house, () => {
  form.querySelector("[name=category]:checked")?.dispatchEvent(new Event("change", { bubbles: true }));
  showPlace();
  fromAddress();
});
network();
drawContact();
drawQuestions();

// A page that came back with errors opens where the first one is.
const wrong = form.querySelector(".step .wrong .err, .step .is-invalid, .step [data-evidence]");
if (wrong) show(wrong.closest(".step"), { focus: false });
else if (window.location.hash) fromAddress();
else show(steps[0], { focus: false });
