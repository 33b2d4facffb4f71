// What a form keeps on the device until it is handed in: a press is no receipt, so it is forgotten by the page that follows,
// which says what has arrived by [data-handed-in="name"]. Any other page that comes forgets the press.

import { forgetShots } from "./kept_shots.js";

const PRESSED = "handed-in";

/** The form that keeps its draft and pictures under `name` is sent at this moment. */
export function pressed(name) {
  try {
    sessionStorage.setItem(PRESSED, name);
  } catch {
    // Where nothing can be noted nothing is kept that would have to be forgotten.
  }
}

function arrived(name) {
  try {
    const sent = sessionStorage.getItem(PRESSED);
    sessionStorage.removeItem(PRESSED);
    if (!name || sent !== name) return;
    localStorage.removeItem(name);
    forgetShots(name);
  } catch {
    // As above.
  }
}

arrived(document.querySelector("[data-handed-in]")?.dataset.handedIn);
