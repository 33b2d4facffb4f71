// On every page of everybody: sets up the service worker, sends what waits in the outbox, and says that something waits.

import { State, changeReport, dropReport, keptReports, listen } from "./outbox.js";
import { sendAll } from "./outbox_send.js";

const AGAIN = 60_000; // milliseconds until what could not be sent is tried again, while a page is open
const line = document.querySelector("[data-waiting-line]");
// The report that this page is about, its form or its receipt: it is in the person's hands again.
const here = document.querySelector("#report-form [name=client_id]")?.value || document.querySelector("[data-sent]")?.dataset.sent;
let later = 0;

async function setUp() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/sw.js", { type: "module", updateViaCache: "none" });
  const { active } = await navigator.serviceWorker.ready;
  const { lang, classList } = document.documentElement;
  active.postMessage({ keep: `?${new URLSearchParams({ lang, elder: classList.contains("elder") ? 1 : 0 })}` });
}

/** Let the browser wake the service worker when the network is back, even when no page is open any more. */
async function wakeLater() {
  const worker = await navigator.serviceWorker?.getRegistration();
  await worker?.sync?.register("outbox");
}

/** What another page was sending when it went away waits from now on. */
async function takeOver() {
  if (here) await dropReport(here);
  const left = (await keptReports()).filter(({ state }) => state === State.PAGE);
  for (const { id } of left) await changeReport(id, { state: State.WAITING });
}

async function draw() {
  if (!line) return;
  const reports = await keptReports();
  const sent = reports.filter(({ state }) => state === State.SENT);
  const waiting = reports.filter(({ state }) => state !== State.SENT && state !== State.PAGE);
  const words = line.querySelector("[data-one]");
  line.hidden = !waiting.length && !sent.length;
  if (!waiting.length) words.textContent = words.dataset.none;
  else words.textContent = waiting.length === 1 ? words.dataset.one : words.dataset.many.replace("{number}", waiting.length);
}

async function go() {
  if (!(await keptReports()).some(({ state }) => [State.WAITING, State.SENDING].includes(state))) return;
  wakeLater().catch(() => {}); // where the browser has no such thing the next visit sends
  clearTimeout(later);
  if (!navigator.onLine) return;
  await sendAll().catch(() => {
    later = setTimeout(() => go().catch(() => {}), AGAIN);
  });
}

async function look() {
  await takeOver();
  await draw();
  listen(() => draw().catch(() => {}));
  window.addEventListener("online", () => go().catch(() => {}));
  await go();
}

setUp().catch(() => {}); // without it there is no page offline; everything else works
look().catch(() => {}); // a browser without a store has nothing that waits
