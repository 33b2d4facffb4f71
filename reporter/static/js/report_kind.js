// The kind: tiles, then sub-types as tiles of which each goes on by itself, the promise that goes with them, and what was
// reported nearby already.

import { field, fill, form, kinds, words } from "./report_page.js";
import { point } from "./report_place.js";

const section = document.getElementById("step-kind");
const near = document.querySelector("[data-near]");
const select = field("subcategory_id");
const JUST = 1000; // milliseconds
let seen = ""; // what the list of nearby cases was asked for
let done = ""; // the kind of which a sub-type, or "not sure", was pressed
let pointed = 0; // when a finger or mouse pressed last

export const chosenKind = () => kinds.find((kind) => kind.slug === form.querySelector("[name=category]:checked")?.value);
const chosenSub = () => chosenKind()?.subs.find((sub) => sub.id === select.value);

/** The kind in words, for the last screen. */
export function kindWords() {
  const joined = form.querySelector("[name=joins]:checked")?.value ? words.joined : "";
  return [[chosenKind()?.name, chosenSub()?.name].filter(Boolean).join(" · "), joined].filter(Boolean).join(" — ");
}

/** A drawing of this sub-type, else that of its kind. */
function drawing(kind, sub) {
  const { subs, kinds: whole } = section.querySelector("[data-subs-tiles]").dataset;
  const [svg, use] = ["svg", "use"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
  svg.setAttribute("class", "kind-icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", sub?.drawn ? `${subs}#${sub.drawn}` : `${whole}#${kind.slug}`);
  svg.append(use);
  return svg;
}

function tile(kind, sub) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: sub ? "tile" : "tile row-tile whole" });
  button.setAttribute("aria-pressed", select.value === (sub?.id ?? "") && done === kind.slug);
  const name = Object.assign(document.createElement("span"), { textContent: sub?.name ?? words.not_sure });
  button.append(...(sub ? [drawing(kind, sub)] : []), name);
  button.addEventListener("click", () => chosen(kind, sub?.id ?? ""));
  return button;
}

function chosen(kind, sub) {
  select.value = sub;
  done = kind.slug;
  showSubs();
  form.dispatchEvent(new CustomEvent("kind:chosen", { bubbles: true }));
}

/** Choose this kind and sub-type, both known to the page, as if both had been pressed. */
export function choose(slug, sub = "") {
  const kind = kinds.find((one) => one.slug === slug);
  const radio = form.querySelector(`[name=category][value="${CSS.escape(slug)}"]`);
  if (!kind || !radio) return;
  radio.checked = true;
  if (sub) chosen(kind, sub);
  else radio.dispatchEvent(new Event("change", { bubbles: true }));
}

function promise() {
  const box = section.querySelector("[data-promise]");
  const text = chosenSub()?.promise || chosenKind()?.promise || "";
  box.hidden = !text;
  box.querySelector("span").textContent = text;
}

function showSubs() {
  const kind = chosenKind();
  if (!kind?.subs.some((sub) => sub.id === select.value)) select.value = "";
  const box = section.querySelector("[data-subs]");
  box.hidden = !kind?.subs.length;
  if (kind?.subs.length) {
    section.querySelector("[data-subs-legend]").textContent = fill(words.sub_of, { kind: kind.name });
    section.querySelector("[data-subs-tiles]").replaceChildren(...kind.subs.map((sub) => tile(kind, sub)), tile(kind, null));
  }
  promise();
}

/** Bring the sub-types into sight: to the top for a finger, no farther than needed for the keyboard, which stays on its tile. */
function reveal() {
  const box = section.querySelector("[data-subs]");
  const pressed = Date.now() - pointed < JUST;
  if (box.hidden) section.querySelector("[data-promise]").scrollIntoView({ block: "nearest" });
  else if (pressed) box.scrollIntoView({ block: "start" });
}

const tokensOf = () => [...form.querySelectorAll("[name=token]:enabled")].map(({ value }) => value).filter(Boolean);

/** What the list of cases nearby is about: it is another one when this is. */
export const nearbyOf = () => [point(), chosenKind()?.slug, select.value, ...tokensOf()].join();

/** Show what was reported nearby; true when there is something to choose from. */
export async function askNearby() {
  const here = point();
  const kind = chosenKind();
  const key = nearbyOf();
  if (!here || !kind) return false;
  if (key !== seen) {
    near.textContent = words.asking;
    try {
      const address = new URL(form.dataset.nearby, window.location.href);
      Object.entries({ lon: here[0], lat: here[1], kind: kind.slug }).forEach(([name, value]) => address.searchParams.set(name, value));
      if (select.value) address.searchParams.set("sub", select.value);
      for (const token of tokensOf()) address.searchParams.append("token", token);
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(answer.status);
      const list = await answer.text();
      if (key !== nearbyOf()) return askNearby(); // meanwhile it is about another place, kind or photo
      near.innerHTML = list;
      delete near.dataset.chosen;
      seen = key;
    } catch {
      if (key !== nearbyOf()) return askNearby();
      near.replaceChildren(); // a help, not a condition: without it the report goes on
      return false;
    }
  }
  return Number(near.querySelector("[data-near-count]")?.dataset.nearCount) > 0;
}

function keyPressed(event) {
  if (section.hidden || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=radio]), textarea, select")) return;
  const tile = section.querySelector(`[name=category][data-key="${CSS.escape(event.key)}"]`);
  if (!tile) return;
  event.preventDefault();
  tile.checked = true;
  tile.focus();
  tile.dispatchEvent(new Event("change", { bubbles: true }));
}

/** A press joins at once; the arrows only go from one case to the next, so that all of them can be heard first. */
function wakeNear() {
  const joins = () => form.dispatchEvent(new CustomEvent("near:joined"));
  let passing = false;
  near.addEventListener("pointerdown", () => (passing = false));
  near.addEventListener("keydown", (event) => {
    passing = event.key.startsWith("Arrow");
    if (![" ", "Enter"].includes(event.key) || !event.target.checked || !event.target.value) return;
    event.preventDefault();
    event.stopPropagation();
    joins();
  });
  near.addEventListener("change", ({ target }) => {
    if (!target.value) return;
    near.dataset.chosen = "";
    if (!passing) joins();
  });
}

export function wakeKind() {
  section.querySelector("[data-sub-select]").hidden = true;
  section.addEventListener("change", ({ target }) => {
    if (target.name !== "category") return;
    section.querySelector("[data-step-error]").hidden = true;
    showSubs();
    reveal();
  });
  section.addEventListener("pointerdown", () => (pointed = Date.now()));
  document.addEventListener("keydown", keyPressed);
  wakeNear();
  showSubs();
}
