// A box of a mask: as a row of numbers in the form, and as it is drawn over the picture.

const SVG = "http://www.w3.org/2000/svg";
const SIDES = ["x", "y", "w", "h"];

export const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
export const put = (name, facts, parent) => {
  const thing = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(facts)) thing.setAttribute(key, value);
  parent.append(thing);
  return thing;
};

/* ---------- a row of the form as a box ---------- */
export class Row {
  constructor(fieldset) {
    this.fieldset = fieldset;
    this.of = (name) => fieldset.querySelector(`[name$="-${name}"]`);
  }

  get index() {
    return Number(this.of("x").name.match(/-(\d+)-x$/)[1]);
  }

  get place() {
    return Object.fromEntries(SIDES.map((side) => [side, Number.parseFloat(this.of(side).value)]));
  }

  set place(place) {
    for (const side of SIDES) this.of(side).value = String(Math.round(place[side] * 1000) / 1000);
  }

  get whole() {
    const { x, y, w, h } = this.place;
    return [x, y, w, h].every(Number.isFinite) && w > 0 && h > 0;
  }

  get blank() {
    return SIDES.every((side) => this.of(side).value.trim() === "");
  }

  get judged() {
    return this.of("judged").checked;
  }

  set judged(yes) {
    this.of("judged").checked = yes;
  }

  get kind() {
    return this.of("kind").value;
  }

  set kind(kind) {
    this.of("kind").value = kind;
  }

  get kindWord() {
    return this.of("kind").selectedOptions[0].textContent.trim();
  }
}

/* ---------- a box as it is drawn ---------- */
/**
 * Draws the box of `row` into `group` and returns it.
 * look: size (w, h of the picture in its own units), unit (how many of them one pixel of the screen is),
 * say (the words), number (shown on the box), chosen (it gets handles).
 */
export function drawBox(group, row, look) {
  const { size, say, number } = look;
  const { x, y, w, h } = row.place;
  const at = { x: (x / 100) * size.w, y: (y / 100) * size.h, width: (w / 100) * size.w, height: (h / 100) * size.h };
  const state = row.judged ? say.judged : say.waits;
  const box = put("g", { class: `e-box ${row.judged ? "done" : "waits"}`, tabindex: 0, role: "button" }, group);
  const facts = { number, kind: row.kindWord, state, x: Math.round(x), y: Math.round(y), w: Math.round(w), h: Math.round(h) };
  box.setAttribute("aria-pressed", String(row.judged));
  box.setAttribute("aria-label", say.label.replace(/\{(\w+)\}/g, (_, name) => facts[name]));
  box.row = row;
  put("rect", { ...at, class: "e-halo" }, box);
  put("rect", { ...at, class: row.judged ? "e-line-done" : "e-line-waits" }, box);
  drawTag(box, at, `${number} ${row.kindWord}${row.judged ? " " : "? "}${state}`, look);
  if (look.chosen) drawGrips(box, at, look.unit);
  return box;
}

function drawTag(box, at, text, { size, unit }) {
  const tag = put("rect", { class: "e-tag", rx: 5 * unit, height: 24 * unit }, box);
  const line = put("text", { "font-size": 14 * unit }, box);
  line.textContent = text;
  const width = line.getComputedTextLength() + 16 * unit;
  const left = clamp(at.x, 0, Math.max(0, size.w - width));
  const above = at.y - 29 * unit;
  const top = above >= 0 ? above : Math.min(at.y + at.height + 5 * unit, size.h - 24 * unit);
  for (const [name, value] of Object.entries({ x: left, y: top, width })) tag.setAttribute(name, value);
  line.setAttribute("x", left + 8 * unit);
  line.setAttribute("y", top + 17 * unit);
}

function drawGrips(box, at, unit) {
  const corners = { nw: [at.x, at.y], ne: [at.x + at.width, at.y], sw: [at.x, at.y + at.height], se: [at.x + at.width, at.y + at.height] };
  for (const [name, [x, y]] of Object.entries(corners)) {
    put("rect", { class: "e-handle", x: x - 5 * unit, y: y - 5 * unit, width: 10 * unit, height: 10 * unit }, box);
    const grip = put("rect", { class: `e-grip ${name}`, x: x - 14 * unit, y: y - 14 * unit, width: 28 * unit, height: 28 * unit }, box);
    grip.corner = name;
  }
}
