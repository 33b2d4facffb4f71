// The draft of a report as the phone keeps it between two visits: for a day, as long as the server keeps pictures that
// hang on nothing. Shape: {at, values, shots, kind, minors, anonymous, notify}; `values` by the names of the form's fields.

const KEY = "report-draft";
const KEPT = 20 * 60 * 60 * 1000; // milliseconds

export const NAMES = ["client_id", "lon", "lat", "accuracy", "place_source", "area_id", "address", "landmark", "subcategory_id", "words", "contact"];

export function readDraft() {
  try {
    const draft = JSON.parse(localStorage.getItem(KEY));
    return draft && Date.now() - draft.at < KEPT ? draft : null;
  } catch {
    return null;
  }
}

export function writeDraft(draft) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), ...draft }));
  } catch {
    // A full or forbidden store: the page itself still holds everything.
  }
}

/** Forget the draft: it was sent, or is not wanted. */
export function dropDraft() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // No store, no draft.
  }
}
