// Maps (see _parts/map.html), fetched by map_near.js: our own areas as vectors, tiles below them where the installation
// has some, markers and clusters as the server gives them, one pin that can be picked. A list beside the map holds the
// same things.

import { ways } from "./datum.js";

const { L } = window;
const words = JSON.parse(document.getElementById("js-words")?.textContent || "{}");
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const OWN = 12; // pixels: a marker this near to an area's label is the area's own
const HALO = 8; // pixels around a marker that stay free
const CLOSE = 16; // zoom at which one place is looked at
const STILL = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const STEP = 0.00005; // degrees an arrow key moves the pin: about 5 metres; ten times that with shift

const PIN = L.divIcon({
  className: "map-pin",
  iconSize: [40, 52],
  iconAnchor: [20, 50],
  html: '<svg viewBox="0 0 40 52" aria-hidden="true"><path d="M20 50c-5-14-17-19-17-31a17 17 0 0 1 34 0c0 12-12 17-17 31z"/><circle cx="20" cy="19" r="6"/></svg>',
});

async function fetched(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

class House {
  constructor(box) {
    this.box = box;
    this.settings = box.dataset;
    this.way = ways(this.settings.datum);
    box.textContent = "";
    const motion = { zoomAnimation: !STILL, fadeAnimation: !STILL, markerZoomAnimation: !STILL, inertia: !STILL };
    this.map = L.map(box, { zoomControl: false, minZoom: 6, maxZoom: 18, zoomSnap: 0.5, attributionControl: false, ...motion });
    this.leaving = new AbortController(); // what a form that outlives the map tells it
    this.map.getPane("overlayPane").setAttribute("aria-hidden", "true"); // borders, lines, circles: nothing to press, nothing to read
    L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(this.map);
    this.markers = L.layerGroup().addTo(this.map);
    this.labels = [];
    this.own = []; // markers that stay, whatever is asked for
    this.map.on("zoomend resize", () => this.settleLabels());
    if (this.settings.tiles) this.addTiles();
    this.firstView();
    this.ready = this.draw();
    box.addEventListener("htmx:beforeCleanupElement", ({ target }) => target === box && this.end());
  }

  /** The page goes on without this map: what it listens to is let go. */
  end() {
    this.over = true;
    this.leaving.abort();
    this.map._animatingZoom = false; // Leaflet 1.9 goes on with a zoom after its map was removed, and fails
    this.map.remove();
    this.box.classList.remove("leaflet-container"); // so that it is drawn anew where the page comes back
    delete this.box.house;
  }

  /** [lon, lat] of ours as Leaflet wants it on this map. */
  at(point) {
    const [lon, lat] = this.way.draw(point);
    return L.latLng(lat, lon);
  }

  addTiles() {
    this.box.classList.add("tiled");
    L.tileLayer(this.settings.tiles, { maxZoom: 18 }).addTo(this.map);
  }

  firstView() {
    const { box, pin } = this.settings;
    if (box) {
      const [west, south, east, north] = box.split(",").map(Number);
      this.map.fitBounds([this.at([west, south]), this.at([east, north])]);
    } else if (pin) this.map.setView(this.at(pin.split(",").map(Number)), CLOSE);
  }

  async draw() {
    const { areas, lines, markers, markersUrl, pin, accuracy, pick } = this.settings;
    if (pin) this.setPin(pin.split(",").map(Number), Number(accuracy) || 0);
    if (pick) this.letPick(document.querySelector(pick));
    const loads = [];
    if (areas) loads.push(fetched(areas).then((found) => this.drawAreas(found)));
    if (lines) loads.push(fetched(lines).then((found) => this.drawLines(found)));
    await Promise.allSettled(loads);
    if (this.over) return;
    if (this.map.getZoom() === undefined) this.map.setView([41.03, 113.11], 12);
    this.settleLabels();
    if (markers) this.show((this.own = JSON.parse(markers)));
    if (markersUrl) {
      await this.ask();
      if (this.over) return;
      this.map.on("moveend", () => this.ask());
    }
  }

  geo(found, options) {
    return L.geoJSON(found, {
      interactive: false,
      coordsToLatLng: ([lon, lat]) => this.at([lon, lat]),
      ...options,
    }).addTo(this.map);
  }

  drawAreas(found) {
    const layer = this.geo(found, {
      style: ({ properties }) => ({ className: `map-area${properties.alt ? " alt" : ""}${properties.on ? " on" : ""}` }),
    });
    layer.bringToBack();
    layer.eachLayer((area) => {
      const { name, lon, lat } = area.feature.properties;
      if (name) this.addLabel(name, lon === undefined ? area.getBounds().getCenter() : this.at([lon, lat]));
    });
    this.whole = layer.getBounds();
    if (this.whole.isValid()) this.offerWhole();
    if (this.map.getZoom() === undefined && layer.getBounds().isValid()) this.map.fitBounds(layer.getBounds(), { padding: [8, 8] });
  }

  addLabel(name, place) {
    const icon = L.divIcon({ className: "map-word", html: `<span>${escaped(name)}</span>`, iconSize: [0, 0] });
    this.labels.push(L.marker(place, { icon, interactive: false, keyboard: false }).addTo(this.map));
  }

  /** A button that shows all areas again. */
  offerWhole() {
    const control = L.control({ position: "topleft" });
    control.onAdd = () => {
      const bar = L.DomUtil.create("div", "leaflet-bar");
      const button = L.DomUtil.create("a", "", bar);
      Object.assign(button, { href: "#", title: words.whole, innerHTML: '<i class="bi bi-arrows-fullscreen" aria-hidden="true"></i>' });
      button.setAttribute("role", "button");
      button.setAttribute("aria-label", words.whole);
      L.DomEvent.on(button, "click", (event) => {
        L.DomEvent.stop(event);
        this.map.fitBounds(this.whole, { padding: [8, 8] });
      });
      return bar;
    };
    control.addTo(this.map);
  }

  /** Put each label below its own marker; hide one that would lie on another marker or label. */
  settleLabels() {
    if (this.map.getZoom() === undefined) return;
    const circles = this.markers.getLayers().map((marker) => {
      const { x, y } = this.map.latLngToContainerPoint(marker.getLatLng());
      const radius = marker.options.icon.options.iconSize[0] / 2 + HALO;
      return { x, y, radius, box: [x - radius, y - radius, x + radius, y + radius] };
    });
    const taken = [];
    for (const label of this.labels) {
      const face = label.getElement()?.firstElementChild;
      if (!face) continue; // the map has no view yet: what gives it one settles the labels again
      const { x, y } = this.map.latLngToContainerPoint(label.getLatLng());
      const own = circles.filter((one) => Math.hypot(one.x - x, one.y - y) < OWN);
      const drop = own.length ? Math.max(...own.map((one) => one.radius)) + face.offsetHeight / 2 : 0;
      const half = face.offsetWidth / 2;
      const box = [x - half, y + drop - face.offsetHeight / 2, x + half, y + drop + face.offsetHeight / 2];
      const others = circles.filter((one) => !own.includes(one)).map((one) => one.box);
      const free = ![...taken, ...others].some((other) => meets(box, other));
      face.style.transform = `translate(-50%, calc(-50% + ${drop}px))`;
      face.style.visibility = free ? "visible" : "hidden";
      if (free) taken.push(box);
    }
  }

  drawLines(found) {
    this.geo(found, { style: ({ properties }) => ({ className: `map-line ${properties.kind || "road"}` }) });
  }

  /** Show markers: {lon, lat, number, level, text, href, id, box}. */
  show(list) {
    this.markers.clearLayers();
    this.pairs?.abort();
    this.pairs = new AbortController(); // the list beside the map stays, its markers are drawn at every move
    list.forEach((thing) => this.addMarker(thing));
    if (this.map.getZoom() === undefined && list.length) this.map.fitBounds(L.latLngBounds(list.map((thing) => this.at([thing.lon, thing.lat]))));
    this.settleLabels();
    this.box.dispatchEvent(new CustomEvent("map:markers", { detail: list, bubbles: true }));
  }

  addMarker(thing) {
    const many = thing.number > 1;
    const across = many ? 2 * (17 + Math.min(20, Math.sqrt(thing.number) * 2.4)) : 22;
    const text = thing.text || fill(words.cluster, { number: thing.number });
    const icon = L.divIcon({ className: `mk ${thing.level || ""}`, iconSize: [across, across], html: many ? String(thing.number) : "" });
    // For the eye and the pointer: neighbours may lie on each other. The keyboard takes the list beside the map.
    const marker = L.marker(this.at([thing.lon, thing.lat]), { icon, title: text, keyboard: false }).addTo(this.markers);
    const face = marker.getElement();
    face.setAttribute("role", "img");
    face.setAttribute("aria-label", text);
    const partner = thing.id && document.querySelector(`[data-marker="${CSS.escape(String(thing.id))}"]`);
    if (partner) this.pair(face, partner);
    marker.on("click", () => this.follow(thing, partner));
  }

  pair(face, row) {
    const mark = (on) => () => face.classList.toggle("on", on);
    for (const kind of ["mouseenter", "focusin"]) row.addEventListener(kind, mark(true), { signal: this.pairs.signal });
    for (const kind of ["mouseleave", "focusout"]) row.addEventListener(kind, mark(false), { signal: this.pairs.signal });
  }

  follow(thing, row) {
    if (thing.href) window.location.assign(thing.href);
    else if (thing.box) this.map.fitBounds([this.at(thing.box.slice(0, 2)), this.at(thing.box.slice(2))]);
    else if (row) (row.querySelector("a, button") || row).focus();
    else this.map.setView(this.at([thing.lon, thing.lat]), this.map.getZoom() + 2);
  }

  async ask() {
    const edge = this.map.getBounds();
    const [west, south] = this.way.read([edge.getWest(), edge.getSouth()]);
    const [east, north] = this.way.read([edge.getEast(), edge.getNorth()]);
    const url = new URL(this.settings.markersUrl, window.location.href);
    url.searchParams.set("box", [west, south, east, north].map((degree) => degree.toFixed(5)).join(","));
    url.searchParams.set("zoom", Math.round(this.map.getZoom()));
    const asked = (this.asked = url.href);
    try {
      const { markers } = await fetched(url);
      if (asked === this.asked) this.show([...this.own, ...markers]);
    } catch {
      // The list beside the map still stands; the next move asks again.
    }
  }

  setPin(point, accuracy = 0) {
    const place = this.at(point);
    if (this.pin) this.pin.setLatLng(place);
    else {
      const moves = "pick" in this.settings; // one that stays is no button, and does not say that it can be moved
      this.pin = L.marker(place, { icon: PIN, title: moves ? words.pin : "", keyboard: moves, interactive: moves, zIndexOffset: 1000 }).addTo(this.map);
      if (moves) this.pin.getElement().setAttribute("aria-label", words.pin);
    }
    this.halo?.remove();
    this.halo = L.circle(place, { radius: Math.max(accuracy, 8), className: "map-halo", interactive: false }).addTo(this.map);
  }

  /** Let the person choose the place: press the map, drag the pin, or move it with the arrow keys. */
  letPick(form) {
    this.form = form;
    this.voice = document.createElement("p");
    this.voice.className = "visually-hidden";
    this.voice.setAttribute("role", "status");
    this.box.after(this.voice);
    this.map.on("click", ({ latlng }) => this.picked(latlng));
    if (this.pin) this.mobilize();
    form.addEventListener("place:unset", () => {
      this.pin?.remove();
      this.halo?.remove();
      this.pin = this.halo = null;
      this.mobile = false;
    }, { signal: this.leaving.signal });
    form.addEventListener("place:set", ({ detail }) => {
      this.setPin([detail.lon, detail.lat], detail.accuracy);
      this.mobilize();
      this.map.setView(this.pin.getLatLng(), Math.max(this.map.getZoom() ?? CLOSE, CLOSE));
    }, { signal: this.leaving.signal });
  }

  mobilize() {
    if (this.mobile) return;
    this.mobile = true;
    this.pin.dragging.enable();
    this.pin.on("dragend", () => this.picked(this.pin.getLatLng()));
    this.pin.getElement().addEventListener("keydown", (event) => {
      const [dLat, dLon] = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] || [];
      if (dLat === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      const step = STEP * (event.shiftKey ? 10 : 1);
      const from = this.pin.getLatLng();
      this.picked(L.latLng(from.lat + dLat * step, from.lng + dLon * step));
      this.pin.getElement().focus();
    });
  }

  picked(latlng) {
    const [lon, lat] = this.way.read([latlng.lng, latlng.lat]);
    this.setPin([lon, lat]);
    this.mobilize();
    const facts = { lon: lon.toFixed(6), lat: lat.toFixed(6), accuracy: "", place_source: "picked", datum: "wgs84" };
    for (const [name, value] of Object.entries(facts)) {
      const input = this.form.elements.namedItem((this.settings.prefix || "") + name);
      if (input) input.value = value;
    }
    this.voice.textContent = fill(words.picked, { lat: facts.lat, lon: facts.lon });
    this.form.dispatchEvent(new CustomEvent("place:picked", { detail: { lon, lat }, bubbles: true }));
  }
}

const meets = (one, other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];

function escaped(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span.innerHTML;
}

/** Draw the map of `box`, once; it says so by the event `map:ready`. */
export function wake(box) {
  if (box.house) return;
  box.house = new House(box);
  box.dispatchEvent(new CustomEvent("map:ready", { bubbles: true }));
}
