// The place of the last report, kept on this phone alone for a week: who reports again is often still there.

const KEY = "report-place";
const KEPT = 7 * 24 * 60 * 60 * 1000; // milliseconds
const NAMES = ["lon", "lat", "area_id", "address", "landmark"];

/** {lon, lat, area_id, address, landmark} as the form's fields had them; null when there is none. */
export function lastPlace() {
  try {
    const place = JSON.parse(localStorage.getItem(KEY));
    return place && Date.now() - place.at < KEPT ? place : null;
  } catch {
    return null;
  }
}

/** Keep the place of the report whose fields `valueOf(name)` gives. */
export function keepPlace(valueOf) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), ...Object.fromEntries(NAMES.map((name) => [name, valueOf(name)])) }));
  } catch {
    // A full or forbidden store: the next report asks anew.
  }
}
