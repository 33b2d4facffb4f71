// Boxes over a picture: drawn by mouse, finger or keyboard. The form's numbers are the truth; this draws them.
// <svg data-redact="#form" data-kind="plate"> holds the picture and a <g data-boxes>; the form holds the rows.

import { Row, clamp, drawBox, put } from "./boxes.js";

const STEP = 0.5; // percent for each press of an arrow key
const LEAST = 0.6; // percent: a smaller box was a slip of the hand
const FRESH = { w: 16, h: 10 }; // percent: a box that the keyboard puts into the middle

/* ---------- one picture with its boxes ---------- */
class Mask {
  constructor(svg) {
    this.svg = svg;
    this.group = svg.querySelector("[data-boxes]");
    this.form = document.querySelector(svg.dataset.redact);
    this.list = this.form.querySelector("[data-rows]");
    this.say = JSON.parse(this.form.querySelector("[data-words]").textContent);
    this.find = (name) => this.form.querySelector(`[data-${name}]`);
    this.size = { w: svg.viewBox.baseVal.width, h: svg.viewBox.baseVal.height };
    this.dirty = "unsaved" in this.form.dataset;
    this.armed = false;
    this.selected = null;
    this.takeSpares();
    this.listen();
    svg.classList.add("live");
    this.draw();
  }

  /* Empty rows are there for those without JavaScript; one of them is the pattern of new ones. */
  takeSpares() {
    const fieldsets = [...this.list.querySelectorAll("[data-row]")];
    this.next = 1 + Math.max(...fieldsets.map((fieldset) => new Row(fieldset).index));
    this.pattern = fieldsets.at(-1).cloneNode(true);
    for (const fieldset of fieldsets) if (new Row(fieldset).blank) fieldset.remove();
  }

  get rows() {
    return [...this.list.querySelectorAll("[data-row]")].map((fieldset) => new Row(fieldset));
  }

  listen() {
    this.svg.addEventListener("pointerdown", (event) => this.press(event));
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("focusin", (event) => this.choose(this.rowOf(event.target)));
    this.form.addEventListener("input", (event) => this.typed(event));
    this.find("draw").addEventListener("click", (event) => (event.detail ? this.arm(!this.armed) : this.addInTheMiddle()));
    this.find("judge").addEventListener("click", () => this.judge());
    this.find("remove").addEventListener("click", () => this.remove());
    this.find("kinds").addEventListener("change", (event) => this.setKind(event.target.value));
    new ResizeObserver(() => this.draw()).observe(this.svg);
  }

  /* ---------- what is drawn ---------- */
  /* How many units of the picture one pixel of the screen is. */
  get unit() {
    return 1 / (this.svg.getScreenCTM()?.a || 1);
  }

