// Boxes over a picture: drawn by mouse, finger or keyboard. The form's numbers are the truth; this draws them.
// <svg data-redact="#form" data-kind="plate"> holds the picture and the groups; the form holds the rows.

import { Row, clamp, drawBox, drawHit, put, sidesOf } from "./boxes.js";
import { Hand } from "./hand.js";
import { Proposals } from "./proposals.js";
import { PublicView } from "./public_view.js";
import { Zoom } from "./zoom.js";

const STEP = 0.5; // percent for each press of an arrow key, at the fitted size
const FRESH = { w: 16, h: 10 }; // percent: a box that the keyboard puts into the middle of what is seen

/* ---------- one picture with its boxes ---------- */
class Mask {
  constructor(svg) {
    this.svg = svg;
    this.form = document.querySelector(svg.dataset.redact);
    this.list = this.form.querySelector("[data-rows]");
    this.say = JSON.parse(this.form.querySelector("[data-words]").textContent);
    this.find = (name) => this.form.querySelector(`[data-${name}]`);
    this.part = (name) => svg.querySelector(`[data-${name}]`);
    this.group = this.part("boxes");
    this.size = { w: svg.viewBox.baseVal.width, h: svg.viewBox.baseVal.height };
    this.dirty = "unsaved" in this.form.dataset;
    this.selected = null; // a Row, or a proposal
    this.takeSpares();
    this.zoom = new Zoom(svg.parentElement, svg, () => this.zoomed());
    this.hand = new Hand(this);
    this.public = new PublicView(this.form, svg, this.find("as-public"), (word, more) => this.viewed(word, more));
    this.proposals = new Proposals(this.find("proposals"), this.part("proposed"), this);
    this.listen();
    svg.classList.add("live");
    this.draw();
  }

  /* Empty rows, and rows to be taken away, are there for those without JavaScript; the last is the pattern of new ones. */
  takeSpares() {
    const fieldsets = [...this.list.querySelectorAll("[data-row]")];
    this.next = 1 + Math.max(...fieldsets.map((fieldset) => new Row(fieldset).index));
    this.pattern = fieldsets.at(-1).cloneNode(true);
    for (const fieldset of fieldsets) {
      const row = new Row(fieldset);
      if (row.blank || row.of("drop").checked) fieldset.remove();
    }
  }

  get rows() {
    return [...this.list.querySelectorAll("[data-row]")].map((fieldset) => new Row(fieldset));
  }

  listen() {
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("focusin", (event) => this.choose(this.thingOf(event.target)));
    this.form.addEventListener("input", (event) => this.typed(event));
    this.find("draw").addEventListener("click", (event) => (event.detail ? this.hand.arm(!this.hand.armed) : this.addInTheMiddle()));
    this.find("judge").addEventListener("click", () => this.judge());
    this.find("remove").addEventListener("click", () => this.remove());
    this.find("kinds").addEventListener("change", (event) => this.setKind(event.target.value));
    this.find("blur").addEventListener("click", () => this.blur());
    for (const way of ["closer", "farther", "whole"]) this.find(way).addEventListener("click", () => this.zoom[way]());
    this.find("closer").disabled = false;
    for (const button of document.querySelectorAll("[data-lay]")) button.addEventListener("click", () => this.lay(button));
    new ResizeObserver(() => this.draw()).observe(this.svg);
  }

  /* ---------- what is drawn ---------- */
  /* How many units of the picture one pixel of the screen is. */
  get unit() {
    return 1 / (this.svg.getScreenCTM()?.a || 1);
  }

  get publicly() {
    return this.public?.shown || false;
  }

  draw() {
    const holds = this.svg.contains(document.activeElement) && document.activeElement !== this.svg;
    const look = { size: this.size, unit: this.unit, say: this.say, chosen: this.selected };
    this.svg.style.setProperty("--unit", look.unit);
    this.group.replaceChildren();
    this.part("hits").replaceChildren();
    this.proposals.draw(look, this.part("hits"));
    const rows = this.rows;
    rows.forEach((row, place) => {
      row.fieldset.querySelector("legend").textContent = this.say.box.replace("{number}", place + 1);
      if (!row.whole) return;
      drawBox(this.group, row, { ...look, number: place + 1, chosen: this.isChosen(row) });
      drawHit(this.part("hits"), row.place, look, row);
    });
    if (holds) this.focus(this.selected);
    this.drawControls(rows);
  }

