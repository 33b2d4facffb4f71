// Ready sentences ([data-ready="#field"]): the chosen one goes into the field at the cursor; another one takes the place of
// the one before as long as that was not changed. What was typed stays, and Ctrl+Z takes back what was put in.

const touched = new WeakSet(); // fields whose cursor somebody has set
const put = new WeakMap(); // field -> {start, text}: what was put in last
let byArrow = false;

function insert(field, text, start, end) {
  field.focus({ preventScroll: true });
  field.setSelectionRange(start, end);
  // Deprecated, and the only way that leaves the browser's own undo whole.
  if (!document.execCommand("insertText", false, text)) field.setRangeText(text, start, end, "end");
}

function choose(radio) {
  const field = document.querySelector(radio.closest("[data-ready]").dataset.ready);
  const before = put.get(field);
  const { text } = radio.dataset;
  if (before && field.value.slice(before.start, before.start + before.text.length) === before.text) {
    insert(field, text, before.start, before.start + before.text.length);
    put.set(field, { start: before.start, text });
  } else {
    const at = touched.has(field) ? field.selectionStart : field.value.length;
    insert(field, text, at, touched.has(field) ? field.selectionEnd : at);
    put.set(field, { start: at, text });
  }
  touched.add(field);
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches("textarea") && event.target.value) touched.add(event.target);
});

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea")) touched.add(event.target);
});

document.addEventListener("change", (event) => {
  const radio = event.target;
  if (!radio.matches("[data-ready] input[type=radio]")) return;
  choose(radio);
  if (byArrow) radio.focus({ preventScroll: true }); // one walks through them; Enter goes on to the text
  byArrow = false;
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const radio = event.target.matches("[data-ready] input[type=radio]");
  byArrow = radio && event.key.startsWith("Arrow");
  if (radio && event.key === "Enter") {
    event.preventDefault();
    document.querySelector(event.target.closest("[data-ready]").dataset.ready).focus();
  } else if (event.altKey && event.key === "ArrowDown" && event.target.matches("textarea")) {
    const list = [...document.querySelectorAll("[data-ready]")].find((one) => one.dataset.ready === `#${event.target.id}`);
    const first = list?.querySelector("input:checked") || list?.querySelector("input");
    if (!first) return;
    event.preventDefault();
    first.focus();
  }
});
