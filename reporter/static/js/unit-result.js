// The result form: photos go up at once and in parts (upload.js) with a progress bar; what is typed, and what is not all
// sent, stays on the phone until it is handed in. Without this file the same form takes its photos along.

import { pressed } from "./handed_in.js";
import { forgetShot, keepShot, keptShots } from "./kept_shots.js";
import { Upload } from "./upload.js";

const form = document.getElementById("result");
const say = JSON.parse(form.dataset.say);
const most = Number(form.dataset.most);
const shots = document.getElementById("shots");
const adder = shots.querySelector(".add");
const input = adder.querySelector("input[type=file]");
const said = document.getElementById("photo-said");
const token = form.querySelector("[name=csrf_token]")?.value || "";
const WORST = ["b", "n", "i", "y"];
const ICONS = { y: "check-circle-fill", n: "exclamation-triangle-fill", b: "exclamation-octagon-fill", i: "info-circle" };
const draft = `unit-result-${form.dataset.case}`;
const GONE = [404, 410];
const JUST_NOW = 5 * 60 * 1000; // milliseconds
let sending = 0;
let fix = null;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const make = (tag, css = "", text = "") => Object.assign(document.createElement(tag), { className: css, textContent: text });
const taken = () => [...shots.querySelectorAll(".shot:not(.add)")].filter((shot) => shot.dataset.token || shot.dataset.sending);

// ---------- what a look at the photos says: of each kind the one that most wants a look
function showChecks() {
  const worst = new Map();
  for (const shot of shots.querySelectorAll("[data-checks]"))
    for (const check of JSON.parse(shot.dataset.checks)) {
      const known = worst.get(check.name);
      if (!known || WORST.indexOf(check.mark) < WORST.indexOf(known.mark)) worst.set(check.name, check);
    }
  const box = document.getElementById("checks");
  box.hidden = worst.size === 0;
  box.querySelector("ul").replaceChildren(
    ...[...worst.values()].map((check) => {
      const line = make("li", check.mark);
      const icon = make("i", `bi bi-${ICONS[check.mark]}`);
      icon.setAttribute("aria-hidden", "true");
      line.append(icon, make("span", "grow", check.text));
      return line;
    }),
  );
}

// ---------- one photo
function card(file) {
  const shot = make("div", "shot");
  shot.dataset.sending = "1";
  const image = make("img", "ph");
  image.alt = say.after;
  image.src = URL.createObjectURL(file);
  image.addEventListener("error", () => image.classList.add("unseen"));
  const caption = make("div", "cap");
  const bar = make("progress", "bar");
  bar.max = 100;
  bar.value = 0;
  const line = make("span", "muted num");
  caption.append(make("b", "", say.after), document.createElement("br"), line, bar);
  shot.append(image, caption);
  shots.insertBefore(shot, adder);
  return { shot, image, line, bar, caption };
}

function done(view, answer) {
  const { shot, image, line, bar } = view;
  delete shot.dataset.sending;
  shot.dataset.token = answer.token;
  shot.dataset.checks = JSON.stringify(answer.checks);
  URL.revokeObjectURL(image.src);
  image.src = answer.thumb;
  line.className = "muted num";
  line.textContent = answer.claims;
  bar.remove();
  const field = Object.assign(make("input"), { type: "hidden", name: "token", value: answer.token });
  shot.querySelector(".x").remove();
  shot.append(field, remover(shot));
  showChecks();
  keep();
}

function remover(shot, giveUp = () => {}) {
  const button = Object.assign(make("button", "x"), { type: "button" });
  button.setAttribute("aria-label", say.away);
  button.innerHTML = '<i class="bi bi-x-lg" aria-hidden="true"></i>';
  button.addEventListener("click", () => {
    giveUp();
    drop(shot);
  });
  return button;
}

function drop(shot) {
  const headers = { "X-CSRFToken": token, Accept: "application/json" };
  if (shot.dataset.token) fetch(form.dataset.drop.replace("TOKEN", shot.dataset.token), { method: "POST", headers });
  shot.remove();
  said.textContent = "";
  showChecks();
  keep();
  input.focus();
}

function failed({ shot, line, bar }, text) {
  delete shot.dataset.sending;
  bar.remove();
  line.className = "bad-ink";
  line.textContent = text;
  said.textContent = text;
}

function retry(upload) {
  const button = Object.assign(make("button", "btn btn-quiet btn-sm mt-1"), { type: "button", hidden: true });
  button.innerHTML = '<i class="bi bi-arrow-repeat" aria-hidden="true"></i>';
  button.setAttribute("aria-label", say.failed);
  button.addEventListener("click", () => upload.hurry());
  return button;
}

