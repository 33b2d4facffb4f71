// A form is sent once: the pressed button is switched off until the page comes back.
// A form that may be sent again and again (a search) says data-again.

const STOPPED = 15_000; // milliseconds after which it may be pressed again
const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if ("again" in form.dataset || event.defaultPrevented) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  setTimeout(() => wakeUp(form), STOPPED); // whoever stopped the browser is told by nothing else
  const button = event.submitter;
  if (!button) return;
  // After this turn: a button that is off now would not send its name and value.
  setTimeout(() => {
    button.setAttribute("aria-busy", "true");
    button.setAttribute("aria-disabled", "true");
  });
});

function wakeUp(form) {
  sent.delete(form);
  for (const button of form.querySelectorAll("[aria-busy]")) {
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
  }
}

// Back button: the browser shows the old page, its forms must work again.
window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach(wakeUp));
// A form sent by htmx stays on the page when the answer is an error.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) wakeUp(form);
});

// The summary of what is wrong takes the focus, so that it is read first.
document.querySelector("[data-focus]")?.focus();
