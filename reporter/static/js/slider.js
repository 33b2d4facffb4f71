// Before and after: lays the second picture over the first and cuts it where the handle stands.
// Works on [data-slider="50"]: two figures and a range input (see _parts/pictures.html). Without this file: side by side.

const words = JSON.parse(document.getElementById("js-words")?.textContent || "{}");

function move(box, value) {
  box.style.setProperty("--pos", `${value}%`);
}

function wake(box) {
  if (box.classList.contains("live") || box.classList.contains("side-by-side")) return;
  const input = box.querySelector("input[type=range]");
  box.classList.add("live");
  move(box, input.value);
  if (box.dataset.awake) return;
  box.dataset.awake = "1";
  input.addEventListener("input", () => move(box, input.value));
}

function turn(button) {
  const box = button.closest(".ba-foot").previousElementSibling;
  const apart = box.classList.toggle("side-by-side");
  box.classList.toggle("live", !apart);
  button.setAttribute("aria-pressed", String(apart));
  button.textContent = apart ? words.slide : words.side;
}

const wakeAll = (root) => root.querySelectorAll("[data-slider]").forEach(wake);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-slider-switch]");
  if (button) turn(button);
});
for (const more of ["htmx:load", "rows:more"]) document.addEventListener(more, (event) => wakeAll(event.target));
wakeAll(document);
