// A guess of the kind, by what somebody writes, else by what was reported around the place: shown only where the server is
// sure (cases/guess.py), and taken with one press.

import { csrfOf } from "./csrf.js";
import { field, fill, form, kinds, words } from "./report_page.js";
import { choose, chosenKind } from "./report_kind.js";
import { point } from "./report_place.js";

const PAUSE = 400; // milliseconds without a key before the server is asked
const section = document.getElementById("step-kind");
const box = section.querySelector("[data-guess]");
const line = section.querySelector("[data-guess-words]");
const late = form.querySelector("[data-guess-late]"); // at the end, where the words contradict the kind
let soon = 0;
let last = "";
let guess = null;

const nameOf = ({ kind, sub }) => {
  const found = kinds.find(({ slug }) => slug === kind);
  return [found?.name, found?.subs.find(({ id }) => id === sub)?.name].filter(Boolean).join(" · ");
};

function draw() {
  const known = guess?.kind;
  box.hidden = !known || Boolean(chosenKind());
  section.querySelector("[data-guess-ask]").hidden = Boolean(chosenKind());
  late.hidden = !known || guess.by !== "words" || !chosenKind() || chosenKind().slug === guess.kind;
  if (!known) return;
  // Below what is being written; it is moved only when it stands elsewhere: a press would be lost on the way.
  const above = guess.by === "words" ? section.querySelector("[data-guess-ask]") : section.querySelector("[data-place-line]");
  if (above.nextElementSibling !== box) above.after(box);
  const sentence = fill(words[`guess_${guess.by}`], { kind: nameOf(guess) });
  for (const place of [box, late]) {
    const voice = place.querySelector("[data-guess-word]");
    if (voice.textContent !== sentence) voice.textContent = sentence;
  }
}

async function guessed(values) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...values, csrf_token: await csrfOf(form) })) body.set(name, value);
  const answer = await fetch(form.dataset.guessAt, { method: "POST", body, headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

async function ask() {
  const text = field("words").value.trim().slice(0, 200);
  const here = point();
  const values = { words: text, ...(here && { lon: here[0], lat: here[1] }) };
  const wanted = JSON.stringify(values);
  if (wanted === last) return draw();
  last = wanted;
  const answer = text || here ? await guessed(values).catch(() => null) : null; // a help, not a condition
  if (wanted !== last) return null;
  guess = answer;
  return draw();
}

/** Ask what kind it may be, unless the same was asked last. */
export const askGuess = () => ask();

function later() {
  clearTimeout(soon);
  soon = setTimeout(ask, PAUSE);
}

export function wakeGuess() {
  line.addEventListener("input", () => {
    field("words").value = line.value;
    field("words").dispatchEvent(new Event("input", { bubbles: true }));
  });
  line.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    await ask();
    if (guess?.kind) choose(guess.kind, guess.sub);
  });
  field("words").addEventListener("input", () => {
    line.value = field("words").value;
    later();
  });
  section.addEventListener("change", ({ target }) => target.name === "category" && draw());
  for (const place of [box, late]) place.querySelector("button").addEventListener("click", () => choose(guess.kind, guess.sub));
}
