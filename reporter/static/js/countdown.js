// Keeps the countdowns going: [data-since][data-due] (see _parts/lights.html). The server has already written the words of
// this moment; this file only moves them on. The same rule as desks/dates.py: green above half, amber below, red when over.

const words = JSON.parse(document.getElementById("js-words")?.textContent || "{}");
const AHEAD = words.now ? Date.parse(words.now) - Date.now() : 0; // phones' clocks are often wrong; the server's counts
const now = () => Date.now() + AHEAD;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SECONDS_SHOWN_BELOW = 5 * MINUTE;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const two = (number) => String(number).padStart(2, "0");

function length(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  if (whole >= DAY) return fill(words.days, { num: Math.floor(whole / DAY) });
  const hours = Math.floor(whole / HOUR);
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  if (hours) return fill(words.hours, { hours, minutes: two(minutes) });
  return fill(words.minutes, { minutes: Math.max(minutes, 1) });
}

function exact(seconds) {
  if (seconds >= SECONDS_SHOWN_BELOW) return length(seconds);
  const whole = Math.floor(seconds);
  return fill(words.seconds, { minutes: Math.floor(whole / MINUTE), seconds: two(whole % MINUTE) });
}

function show(box, level, text) {
  for (const option of box.querySelectorAll("[data-level]")) {
    option.hidden = option.dataset.level !== level;
    if (text) option.querySelector(".light > span").textContent = text;
  }
}

function tick(box) {
  const due = Date.parse(box.dataset.due);
  const since = Date.parse(box.dataset.since);
  const left = (due - now()) / 1000;
  const percent = left < 0 ? 100 : Math.min(100, (100000 * left) / Math.max(due - since, 1000));
  const level = left < 0 ? "bad" : percent > 50 ? "ok" : "warn";
  if (box.classList.contains("count-light")) {
    const time = fill(left < 0 ? words.over : words.left, { time: length(left) });
    show(box, box.dataset.before ? "bad" : level, `${box.dataset.before} ${time}`.trim());
    return;
  }
  show(box, level);
  box.classList.remove("ok", "warn", "bad");
  box.classList.add(level);
  box.querySelector("rect").setAttribute("width", percent.toFixed(1));
  const late = fill(words.late, { time: length(left) });
  if (left >= 0) {
    box.querySelector("time").textContent = fill(words.left, { time: exact(left) });
    box.querySelector(".track").setAttribute("aria-label", fill(words.percent, { percent: Math.round(percent) }));
  } else if (!box.dataset.late) {
    box.querySelector('[data-level="bad"] .light > span').textContent = late;
    box.querySelector(".track").setAttribute("aria-label", late);
  }
}

// Half a minute is enough for most; the last five minutes are counted by the second.
function tickAll() {
  if (document.hidden) return;
  document.querySelectorAll("[data-since][data-due]").forEach(tick);
}

function pace() {
  const soon = [...document.querySelectorAll(".count[data-due]")].some((box) => {
    const left = (Date.parse(box.dataset.due) - now()) / 1000;
    return left > -1 && left < SECONDS_SHOWN_BELOW;
  });
  setTimeout(() => {
    tickAll();
    pace();
  }, soon ? 1000 : 20000);
}

document.addEventListener("visibilitychange", tickAll);
if (document.querySelector("[data-since][data-due]")) pace();
else document.addEventListener("htmx:load", pace, { once: true });
