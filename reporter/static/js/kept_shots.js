// Pictures that are not all sent yet stay on the phone, so that a reload or a closed browser loses none: each with the
// address under which the server has its beginning. A forbidden store only means that nothing is kept; a full one is told.

const KEPT = 20 * 60 * 60 * 1000; // milliseconds; less than the server keeps its part
const STORE = "shots";

function opened() {
  return new Promise((resolve, reject) => {
    const request = window.indexedDB.open("pictures-on-their-way", 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE, { keyPath: "id" }));
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
    request.addEventListener("blocked", () => reject(new Error("blocked")));
  });
}

async function within(mode, act, failed = () => undefined) {
  let base = null;
  try {
    base = await opened();
    return await new Promise((resolve, reject) => {
      const work = base.transaction(STORE, mode);
      const request = act(work.objectStore(STORE));
      work.addEventListener("complete", () => resolve(request.result));
      work.addEventListener("abort", () => reject(work.error));
      work.addEventListener("error", () => reject(work.error));
    });
  } catch (trouble) {
    return failed(trouble); // no store, nothing kept
  } finally {
    base?.close();
  }
}

/**
 * Keep `shot`: {id, form, report, file, address, claims, view, sent}; `report` is the client id of the report it belongs to, where
 * its form has one. What was kept under its id is replaced. Tells why it could not be kept: "full", "lost"; "" when it is.
 */
export async function keepShot(shot) {
  const failed = (trouble) => ({ why: trouble?.name === "QuotaExceededError" ? "full" : "lost" });
  return (await within("readwrite", (store) => store.put({ at: Date.now(), ...shot }), failed)).why ?? "";
}

export const forgetShot = (id) => within("readwrite", (store) => store.delete(id));

/** What is kept for a form, oldest first; what is older than 20 hours is forgotten, of whichever form. */
export async function keptShots(form) {
  const all = (await within("readonly", (store) => store.getAll())) || [];
  const fresh = (shot) => Date.now() - shot.at < KEPT;
  for (const shot of all) if (!fresh(shot)) await forgetShot(shot.id);
  return all.filter((shot) => fresh(shot) && shot.form === form && shot.file?.size).sort((one, other) => one.at - other.at);
}

/** Forget what is kept for a form; where a `report` is named, only what belongs to it. */
export async function forgetShots(form, report = null) {
  for (const shot of await keptShots(form)) if (report === null || shot.report === report) await forgetShot(shot.id);
}
