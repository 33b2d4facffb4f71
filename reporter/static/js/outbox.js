// Reports that wait on the phone until their receipt has come: words, place, kind and pictures, in IndexedDB. Whoever
// writes here is told when it does not work, because then nothing waits. The service worker reads it too.
//
// A report: {id, at, state, why, fields, kind, pictures, receipt}; `id` is the client id by which the server knows it,
// `fields` what its form sends, a list where a name comes more than once. A picture: {key, name, size, claims, address, token, view, sent}; its file lies apart,
// under its key, so that writing down how far one is writes no file again.

const REPORTS = "reports";
const FILES = "files";
const TOLD = "outbox";

export const State = Object.freeze({
  PAGE: "page", // its own page is sending it
  WAITING: "waiting", // for the network
  SENDING: "sending",
  REFUSED: "refused", // something has to be put right
  SENT: "sent", // the receipt is there; the pictures are not kept any more
});

const channel = "BroadcastChannel" in self ? new BroadcastChannel(TOLD) : null;
const listeners = new Set();

function tell(news) {
  for (const listener of listeners) listener(news);
  channel?.postMessage(news);
}

/** Call `listener` with {id, …} whenever a report changed, here or in another tab or the service worker. */
export function listen(listener) {
  listeners.add(listener);
  channel?.addEventListener("message", ({ data }) => listener(data));
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = self.indexedDB.open("outbox", 1);
    request.addEventListener("upgradeneeded", () => {
      request.result.createObjectStore(REPORTS, { keyPath: "id" });
      request.result.createObjectStore(FILES);
    });
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
    request.addEventListener("blocked", () => reject(new Error("blocked")));
  });
}

/** Do `act(reports, files)` in one transaction; what its request answers. */
async function within(mode, act) {
  const base = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const work = base.transaction([REPORTS, FILES], mode);
      const request = act(work.objectStore(REPORTS), work.objectStore(FILES));
      work.addEventListener("complete", () => resolve(request?.result));
      work.addEventListener("abort", () => reject(work.error || new Error("aborted")));
    });
  } finally {
    base.close();
  }
}

/** Keep a report with its `files`, by the key of their picture: all of it, or nothing. */
export async function keepReport(report, files) {
  await within("readwrite", (reports, kept) => {
    for (const [key, file] of Object.entries(files)) kept.put(file, key);
    return reports.put(report);
  });
  tell({ id: report.id });
}

/** Write down what changed about a report, unless it was deleted meanwhile; whether it is still there. */
export async function changeReport(id, change) {
  const found = await within("readwrite", (reports) => {
    const request = reports.get(id);
    request.addEventListener("success", () => {
      if (request.result) reports.put(Object.assign(request.result, change));
    });
    return request;
  });
  tell({ id });
  return Boolean(found);
}

/** Say how far a picture is, without writing it down. */
export const tellProgress = (id, key, sent) => tell({ id, key, sent });

const dropFiles = (files, report) => report?.pictures.forEach(({ key }) => files.delete(key));

/** Delete a report with its pictures. */
export async function dropReport(id) {
  await within("readwrite", (reports, files) => {
    const request = reports.get(id);
    request.addEventListener("success", () => dropFiles(files, request.result));
    return reports.delete(id);
  });
  tell({ id });
}

/** Keep of a report only that it was sent, and where its receipt is. */
export async function settleReport(id, receipt) {
  await within("readwrite", (reports, files) => {
    const request = reports.get(id);
    request.addEventListener("success", () => {
      dropFiles(files, request.result);
      if (request.result) reports.put({ ...request.result, state: State.SENT, why: "", pictures: [], fields: {}, receipt });
    });
    return request;
  });
  tell({ id });
}

/** All reports, oldest first. */
export async function keptReports() {
  const all = await within("readonly", (reports) => reports.getAll());
  return all.sort((one, other) => one.at - other.at);
}

export const keptReport = (id) => within("readonly", (reports) => reports.get(id));

/** The file of a picture; undefined when it has none on the phone. */
export const fileOf = (key) => within("readonly", (_, files) => files.get(key));
