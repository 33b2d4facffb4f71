// The place: from the phone at the moment of the shot, else from the photo, else where one reported last, set on the map or
// typed. Where it came from is said with it.

import { lastPlace } from "./last_place.js";
import { asked, field, fill, form, words } from "./report_page.js";

const FAR = 1000; // metres between pin and photo that deserve a word
const LATELY = 5 * 60 * 1000; // milliseconds for which the phone is taken to be where it was
const LINES_END = 13.5; // zoom beyond which our own lines leave the screen empty; tiles go on
const QUIET = 2000; // milliseconds after the page has come
const EXACT = 100; // metres; a place that is less exact is looked at by a person
const WAITED = 6000; // milliseconds for which a place that is on its way is waited for
const EARTH = 6371008.8;
const section = document.getElementById("step-place");
const part = (name) => section.querySelector(`[data-place-${name}]`);
const plainLead = part("lead").textContent;
let fromPhoto = null; // where the first photo says it was taken
let refusedPhoto = ""; // the photo's place that is not in this city: not tried again
let nowhere = ""; // that the point lies in no area, so that one has to be chosen
let fix = null; // where the phone was last, and when
let certain = ""; // the last point that lies in an area of the city
let assumed = false; // the place is only that of the last report, which a person has to confirm
let underway = 0; // askings of the phone and of the server that were not answered yet
let placings = 0; // how often a person set the place: an older answer of the phone does not take its place
let reading = false; // pictures are still asked where they were taken
let chosen = ""; // the address whose place was chosen
let verdict = ""; // why the last point could not be taken; it was dropped then, and an address may stand for it

const rad = (degrees) => (degrees * Math.PI) / 180;

function metres([lon, lat], [otherLon, otherLat]) {
  const chord =
    Math.sin(rad(otherLat - lat) / 2) ** 2 +
    Math.cos(rad(lat)) * Math.cos(rad(otherLat)) * Math.sin(rad(otherLon - lon) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(chord));
}

export const point = () => (field("lon").value && field("lat").value ? [Number(field("lon").value), Number(field("lat").value)] : null);
const typed = () => Boolean(field("area_id").value && field("address").value.trim());

/** The place in words, for the last screen. */
export function placeWords() {
  const area = field("area_id").selectedOptions?.[0];
  const named = part("area-word").dataset.area || (area?.value ? area.textContent : "");
  return [named, field("address").value.trim() || part("beside").textContent, field("landmark").value.trim()].filter(Boolean).join(" · ") || part("source").textContent || words.from_map;
}

/** Where the place comes from, in words. */
export const placeSource = () => (point() ? part("source").textContent : "");

/** Whether the place is known well enough to go on without looking at it: measured, exact, in an area of the city. */
export function placeIsSure() {
  const here = point();
  const measured = ["gps", "exif"].includes(field("place_source").value) && Number(field("accuracy").value || 0) <= EXACT;
  return Boolean(here) && measured && !assumed && certain === here.join();
}

/** Wait until the place is known, nothing is left to wait for, or it takes too long. */
export function placeSettled() {
  if (placeIsSure() || (!underway && !reading)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      if (!placeIsSure() && (underway || reading)) return;
      form.removeEventListener("place:news", done);
      resolve();
    };
    form.addEventListener("place:news", done);
    setTimeout(resolve, WAITED);
  });
}

const news = () => form.dispatchEvent(new CustomEvent("place:news"));

/** Why one cannot go on from here; "" when one can. */
export function placeProblem() {
  if (point() && nowhere && !field("area_id").value) return nowhere;
  if (point() || typed()) return "";
  return `${verdict} ${field("address").value.trim() ? words.address_open : words.place_missing}`.trim();
}

