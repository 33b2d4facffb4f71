// Pictures of a form, sent at once: each shows how far it is, a lost network is waited for, a refusal says why, the
// others stay. Works on every [data-shots] block; tells its form "shots:changed" with what is there.

const AT_ONCE = 2; // pictures on their way at the same time
const LARGEST = 20 * 1024 * 1024;
const MB = 1024 * 1024;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

class Shot {
  constructor(block, file) {
    this.block = block;
    this.file = file;
    this.face = block.template.content.firstElementChild.cloneNode(true);
    this.state = "queued";
    this.preview = file ? URL.createObjectURL(file) : "";
    if (file) this.part("img").src = this.preview;
    this.part("[data-again]").addEventListener("click", () => block.retry());
  }

  part(selector) {
    return this.face.querySelector(selector);
  }

  say(level, word, { percent = null, note = "", icon }) {
    const state = this.part("[data-state]");
    state.className = `row-x between strong ${level}-ink`;
    state.querySelector("i").className = `bi bi-${icon}`;
    state.querySelector("[data-word]").textContent = word;
    state.querySelector("[data-percent]").textContent = percent === null ? "" : `${percent}%`;
    this.part("[data-bar]").hidden = percent === null;
    this.part("[data-bar] rect").setAttribute("width", percent ?? 0);
    this.part("[data-note]").textContent = note;
    this.part("[data-again]").hidden = this.state !== "waiting";
  }

  queue() {
    this.say("brand", this.block.words.queued, { icon: "hourglass-split" });
  }

  wait() {
    this.state = "waiting";
    this.say("warn", this.block.words.waiting, { icon: "wifi-off" });
  }

  send() {
    this.state = "sending";
    this.progress(0);
    const request = (this.request = new XMLHttpRequest());
    request.open("POST", this.block.box.dataset.post);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded }) => this.progress(loaded));
    request.addEventListener("load", () => this.answered(request.status, request.response || {}));
    request.addEventListener("error", () => this.lost());
    request.send(this.load());
  }

  load() {
    const load = new FormData();
    load.append("csrf_token", this.block.form.querySelector("input[name$=csrf_token]")?.value || "");
    for (const token of this.block.tokens()) load.append("token", token);
    load.append("photo", this.file, this.file.name);
    return load;
  }

  progress(loaded) {
    const sent = Math.min(loaded, this.file.size);
    const megabytes = { sent: (sent / MB).toFixed(1), size: (this.file.size / MB).toFixed(1) };
    const percent = Math.round((100 * sent) / this.file.size);
    this.say("brand", this.block.words.sending, { percent, note: fill(this.block.words.megabytes, megabytes), icon: "arrow-up-circle" });
  }

  answered(status, said) {
    if (status === 201) this.settle(said);
    else if (status === 0 || status >= 500 || status === 429) this.lost(said.error);
    else this.refuse(said.error || this.block.words.failed);
    this.block.changed();
  }

  settle({ token, thumb, taken, lon, lat, warnings }) {
    this.state = "done";
    const hidden = this.part("input[type=hidden]");
    hidden.disabled = false;
    hidden.value = this.part(".x").value = token;
    Object.assign(this.face.dataset, { lon: lon ?? "", lat: lat ?? "", taken: taken ?? "" });
    this.say("ok", this.block.words.done, { note: taken || this.block.words.no_claims, icon: "check-circle-fill" });
    this.part("[data-warning]").textContent = warnings.join(" ");
    this.part("img").src = thumb;
    URL.revokeObjectURL(this.preview);
  }

  refuse(why) {
    this.state = "refused";
    this.face.dataset.refused = "";
    this.say("bad", this.block.words.refused, { note: why, icon: "x-octagon-fill" });
    this.block.voice(`${this.file.name}: ${why}`);
  }

  lost(why = "") {
    this.wait();
    if (why) this.part("[data-note]").textContent = why;
    this.block.form.dispatchEvent(new CustomEvent("shots:offline"));
    this.block.changed();
  }
}

class Shots {
  constructor(box) {
    this.box = box;
    this.form = box.closest("form");
    this.grid = box.querySelector(".shots");
    this.template = box.querySelector("template");
    this.words = JSON.parse(box.querySelector("[data-shots-words]").textContent);
    this.most = Number(box.dataset.most);
    this.list = [];
    for (const input of box.querySelectorAll("[data-camera], [data-gallery]")) {
      input.addEventListener("change", () => this.take(input));
    }
    this.grid.addEventListener("click", (event) => this.pressed(event));
    window.addEventListener("online", () => this.retry());
    this.changed();
  }

  faces() {
    return [...this.grid.querySelectorAll("[data-shot]:not([data-refused])")];
  }

