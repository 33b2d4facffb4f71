// Pictures of a form, sent at once and in parts (upload.js): each shows how far it is, a lost network is waited for, a
// refusal says why, the others stay. What is not all sent is kept (kept_shots.js) and put back on the next visit.
// Works on every [data-shots] block; tells its form "shots:changed" with what is there.

import { keptShots } from "./kept_shots.js";
import { Shot, fill } from "./report_shot.js";

const AT_ONCE = 2; // pictures on their way at the same time
const SERVERS_FAULT = 500;
const LARGEST = 20 * 1024 * 1024;

class Shots {
  constructor(box) {
    this.box = box;
    this.form = box.closest("form");
    this.grid = box.querySelector(".shots");
    this.template = box.querySelector("template");
    this.words = JSON.parse(box.querySelector("[data-shots-words]").textContent);
    this.most = Number(box.dataset.most);
    this.list = [];
    this.reading = 0; // pictures that are still asked where they were taken
    this.view = ""; // what the next picture is to be of, when a button asked for it
    for (const input of box.querySelectorAll("[data-camera], [data-gallery]")) {
      input.addEventListener("change", () => this.take(input));
      input.addEventListener("cancel", () => (this.view = ""));
    }
    this.grid.addEventListener("click", (event) => this.pressed(event));
    this.hiding = null; // made when it is needed first
    this.hidings = new Map(); // by face: those of which parts are being hidden at this moment
    this.changed();
  }

  /** Let parts of a picture be hidden. */
  async hide(face, opener) {
    if (this.hidings.has(face)) return;
    try {
      const { Hiding } = await import("./hide.js");
      this.hiding ??= new Hiding(this.box, { form: this.form, began: (one) => this.hides(one), done: (one, said) => this.hid(one, said), failed: (one, why) => this.notHid(one, why) });
      this.hiding.open(face, opener);
    } catch {
      this.complain(this.words.waiting);
    }
  }

  /** Until the answer is there nothing is sent: neither from the form, nor what the picture was before. */
  hides(face) {
    this.hidings.set(face, { state: "hiding" });
    face.querySelector("[data-warning]").textContent = this.hiding.words.hiding;
    this.changed();
  }

  /** Nothing was hidden: what was to be sent with it is not sent by itself. */
  notHid(face, why) {
    this.hidings.delete(face);
    face.querySelector("[data-warning]").textContent = why;
    this.form.dispatchEvent(new CustomEvent("shots:unheld", { detail: why }));
    this.changed();
    this.voice(why);
  }

  /** Show the picture that took the place of one of which parts were hidden. */
  hid(face, { token, thumb, warnings }) {
    this.hidings.delete(face);
    if (!face.isConnected) {
      this.giveUp(token); // taken away meanwhile
      return;
    }
    const shot = this.list.find((one) => one.face === face);
    if (shot) shot.file = null; // what it hides is kept nowhere, nor sent again
    face.querySelector("input[type=hidden]").value = face.querySelector(".x").value = token;
    face.querySelector("img").src = thumb;
    face.querySelector("[data-warning]").textContent = warnings.join(" ");
    this.changed();
  }

  /** The client id of the report that the form is about; "" where there is none. */
  get report() {
    return this.form.elements.client_id?.value ?? "";
  }

  faces() {
    return [...this.grid.querySelectorAll("[data-shot]:not([data-refused])")];
  }

  /** Whether each picture was chosen on this page: none came with it from the server. */
  ownAll() {
    return this.faces().every((face) => this.list.some((shot) => shot.face === face));
  }

  /** Whether a picture that is kept under this id is here. */
  has(id) {
    return this.list.some(({ kept }) => kept?.id === id);
  }

  /** What was chosen so far belongs to the report of this client id. */
  belongTo(report) {
    for (const shot of this.list.filter(({ kept, state }) => kept && state !== "done")) {
      shot.kept.report = report;
      shot.keep();
    }
  }

  /** Those that are not at the server yet, or not as they are to be sent. */
  underway() {
    return [...this.list.filter(({ state }) => ["preparing", "queued", "sending", "waiting"].includes(state)), ...this.hidings.values()];
  }

  /** All pictures in their order, as the outbox keeps them: {file, name, claims, address, token, view}. */
  pictures() {
    return this.faces().map((face) => {
      const { file, kept } = this.list.find((one) => one.face === face) ?? {};
      const token = face.querySelector("input[type=hidden]").value;
      const { view = "" } = face.dataset;
      return { file: file ?? null, name: file?.name ?? "", claims: kept?.claims ?? {}, address: token ? "" : kept?.address ?? "", token, view };
    });
  }

  /** Open the camera for a picture of this `view` ("near", "far" or none); only while something is being pressed. */
  shoot(view = "") {
    this.view = view;
    this.grid.querySelector("[data-camera]").click();
  }

  take(input) {
    const files = [...input.files];
    const room = Math.max(this.most - this.faces().length, 0);
    const told = { camera: "camera" in input.dataset, place: null }; // whoever knows where the phone is fills it in
    this.form.dispatchEvent(new CustomEvent("shots:taken", { detail: told }));
    this.complain(files.length > room ? fill(this.words.too_many, { most: this.most }) : "");
    for (const file of files.slice(0, room)) this.add(this.fresh(file, told));
    input.value = "";
    this.view = "";
  }

