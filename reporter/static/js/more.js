// "Show more" brings the next page under this one: by itself while one scrolls, a few times, so that the foot of the page
// can still be reached; then, and whenever something fails, the link is a link. The address follows what was read.

const BY_ITSELF = 3;
const NEAR = "300px"; // below what is looked at

let brought = 0;

async function bring(link) {
  if (link.ariaBusy === "true") return;
  link.ariaBusy = "true";
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const rows = page.querySelector("[data-rows]");
    const own = document.querySelector("[data-rows]");
    if (!rows || !own) throw new Error("a page without rows");
    const first = rows.firstElementChild;
    own.append(...rows.children);
    history.replaceState(history.state, "", link.href);
    const next = page.querySelector(".more [rel=next]");
    if (document.activeElement === link) first?.querySelector("a")?.focus({ preventScroll: true });
    if (next) link.replaceWith(next);
    else link.remove();
    own.dispatchEvent(new CustomEvent("rows:more", { bubbles: true }));
    if (next) watch(next);
  } catch {
    location.assign(link.href);
  }
}

const watcher = new IntersectionObserver(
  (seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting || brought >= BY_ITSELF) continue;
      brought += 1;
      watcher.unobserve(target);
      bring(target);
    }
  },
  { rootMargin: NEAR },
);

function watch(link) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    bring(link);
  });
  watcher.observe(link);
}

const next = document.querySelector(".more [rel=next]");
if (next) watch(next);
