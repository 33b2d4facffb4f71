// The kind: tiles, then sub-types as chips, the promise that goes with them, and what was reported nearby already.

import { field, fill, form, kinds, words } from "./report_page.js";
import { point } from "./report_place.js";

const section = document.getElementById("step-kind");
const near = document.querySelector("[data-near]");
const select = field("subcategory_id");
let seen = ""; // what the list of nearby cases was asked for

export const chosenKind = () => kinds.find((kind) => kind.slug === form.querySelector("[name=category]:checked")?.value);
const chosenSub = () => chosenKind()?.subs.find((sub) => sub.id === select.value);

/** The kind in words, for the last screen. */
export function kindWords() {
  const joined = form.querySelector("[name=joins]:checked")?.value ? words.joined : "";
  return [[chosenKind()?.name, chosenSub()?.name].filter(Boolean).join(" · "), joined].filter(Boolean).join(" — ");
}

function chip(value, label, chosen) {
  const box = document.createElement("label");
  box.className = "pick";
  const input = Object.assign(document.createElement("input"), { type: "radio", name: "sub_chip", value, checked: chosen });
  const face = Object.assign(document.createElement("span"), { className: "chip chip-x", textContent: label });
  input.addEventListener("change", () => {
    select.value = value;
    promise();
  });
  box.append(input, face);
  return box;
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
    const chips = kind.subs.map((sub) => chip(sub.id, sub.name, sub.id === select.value));
    section.querySelector("[data-subs-chips]").replaceChildren(...chips, chip("", words.not_sure, !select.value));
  }
  promise();
}

/** Show what was reported nearby; true when there is something to choose from. */
export async function askNearby() {
  const here = point();
  const kind = chosenKind();
  const tokens = [...form.querySelectorAll("[name=token]:enabled")].map(({ value }) => value).filter(Boolean);
  const key = [here, kind?.slug, select.value, ...tokens].join();
  if (!here || !kind) return false;
  if (key !== seen) {
    near.textContent = words.asking;
    try {
      const address = new URL(form.dataset.nearby, window.location.href);
      Object.entries({ lon: here[0], lat: here[1], kind: kind.slug }).forEach(([name, value]) => address.searchParams.set(name, value));
      if (select.value) address.searchParams.set("sub", select.value);
      for (const token of tokens) address.searchParams.append("token", token);
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(answer.status);
      near.innerHTML = await answer.text();
      seen = key;
    } catch {
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

export function wakeKind() {
  section.querySelector("[data-sub-select]").hidden = true;
  section.addEventListener("change", ({ target }) => {
    if (target.name !== "category") return;
    section.querySelector("[data-step-error]").hidden = true;
    showSubs();
    section.querySelector("[data-promise]").scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("keydown", keyPressed);
  near.addEventListener("change", ({ target }) => target.value && form.dispatchEvent(new CustomEvent("near:joined")));
  showSubs();
}
