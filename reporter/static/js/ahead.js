// The next case ahead: its page and picture are fetched while one looks at this one, and painted at once when this one is
// decided. The decision goes out meanwhile; its answer changes the list and says what was done. What is refused comes back.

import { fit, tellOf, untell } from "./lost.js";

const MAIN = "#main";
const pending = new Set(); // reports whose decision is on its way: no list that was drawn before shows them again
const waiting = new Set(); // links to what was refused and not looked at yet
let ahead = null; // { url, page, gone }: the promise of a page, null where it could not be had; what was pending then
let touched = false; // whether somebody has typed since the page was painted

const section = () => document.querySelector("[data-report]");
const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
const isOurs = (text) => text.includes('data-desk="triage"');

/* ---------- fetching ---------- */
async function fetched(url) {
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true", "X-Ahead": "1" } });
    const text = await answer.text();
    if (!answer.ok || answer.redirected || !isOurs(text)) return null;
    const large = parsed(text).querySelector("[data-zoom] img");
    if (large) new Image().src = large.getAttribute("src");
    return text;
  } catch {
    return null;
  }
}

function look() {
  const url = section()?.dataset.ahead;
  if (!url || ahead?.url === url) return;
  const at = section();
  ahead = { url, page: fetched(url), gone: [...pending] };
  ahead.page.then((text) => { at.dataset.aheadIs = text ? "here" : "lost"; });
}

async function send(form, button) {
  try {
    const body = new URLSearchParams(new FormData(form, button));
    const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    return { url: answer.url, status: answer.status, text: await answer.text() };
  } catch {
    return null;
  }
}

/* ---------- painting ---------- */
function swap(target, text, select) {
  const at = document.querySelector(target);
  const scrolled = document.querySelector("[data-keep-scroll]")?.scrollTop || 0;
  const event = { target: document.querySelector(MAIN), xhr: { responseText: text, status: 200 } };
  window.htmx.swap(at, text, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 }, { select, eventInfo: event });
  const list = document.querySelector("[data-keep-scroll]");
  if (!list) return;
  list.scrollTop = scrolled;
  list.querySelector(".q[aria-current]")?.scrollIntoView({ block: "nearest" });
}

function paint(text, url, gone = []) {
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  swap(MAIN, text, MAIN);
  if (url) history.pushState({ htmx: true }, "", url);
  touched = false;
  leaveOut([...gone, ...pending]);
  look();
}

const rowOf = (id) => [...document.querySelectorAll(".pane-l .q")].find((row) => new URL(row.href).pathname === `/triage/${id}`);

function leaveOut(ids) {
  for (const id of ids) {
    const row = rowOf(id);
    (row?.closest(".t-row") || row)?.remove();
  }
}

/** The list as it is now, beside the report one is at. */
function listFollows(text) {
  const beside = document.activeElement?.closest(".pane-l") ? document.activeElement.getAttribute("href") : null;
  swap(".pane-l", text, ".pane-l");
  leaveOut(pending);
  document.querySelectorAll(".pane-l .q[aria-current], .pane-l [data-tick][data-key]").forEach((thing) => {
    thing.removeAttribute("aria-current");
    delete thing.dataset.key;
  });
  const row = rowOf(section()?.dataset.report);
  row?.setAttribute("aria-current", "true");
  const tick = row?.closest(".t-row")?.querySelector("[data-tick]");
  if (tick) tick.dataset.key = "x";
  if (beside) document.querySelector(`.pane-l [href="${CSS.escape(beside)}"]`)?.focus({ preventScroll: true });
}

function say(text) {
  const page = parsed(text);
  const same = page.querySelector("[data-report]")?.dataset.report === section()?.dataset.report;
  for (const said of page.querySelectorAll("[data-said]")) {
    const here = document.querySelector(`[data-said="${said.dataset.said}"]`);
    if (!here || (said.dataset.said === "lock" && !same)) continue; // who is at another report is no matter here
    here.replaceWith(said);
    window.htmx.process(said);
  }
  document.dispatchEvent(new CustomEvent("ahead:said"));
}

