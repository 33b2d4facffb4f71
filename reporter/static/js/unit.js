// The unit's lists: how far each case is from here (only when asked), and the print button.

const EARTH = 6371008.8;
const rad = (degrees) => (degrees * Math.PI) / 180;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function distance(from, to) {
  const north = Math.sin(rad(to.lat - from.lat) / 2) ** 2;
  const east = Math.sin(rad(to.lon - from.lon) / 2) ** 2 * Math.cos(rad(from.lat)) * Math.cos(rad(to.lat));
  return 2 * EARTH * Math.asin(Math.sqrt(north + east));
}

function words(metres, button) {
  const { nearMetres, nearKilometres } = button.dataset;
  if (metres < 1000) return fill(nearMetres, { number: Math.round(metres / 10) * 10 });
  return fill(nearKilometres, { number: (metres / 1000).toFixed(1) });
}

function show(here, button) {
  for (const box of document.querySelectorAll("[data-lon][data-lat]")) {
    const metres = distance(here, { lon: Number(box.dataset.lon), lat: Number(box.dataset.lat) });
    const line = box.querySelector(".top .muted");
    const said = line.querySelector(".far") || line.appendChild(document.createElement("span"));
    said.className = "far";
    said.textContent = ` · ${fill(button.dataset.near, { distance: words(metres, button) })}`;
  }
}

function say(text) {
  const line = document.querySelector("[data-near-said]");
  line.textContent = text;
  line.hidden = !text;
}

function ask(button) {
  if (!navigator.geolocation) {
    say(button.dataset.nearFailed);
    return;
  }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      say("");
      show({ lon: coords.longitude, lat: coords.latitude }, button);
    },
    () => say(button.dataset.nearFailed),
    { enableHighAccuracy: true, maximumAge: 60000, timeout: 15000 },
  );
}

const near = document.querySelector("[data-near]");
near?.addEventListener("click", () => ask(near));
// Who has allowed it before is not asked again.
navigator.permissions?.query({ name: "geolocation" }).then(({ state }) => {
  if (state === "granted" && near) ask(near);
}, () => {});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