  /** A chosen picture as it is kept, with what the phone says of it: where it is only for what was taken just now. */
  fresh(file, { camera, place }) {
    const claims = { phone_at: file.lastModified || "" };
    if (camera) Object.assign(claims, { in_app: 1 }, place && { phone_lon: place.lon, phone_lat: place.lat });
    const id = `${Date.now()}-${Math.random()}`;
    return { id, form: this.box.dataset.keptAs, report: this.report, file, address: "", claims, view: this.view };
  }

  add(kept) {
    const shot = new Shot(this, kept);
    this.list.push(shot);
    this.grid.querySelector("[data-add]").before(shot.face);
    if (!kept.file.size) shot.refuse(this.words.empty, { forget: true });
    else if (kept.file.size > LARGEST) shot.refuse(this.words.too_large, { forget: true });
    else this.look(shot);
    this.changed();
  }

  async look(shot) {
    shot.state = "preparing";
    this.reading += 1;
    await shot.look();
    this.reading -= 1;
    this.changed();
    if (shot.state === "preparing") await shot.prepare();
  }

  /** Put back the pictures that an earlier visit did not send to the end, and go on with them. */
  resume(unsent) {
    const room = Math.max(this.most - this.faces().length, 0);
    for (const kept of unsent.filter(({ id }) => !this.has(id)).slice(0, room)) this.add({ ...kept, report: this.report });
  }

  /** Give up what an earlier visit did not send to the end. */
  decline(unsent) {
    for (const kept of unsent) new Shot(this, kept).drop();
  }

  /** Put back a picture that was taken in on an earlier visit; one the server gave up disappears again. */
  restore({ token, thumb, taken, lon, lat }) {
    const shot = new Shot(this, null);
    this.list.push(shot);
    this.grid.querySelector("[data-add]").before(shot.face);
    const face = shot.part("img");
    face.addEventListener("error", async () => {
      const answer = await fetch(thumb).catch(() => null);
      if (answer && !answer.ok && answer.status < SERVERS_FAULT) {
        shot.face.remove();
        this.changed();
      } else addEventListener("online", () => { face.src = thumb; }, { once: true }); // without a network it is only not seen
    });
    shot.settle({ token, thumb, taken, lon, lat, warnings: [] });
    this.changed();
  }

  next() {
    const underway = this.list.filter((shot) => ["sending", "waiting"].includes(shot.state)).length;
    const queued = this.list.filter((shot) => shot.state === "queued");
    for (const shot of queued.slice(0, Math.max(AT_ONCE - underway, 0))) shot.send();
  }

  pressed(event) {
    const hider = event.target.closest("[data-hide]");
    if (hider) this.hide(hider.closest("[data-shot]"), hider);
    const button = event.target.closest(".x");
    if (!button) return;
    event.preventDefault();
    const face = button.closest("[data-shot]");
    const shot = this.list.find((one) => one.face === face);
    shot?.drop();
    if (button.value) this.giveUp(button.value);
    if (shot) this.list.splice(this.list.indexOf(shot), 1);
    this.hidings.delete(face);
    face.remove();
    this.complain("");
    this.changed();
    this.grid.querySelector("[data-add] input").focus();
  }

  giveUp(token) {
    const load = new FormData();
    load.append("csrf_token", this.form.querySelector("input[name$=csrf_token]")?.value || "");
    // Best effort: what nobody uses is dropped within a day anyway.
    fetch(this.box.dataset.remove.replace("TOKEN", token), { method: "POST", body: load }).catch(() => {});
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
    const busy = this.underway().length > 0;
    this.box.toggleAttribute("data-busy", busy);
    if (this.wasBusy && !busy) this.voice(this.words.all_in);
    this.wasBusy = busy;
    this.form.dispatchEvent(new CustomEvent("shots:changed", { detail: { faces: this.faces(), busy, reading: this.reading > 0 } }));
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
  const hold = (button) => {
    waits = button;
    form.querySelector("[data-held]").hidden = !button;
  };
  form.addEventListener("submit", (event) => {
    if (!form.querySelector("[data-shots][data-busy]")) return;
    event.preventDefault();
    hold(event.submitter);
  });
  form.addEventListener("shots:unheld", () => hold(null));
  form.addEventListener("shots:changed", ({ detail }) => {
    if (!waits || detail.busy) return;
    const button = form.contains(waits) ? waits : form.querySelector("[data-send]");
    waits = null;
    form.requestSubmit(button);
  });
}

export function wakeShots() {
  for (const box of document.querySelectorAll("[data-shots]")) {
    holdBack(box.closest("form"));
    box.house = new Shots(box);
    // Chosen before this script was there: a slow network, or another script's camera that woke first.
    for (const input of box.querySelectorAll("[data-camera], [data-gallery]")) if (input.files.length) box.house.take(input);
  }
}

/** Put back what an earlier visit did not send, where nobody is asked first whether they want it. */
export async function bringBackShots() {
  for (const box of document.querySelectorAll("[data-shots]")) {
    const unsent = await keptShots(box.dataset.keptAs);
    if (!unsent.length) continue;
    box.closest("details")?.setAttribute("open", "");
    box.house.resume(unsent);
  }
}
