// A box of a mask: as a row of numbers in the form, and as it is drawn over the picture.

const SVG = "http://www.w3.org/2000/svg";
const SIDES = ["x", "y", "w", "h"];
const TOUCH = 44; // pixels of the screen that a finger hits

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
    if (kind !== "face") this.blurred = false; // what can be read is filled
  }

  get blurred() {
    return this.of("how").value === "blur";
  }

  set blurred(yes) {
    this.of("how").value = yes ? "blur" : "solid";
  }

  get kindWord() {
    return this.of("kind").selectedOptions[0].textContent.trim();
  }
}

/* ---------- a box as it is drawn ---------- */
/** Returns `place`, in percent, as the sides of an SVG rectangle in units of the picture. */
export const sidesOf = (place, size) => ({
  x: (place.x / 100) * size.w, y: (place.y / 100) * size.h, width: (place.w / 100) * size.w, height: (place.h / 100) * size.h,
});

/** Draws into `group` what a finger hits of a small box; `thing` is what it is about. */
export function drawHit(group, place, { size, unit }, thing) {
  const { x, y, width, height } = sidesOf(place, size);
  const wide = Math.max(width, TOUCH * unit);
  const high = Math.max(height, TOUCH * unit);
  const hit = put("rect", { class: "e-hit", x: x + (width - wide) / 2, y: y + (height - high) / 2, width: wide, height: high }, group);
  hit.thing = thing;
}

/**
 * Draws the box of `row` into `group` and returns it.
 * look: size (w, h of the picture in its own units), unit (how many of them one pixel of the screen is),
 * say (the words), number (shown on the box), chosen (it gets handles).
 */
export function drawBox(group, row, look) {
  const { size, say, number } = look;
  const { x, y, w, h } = row.place;
  const at = sidesOf(row.place, size);
  const state = row.judged ? (row.blurred ? say.blurred : say.judged) : say.waits;
  const box = put("g", { class: `e-box ${row.judged ? "done" : "waits"}`, tabindex: 0, role: "button" }, group);
  const facts = { number, kind: row.kindWord, state, x: Math.round(x), y: Math.round(y), w: Math.round(w), h: Math.round(h) };
  box.setAttribute("aria-pressed", String(row.judged));
  box.setAttribute("aria-label", say.label.replace(/\{(\w+)\}/g, (_, name) => facts[name]));
  put("rect", { ...at, class: "e-halo" }, box);
  put("rect", { ...at, class: row.judged ? "e-line-done" : "e-line-waits" }, box);
  drawTag(box, at, `${number} ${row.kindWord}${row.judged ? " " : "? "}${state}`, look);
  if (look.chosen) drawGrips(box, at, look.unit);
  box.thing = row;
  return box;
}

export function drawTag(box, at, text, { size, unit }) {
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
  const side = TOUCH * unit;
  // Of a small box they lie outside for the most part: its middle stays free to move it by.
  const inside = { x: Math.min(side / 2, at.width / 3), y: Math.min(side / 2, at.height / 3) };
  for (const name of ["nw", "ne", "sw", "se"]) {
    const east = name.endsWith("e");
    const south = name.startsWith("s");
    const x = at.x + (east ? at.width : 0);
    const y = at.y + (south ? at.height : 0);
    put("rect", { class: "e-handle", x: x - 5 * unit, y: y - 5 * unit, width: 10 * unit, height: 10 * unit }, box);
    const left = east ? x - inside.x : x - side + inside.x;
    const top = south ? y - inside.y : y - side + inside.y;
    put("rect", { class: `e-grip ${name}`, x: left, y: top, width: side, height: side }, box).corner = name;
  }
}
