// Mouse and finger on the redactor's picture: draw a box, move it, pull its corners.

import { Row, clamp, put, sidesOf } from "./boxes.js";

const LEAST = 0.6; // percent: a smaller box was a slip of the hand
const THINNEST = 0.5; // percent that a pulled corner leaves of a side

const between = (one, other, least = 0) => {
  const w = Math.max(Math.abs(one.x - other.x), least);
  const h = Math.max(Math.abs(one.y - other.y), least);
  return { x: Math.min(one.x, other.x, 100 - w), y: Math.min(one.y, other.y, 100 - h), w, h };
};

export class Hand {
  constructor(mask) {
    this.mask = mask;
    this.armed = false;
    this.stop = () => {};
    mask.svg.addEventListener("pointerdown", (event) => this.press(event));
    // A finger on a box moves the box: touch-action holds for no part of a drawing, and a part that was drawn anew
    // hears no more of its finger.
    mask.svg.addEventListener("touchstart", (event) => this.holds(event) && event.preventDefault(), { passive: false });
    mask.svg.addEventListener("dblclick", (event) => this.twice(event));
    mask.zoom.view.addEventListener("pinch", () => this.stop(false)); // a second finger: it was no drawing
  }

  arm(yes) {
    this.armed = yes;
    this.mask.svg.classList.toggle("armed", yes);
    this.mask.find("draw").setAttribute("aria-pressed", String(yes));
  }

  /* The place of a pointer in percent of the picture. */
  at(event) {
    const { svg, size } = this.mask;
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return { x: clamp((point.x / size.w) * 100, 0, 100), y: clamp((point.y / size.h) * 100, 0, 100) };
  }

  holds(event) {
    return !this.mask.publicly && (this.armed || this.mask.thingOf(event.target) instanceof Row);
  }

  press(event) {
    if (event.button !== 0 || this.mask.publicly) return;
    const thing = this.mask.thingOf(event.target);
    const start = this.at(event);
    if (this.armed || (!thing && event.pointerType === "mouse")) this.draw(event, start);
    else if (thing instanceof Row) this.drag(event, thing, event.target.corner ? this.resizing(thing, event.target.corner, start) : this.moving(thing, start));
    else if (thing) {
      event.preventDefault();
      this.mask.choose(thing);
      this.mask.focus(thing);
    }
  }

  /* A proposal that is pressed twice is taken over. */
  twice(event) {
    const thing = this.mask.thingOf(event.target);
    if (thing && !(thing instanceof Row) && !this.mask.publicly) this.mask.judge();
  }

  drag(event, row, follow) {
    event.preventDefault();
    this.mask.choose(row);
    this.mask.focus(row);
    const from = row.place;
    const show = (place) => {
      row.place = place;
      this.mask.changed();
    };
    this.track(event, (place) => show(follow(place)), (kept) => kept || show(from));
  }

  moving(row, start) {
    const from = row.place;
    return (place) => ({
      ...from,
      x: clamp(from.x + place.x - start.x, 0, 100 - from.w),
      y: clamp(from.y + place.y - start.y, 0, 100 - from.h),
    });
  }

  /* The corner keeps its distance to the finger: a grip is wider than its corner. */
  resizing(row, corner, start) {
    const { x, y, w, h } = row.place;
    const [west, north] = [corner.endsWith("w"), corner.startsWith("n")];
    const fixed = { x: west ? x + w : x, y: north ? y + h : y };
    const off = { x: (west ? x : x + w) - start.x, y: (north ? y : y + h) - start.y };
    return (place) => between(fixed, { x: clamp(place.x + off.x, 0, 100), y: clamp(place.y + off.y, 0, 100) }, THINNEST);
  }

  draw(event, start) {
    event.preventDefault();
    const shape = put("rect", { class: "e-line-done" }, this.mask.svg);
    let place = between(start, start);
    this.track(event, (now) => {
      place = between(start, now);
      for (const [name, value] of Object.entries(sidesOf(place, this.mask.size))) shape.setAttribute(name, value);
    }, (kept) => {
      shape.remove();
      this.arm(false);
      const least = LEAST / this.mask.zoom.scale;
      if (kept && place.w >= least && place.h >= least) this.mask.add(place);
      else this.mask.choose(null);
    });
  }

  track(event, move, end = () => {}) {
    const pointer = event.pointerId;
    const follow = (next) => next.pointerId === pointer && move(this.at(next));
    const up = (next) => next.pointerId === pointer && this.stop(next.type === "pointerup");
    const heard = [["pointermove", follow], ["pointerup", up], ["pointercancel", up]];
    this.stop = (kept) => {
      this.stop = () => {};
      for (const [name, hear] of heard) window.removeEventListener(name, hear);
      end(kept);
    };
    for (const [name, hear] of heard) window.addEventListener(name, hear);
  }
}
