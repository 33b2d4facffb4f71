// The result form: photos go up at once with a progress bar, and what is typed stays on the phone until it is handed in.
// Without this file the same form takes its photos along.

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
let sending = 0;

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
  const line = make("span", "muted num", fill(say.sending, { percent: 0 }));
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
  line.textContent = answer.claims;
  bar.remove();
  const field = Object.assign(make("input"), { type: "hidden", name: "token", value: answer.token });
  shot.append(field, remover(shot));
  showChecks();
  keep();
}

function remover(shot) {
  const button = Object.assign(make("button", "x"), { type: "button" });
  button.setAttribute("aria-label", say.away);
  button.innerHTML = '<i class="bi bi-x-lg" aria-hidden="true"></i>';
  button.addEventListener("click", () => drop(shot));
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

function failed(view, file, text, again) {
  const { shot, line, bar } = view;
  delete shot.dataset.sending;
  bar.remove();
  line.className = "bad-ink";
  line.textContent = text;
  said.textContent = text;
  if (again) {
    const retry = Object.assign(make("button", "btn btn-quiet btn-sm mt-1"), { type: "button" });
    retry.innerHTML = '<i class="bi bi-arrow-repeat" aria-hidden="true"></i>';
    retry.setAttribute("aria-label", say.failed);
    retry.addEventListener("click", () => {
      shot.remove();
      send(file);
    });
    view.caption.append(document.createElement("br"), retry);
  }
  shot.append(remover(shot));
}

function send(file) {
  const view = card(file);
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("photo", file, file.name || "photo.jpg");
  request.open("POST", form.dataset.photos);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", token);
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const percent = Math.round((100 * event.loaded) / event.total);
    view.bar.value = percent;
    view.line.textContent = fill(say.sending, { percent });
  });
  sending += 1;
  request.addEventListener("loadend", () => {
    sending -= 1;
    if (request.status === 201) done(view, request.response);
    else failed(view, file, request.response?.error || say.failed, !request.response?.error || request.status >= 500);
  });
  request.send(body);
}

input.addEventListener("change", () => {
  said.textContent = "";
  for (const file of [...input.files]) {
    if (taken().length >= most) {
      said.textContent = say.most;
      break;
    }
    send(file);
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
    image.addEventListener("error", () => drop(shot)); // gone from the store
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
form.addEventListener("submit", () => localStorage.removeItem(draft));
form.querySelector("[data-keep]").addEventListener("click", keep);
if (!form.querySelector(".errors")) bringBack();
