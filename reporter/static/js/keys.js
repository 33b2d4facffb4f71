// Staff keyboard: a button or link with data-key="a" is pressed by A, one with data-key="g 1" by G and then 1;
// `?` lists what the page has.
// data-key-word names it in that list where its own text does not.

const words = JSON.parse(document.getElementById("js-words")?.textContent || "{}");

const typing = (target) =>
  target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(radio|checkbox|range|button|submit)$/.test(target.type);

const usable = (thing) => !thing.disabled && thing.getAttribute("aria-disabled") !== "true" && thing.offsetParent !== null;

function scope() {
  return document.querySelector("dialog[open]") || document;
}

let first = ""; // of two keys

const beginsTwo = (key) =>
  [...scope().querySelectorAll("[data-key]")].some((thing) => thing.dataset.key.startsWith(`${key} `) && usable(thing));

/** Press what the key stands for, alone or as the second of two; the second of none does nothing. */
function pressed(key) {
  const before = first;
  first = "";
  if (before) return press(`${before} ${key}`);
  if (press(key)) return true;
  if (key !== " " && beginsTwo(key)) first = key;
  return Boolean(first);
}

function press(key) {
  const target = [...scope().querySelectorAll("[data-key]")].find((thing) => thing.dataset.key === key && usable(thing));
  if (!target) return false;
  if (target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) target.focus();
  else {
    target.focus({ preventScroll: true });
    target.click();
  }
  return true;
}

function name(thing) {
  if (thing.dataset.keyWord) return thing.dataset.keyWord;
  const copy = (thing.closest("label") || thing).cloneNode(true);
  copy.querySelectorAll("kbd, small").forEach((key) => key.remove());
  return copy.textContent.trim() || thing.getAttribute("aria-label") || thing.getAttribute("placeholder") || "";
}

function line(thing) {
  const row = document.createElement("li");
  const key = document.createElement("kbd");
  key.textContent = thing.dataset.key.toUpperCase();
  const text = document.createElement("span");
  text.textContent = name(thing);
  row.append(key, text);
  return row;
}

function help() {
  const dialog = document.createElement("dialog");
  dialog.className = "dlg";
  dialog.setAttribute("aria-label", words.keys);
  const head = document.createElement("header");
  const title = document.createElement("h2");
  title.textContent = words.keys;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-quiet";
  close.dataset.dialogClose = "";
  close.textContent = words.close;
  head.append(title, close);
  const list = document.createElement("ul");
  list.className = "check in keys";
  const things = [...document.querySelectorAll("[data-key]")].filter(usable);
  if (things.length) list.append(...things.map(line));
  else list.textContent = words.keys_none;
  dialog.append(head, list);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (event.repeat && !/^[+-]$/.test(event.key)) return; // a key that is held decides once, not about the next ones unseen
  if (event.key === "?" && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    help();
  } else if (event.key !== "Shift" && pressed(event.key.length === 1 ? event.key.toLowerCase() : event.key)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-help]")) help();
});

// A line of ways that is wider than the screen begins where one is.
for (const here of document.querySelectorAll("nav > [aria-current]")) {
  const line = here.parentElement;
  if (line.scrollWidth > line.clientWidth) line.scrollLeft = here.offsetLeft - line.offsetLeft - 16;
}

// Focus is never lost: what htmx puts in place says where it goes on with data-focus.
document.addEventListener("htmx:afterSettle", (event) => {
  const next = event.target.querySelector?.("[data-focus]") || (event.target.matches?.("[data-focus]") ? event.target : null);
  next?.focus();
});
