// A resident hides parts of a picture before it is sent: boxes by mouse, finger or keyboard, burnt in by the server.

import { clamp, put } from "./boxes.js";

const LEAST = 1.5; // percent: a smaller box was a slip of the hand
const FRESH = { x: 40, y: 40, w: 20, h: 20 }; // percent, where a box stands that a button made
const STEP = 1; // percent for each press of an arrow key
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

export class Hiding {
  /**
   * `form` has the token against forged requests. Told of each sending: `began(face)`, then `done(face, answer)` with the
   * picture that takes the place or `failed(face, why)`; by then the dialog may be closed, or at another picture.
   */
  constructor(box, { form, began, done, failed }) {
    Object.assign(this, { box, form, began, done, failed, boxes: [], chosen: null, drawing: null, ready: false });
    this.dialog = box.querySelector("[data-hiding]");
    this.svg = this.part("boxes");
    this.words = JSON.parse(this.part("words").textContent);
    this.svg.addEventListener("pointerdown", (event) => this.press(event));
    this.svg.addEventListener("pointermove", (event) => this.pull(event));
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, (event) => this.release(event));
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("focusin", (event) => this.choose(event.target.box));
    this.part("add").addEventListener("click", () => this.add());
    this.part("away").addEventListener("click", () => this.away());
    this.part("burn").addEventListener("click", () => this.burn());
    this.part("picture").addEventListener("load", () => this.awake(true));
    this.part("picture").addEventListener("error", () => this.complain(this.words.unseen));
  }

  part(name) {
    return this.dialog.querySelector(`[data-hiding-${name}]`);
  }

  open(face, opener) {
    this.face = face;
    this.boxes = [];
    this.chosen = null;
    this.drawing = null;
    this.complain("");
    this.part("picture").removeAttribute("src"); // until the new one has come the old one would be drawn on
    this.part("picture").src = this.at(this.box.dataset.large);
    this.awake(false);
    this.dialog.showModal();
    this.dialog.addEventListener("close", () => opener.focus(), { once: true });
  }

  at(address) {
    return address.replace("TOKEN", this.face.querySelector("input[type=hidden]").value);
  }

  /** Whether boxes can be drawn and sent: not before the picture is seen, nor while its boxes are on their way. */
  awake(yes, said = "") {
    this.ready = yes;
    this.part("said").textContent = said;
    this.draw();
  }

  /* ---------- what is drawn ---------- */
  draw() {
    this.svg.replaceChildren();
    this.boxes.forEach((one, place) => {
      const facts = { x: one.x, y: one.y, width: one.w, height: one.h, tabindex: 0, role: "img" };
      const rect = put("rect", { ...facts, class: one === this.chosen ? "chosen" : "" }, this.svg);
      rect.setAttribute("aria-label", this.words.box.replace("{number}", place + 1));
      rect.box = one;
    });
    this.part("add").disabled = !this.ready;
    this.part("away").disabled = !this.ready || !this.chosen;
    this.part("burn").disabled = !this.ready || !this.boxes.length;
  }

  choose(one) {
    if (!one || one === this.chosen) return;
    this.chosen = one;
    this.draw();
    this.focus();
  }

  focus() {
    [...this.svg.children].find((rect) => rect.box === this.chosen)?.focus();
  }

  /* ---------- mouse and finger: a box is drawn, or the one below is moved ---------- */
  place(event) {
    const edge = this.svg.getBoundingClientRect();
    return {
      x: clamp((100 * (event.clientX - edge.left)) / edge.width, 0, 100),
      y: clamp((100 * (event.clientY - edge.top)) / edge.height, 0, 100),
    };
  }

  press(event) {
    if (event.button !== 0 || this.drawing || !this.ready) return; // one finger draws at a time
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    const start = this.place(event);
    const held = event.target.box;
    this.drawing = { pointer: event.pointerId, start, held, from: { ...held } };
    if (held) this.choose(held);
    else this.boxes.push((this.chosen = this.drawing.made = { ...start, w: 0, h: 0 }));
    this.draw();
  }

  pull(event) {
    if (event.pointerId !== this.drawing?.pointer) return;
    const { start, held, from, made } = this.drawing;
    const now = this.place(event);
    if (held) move(held, from.x + now.x - start.x, from.y + now.y - start.y);
    else {
      const sides = { x: Math.min(start.x, now.x), y: Math.min(start.y, now.y) };
      Object.assign(made, sides, { w: Math.abs(now.x - start.x), h: Math.abs(now.y - start.y) });
    }
    this.draw();
  }

  release(event) {
    if (event.pointerId !== this.drawing?.pointer) return;
    const { made } = this.drawing;
    this.drawing = null;
    if (made && (made.w < LEAST || made.h < LEAST)) this.away();
    else this.focus();
  }

  /* ---------- buttons and keys ---------- */
  add() {
    this.chosen = { ...FRESH };
    this.boxes.push(this.chosen);
    this.draw();
    this.focus();
  }

  away() {
    this.boxes = this.boxes.filter((one) => one !== this.chosen);
    this.chosen = null;
    this.draw();
  }

  key(event) {
    const one = event.target.box;
    if (!one || !this.ready) return;
    if (["Delete", "Backspace"].includes(event.key)) {
      this.away();
      this.part("add").focus();
    } else if (event.key in ARROWS) {
      const [right, down] = ARROWS[event.key];
      if (event.shiftKey) {
        one.w = clamp(one.w + right, LEAST, 100 - one.x);
        one.h = clamp(one.h + down, LEAST, 100 - one.y);
      } else move(one, one.x + right, one.y + down);
      this.draw();
      this.focus();
    } else return;
    event.preventDefault();
  }

  /* ---------- burnt in ---------- */
  async burn() {
    const { face } = this;
    const load = new FormData();
    load.append("csrf_token", this.form.querySelector("input[name$=csrf_token]")?.value || "");
    for (const { x, y, w, h } of this.boxes) load.append("box", [x, y, w, h].map((part) => part / 100).join(","));
    this.awake(false, this.words.hiding);
    this.began(face);
    try {
      const answer = await fetch(this.at(this.box.dataset.hideAt), { method: "POST", body: load, headers: { Accept: "application/json" } });
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.error);
      this.done(face, said);
      if (this.face === face) this.dialog.close();
    } catch (error) {
      const why = error instanceof SyntaxError || error instanceof TypeError ? this.words.failed : error.message || this.words.failed;
      this.failed(face, why);
      if (this.face !== face) return;
      this.complain(why);
      this.awake(true);
    }
  }

  complain(sentence) {
    this.part("error").hidden = !sentence;
    this.part("error").querySelector("span").textContent = sentence;
  }
}

function move(one, x, y) {
  one.x = clamp(x, 0, 100 - one.w);
  one.y = clamp(y, 0, 100 - one.h);
}
