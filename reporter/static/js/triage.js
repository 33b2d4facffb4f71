// The moderator's desk: pictures without a new page, reports chosen on the list, the list's place kept,
// answers of htmx.

import { tellOf, untell } from "./lost.js";

const MAIN = "#main";

/* ---------- pictures ---------- */
function show(thumb) {
  const viewer = thumb.closest("[data-viewer]");
  const thumbs = [...viewer.querySelectorAll("[data-shot]")];
  const at = thumbs.indexOf(thumb);
  const large = viewer.querySelector("[data-zoom]");
  large.href = thumb.dataset.shot;
  large.firstElementChild.src = thumb.dataset.shot;
  large.firstElementChild.alt = thumb.dataset.alt;
  thumbs.forEach((other, place) => {
    other.toggleAttribute("aria-current", place === at);
    if (place === at) other.setAttribute("aria-current", "true");
    if (place === (at + 1) % thumbs.length) other.dataset.key = "n";
    else delete other.dataset.key;
  });
  const line = viewer.querySelector("[data-viewer-at]");
  line.textContent = line.dataset.words.replace("{number}", String(at + 1));
}

function zoom(link) {
  const dialog = document.createElement("dialog");
  dialog.className = "t-zoom";
  const image = link.firstElementChild.cloneNode();
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-quiet";
  close.dataset.key = "e";
  close.textContent = JSON.parse(document.getElementById("js-words").textContent).close;
  dialog.setAttribute("aria-label", image.alt);
  dialog.append(image, close);
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
}

// Before htmx hears of it: these links are pages only without JavaScript.
document.addEventListener("click", (event) => {
  const thumb = event.target.closest("[data-shot]");
  const large = event.target.closest("[data-zoom]");
  if (!(thumb || large) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  if (thumb) show(thumb);
  else zoom(large);
}, { capture: true });

/* ---------- dialogs ---------- */
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("dialog *")) {
    event.preventDefault();
    event.target.form?.requestSubmit(event.target.closest("dialog").querySelector("button:not([type=button], .no-js-only)"));
  }
});

/* ---------- a picture is seen before it is shown to others ---------- */
const isUnseen = (button) => {
  const { complete, naturalWidth } = button.closest(".t-nearby").querySelector("img");
  return !(complete && naturalWidth);
};

function showSeen() {
  for (const button of document.querySelectorAll("[data-seen-first]")) {
    const unseen = isUnseen(button);
    button.setAttribute("aria-disabled", String(unseen));
    document.getElementById(button.getAttribute("aria-describedby")).hidden = !unseen;
  }
}

// The events of pictures do not bubble.
document.addEventListener("load", (event) => event.target.matches?.(".t-nearby img") && showSeen(), { capture: true });
document.addEventListener("error", (event) => {
  if (!event.target.matches?.(".t-nearby img")) return;
  const line = event.target.parentElement.querySelector(".t-unseen");
  if (line) line.textContent = line.dataset.failed;
}, { capture: true });
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-seen-first]");
  if (!button || !isUnseen(button)) return;
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });
document.addEventListener("htmx:load", showSeen);
showSeen();

/* ---------- reports chosen on the list ---------- */
const chosen = new Set(); // ids, kept while one walks through the list
let last = null; // the id that was chosen last: from here a range goes on
let shifted = false;

const ticks = () => [...document.querySelectorAll("[data-tick]")];
const idOf = (tick) => tick.value.split(".")[0];

function showChosen() {
  const all = ticks();
  all.forEach((tick) => { tick.checked = chosen.has(idOf(tick)); });
  const number = all.filter((tick) => tick.checked).length;
  const whole = document.querySelector("[data-tick-all]");
  if (whole) {
    whole.checked = number > 0 && number === all.length;
    whole.indeterminate = number > 0 && number < all.length;
  }
  const line = document.querySelector("[data-chosen]");
  if (line) line.textContent = number ? line.dataset.words.replace("{number}", String(number)) : "";
}

function choose(tick, on) {
  if (on) chosen.add(idOf(tick));
  else chosen.delete(idOf(tick));
}

function chooseTo(tick) {
  const all = ticks();
  const from = all.findIndex((other) => idOf(other) === last);
  const to = all.indexOf(tick);
  const range = shifted && from >= 0 ? all.slice(Math.min(from, to), Math.max(from, to) + 1) : [tick];
  range.forEach((other) => choose(other, tick.checked));
  last = idOf(tick);
}

