// The typed address: while it is typed, the places that it may mean are offered (ARIA 1.2 combobox with a list). What is chosen
// sets the point. Nothing is offered while an input method composes; Tab and Escape leave everything as it was typed.

import { asked, field, words } from "./report_page.js";
import { point, setAddress, unsetAddress } from "./report_place.js";

const PAUSE = 250; // milliseconds without a key until the server is asked
const input = field("address");
const box = document.querySelector("[data-combo]");
const list = document.getElementById("address-list");
const told = box.querySelector("[data-combo-said]");
let offers = [];
let active = -1;
let waiting = 0; // the timer of the next asking
let latest = ""; // what the server was asked last

const open = () => !list.hidden;

function close() {
  clearTimeout(waiting);
  list.hidden = true;
  active = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function line(offer, place) {
  const option = document.createElement("li");
  const about = document.createElement("span");
  option.id = `address-${place}`;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  about.className = "muted small";
  about.textContent = offer.about;
  option.append(offer.name, " ", about);
  return option;
}

function show(found, said, more = false) {
  offers = more ? [...found, { further: true, name: words.further, about: words.further_about }] : found;
  list.replaceChildren(...offers.map(line));
  told.textContent = said;
  if (!offers.length) return close();
  list.hidden = false;
  list.scrollIntoView({ block: "nearest" });
  active = -1;
  input.setAttribute("aria-expanded", "true");
  input.removeAttribute("aria-activedescendant");
}

function activate(place) {
  list.children[active]?.setAttribute("aria-selected", "false");
  active = (place + offers.length) % offers.length;
  const option = list.children[active];
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
}

function choose(place) {
  const offer = offers[place];
  close();
  if (offer.further) return look(true);
  input.value = offer.text;
  told.textContent = setAddress(offer) ? offer.said : words.address_kept;
}

async function look(further = false) {
  const typed = (latest = input.value.trim());
  if (!typed) return show([], "");
  const here = point();
  try {
    const said = await asked(box.dataset.combo, { q: typed, ...(further ? { further: 1 } : {}), ...(here ? { lon: here[0], lat: here[1] } : {}) });
    if (typed === latest && document.activeElement === input) show(said.found, said.words, said.more);
  } catch (error) {
    if (typed === latest) show([], error.said || words.address_away);
  }
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => look(), PAUSE);
}

const KEYS = {
  ArrowDown: () => (open() ? activate(active + 1) : look()),
  ArrowUp: () => open() && activate(active < 0 ? offers.length - 1 : active - 1),
  Home: () => active >= 0 && activate(0),
  End: () => active >= 0 && activate(offers.length - 1),
  Enter: () => active >= 0 && choose(active),
  Escape: () => open() && close(),
};
const TAKEN = { ArrowDown: () => true, ArrowUp: open, Home: () => active >= 0, End: () => active >= 0, Enter: () => active >= 0, Escape: open };

export function wakeAddress() {
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    input.setAttribute(name, value);
  }
  input.autocomplete = "off";
  input.addEventListener("input", (event) => {
    unsetAddress(input.value);
    if (!event.isComposing) soon();
  });
  input.addEventListener("compositionend", soon);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey || !TAKEN[event.key]?.()) return;
    event.preventDefault();
    event.stopPropagation();
    KEYS[event.key]();
  });
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose([...list.children].indexOf(option));
  });
}
