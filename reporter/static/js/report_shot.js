// One picture of a form: how far it is on its way, what it says of itself, why it was refused. See report_shots.js.

import { csrfOf } from "./csrf.js";
import { forgetShot, keepShot } from "./kept_shots.js";
import { Upload } from "./upload.js";

const MB = 1024 * 1024;
const MOMENT = { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" };

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** What is fetched only when a picture is there; null when it cannot be had, because the network is gone. */
const late = (fetched) => fetched.catch(() => null);

export class Shot {
  constructor(block, kept) {
    this.block = block;
    this.kept = kept; // as kept_shots.js keeps it; null for one that was taken in on an earlier visit
    this.file = kept?.file;
    this.face = block.template.content.firstElementChild.cloneNode(true);
    this.state = "queued";
    this.preview = this.file ? URL.createObjectURL(this.file) : "";
    if (this.file) this.part("img").src = this.preview;
    if (kept?.view) this.face.dataset.view = kept.view;
    this.part("[data-again]").addEventListener("click", () => this.upload?.hurry());
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

  /** Let the picture say where and when it was taken, until the server has read the same. */
  async look() {
    const reader = await late(import("./exif.js"));
    this.said = (await reader?.readExif(this.file)) ?? {};
    const { lon = "", lat = "", accuracy = "", takenAt = "" } = this.said;
    if (this.state === "done") return;
    const taken = takenAt && new Date(takenAt).toLocaleString(document.documentElement.lang, MOMENT);
    Object.assign(this.face.dataset, { lon, lat, accuracy, taken });
  }

  /** Make it smaller when it is large, then let it wait for its turn; what was begun already goes on as it is. */
  async prepare() {
    this.state = "preparing";
    this.say("brand", this.block.words.preparing, { icon: "hourglass-split" });
    await this.keep();
    if (!this.kept.address) {
      const shrinker = await late(import("./shrink.js"));
      const copy = (await shrinker?.shrunk(this.file, this.said)) ?? this.file;
      if (this.state !== "preparing") return; // given up meanwhile
      if (copy !== this.file) {
        this.file = this.kept.file = copy;
        await this.keep();
      }
    }
    if (this.state === "preparing") this.queue();
  }

  /** Keep it on the phone until it is all sent; a full phone is said in words, and loses nothing while the page is open. */
  async keep() {
    const full = (await keepShot(this.kept)) === "full";
    this.part("[data-warning]").textContent = full ? this.block.words.phone_full : "";
  }

  queue() {
    this.state = "queued";
    this.say("brand", this.block.words.queued, { icon: "hourglass-split" });
    this.block.changed();
  }

  send() {
    this.state = "sending";
    this.progress(this.kept.sent ?? 0);
    this.upload = this.way();
    this.upload.run();
  }

  way() {
    const { address, claims } = this.kept;
    return new Upload(this.file, {
      post: this.block.box.dataset.post,
      address,
      claims,
      csrf: (anew) => csrfOf(this.block.form, anew),
      on: {
        began: (given) => {
          this.kept.address = given;
          this.keep();
        },
        progress: (sent) => this.progress(sent),
        waiting: (why) => this.wait(why),
        done: (said) => this.settle(said),
        refused: (why, final) => this.refuse(why || this.block.words[final ? "empty" : "failed"], { forget: final }),
      },
    });
  }

  progress(sent) {
    this.state = "sending";
    this.kept.sent = sent;
    this.percent = Math.min(Math.round((100 * sent) / this.file.size), 100);
    const megabytes = { sent: (Math.min(sent, this.file.size) / MB).toFixed(1), size: (this.file.size / MB).toFixed(1) };
    const note = fill(this.block.words.megabytes, megabytes);
    this.say("brand", this.block.words.sending, { percent: this.percent, note, icon: "arrow-up-circle" });
  }

  wait(why) {
    this.state = "waiting";
    this.keep();
    const [word, icon] = why ? [this.block.words.later, "hourglass-split"] : [this.block.words.waiting, "wifi-off"]; // the server said why
    this.say("warn", word, { percent: this.percent, note: why, icon });
    this.block.changed();
  }

  /** Give it up: what was begun, what was taken in, what is kept. */
  drop() {
    this.state = "dropped";
    if (!this.kept) return;
    (this.upload || this.way()).giveUp();
    forgetShot(this.kept.id);
  }

  async settle({ token, thumb, taken, lon, lat, warnings }) {
    this.state = "done";
    const hidden = this.part("input[type=hidden]");
    hidden.disabled = false;
    hidden.value = this.part(".x").value = token;
    Object.assign(this.face.dataset, { lon: lon ?? "", lat: lat ?? "", taken: taken ?? "" });
    this.say("ok", this.block.words.done, { note: taken || this.block.words.no_claims, icon: "check-circle-fill" });
    this.part("[data-warning]").textContent = warnings.join(" ");
    this.part("[data-hide]").hidden = false;
    this.part("img").src = thumb;
    URL.revokeObjectURL(this.preview);
    if (this.kept) this.face.dataset.kept = this.kept.id; // a page that is left in the middle has it in the draft and in the store
    const drafted = this.block.report !== ""; // else a form that waited for it goes out now, and nothing would forget it
    if (this.kept && !drafted) await forgetShot(this.kept.id);
    this.block.changed(); // the draft knows it from now on
    if (this.kept && drafted) forgetShot(this.kept.id);
  }

  /** Say that it is not taken; it is kept when something else than the picture is at fault. */
  refuse(why, { forget }) {
    this.state = "refused";
    this.face.dataset.refused = "";
    this.say("bad", this.block.words.refused, { note: why, icon: "x-octagon-fill" });
    this.block.voice(`${this.file.name}: ${why}`);
    if (forget) forgetShot(this.kept.id);
    this.block.changed();
  }
}
