// Sends what waits in the outbox, in a page or in the service worker, never in two of them at once: the pictures one
// after the other, then the report. The server knows it by its client id, so that sent twice is sent once. A lost network
// leaves everything as it is for the next time.

import { State, changeReport, fileOf, keptReport, keptReports, settleReport, tellProgress } from "./outbox.js";
import { Upload } from "./upload.js";

const SEND = "/report";
const UPLOADS = "/report/uploads";
const TOKEN = "/report/token";
const LOCK = "outbox";
const LATER = [0, 408, 423, 425, 429];
const ROUNDS = 2; // times that pictures the server gave up are sent again at once

/** Not now: the network is gone, or the server is busy. */
class Lost extends Error {}

/** Something has to be put right first; the words say what. */
class Refused extends Error {}

/** A picture on its way by `fetch`, which service workers have; a lost network ends it until the next time. */
class PatientUpload extends Upload {
  async exchange(method, url, { headers = {}, body = null } = {}) {
    const said = { "Tus-Resumable": "1.0.0", "X-CSRFToken": this.csrf(), Accept: "application/json", ...headers };
    const answer = await reached(url, { method, headers: said, body });
    const response = await answer.json().catch(() => null);
    return { status: answer.status, response, getResponseHeader: (name) => answer.headers.get(name) };
  }

  async pause() {
    throw new Lost();
  }
}

async function reached(url, options = {}) {
  try {
    return await fetch(url, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    throw new Lost();
  }
}

async function freshToken() {
  const answer = await reached(TOKEN, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Lost();
  return (await answer.json()).token;
}

/** Send the picture `place` of `report` unless the server has it; note what it is called there. */
async function sendPicture(report, place, csrf) {
  const picture = report.pictures[place];
  if (picture.token) return;
  const file = await fileOf(picture.key);
  if (!file) throw new Refused("");
  const note = (change) => {
    Object.assign(picture, change);
    return changeReport(report.id, { pictures: report.pictures });
  };
  let refused = null;
  let said = null;
  const upload = new PatientUpload(file, {
    post: UPLOADS,
    address: picture.address,
    claims: picture.claims,
    csrf: () => csrf,
    on: {
      began: (address) => note({ address }),
      progress: (sent) => tellProgress(report.id, picture.key, sent),
      waiting: () => {},
      done: (answer) => {
        said = answer;
      },
      refused: (why) => {
        refused = new Refused(why);
      },
    },
  });
  await upload.run();
  if (refused) throw refused;
  await note({ token: said.token, address: "", sent: file.size });
}

function filled(report, csrf) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...report.fields, client_id: report.id, csrf_token: csrf, act: "send_as_it_is" })) {
    for (const one of [].concat(value)) form.append(name, one);
  }
  for (const { token, view } of report.pictures) {
    form.append("token", token);
    if (view) form.append(`view-${token}`, view);
  }
  return form;
}

/** Send a report once all its pictures are there; tell whether pictures have to be sent again first. */
async function sendWords(report, csrf) {
  const answer = await reached(SEND, { method: "POST", body: filled(report, csrf), headers: { Accept: "application/json" } });
  if (LATER.includes(answer.status) || answer.status >= 500) throw new Lost();
  const said = await answer.json().catch(() => ({}));
  if (answer.ok) {
    await settleReport(report.id, { number: said.number, code: said.code, address: said.receipt });
    return false;
  }
  if (said.fields?.includes("csrf_token")) throw new Lost(); // the session ended at this moment
  const gone = report.pictures.filter(({ token }) => said.pictures && !said.pictures.includes(token));
  for (const picture of gone) Object.assign(picture, { token: "", address: "" });
  if (gone.length) await changeReport(report.id, { pictures: report.pictures });
  if (!gone.length) throw new Refused(said.error || "");
  return true;
}

async function sendOne(report) {
  const csrf = await freshToken();
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (let place = 0; place < report.pictures.length; place += 1) await sendPicture(report, place, csrf);
    if (!(await keptReport(report.id))) return; // deleted meanwhile
    if (!(await sendWords(report, csrf))) return;
  }
  throw new Lost();
}

/** Send the report `id`; tell whether the network was there. */
async function tried(id) {
  const report = await keptReport(id);
  if (!report || report.state === State.SENT) return true;
  await changeReport(id, { state: State.SENDING, why: "" });
  try {
    await sendOne(report);
    return true;
  } catch (trouble) {
    const refused = trouble instanceof Refused;
    await changeReport(id, { state: refused ? State.REFUSED : State.WAITING, why: refused ? trouble.message : "" });
    if (!refused && !(trouble instanceof Lost)) throw trouble;
    return refused;
  }
}

const alone = (act) => (self.navigator.locks ? self.navigator.locks.request(LOCK, act) : act());

/** Send all that waits, and `also` one that was refused before. Rejects when one could not be sent now, to be woken again. */
export function sendAll(also = "") {
  return alone(async () => {
    const due = (await keptReports()).filter(({ id, state }) => [State.WAITING, State.SENDING].includes(state) || id === also);
    let lost = 0; // one that the server cannot take holds up none of the others
    for (const { id } of due) if (!(await tried(id))) lost += 1;
    if (lost) throw new Lost("the network is gone");
  });
}
