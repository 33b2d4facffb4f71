// The page of what waits on this phone: each report with its pictures, how far it is, and what can be done with it.

import { NAMES, readDraft, writeDraft } from "./draft_store.js";
import { forgetShots, keepShot } from "./kept_shots.js";
import { State, dropReport, fileOf, keptReport, keptReports, listen } from "./outbox.js";
import { sendAll } from "./outbox_send.js";

const box = document.querySelector("[data-outbox]");
const words = JSON.parse(document.getElementById("outbox-words").textContent);
const shape = box.querySelector("template");
const head = box.querySelector("h1");
const list = box.querySelector("[data-outbox-list]");
const LEVELS = { waiting: "idle", page: "idle", sending: "warn", refused: "bad", sent: "ok" };
const ICONS = { waiting: "hourglass-split", page: "hourglass-split", sending: "arrow-up-circle", refused: "exclamation-octagon-fill", sent: "check-circle-fill" };
const rows = new Map(); // by the report's id: {row, faces}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

async function face(picture, number) {
  const one = box.querySelector("[data-picture-shape]").content.firstElementChild.cloneNode(true);
  const file = await fileOf(picture.key).catch(() => null);
  const image = one.querySelector("img");
  image.alt = fill(words.photo, { number });
  if (file) image.src = URL.createObjectURL(file);
  else if (picture.token) image.src = box.dataset.thumb.replace("TOKEN", picture.token);
  return one;
}

function progress(one, { size, token }, sent) {
  const percent = token ? 100 : Math.min(100, Math.round((100 * (sent || 0)) / (size || 1)));
  one.querySelector("rect").setAttribute("width", percent);
  one.querySelector("[data-percent]").textContent = `${percent}%`;
}

async function made(report) {
  const row = shape.content.firstElementChild.cloneNode(true);
  const faces = new Map();
  for (const [place, picture] of report.pictures.entries()) {
    const one = await face(picture, place + 1);
    faces.set(picture.key, one);
    row.querySelector("[data-pictures]").append(one);
  }
  row.querySelector("[data-send]").addEventListener("click", () => send(report.id));
  row.querySelector("[data-edit]").addEventListener("click", () => edit(report.id));
  row.querySelector("[data-drop]").addEventListener("click", () => ask(row, true));
  row.querySelector("[data-keep]").addEventListener("click", () => ask(row, false));
  for (const name of ["drop-sure", "forget"]) row.querySelector(`[data-${name}]`).addEventListener("click", () => dropReport(report.id));
  return { row, faces };
}

function ask(row, sure) {
  row.querySelector("[data-acts]").hidden = sure;
  row.querySelector("[data-sure]").hidden = !sure;
  row.querySelector(sure ? "[data-keep]" : "[data-drop]").focus();
}

function show({ row, faces }, report) {
  const { state, receipt } = report;
  const sent = state === State.SENT;
  const light = row.querySelector("[data-state]");
  light.className = `row-x strong ${LEVELS[state]}-ink`;
  light.querySelector("i").className = `bi bi-${ICONS[state]}`;
  light.querySelector("[data-word]").textContent = words[state];
  row.querySelector("h2").textContent = report.kind || words.no_kind;
  row.querySelector("[data-place]").textContent = report.place;
  row.querySelector("[data-words]").textContent = report.fields.words || "";
  const at = new Date(report.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  row.querySelector("[data-at]").textContent = fill(words.at, { time: at });
  row.querySelector("[data-why]").textContent = state === State.REFUSED ? report.why || words.pictures_gone : "";
  row.querySelector("[data-pictures]").hidden = sent;
  row.querySelector("[data-acts]").hidden = sent || !row.querySelector("[data-sure]").hidden;
  row.querySelector("[data-got]").hidden = !sent;
  if (sent) {
    row.querySelector("[data-sure]").hidden = true;
    row.querySelector("[data-receipt]").href = receipt.address;
    row.querySelector("[data-number]").textContent = receipt.number;
  }
  for (const picture of report.pictures) progress(faces.get(picture.key), picture, picture.sent);
}

async function draw() {
  const reports = await keptReports();
  for (const [id, { row }] of rows) {
    if (reports.some((report) => report.id === id)) continue;
    const focused = row.contains(document.activeElement);
    row.remove();
    rows.delete(id);
    if (focused) head.focus();
  }
  for (const report of reports) {
    if (!rows.has(report.id)) {
      rows.set(report.id, await made(report));
      list.append(rows.get(report.id).row);
    }
    show(rows.get(report.id), report);
  }
  box.querySelector("[data-outbox-empty]").hidden = reports.length > 0;
}

async function send(id) {
  say(navigator.onLine ? "" : words.offline);
  await sendAll(id).catch(() => say(words.offline));
}

/**
 * Put a report back into its form: as the draft that the form offers. It leaves the outbox only when the form has all of it,
 * and takes the place of no other draft.
 */
async function edit(id) {
  const begun = readDraft()?.values.client_id;
  const report = await keptReport(id);
  if (begun && begun !== id) return say(words.begun);
  if (!report) return null; // deleted in another tab
  if (await putBack(report)) {
    await dropReport(id);
    return window.location.assign(box.dataset.report);
  }
  await forgetShots("report", id);
  return say(words.not_changed);
}

/** Give a report to its form; tells whether all of it could be kept. */
async function putBack({ id, fields, pictures }) {
  const shots = [];
  for (const { key, token, claims, address } of pictures) {
    const file = await fileOf(key);
    const kept = { id: key, form: "report", report: id, file, claims, address };
    if (file && (await keepShot(kept))) return false;
    if (!file) shots.push({ token, thumb: box.dataset.thumb.replace("TOKEN", token) });
  }
  const values = Object.fromEntries(NAMES.map((name) => [name, fields[name] || ""]));
  const answers = Object.fromEntries(Object.entries(fields).filter(([name]) => name.startsWith("answer-")).map(([name, value]) => [name, [].concat(value)]));
  return writeDraft({ values: { ...values, client_id: id }, shots, kind: fields.category || "", answers, minors: "minors" in fields, anonymous: "anonymous" in fields, notify: "notify" in fields });
}

function say(sentence) {
  const line = box.querySelector("[data-outbox-voice]");
  line.textContent = sentence;
  if (sentence) line.scrollIntoView({ block: "nearest" });
}

let drawing = Promise.resolve();

function changed({ id, key, sent }) {
  const known = key && rows.get(id)?.faces.get(key);
  if (known) {
    keptReport(id).then((report) => {
      const picture = report?.pictures.find((one) => one.key === key);
      if (picture) progress(known, picture, sent);
    });
  } else drawing = drawing.then(draw).catch(() => {});
}

// The page stands in for another one that could not be fetched.
document.querySelector("[data-lost]").hidden = window.location.pathname === box.dataset.own;
for (const button of document.querySelectorAll("[data-reload]")) button.addEventListener("click", () => window.location.reload());

listen(changed);
drawing = draw().catch(() => {
  box.querySelector("[data-outbox-empty]").hidden = true;
  box.querySelector("[data-outbox-none]").hidden = false;
});
