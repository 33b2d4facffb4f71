// A picture that is looked at closely: buttons, keys, Ctrl and wheel, two fingers. What is drawn on it grows along.
// The view scrolls: by finger, wheel and bars, by its arrow keys when it has the focus, by the middle button or Alt and dragging.

import { clamp } from "./boxes.js";

const MOST = 8;
const STEP = 1.5;

export class Zoom {
  /** view: what scrolls; svg: the picture in it; changed: told after each change. */
  constructor(view, svg, changed) {
    Object.assign(this, { view, svg, changed, scale: 1, pinch: null });
    view.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    view.addEventListener("touchstart", (event) => this.fingers(event), { passive: true });
    view.addEventListener("touchmove", (event) => this.spread(event), { passive: false });
    for (const name of ["touchend", "touchcancel"]) view.addEventListener(name, () => (this.pinch = null));
    view.addEventListener("pointerdown", (event) => this.grab(event), { capture: true });
    view.addEventListener("mousedown", (event) => event.button === 1 && event.preventDefault()); // no scroll compass
    const over = new AbortController();
    const refit = () => {
      if (!view.isConnected) over.abort(); // another picture has taken its place
      else if (this.scale > 1) this.refit();
    };
    window.addEventListener("resize", refit, { signal: over.signal });
  }

  closer() {
    this.to(this.scale * STEP);
  }

  farther() {
    this.to(this.scale / STEP);
  }

  whole() {
    this.to(1);
  }

  /** Grows or shrinks to `scale` times the fitted size; the point at `anchor` (of the screen) stays where it is. */
  to(scale, anchor = this.middle) {
    const before = this.svg.getBoundingClientRect();
    const part = { x: (anchor.x - before.left) / before.width, y: (anchor.y - before.top) / before.height };
    if (this.scale === 1) this.base = { w: this.view.clientWidth, h: this.view.clientHeight };
    this.scale = clamp(scale, 1, MOST);
    if (this.scale < 1.01) this.scale = 1;
    this.size();
    const after = this.svg.getBoundingClientRect();
    this.view.scrollLeft += after.left + part.x * after.width - anchor.x;
    this.view.scrollTop += after.top + part.y * after.height - anchor.y;
    this.changed();
  }

  size() {
    const close = this.scale > 1;
    this.view.classList.toggle("close", close);
    this.view.style.height = close ? `${this.base.h}px` : "";
    this.svg.style.width = close ? `${this.base.w * this.scale}px` : "";
    this.svg.style.height = close ? `${this.base.h * this.scale}px` : "";
    if (close) this.view.tabIndex = 0;
    else this.view.removeAttribute("tabindex");
  }

  refit() {
    const { scale } = this;
    this.to(1);
    this.to(scale);
  }

  get middle() {
    const { left, top, width, height } = this.view.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  }

  wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.to(this.scale * clamp(Math.exp(-event.deltaY / 200), 1 / STEP, STEP), { x: event.clientX, y: event.clientY });
  }

  fingers(event) {
    if (event.touches.length !== 2) return;
    this.pinch = { ...this.between(event.touches), scale: this.scale };
    this.view.dispatchEvent(new CustomEvent("pinch"));
  }

  spread(event) {
    if (!this.pinch || event.touches.length !== 2) return;
    event.preventDefault();
    const now = this.between(event.touches);
    this.view.scrollLeft -= now.x - this.pinch.x;
    this.view.scrollTop -= now.y - this.pinch.y;
    Object.assign(this.pinch, { x: now.x, y: now.y });
    this.to((this.pinch.scale * now.apart) / this.pinch.apart, now);
  }

  between([one, other]) {
    return {
      x: (one.clientX + other.clientX) / 2,
      y: (one.clientY + other.clientY) / 2,
      apart: Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)),
    };
  }

  grab(event) {
    if (this.scale === 1 || !(event.button === 1 || (event.button === 0 && event.altKey))) return;
    event.preventDefault();
    event.stopPropagation();
    let last = event;
    const pull = (next) => {
      this.view.scrollLeft -= next.clientX - last.clientX;
      this.view.scrollTop -= next.clientY - last.clientY;
      last = next;
    };
    const drop = () => {
      window.removeEventListener("pointermove", pull);
      for (const name of ["pointerup", "pointercancel"]) window.removeEventListener(name, drop);
    };
    window.addEventListener("pointermove", pull);
    for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, drop);
  }
}
