// The last screen, fetched when the others are there: what is sent, as it was understood, and what the photos do not show yet, while something can be done.

import { askGuess } from "./report_guess.js";
import { chosenKind, kindWords } from "./report_kind.js";
import { form, words } from "./report_page.js";
import { placeSource, placeWords } from "./report_place.js";
import { answerWords, asksFirst } from "./report_questions.js";
import { wakeScreen } from "./report_screen.js";
import { askViews } from "./report_views.js";

const screen = document.getElementById("step-confirm");
const box = screen.querySelector("[data-evidence-now]");
const part = (name) => screen.querySelector(`[data-sum-${name}]`);
const send = form.querySelector("[data-send]");
let asking = "";

const faces = () => [...form.querySelectorAll("[data-shot]:not([data-refused])")];

function listed(sentences) {
  const lines = sentences.map((textContent) => Object.assign(document.createElement("li"), { textContent }));
  box.querySelector("ul").replaceChildren(...lines);
  box.hidden = !sentences.length;
}

/** What was told beforehand holds nobody up: the report is then sent as it is. */
function told(lacking) {
  send.value = "send_as_it_is";
  form.querySelector("[data-evidence]")?.remove();
  box.className = `hint ${lacking.sentences.length ? "warn" : ""} mb-3`;
  box.querySelector("[data-evidence-head]").textContent = words.lacking;
  listed(lacking.sentences);
  for (const button of box.querySelectorAll("[data-shoot]")) button.hidden = !lacking.wanted.includes(button.dataset.shoot);
}

/** Without an answer only what the kind asks for can be said. */
function untold() {
  send.value = "send";
  box.className = "hint mb-3";
  box.querySelector("[data-evidence-head]").textContent = words.asks;
  listed(chosenKind()?.asks ?? []);
  for (const button of box.querySelectorAll("[data-shoot]")) button.hidden = button.dataset.shoot !== "more";
}

async function askEvidence() {
  const kind = chosenKind();
  if (!kind) return;
  const query = new URLSearchParams({ kind: kind.slug });
  for (const face of faces()) {
    const token = face.querySelector("input[type=hidden]").value;
    if (token) query.append("token", token);
    const view = token && screen.querySelector(`[name="view-${CSS.escape(token)}"]`)?.value;
    if (view) query.append(`view-${token}`, view);
  }
  const wanted = query.toString();
  if (wanted === asking) return;
  asking = wanted;
  try {
    if (!query.has("token")) throw new Error("no photo is in yet");
    const answer = await fetch(`${form.dataset.evidenceAt}?${wanted}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const lacking = await answer.json();
    if (wanted === asking) told(lacking);
  } catch {
    if (wanted !== asking) return; // another question is on its way
    untold();
    asking = "";
  }
}

function drawAnswers() {
  for (const line of screen.querySelectorAll("[data-sum-asked]")) line.hidden = !asksFirst();
  const lines = answerWords().flatMap(([question, answer], place) => [
    ...(place ? [document.createElement("br")] : []),
    Object.assign(document.createElement("span"), { className: "muted", textContent: `${question} ` }),
    answer,
  ]);
  part("answers").replaceChildren(...lines);
}

/** Show what is going to be sent. */
export function summarize() {
  askViews();
  askGuess();
  const photos = faces().map((face) => {
    const { src, alt } = face.querySelector("img");
    return Object.assign(document.createElement("img"), { className: "ph", src, alt });
  });
  part("photos").replaceChildren(...photos);
  part("kind").textContent = kindWords();
  part("place").textContent = placeWords();
  drawAnswers();
  part("source").textContent = placeSource() === placeWords() ? "" : placeSource();
  part("time").textContent = faces().map((face) => face.dataset.taken).find(Boolean) || words.unknown_time;
  askEvidence();
}

for (const button of box.querySelectorAll("[data-shoot]")) {
  button.addEventListener("click", () => form.querySelector("[data-shots]").house.shoot(button.dataset.view ?? ""));
}
screen.querySelector("[data-views]").addEventListener("change", askEvidence);
wakeScreen();
