// Follow something: what a choice needs is shown, the circle shows how far it goes, the phone may say where one is.

const form = document.getElementById("follow-form");
const map = form.querySelector("[data-map]");
const said = form.querySelector("[data-follow-said]");
const field = (name) => form.elements.namedItem(name);
const point = () => (field("lon").value && field("lat").value ? [Number(field("lon").value), Number(field("lat").value)] : null);
let picks = 0; // how often the place was set on the map

function show() {
  const chosen = field("what").value;
  for (const part of form.querySelectorAll("[data-follow]")) part.hidden = part.dataset.follow !== chosen;
  if (chosen === "place") map.house?.map.invalidateSize();
}

function circle() {
  const here = point();
  if (!here || !map.house) return;
  const [lon, lat] = here;
  form.dispatchEvent(new CustomEvent("place:set", { detail: { lon, lat, accuracy: Number(field("radius_m").value) } }));
  map.house.map.fitBounds(map.house.halo.getBounds(), { padding: [16, 16] });
}

function locate() {
  if (!navigator.geolocation) return (said.textContent = form.dataset.denied);
  said.textContent = form.dataset.looking;
  const before = picks;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      if (before !== picks) return; // meanwhile the place was set on the map
      field("lon").value = coords.longitude.toFixed(6);
      field("lat").value = coords.latitude.toFixed(6);
      marked();
    },
    () => {
      if (before === picks) said.textContent = form.dataset.denied;
    },
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
  );
}

function marked() {
  said.textContent = form.dataset.marked;
  circle();
}

form.addEventListener("change", ({ target }) => {
  if (target.name === "what") show();
  if (target.name === "radius_m") circle();
});
form.addEventListener("place:picked", () => {
  picks += 1;
  marked();
});
map.addEventListener("map:ready", circle);
const locateButton = form.querySelector("[data-follow-locate]");
locateButton.addEventListener("click", locate);
locateButton.disabled = false; // a press before this would have been lost
show();