  drawControls(rows) {
    this.form.elements.rows.value = rows.length; // the desk refuses a form that lost some on its way
    const there = rows.filter((row) => row.whole);
    const waiting = there.filter((row) => !row.judged).length;
    const counts = this.say.counts.replace("{all}", there.length).replace("{judged}", there.length - waiting).replace("{waiting}", waiting);
    this.tell("counts", this.dirty ? `${counts} · ${this.say.unsaved}` : counts);
    const row = this.selected instanceof Row && there.find((one) => this.isChosen(one));
    const proposal = this.selected && !(this.selected instanceof Row);
    this.find("draw").disabled = this.publicly;
    this.find("judge").disabled = this.publicly || !(proposal || (row && !row.judged));
    this.find("remove").disabled = this.publicly || !(proposal || row);
    this.find("kinds").disabled = this.publicly || !row;
    this.find("blur").disabled = this.publicly || row?.kind !== "face";
    this.find("blur").setAttribute("aria-pressed", String(Boolean(row?.blurred)));
    for (const radio of this.find("kinds").querySelectorAll("input")) radio.checked = Boolean(row) && radio.value === row.kind;
    this.tell("scale", `${Math.round(this.zoom.scale * 100)} %`);
    this.find("farther").disabled = this.find("whole").disabled = this.zoom.scale === 1;
  }

  tell(name, text) {
    const line = this.find(name);
    if (line.textContent !== text) line.textContent = text;
  }

  /* ---------- choosing ---------- */
  thingOf(target) {
    return target.thing || target.closest?.(".e-box")?.thing || null;
  }

  isChosen(thing) {
    return thing === this.selected || (thing instanceof Row && thing.fieldset === this.selected?.fieldset);
  }

  choose(thing) {
    if (thing && this.isChosen(thing)) return;
    if (thing === this.selected) return;
    this.selected = thing;
    this.draw();
  }

