// The unit's lists: by distance from where the person is (asked for only when they press the button).
// The place goes to the server in the body of the form, to four decimals (about 10 metres), and is in no address.

const form = document.querySelector("form[data-near]");
const sharp = (degrees) => degrees.toFixed(4);

function say(text) {
  const line = document.querySelector("[data-near-said]");
  line.textContent = text;
  line.hidden = !text;
}

if (form) form.querySelector("button").disabled = false; // a press before this would have sent no place
form?.addEventListener("submit", (event) => {
  if (form.elements.lon.value) return;
  event.preventDefault();
  const failed = () => say(form.dataset.nearFailed);
  if (!navigator.geolocation) {
    failed();
    return;
  }
  say("");
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.lon.value = sharp(coords.longitude);
      form.elements.lat.value = sharp(coords.latitude);
      form.requestSubmit();
    },
    failed,
    { enableHighAccuracy: true, maximumAge: 60000, timeout: 15000 },
  );
});