/** Send a photo as it is kept, from its beginning or from where an earlier visit left it. */
function send(kept) {
  const view = card(kept.file);
  const waits = (yes) => {
    again.hidden = !yes;
    view.line.className = yes ? "warn-ink" : "muted num";
  };
  const show = () => {
    const percent = Math.min(Math.round((100 * (kept.sent ?? 0)) / kept.file.size), 100);
    view.bar.value = percent;
    view.line.textContent = fill(say.sending, { percent });
  };
  show();
  const upload = new Upload(kept.file, {
    post: form.dataset.photos,
    address: kept.address,
    claims: kept.claims,
    csrf: () => token,
    on: {
      began: (address) => keepShot(Object.assign(kept, { address })),
      progress: (sent) => {
        kept.sent = sent;
        waits(false);
        show();
      },
      waiting: (why) => {
        waits(true);
        keepShot(kept);
        view.line.textContent = why || say.waiting;
      },
      done: (answer) => {
        over(false);
        done(view, answer);
        forgetShot(kept.id);
      },
      refused: (why, final) => {
        over(true);
        failed(view, why || say.failed);
        if (final) forgetShot(kept.id);
      },
    },
  });
  const again = retry(upload);
  let underway = true;
  const over = (keepsFace) => {
    if (underway) sending -= 1;
    underway = false;
    if (keepsFace) waits(false);
    again.remove();
  };
  view.caption.append(again);
  view.shot.append(
    remover(view.shot, () => {
      over(false);
      upload.giveUp();
      forgetShot(kept.id);
    }),
  );
  sending += 1;
  keepShot(kept);
  upload.run();
}

// ---------- where the phone is: asked while the camera is open, and said of photos that were taken just now
function locate() {
  navigator.geolocation?.getCurrentPosition(
    ({ coords }) => (fix = { lon: coords.longitude, lat: coords.latitude, at: Date.now() }),
    () => {}, // whoever says no is not asked for reasons
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
  );
}

function fresh(file) {
  const claims = { phone_at: file.lastModified || "" };
  const lately = Date.now() - JUST_NOW;
  if (fix?.at > lately && file.lastModified > lately) Object.assign(claims, { phone_lon: fix.lon, phone_lat: fix.lat });
  return { id: `${Date.now()}-${Math.random()}`, form: draft, file, address: "", claims };
}

input.addEventListener("click", locate);
input.addEventListener("change", () => {
  said.textContent = "";
  for (const file of [...input.files]) {
    if (taken().length >= most) {
      said.textContent = say.most;
      break;
    }
    send(fresh(file));
  }
  input.value = "";
});

for (const button of shots.querySelectorAll("[name=drop]"))
  button.replaceWith(remover(button.closest(".shot")));

form.addEventListener(
  "submit",
  (event) => {
    if (sending === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    said.textContent = say.wait;
  },
  true,
);

// ---------- the draft: words stay on this phone, photos wait a day in the store
const typed = () => [...form.querySelectorAll("textarea, input[type=text], input[type=radio]:checked")];

function keep() {
  const photos = [...shots.querySelectorAll("[data-token]")].map((shot) => ({
    token: shot.dataset.token,
    thumb: shot.querySelector("img").getAttribute("src"),
    claims: shot.querySelector(".cap span").textContent,
    checks: JSON.parse(shot.dataset.checks),
  }));
  const fields = typed().map((field) => [field.name, field.value]);
  try {
    localStorage.setItem(draft, JSON.stringify({ at: Date.now(), photos, fields }));
  } catch {
    // A full or forbidden store only means that nothing is kept.
  }
}

/** A photo of the draft was not seen: only when the store has given it up it goes; it is never deleted for that. */
async function missed(shot, image) {
  const { src } = image;
  const answer = await fetch(src).catch(() => null);
  if (GONE.includes(answer?.status)) {
    shot.remove();
    showChecks();
    keep();
  } else addEventListener("online", () => (image.src = src), { once: true }); // without a network it is only not seen
}

function bringBack() {
  let kept;
  try {
    kept = JSON.parse(localStorage.getItem(draft));
  } catch {
    kept = null;
  }
  if (!kept || Date.now() - kept.at > 20 * 60 * 60 * 1000) return;
  for (const [name, value] of kept.fields) {
    const field = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].find((one) => one.type !== "radio" || one.value === value);
    if (field?.type === "radio") field.checked = true;
    else if (field && !field.value) field.value = value;
  }
  const here = new Set([...shots.querySelectorAll("[data-token]")].map((shot) => shot.dataset.token));
  for (const photo of kept.photos.filter((one) => !here.has(one.token))) {
    const shot = make("div", "shot");
    const image = Object.assign(make("img", "ph"), { alt: say.after, src: photo.thumb });
    image.addEventListener("error", () => missed(shot, image));
    const caption = make("div", "cap");
    caption.append(make("b", "", say.after), document.createElement("br"), make("span", "muted num", photo.claims));
    shot.append(image, caption);
    shots.insertBefore(shot, adder);
    shot.dataset.token = photo.token;
    shot.dataset.checks = JSON.stringify(photo.checks);
    shot.append(Object.assign(make("input"), { type: "hidden", name: "token", value: photo.token }), remover(shot));
  }
  showChecks();
}

form.addEventListener("input", keep);
form.addEventListener("submit", () => pressed(draft));
form.querySelector("[data-keep]").addEventListener("click", keep);
const isTyped = typed().some((field) => (field.type === "radio" ? !field.defaultChecked : field.value !== field.defaultValue));
if (!form.querySelector(".errors")) bringBack();
if (isTyped) keep(); // before this script was there
keptShots(draft).then((unsent) => {
  for (const kept of unsent) if (taken().length < most) send(kept);
  if (input.files.length) input.dispatchEvent(new Event("change")); // chosen before this script was there
});