  draw() {
    const holds = this.group.contains(document.activeElement);
    this.svg.style.setProperty("--unit", this.unit);
    this.group.replaceChildren();
    const rows = this.rows;
    rows.forEach((row, place) => {
      row.fieldset.querySelector("legend").textContent = this.say.box.replace("{number}", place + 1);
      const chosen = this.selected?.fieldset === row.fieldset;
      if (row.whole) drawBox(this.group, row, { size: this.size, unit: this.unit, say: this.say, number: place + 1, chosen });
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
    const chosen = this.selected && there.some((row) => row.fieldset === this.selected.fieldset);
    this.find("judge").disabled = !chosen || this.selected.judged;
    this.find("remove").disabled = !chosen;
    this.find("kinds").disabled = !chosen;
    for (const radio of this.find("kinds").querySelectorAll("input")) radio.checked = chosen && radio.value === this.selected.kind;
  }

  tell(name, text) {
    const line = this.find(name);
    if (line.textContent !== text) line.textContent = text;
  }

  /* ---------- choosing ---------- */
  rowOf(target) {
    return target.closest?.(".e-box")?.row || null;
  }

  boxOf(row) {
    return row && [...this.group.children].find((box) => box.row.fieldset === row.fieldset);
  }

  choose(row) {
    if (row?.fieldset === this.selected?.fieldset) return;
    this.selected = row;
    this.draw();
  }

  focus(row) {
    this.boxOf(row)?.focus({ preventScroll: true });
  }

  changed() {
    this.dirty = true;
    this.draw();
  }

  /* ---------- adding, judging, taking away ---------- */
  add(place, judged = true) {
    if (this.rows.length >= Number(this.form.dataset.most)) {
      this.tell("counts", this.say.full);
      return;
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
    row.kind = this.svg.dataset.kind;
    row.judged = judged;
    row.of("drop").checked = false;
    this.selected = row;
    this.changed();
    this.focus(row);
  }

  addInTheMiddle() {
    this.add({ x: 50 - FRESH.w / 2, y: 50 - FRESH.h / 2, ...FRESH });
  }

  arm(yes) {
    this.armed = yes;
    this.svg.classList.toggle("armed", yes);
    this.find("draw").setAttribute("aria-pressed", String(yes));
  }

  judge() {
    if (!this.selected) return;
    this.selected.judged = true;
    this.changed();
    this.focus(this.selected);
  }

  remove() {
    if (!this.selected) return;
    const place = this.rows.findIndex((row) => row.fieldset === this.selected.fieldset);
    this.selected.fieldset.remove();
    this.selected = this.rows[Math.min(place, this.rows.length - 1)] || null;
    this.changed();
    if (this.selected) this.focus(this.selected);
    else this.find("draw").focus({ preventScroll: true });
  }

  setKind(kind) {
    if (!this.selected) return;
    this.selected.kind = kind;
    this.changed();
    this.focus(this.selected);
  }

  /* ---------- keyboard ---------- */
  key(event) {
    const row = this.rowOf(event.target);
    if (event.key === "Escape") this.arm(false);
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (way) {
      const { x, y, w, h } = row.place;
      row.place = event.shiftKey
        ? { x, y, w: clamp(w + way[0], STEP, 100 - x), h: clamp(h + way[1], STEP, 100 - y) }
        : { x: clamp(x + way[0], 0, 100 - w), y: clamp(y + way[1], 0, 100 - h), w, h };
      this.changed();
    } else if (event.key === "Enter" || event.key === " ") this.judge();
    else if (event.key === "Delete" || event.key === "Backspace") this.remove();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /* ---------- mouse and finger ---------- */
  /* The place of a pointer in percent of the picture. */
  at(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return { x: clamp((point.x / this.size.w) * 100, 0, 100), y: clamp((point.y / this.size.h) * 100, 0, 100) };
  }

  press(event) {
    if (event.button !== 0) return;
    const row = this.rowOf(event.target);
    const start = this.at(event);
    if (row && !this.armed) this.drag(event, row, event.target.corner ? this.resizing(row, event.target.corner) : this.moving(row, start));
    else if (this.armed || event.pointerType === "mouse") this.drawing(event, start);
  }

  drag(event, row, follow) {
    event.preventDefault();
    this.choose(row);
    this.focus(row);
    this.track(event, (place) => {
      row.place = follow(place);
      this.changed();
    });
  }

  moving(row, start) {
    const from = row.place;
    return (place) => ({
      ...from,
      x: clamp(from.x + place.x - start.x, 0, 100 - from.w),
      y: clamp(from.y + place.y - start.y, 0, 100 - from.h),
    });
  }

  resizing(row, corner) {
    const { x, y, w, h } = row.place;
    const fixed = { x: corner.endsWith("w") ? x + w : x, y: corner.startsWith("n") ? y + h : y };
    return (place) => this.between(fixed, place, STEP);
  }

  between(one, other, least = 0) {
    return {
      x: Math.min(one.x, other.x),
      y: Math.min(one.y, other.y),
      w: Math.max(Math.abs(one.x - other.x), least),
      h: Math.max(Math.abs(one.y - other.y), least),
    };
  }

  drawing(event, start) {
    event.preventDefault();
    const shape = put("rect", { class: "e-line-done" }, this.group.parentNode);
    let place = this.between(start, start);
    this.track(event, (now) => {
      place = this.between(start, now);
      const { x, y, w, h } = place;
      for (const [name, value, whole] of [["x", x, "w"], ["y", y, "h"], ["width", w, "w"], ["height", h, "h"]]) {
        shape.setAttribute(name, (value / 100) * this.size[whole]);
      }
    }, (kept) => {
      shape.remove();
      this.arm(false);
      if (kept && place.w >= LEAST && place.h >= LEAST) this.add(place);
      else this.choose(null);
    });
  }

  track(event, move, end = () => {}) {
    const pointer = event.pointerId;
    const follow = (next) => next.pointerId === pointer && move(this.at(next));
    const stop = (next) => {
      if (next.pointerId !== pointer) return;
      for (const [name, hear] of [["pointermove", follow], ["pointerup", stop], ["pointercancel", stop]]) window.removeEventListener(name, hear);
      end(next.type === "pointerup");
    };
    for (const [name, hear] of [["pointermove", follow], ["pointerup", stop], ["pointercancel", stop]]) window.addEventListener(name, hear);
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
    this.changed();
  }

  send(event) {
    const waiting = this.rows.find((row) => row.whole && !row.judged);
    if (event.submitter?.value === "judge" && waiting) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.focus(waiting);
      this.tell("counts", this.say.first);
      return;
    }
    this.dirty = false;
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
