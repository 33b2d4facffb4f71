// The typed address: while it is typed, the places that it may mean are offered (ARIA 1.2 combobox with a list). Nothing is
// offered while an input method composes; Tab and Escape leave everything as it was typed.

import { asked } from "./asking.js";

const PAUSE = 250; // milliseconds without a key until the server is asked

/**
 * Let `input` offer places in `list`.
 *
 * words: further, further_about, address_away; near: the point that is set, or null; typed: told of every change;
 * choose: takes an offer and returns what is told of it.
 */
export function wakeCombo({ input, list, told, url, words, near, typed = () => {}, choose }) {
  let offers = [];
  let active = -1;
  let waiting = 0; // the timer of the next asking
  let latest = ""; // what the server was asked last

  const open = () => !list.hidden;

  function close() {
    clearTimeout(waiting);
    latest = null; // an answer that is on its way opens nothing any more
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function line(offer, place) {
    const option = document.createElement("li");
    const about = document.createElement("span");
    option.id = `${input.id}-${place}`;
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

  function take(place) {
    const offer = offers[place];
    close();
    if (offer.further) return look(true);
    input.value = offer.text;
    told.textContent = choose(offer);
  }

  async function look(further = false) {
    const text = (latest = input.value.trim());
    if (!text) return show([], "");
    const here = near();
    try {
      const said = await asked(url, { q: text, ...(further ? { further: 1 } : {}), ...(here ? { lon: here[0], lat: here[1] } : {}) });
      if (text === latest && document.activeElement === input) show(said.found, said.words, said.more);
    } catch (error) {
      if (text === latest) show([], error.said || words.address_away);
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
    Enter: () => active >= 0 && take(active),
    Escape: () => open() && close(),
  };
  const TAKEN = { ArrowDown: () => true, ArrowUp: open, Home: () => active >= 0, End: () => active >= 0, Enter: () => active >= 0, Escape: open };

  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    input.setAttribute(name, value);
  }
  input.autocomplete = "off";
  input.addEventListener("input", (event) => {
    typed(input.value);
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
    if (option) take([...list.children].indexOf(option));
  });
}