  focus(thing) {
    const box = thing && [...this.svg.querySelectorAll(".e-box")].find((one) => this.isChosen(one.thing) || one.thing === thing);
    box?.focus({ preventScroll: true });
    if (box && this.zoom.scale > 1) box.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  changed() {
    this.dirty = true;
    this.public.end();
    this.draw();
  }

  zoomed() {
    this.draw();
    this.tell("said", this.say.scale.replace("{scale}", Math.round(this.zoom.scale * 100)));
  }

  viewed(word, more) {
    this.draw();
    this.tell("said", [this.say[word], more].filter(Boolean).join(" "));
  }

  /* ---------- adding, judging, taking away ---------- */
  /** Adds a row and returns it; null when there are as many as a mask may have. */
  append(place, kind) {
    if (this.rows.length >= Number(this.form.dataset.most)) {
      this.tell("said", this.say.full);
      return null;
    }
    const fieldset = this.pattern.cloneNode(true);
    for (const thing of fieldset.querySelectorAll("[name], [id], [for]")) {
      for (const name of ["name", "id", "for"]) {
        if (thing.hasAttribute(name)) thing.setAttribute(name, thing.getAttribute(name).replace(/boxes-\d+-/, `boxes-${this.next}-`));
      }
    }
    this.next += 1;
    this.list.append(fieldset);
    const row = new Row(fieldset);
    row.place = place;
    row.kind = kind;
    row.blurred = false;
    row.judged = true;
    row.of("drop").checked = false;
    return row;
  }

  add(place) {
    const row = this.append(place, this.svg.dataset.kind);
    if (!row) return;
    this.selected = row;
    this.changed();
    this.focus(row);
  }

  addInTheMiddle() {
    const { x, y } = this.hand.at({ clientX: this.zoom.middle.x, clientY: this.zoom.middle.y });
    const w = FRESH.w / this.zoom.scale;
    const h = FRESH.h / this.zoom.scale;
    this.add({ x: clamp(x - w / 2, 0, 100 - w), y: clamp(y - h / 2, 0, 100 - h), w, h });
  }

  takeOver(proposal) {
    return this.append(proposal, proposal.kind);
  }

  judge() {
    if (!this.selected) return;
    if (this.selected instanceof Row) this.selected.judged = true;
    else {
      const row = this.takeOver(this.selected);
      if (!row) return;
      this.proposals.forget(this.selected);
      this.selected = row;
    }
    this.changed();
    this.focus(this.selected);
  }

  remove() {
    if (!this.selected) return;
    if (this.selected instanceof Row) this.removeRow();
    else {
      const place = this.proposals.visible.indexOf(this.selected);
      this.proposals.dismiss(this.selected);
      const left = this.proposals.visible;
      this.selected = left[Math.min(place, left.length - 1)] || null;
      this.draw();
      this.tell("said", this.say.dismissed);
    }
    if (this.selected) this.focus(this.selected);
    else this.find("draw").focus({ preventScroll: true });
  }

  removeRow() {
    const place = this.rows.findIndex((row) => this.isChosen(row));
    this.selected.fieldset.remove();
    this.selected = this.rows[Math.min(place, this.rows.length - 1)] || null;
    this.changed();
    this.tell("said", this.say.removed.replace("{number}", place + 1));
  }

  setKind(kind) {
    if (!(this.selected instanceof Row)) return;
    this.selected.kind = kind;
    this.changed();
    this.focus(this.selected);
  }

  blur() {
    if (!(this.selected instanceof Row) || this.selected.kind !== "face") return;
    this.selected.blurred = !this.selected.blurred;
    this.changed();
    this.focus(this.selected);
  }

  /* ---------- keyboard ---------- */
  key(event) {
    const thing = this.thingOf(event.target);
    if (event.key === "Escape") this.hand.arm(false);
    if (!thing || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEP / this.zoom.scale;
    const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (way && thing instanceof Row) this.step(thing, way, event.shiftKey, step);
    else if (event.key === "Enter" || event.key === " ") this.judge();
    else if (event.key === "Delete" || event.key === "Backspace") this.remove();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  step(row, [across, down], grows, least) {
    const { x, y, w, h } = row.place;
    row.place = grows
      ? { x, y, w: clamp(w + across, least, 100 - x), h: clamp(h + down, least, 100 - y) }
      : { x: clamp(x + across, 0, 100 - w), y: clamp(y + down, 0, 100 - h), w, h };
    this.changed();
    this.focus(row);
  }

  /* ---------- a mask of before, laid over the picture ---------- */
  lay(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    for (const other of document.querySelectorAll("[data-lay]")) other.setAttribute("aria-pressed", String(other === button && on));
    this.part("laid").replaceChildren();
    for (const place of on ? JSON.parse(button.dataset.lay) : []) put("rect", { ...sidesOf(place, this.size), class: "e-line-laid" }, this.part("laid"));
  }

  /* ---------- the form ---------- */
  typed(event) {
    const fieldset = event.target.closest("[data-row]");
    if (!fieldset) return;
    const row = new Row(fieldset);
    if (row.of("drop").checked) {
      fieldset.remove();
      this.selected = null;
    }
    if (row.kind !== "face") row.blurred = false;
    this.changed();
  }

  /* Why the picture cannot be judged yet, and what to look at; null when it can. */
  get lack() {
    const waiting = this.rows.find((row) => row.whole && !row.judged);
    if (waiting) return [this.say.first, () => this.focus(waiting)];
    const [proposal] = this.proposals.open;
    if (proposal) return [this.say.proposal_first, () => this.focus(proposal)];
    const tick = this.form.elements.checked;
    return tick.checked ? null : [this.say.tick_first, () => tick.focus()];
  }

  send(event) {
    const lack = event.submitter?.value === "judge" && this.lack;
    if (lack) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.public.end();
      lack[1]();
      this.tell("said", lack[0]);
      return;
    }
    this.dirty = false;
    this.sent = true;
  }

  /** An answer has come, or none: what was not taken is still unsaved. */
  answered(taken) {
    if (this.sent && !taken) this.dirty = true;
    this.sent = false;
    this.draw();
  }
}

/* ---------- life ---------- */
let mask = null;

function begin() {
  const svg = document.querySelector("svg[data-redact]");
  if (svg && mask?.svg !== svg) mask = new Mask(svg);
  if (!svg) mask = null;
}

document.addEventListener("htmx:afterSettle", begin);
// Before htmx hears of it.
document.addEventListener("submit", (event) => event.target === mask?.form && mask.send(event), { capture: true });
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt === mask?.form) mask.answered(detail.xhr.status >= 200 && detail.xhr.status < 400);
});
window.addEventListener("beforeunload", (event) => {
  if (mask?.dirty) event.preventDefault();
});
// Leaving by a link that only changes the middle of the page: the same question.
document.addEventListener("htmx:confirm", (event) => {
  if (!mask?.dirty || event.target.matches("[data-mask]")) return;
  event.preventDefault();
  if (!window.confirm(mask.say.leave)) return;
  mask.dirty = false;
  event.detail.issueRequest(true);
});
begin();
