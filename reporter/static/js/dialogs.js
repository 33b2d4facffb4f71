// Dialogs ([data-dialog="#id"] opens, [data-dialog-close] closes), copying ([data-copy="#id"]), printing
// ([data-print]) and fields that send their form when changed ([data-send]).

function open(dialog, opener) {
  dialog.showModal();
  const wrong = dialog.querySelector("[data-focus]"); // what has to be put right is read first
  (wrong || dialog.querySelector("[autofocus], .in input:not([type=hidden]), .in textarea, .in select, .in button"))?.focus();
  dialog.addEventListener("close", () => opener?.focus(), { once: true });
}

async function copy(button) {
  const text = document.querySelector(button.dataset.copy).textContent.trim();
  const label = button.querySelector("span") || button;
  try {
    await navigator.clipboard.writeText(text);
    label.textContent = button.dataset.copied;
  } catch {
    getSelection().selectAllChildren(document.querySelector(button.dataset.copy));
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    open(document.querySelector(opener.dataset.dialog), opener);
    return;
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) closer.closest("dialog").close();
  // A press on the dark around a dialog closes it.
  if (event.target.matches?.("dialog[open]") && event.target === event.target.closest("dialog")) {
    const edge = event.target.getBoundingClientRect();
    const inside =
      event.clientX >= edge.left && event.clientX <= edge.right && event.clientY >= edge.top && event.clientY <= edge.bottom;
    if (!inside) event.target.close();
  }
  if (event.target.closest("[data-print]")) window.print();
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier);
});

document.addEventListener("keydown", (event) => {
  const opener = event.target.closest?.("a[role=button][data-dialog]");
  if (opener && event.key === " ") {
    event.preventDefault();
    opener.click();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-send]")) event.target.form.requestSubmit();
});

// Chosen before this script was there; what a browser fills in by itself after going back or reloading is not sent again.
if (performance.getEntriesByType("navigation")[0]?.type === "navigate") {
  const isChanged = ({ options }) => [...(options ?? [])].some((one) => one.selected !== one.defaultSelected && one.defaultSelected);
  [...document.querySelectorAll("[data-send]")].find(isChanged)?.form.requestSubmit();
}

// A dialog whose form came back with errors opens again.
for (const dialog of document.querySelectorAll("dialog[data-open]")) {
  dialog.removeAttribute("data-open"); // once: whoever closes it has seen it
  open(dialog, null);
}
// A link to a dialog that was followed before this script was there.
const followed = document.getElementById(window.location.hash.slice(1));
if (followed?.matches("dialog:not([open])")) open(followed, document.querySelector(`[data-dialog="#${CSS.escape(followed.id)}"]`));