// Whether Shift is held: a press by key (js/keys.js) says nothing of it.
for (const kind of ["keydown", "pointerdown"]) {
  document.addEventListener(kind, (event) => { shifted = event.shiftKey; }, { capture: true });
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick]")) chooseTo(event.target);
  else if (event.target.matches("[data-tick-all]")) ticks().forEach((tick) => choose(tick, event.target.checked));
  else return;
  showChosen();
});

// What came back because something was wrong with it is still chosen.
ticks().filter((tick) => tick.checked).forEach((tick) => choose(tick, true));
showChosen();

/* ---------- undo ---------- */
let counting = 0;

/** Write how many seconds are left to undo; afterwards the bar goes, and the focus with it goes back to the report. */
function countDown() {
  clearInterval(counting);
  const bar = document.querySelector("[data-undo]");
  if (!bar) return;
  bar.over ??= performance.now() + Number(bar.dataset.left) * 1000;
  const line = bar.querySelector("[data-undo-left]");
  const write = () => {
    const left = Math.ceil((bar.over - performance.now()) / 1000);
    line.textContent = bar.dataset.words.replace("{seconds}", String(Math.max(left, 0)));
    if (left > 0) return;
    clearInterval(counting);
    const focused = bar.contains(document.activeElement);
    bar.remove();
    if (focused) document.querySelector("h1[tabindex]")?.focus({ preventScroll: true });
  };
  write();
  counting = setInterval(write, 250);
}

countDown();
document.addEventListener("ahead:said", countDown);

// What was pressed in time waits for its answer, however long that takes.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-undo]")) clearInterval(counting);
}, { capture: true });

for (const lost of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(lost, countDown);

/* ---------- htmx ---------- */
let scrolled = 0;
let written = []; // what was typed beside what was asked for, as a note while a kind is chosen: {keeps, fields}

const writing = () => [...document.querySelectorAll("[data-keeps]")].map((form) => ({ keeps: form.dataset.keeps, fields: [...form.elements] }));

/** Put back into the same form of the page that came what was being typed there. */
function writeOn() {
  for (const { keeps, fields } of written) {
    const form = document.querySelector(`[data-keeps="${CSS.escape(keeps)}"]`);
    for (const { type, name, value, checked } of form ? fields : []) {
      const field = form.elements.namedItem(name);
      if (type === "textarea") field.value = value;
      else if (type === "checkbox") field.checked = checked;
    }
  }
  written = [];
}

/** Whether only a part beside what one is at was asked for and has come, as how far a clearing is. */
const isPart = ({ target, xhr }) => target.id !== "main" && xhr.responseText.includes(`id="${target.id}"`);

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (isPart(event.detail)) return;
  if (!xhr.responseText.includes('data-desk="triage"')) {
    event.detail.shouldSwap = false;
    if (xhr.status < 400) window.location.assign(xhr.responseURL); // the way leads to another desk: a whole page
    else {
      // The session has ended, or the server could not: everything stays as it was typed.
      event.detail.isError = false; // it is said here
      tellOf({ status: xhr.status, text: xhr.responseText });
      countDown();
    }
    return;
  }
  // Refusals are pages too: 409 shows what changed, 422 what was wrong.
  if (xhr.status >= 400) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
  written = event.detail.requestConfig.verb === "get" ? writing() : [];
  if (xhr.status < 400 && event.detail.requestConfig.elt.matches("[data-together]")) chosen.clear();
  scrolled = document.querySelector("[data-keep-scroll]")?.scrollTop || 0;
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (isPart(event.detail)) return;
  untell();
  writeOn();
  showChosen();
  countDown();
  const list = document.querySelector("[data-keep-scroll]");
  if (!list) return;
  list.scrollTop = scrolled;
  list.querySelector(".q[aria-current]")?.scrollIntoView({ block: "nearest" });
});

document.addEventListener("htmx:afterSettle", () => {
  const returned = document.querySelector(`${MAIN} dialog[data-open]:not([open])`);
  if (!returned) return;
  returned.removeAttribute("data-open"); // once: whoever closes it has seen it
  returned.showModal();
  (returned.querySelector(".errors") || returned.querySelector("textarea, input:not([type=hidden])"))?.focus();
});
