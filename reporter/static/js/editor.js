// The editors' desk: pages change in their middle, refusals are shown, the list keeps its place.

import { tellOf, untell } from "./lost.js";

let scrolled = 0;

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (!xhr.responseText.includes('data-desk="editor"')) {
    event.detail.shouldSwap = false;
    event.detail.isError = false;
    if (xhr.status < 400) window.location.assign(xhr.responseURL); // the way leads elsewhere: a whole page
    else tellOf({ status: xhr.status, text: xhr.responseText }); // everything stays as it was drawn and typed
    return;
  }
  // Refusals are pages too: 409 shows what changed, 422 what was wrong.
  event.detail.shouldSwap = true;
  event.detail.isError = false;
  scrolled = document.querySelector("[data-keep-scroll]")?.scrollTop || 0;
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
});

document.addEventListener("htmx:afterSwap", () => {
  untell();
  const list = document.querySelector("[data-keep-scroll]");
  if (!list) return;
  list.scrollTop = scrolled;
  list.querySelector(".q[aria-current]")?.scrollIntoView({ block: "nearest" });
});

document.addEventListener("htmx:afterSettle", () => {
  const returned = document.querySelector("#main dialog[data-open]:not([open])");
  if (!returned) return;
  returned.removeAttribute("data-open"); // once: whoever closes it has seen it
  returned.showModal();
  (returned.querySelector(".errors") || returned.querySelector("textarea, input:not([type=hidden])"))?.focus();
});
