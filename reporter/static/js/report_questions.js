// What the chosen kind asks besides. Of a kind where something has to be answered all is asked on a screen of its own; what
// need not be answered stands on the last one.

import { chosenKind } from "./report_kind.js";
import { fill, form, words } from "./report_page.js";

const screen = document.getElementById("step-questions");
const NAME = "answer-";
const groups = [...form.querySelectorAll("[data-questions-of]")];
const asked = () => groups.find((group) => group.dataset.questionsOf === chosenKind()?.slug);
const parts = (group) => [...group.querySelectorAll("[data-answer]")];
const controls = (part) => [...part.querySelectorAll(`[name^="${NAME}"]`)];
const label = (part) => (part.querySelector(".form-label, legend").firstChild.textContent || "").trim();

/** What was typed or chosen in one control; "" when it is nothing. */
function said(control) {
  if (control.type === "radio" || control.type === "checkbox") return control.checked ? control.value : "";
  return control.value.trim();
}

function shown(control) {
  if (control.matches("select")) return control.selectedOptions[0].textContent;
  if (control.type === "radio" || control.type === "checkbox") return control.closest("label").textContent.trim();
  return control.value.trim();
}

const answered = (part) => controls(part).some(said);

/** Whether the chosen kind asks something that has to be answered. */
export const asksFirst = () => Boolean(screen && asked() && screen.contains(asked()));

/** The first question that has to be answered and is not, as a sentence; else "". */
export function questionProblem() {
  const open = asksFirst() && parts(asked()).find((part) => "needed" in part.dataset && !answered(part));
  return open ? fill(words.answer_missing, { question: label(open) }) : "";
}

/** Show what the chosen kind asks, and nothing of the others. */
export function drawQuestions() {
  for (const group of groups) group.hidden = group !== asked();
  for (const frame of form.querySelectorAll("[data-questions]")) frame.hidden = !frame.querySelector("[data-questions-of]:not([hidden])");
}

/** Question and answer in words, for the last screen, as far as it does not ask itself. */
export function answerWords() {
  const given = asksFirst() ? parts(asked()).filter(answered) : [];
  return given.map((part) => [label(part), controls(part).filter(said).map(shown).join(words.list_and)]);
}

/** All that was answered, of whichever kind, by the names of the controls. */
export function keptAnswers() {
  const kept = {};
  for (const control of groups.flatMap(controls)) if (said(control)) (kept[control.name] ??= []).push(control.value);
  return kept;
}

/** Fill in what `keptAnswers` gave. */
export function putAnswers(kept) {
  for (const control of groups.flatMap(controls)) {
    const values = kept?.[control.name];
    if (!values) continue;
    if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
    else [control.value] = values;
  }
}
