// Dialogs ([data-dialog="#id"] opens, [data-dialog-close] closes), copying ([data-copy="#id"]) and
// fields that send their form when changed ([data-send]).

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

// A dialog whose form came back with errors opens again.
for (const dialog of document.querySelectorAll("dialog[data-open]")) open(dialog, null);
