// Fetches Leaflet and map.js when a map comes near to what is looked at, and on paper: a list says the same, and on a
// slow network a page is used long before its map is seen. Where the files lie stands at their style sheet.

const NEAR = "400px"; // around what is looked at
const files = document.getElementById("map-files").dataset;
let fetched;

function leaflet() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = files.leaflet;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

/** Draw the map in `box`; what could not be fetched is tried again when the network is back. */
async function wake(box) {
  watcher.unobserve(box);
  try {
    fetched ??= leaflet().then(() => import(files.script));
    (await fetched).wake(box);
  } catch {
    fetched = undefined;
    window.addEventListener("online", () => watcher.observe(box), { once: true });
  }
}

const watcher = new IntersectionObserver(
  (seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) wake(target);
  },
  { rootMargin: NEAR },
);

function watch(root) {
  for (const box of root.querySelectorAll("[data-map]:not(.leaflet-container)")) watcher.observe(box);
}

document.addEventListener("htmx:load", (event) => watch(event.target));
window.addEventListener("beforeprint", () => document.querySelectorAll("[data-map]:not(.leaflet-container)").forEach(wake));
watch(document);
