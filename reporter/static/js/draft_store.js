// The draft of a report as the phone keeps it between two visits: for a day, as long as the server keeps pictures that
// hang on nothing. Shape: {at, values, shots, kind, answers, minors, anonymous, notify}; `values` by the names of the form's
// fields, `answers` to what the kinds ask by theirs, each a list.

const KEY = "report-draft";
const KEPT = 20 * 60 * 60 * 1000; // milliseconds
let given = ""; // the report that waits elsewhere by now: what its page still writes is no draft any more

export const NAMES = ["client_id", "lon", "lat", "accuracy", "place_source", "area_id", "address", "landmark", "subcategory_id", "words", "contact"];

export function readDraft() {
  try {
    const draft = JSON.parse(localStorage.getItem(KEY));
    return draft && Date.now() - draft.at < KEPT ? draft : null;
  } catch {
    return null;
  }
}

/** Keep this draft in the place of the one before; tell whether it is kept: a store may be full, or forbidden. */
export function writeDraft(draft) {
  if (given && draft.values.client_id === given) return true;
  try {
    localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), ...draft }));
    return true;
  } catch {
    return false;
  }
}

/** Forget the draft of the report `id`: it was sent, or is not wanted. That of another report stays. */
export function dropDraft(id) {
  try {
    if (readDraft()?.values.client_id === id) localStorage.removeItem(KEY);
  } catch {
    // No store, no draft.
  }
}

/** The report `id` is kept elsewhere, whole: forget its draft, and keep none of it until somebody comes back to this page. */
export function giveDraft(id) {
  given = id;
  dropDraft(id);
}

self.addEventListener("pageshow", () => {
  given = "";
});
