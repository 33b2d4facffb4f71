// What the scripts of the report's page share: the form, its words, and asking the server.

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

/** What the server says as JSON; its refusals are thrown with their words, a lost network with none. */
export async function asked(url, values) {
  const address = new URL(url, window.location.href);
  for (const [name, value] of Object.entries(values)) address.searchParams.set(name, value);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  const said = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(said.error), { said: said.error });
  return said;
}