function showSource(source, accuracy) {
  const texts = { gps: fill(words.from_gps, { metres: Math.round(accuracy) }), exif: words.from_exif, picked: words.from_map, address: fill(words.from_address, { metres: Math.round(accuracy) }) };
  const leads = { gps: words.lead_gps, exif: words.lead_exif, address: words.lead_address };
  part("source").textContent = assumed ? words.from_last : texts[source] || "";
  part("lead").textContent = assumed ? words.lead_last : leads[source] || plainLead;
}

function compare() {
  const here = point();
  const line = part("exif");
  line.textContent = "";
  if (!here || !fromPhoto || field("place_source").value === "exif") return;
  const far = metres(here, fromPhoto);
  line.textContent =
    far > FAR ? fill(words.differs, { km: (far / 1000).toFixed(1) }) : fill(words.agrees, { metres: Math.round(far / 10) * 10 });
}

function hint(level, text, area = "", beside = "") {
  const box = part("area");
  box.hidden = !text;
  box.className = `hint ${level} mt-3`;
  part("area-word").textContent = text;
  part("area-word").dataset.area = area;
  part("beside").textContent = beside;
  part("typed").hidden = Boolean(point() && level === "ok");
}

async function checkArea() {
  const here = point();
  verdict = nowhere = "";
  if (!here) return hint("", "");
  underway += 1;
  try {
    const said = await asked(form.dataset.area, { lon: here[0], lat: here[1] });
    if (here.join() !== point()?.join()) return;
    nowhere = said.id ? "" : said.words;
    certain = said.id ? here.join() : "";
    hint(said.id ? "ok" : "warn", said.words, said.name, said.beside);
  } catch (error) {
    if (here.join() !== point()?.join()) return;
    verdict = error.said || "";
    if (verdict) drop();
    hint("warn", verdict || words.offline);
  } finally {
    underway -= 1;
    news();
  }
  compare();
  form.dispatchEvent(new CustomEvent("place:checked"));
}

function drop() {
  for (const name of ["lon", "lat", "accuracy", "place_source"]) field(name).value = "";
  part("source").textContent = words.no_place;
  part("lead").textContent = plainLead;
}

async function setPoint(lon, lat, source, accuracy = "") {
  if (assumed) for (const name of ["area_id", "address", "landmark"]) field(name).value = "";
  assumed = false;
  field("lon").value = lon.toFixed(6);
  field("lat").value = lat.toFixed(6);
  field("accuracy").value = accuracy === "" ? "" : Math.round(accuracy);
  field("place_source").value = source;
  showSource(source, accuracy);
  const here = point().join();
  await checkArea();
  // A place that was refused is not shown: the map stays on the city. Nor is one that was set anew meanwhile.
  if (point()?.join() === here) form.dispatchEvent(new CustomEvent("place:set", { detail: { lon, lat, accuracy: accuracy || 0 } }));
}

/**
 * Take the place that was chosen for the typed address, unless the place that is set lies within it and is the more exact one.
 * Tells whether it was taken.
 */
export function setAddress({ text, lon, lat, accuracy }) {
  chosen = text;
  const here = point();
  const exact = Number(field("accuracy").value) || 0;
  if (here && !assumed && field("place_source").value !== "address" && exact <= accuracy && metres(here, [lon, lat]) <= accuracy) return false;
  assumed = false;
  placings += 1;
  setPoint(lon, lat, "address", accuracy);
  return true;
}

/** The address is typed anew: the place that was chosen for another one no longer holds. */
export function unsetAddress(text) {
  if (field("place_source").value !== "address" || (chosen && text.startsWith(chosen))) return;
  drop();
  hint("", "");
  form.dispatchEvent(new CustomEvent("place:unset"));
}

