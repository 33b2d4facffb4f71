// Keeps the number at the bell up to date (_parts/bell.html). The server is asked now and then while the page is looked at,
// ever more seldom while nothing changes, and not at all while the page is hidden. Without this file the bell is a link.

const FIRST = 30_000; // milliseconds between two questions
const LONGEST = 300_000;

const bell = document.querySelector("[data-bell]");
let wait = FIRST;
let tag = "";
let timer = 0;

function show(found) {
  const number = bell.querySelector("[data-bell-number]");
  bell.querySelector("[data-bell-words]").textContent = found.words;
  number.textContent = found.unread > 9 ? "9+" : String(found.unread);
  number.hidden = !found.unread;
}

async function ask() {
  try {
    const headers = { Accept: "application/json", ...(tag && { "If-None-Match": tag }) };
    const answer = await fetch(bell.dataset.bell, { headers, cache: "no-store", credentials: "same-origin" });
    if (answer.status === 401 || answer.status === 403) return; // the session is over: the next page says so
    if (answer.ok) {
      tag = answer.headers.get("ETag") ?? "";
      show(await answer.json());
      wait = FIRST;
    } else {
      wait = Math.min(wait * 2, LONGEST); // 304, or the server has other worries
    }
  } catch {
    wait = Math.min(wait * 2, LONGEST);
  }
  later();
}

function later() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(ask, wait);
}

if (bell) {
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    wait = FIRST;
    if (!document.hidden) ask();
  });
  later();
}
