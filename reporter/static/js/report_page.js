// What the scripts of the report's page share: the form, its words, and asking the server.

export { asked } from "./asking.js";

export const form = document.getElementById("report-form");
export const words = JSON.parse(document.getElementById("report-words")?.textContent || "{}");
export const kinds = JSON.parse(document.getElementById("report-kinds")?.textContent || "[]");

/** The sentence `text` with its {places} filled. */
export const fill = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** The form's field `name`, its value read and written as one. */
export const field = (name) => form.elements.namedItem(name);

/** Show `sentence` in a `<p class="err" hidden>`; without a sentence hide it. */
export function complain(line, sentence = "") {
  line.hidden = !sentence;
  line.querySelector("span").textContent = sentence;
}