/** Ask the phone where it is. `quietly`: a refusal is not mentioned, because nobody pressed for it. */
export function locate({ quietly = false } = {}) {
  // Inside 微信 it is asked (wechat.js), since its browser may keep its own answer back.
  const where = form.locate || navigator.geolocation?.getCurrentPosition.bind(navigator.geolocation);
  if (!where) {
    if (!quietly) part("source").textContent = words.denied;
    return;
  }
  if (!quietly || !point()) part("source").textContent = words.looking;
  underway += 1;
  const before = placings;
  const answered = (act) => (answer) => {
    underway -= 1;
    act(answer);
    news();
  };
  where(
    answered(({ coords }) => {
      fix = { lon: coords.longitude, lat: coords.latitude, at: Date.now() };
      if (quietly ? !better(coords.accuracy) : before === placings) setPoint(coords.longitude, coords.latitude, "gps", coords.accuracy);
      else showSource(field("place_source").value, Number(field("accuracy").value));
    }),
    answered(() => {
      if (point()) showSource(field("place_source").value, Number(field("accuracy").value));
      else part("source").textContent = words.denied;
    }),
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
  );
}

/** Whether what is there is better than where the phone says it is: set by hand, or a photo's when the phone hardly knows. */
function better(accuracy) {
  if (!point() || assumed) return false;
  return ["picked", "address"].includes(field("place_source").value) || (field("place_source").value === "exif" && accuracy > EXACT);
}

/** A person looked at the place and goes on with it. */
export function confirmPlace() {
  assumed = false;
}

/** Take the place of the last report as long as nothing better is known; a person has to confirm it. */
export function assumeLast() {
  const last = lastPlace();
  if (!last || point() || typed()) return;
  assumed = true;
  for (const name of ["lon", "lat", "area_id", "address", "landmark"]) field(name).value = last[name] ?? "";
  field("place_source").value = point() ? "picked" : "";
  field("accuracy").value = "";
  showSource("picked");
  checkArea();
}

function look(faces) {
  news();
  const placed = faces.find((face) => face.dataset.lon && face.dataset.lat);
  fromPhoto = placed ? [Number(placed.dataset.lon), Number(placed.dataset.lat)] : null;
  if (!fromPhoto || (point() && !assumed) || refusedPhoto === fromPhoto.join()) return compare();
  refusedPhoto = fromPhoto.join();
  return setPoint(fromPhoto[0], fromPhoto[1], "exif", Number(placed.dataset.accuracy) || "");
}

/** The map measures itself anew: it was just drawn, or while its screen was hidden. */
export function revealMap() {
  const house = section.querySelector("[data-map]")?.house;
  if (!house) return;
  house.map.invalidateSize();
  if (!house.settings.tiles) house.map.setMaxZoom(LINES_END);
  const here = point();
  if (here) form.dispatchEvent(new CustomEvent("place:set", { detail: { lon: here[0], lat: here[1], accuracy: Number(field("accuracy").value) || 0 } }));
  else house.firstView();
}

/** Fetch what the map draws when everything else is there, so that it can be drawn later without a network. */
function fetchAhead() {
  const { areas, lines } = section.querySelector("[data-map]").dataset;
  for (const url of [areas, lines]) if (url) fetch(url, { headers: { Accept: "application/json" }, priority: "low" }).catch(() => {});
}

/** Say of the place that stands in the fields where it is from, and ask for its area. */
export function showPlace() {
  if (!point()) return;
  showSource(field("place_source").value || "picked", Number(field("accuracy").value));
  chosen = field("place_source").value === "address" ? field("address").value : "";
  checkArea();
}

export function wakePlace() {
  window.addEventListener("load", () => setTimeout(fetchAhead, QUIET), { once: true });
  section.addEventListener("map:ready", revealMap);
  form.addEventListener("shots:taken", ({ detail }) => {
    if (fix && Date.now() - fix.at < LATELY) detail.place = fix;
    if (detail.camera) locate({ quietly: true });
  });
  form.addEventListener("shots:changed", ({ detail }) => {
    reading = detail.reading;
    look(detail.faces);
  });
  form.addEventListener("place:picked", () => {
    assumed = false;
    placings += 1;
    showSource("picked");
    checkArea();
  });
  const here = section.querySelector("[data-locate]");
  here.addEventListener("click", () => locate());
  here.disabled = false; // a press before this would have been lost
  showPlace();
}