/* ---------- deciding ---------- */
async function decide(form, button) {
  const { report, number } = section().dataset;
  const [old, next, here] = [document.querySelector(MAIN), ahead, window.location.href];
  const dialog = form.closest("dialog");
  ahead = null;
  pending.add(report);
  const answer = send(form, button);
  const page = await next.page;
  if (page) paint(page, next.url, next.gone);
  settle(await answer, { report, number, here, old, dialog, painted: page && next.url });
}

function settle(answer, { report, number, here, old, dialog, painted }) {
  const refused = answer === null || answer.status >= 400;
  const ours = answer !== null && isOurs(answer.text);
  pending.delete(report);
  if (!refused) untell();
  if (!refused && !ours) window.location.assign(answer.url);
  else if (!refused && painted && !touched && isElsewhere(answer, painted, here)) paint(answer.text, answer.url);
  else if (!refused && painted) {
    say(answer.text);
    listFollows(answer.text);
  } else if (!refused) paint(answer.text, answer.url);
  else if (painted && (touched || window.location.href !== new URL(painted, here).href)) complain(number, here, () => (ours ? paint(answer.text, here) : giveBack({ old, dialog, here, answer })));
  else if (ours) paint(answer.text, here);
  else giveBack({ old, dialog, here, answer });
}

/** Whether the server leads to another report than the one that was painted, where one still is: somebody else is at that one. */
function isElsewhere(answer, painted, here) {
  const pathOf = (url) => new URL(url, here).pathname;
  return window.location.href === new URL(painted, here).href && pathOf(answer.url) !== pathOf(painted);
}

/** The connection was lost, the session has ended, the server could not: the report comes back with everything that was typed. */
function giveBack({ old, dialog, here, answer }) {
  document.querySelector(MAIN).replaceWith(old);
  history.replaceState({ htmx: true }, "", here);
  old.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
  window.htmx.process(old);
  old.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true })); // its map is drawn anew
  if (dialog && !dialog.open) dialog.showModal();
  tellOf(answer);
  look();
}

/** One is at another report already: a line leads back to each that was refused, with all that was typed and what stands now. */
function complain(number, here, back) {
  const line = document.querySelector("[data-lost]");
  const link = document.createElement("a");
  link.href = here;
  link.className = "t-refused";
  link.textContent = line.dataset.refused.replace("{number}", number);
  line.append(link);
  fit();
  waiting.add(link);
  link.addEventListener("click", (event) => goBack(event, link, back));
}

function goBack(event, link, back) {
  event.preventDefault();
  event.stopPropagation();
  waiting.delete(link);
  link.remove();
  fit();
  back();
}

// What was refused and not looked at yet would be lost with the page.
window.addEventListener("beforeunload", (event) => {
  if (waiting.size) event.preventDefault();
});

const isFilled = (form) => [...form.querySelectorAll("textarea[required], textarea[aria-required=true]")].every((field) => field.value.trim());

// Before htmx and js/once.js hear of it.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!ahead || !form.closest("[data-ahead]") || form.closest("[data-undo], [data-stays], #dialog-unmerge") || form.method !== "post" || !isFilled(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if ("sent" in form.dataset) return;
  form.dataset.sent = "";
  decide(form, event.submitter);
}, { capture: true });

// The way to the next one is the page that is there already.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || !ahead || link.getAttribute("href") !== ahead.url || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { url, page, gone } = ahead;
  const text = await page;
  if (!text) {
    window.location.assign(url);
    return;
  }
  paint(text, url, gone);
  document.dispatchEvent(new CustomEvent("ahead:arrived"));
}, { capture: true });

document.addEventListener("input", () => { touched = true; });
document.addEventListener("htmx:afterSettle", look);
document.addEventListener("lock:ahead", look);
look();