  tokens() {
    return [...this.grid.querySelectorAll("[data-shot] input[type=hidden]:enabled")].map((input) => input.value);
  }

  take(input) {
    const files = [...input.files];
    const room = Math.max(this.most - this.faces().length, 0);
    this.form.dispatchEvent(new CustomEvent("shots:taken", { detail: { camera: "camera" in input.dataset } }));
    this.complain(files.length > room ? fill(this.words.too_many, { most: this.most }) : "");
    for (const file of files.slice(0, room)) this.add(file);
    input.value = "";
    this.next();
  }

  add(file) {
    const shot = new Shot(this, file);
    this.list.push(shot);
    this.grid.querySelector("[data-add]").before(shot.face);
    if (!file.size) shot.refuse(this.words.empty);
    else if (file.size > LARGEST) shot.refuse(this.words.too_large);
    else shot.queue();
    this.changed();
  }

  /** Put back a picture that was taken in on an earlier visit; one the server gave up disappears again. */
  restore({ token, thumb, taken, lon, lat }) {
    const shot = new Shot(this, null);
    this.list.push(shot);
    this.grid.querySelector("[data-add]").before(shot.face);
    shot.part("img").addEventListener("error", () => {
      shot.face.remove();
      this.changed();
    });
    shot.settle({ token, thumb, taken, lon, lat, warnings: [] });
    this.changed();
  }

  next() {
    const underway = this.list.filter((shot) => shot.state === "sending").length;
    const queued = this.list.filter((shot) => shot.state === "queued");
    for (const shot of queued.slice(0, Math.max(AT_ONCE - underway, 0))) shot.send();
  }

  retry() {
    for (const shot of this.list) if (shot.state === "waiting") shot.state = "queued";
    this.next();
  }

  pressed(event) {
    const button = event.target.closest(".x");
    if (!button) return;
    event.preventDefault();
    const face = button.closest("[data-shot]");
    const shot = this.list.find((one) => one.face === face);
    shot?.request?.abort();
    if (button.value) this.giveUp(button.value);
    if (shot) this.list.splice(this.list.indexOf(shot), 1);
    face.remove();
    this.complain("");
    this.changed();
    this.grid.querySelector("[data-add] input").focus();
  }

  giveUp(token) {
    const load = new FormData();
    load.append("csrf_token", this.form.querySelector("input[name$=csrf_token]")?.value || "");
    // Best effort: what nobody uses is dropped within a day anyway.
    fetch(`${this.box.dataset.post}/${token}/remove`, { method: "POST", body: load }).catch(() => {});
  }

  changed() {
    this.next();
    const faces = [...this.grid.querySelectorAll("[data-shot]")];
    faces.forEach((face, place) => {
      face.querySelector("img").alt = fill(this.words.photo, { number: place + 1 });
      face.querySelector(".x").setAttribute("aria-label", fill(this.words.remove, { number: place + 1 }));
    });
    const left = this.most - this.faces().length;
    this.box.querySelector("[data-left]").textContent = left > 0 ? fill(this.words.left, { number: left }) : this.words.full;
    const word = this.box.querySelector("[data-add-word]");
    if (faces.length) word.textContent = word.dataset.addWord;
    for (const input of this.grid.querySelectorAll("[data-add] input")) input.disabled = left < 1;
    this.tell();
  }

  tell() {
    const busy = this.list.some((shot) => ["queued", "sending", "waiting"].includes(shot.state));
    this.box.toggleAttribute("data-busy", busy);
    if (this.wasBusy && !busy) this.voice(this.words.all_in);
    this.wasBusy = busy;
    this.form.dispatchEvent(new CustomEvent("shots:changed", { detail: { faces: this.faces(), busy } }));
  }

  complain(sentence) {
    const line = this.box.querySelector("[data-shots-error]");
    line.hidden = !sentence;
    line.querySelector("span").textContent = sentence;
    if (sentence) this.voice(sentence);
  }

  voice(sentence) {
    this.box.querySelector("[data-shots-voice]").textContent = sentence;
  }
}

// A form is not sent while its pictures are on their way; it goes out by itself when they are in.
function holdBack(form) {
  let waits = null;
  form.addEventListener("submit", (event) => {
    if (!form.querySelector("[data-shots][data-busy]")) return;
    event.preventDefault();
    waits = event.submitter;
    form.dispatchEvent(new CustomEvent("shots:held"));
  });
  form.addEventListener("shots:changed", ({ detail }) => {
    if (!waits || detail.busy) return;
    const button = waits;
    waits = null;
    form.requestSubmit(button);
  });
}

export function wakeShots() {
  for (const box of document.querySelectorAll("[data-shots]")) {
    holdBack(box.closest("form"));
    box.house = new Shots(box);
  }
}
