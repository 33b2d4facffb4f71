// What programs propose to hide: dashed, apart from what was drawn, until a person takes it over or away.
// Other text lies in a faint layer of its own that is off at first.

import { drawHit, drawTag, put, sidesOf } from "./boxes.js";

const away = new Map(); // by picture: what was taken away on this page, so that it does not come back with a draft

const nameOf = ({ kind, x, y, w, h }) => [kind, x, y, w, h].join();

export class Proposals {
  /** box: the element with the JSON and the buttons; group: where they are drawn; mask: whom to tell. */
  constructor(box, group, mask) {
    Object.assign(this, { box, group, mask });
    const { picture } = box.dataset;
    if (!away.has(picture)) away.set(picture, new Set());
    this.away = away.get(picture);
    this.all = JSON.parse(box.querySelector("[data-found]").textContent).filter((one) => !this.away.has(nameOf(one)));
    this.shown = { strong: !("quiet" in box.dataset), faint: false };
    this.button("all")?.addEventListener("click", () => this.takeAll());
    for (const layer of ["strong", "faint"]) this.button(layer)?.addEventListener("click", () => this.toggle(layer));
    this.write();
  }

  button(name) {
    return this.box.querySelector(`[data-found-${name}]`);
  }

  layer(one) {
    return one.faint ? "faint" : "strong";
  }

  get visible() {
    return this.all.filter((one) => this.shown[this.layer(one)]);
  }

  /** Those that a person has to decide on before the picture is judged. */
  get open() {
    return this.visible.filter((one) => !one.faint);
  }

  toggle(layer) {
    this.shown[layer] = !this.shown[layer];
    this.mask.draw();
  }

  takeAll() {
    for (const one of this.open) {
      if (!this.mask.takeOver(one)) break;
      this.forget(one);
    }
    this.mask.changed();
  }

  forget(one) {
    this.all = this.all.filter((other) => other !== one);
  }

  dismiss(one) {
    this.away.add(nameOf(one));
    this.forget(one);
  }

  write() {
    for (const layer of ["strong", "faint"]) this.button(layer)?.setAttribute("aria-pressed", String(this.shown[layer]));
    const take = this.button("all");
    if (take) take.disabled = !this.open.length || this.mask.publicly;
  }

  draw(look, hits) {
    this.group.replaceChildren();
    this.visible.forEach((one, place) => {
      const { say } = look;
      const facts = { number: place + 1, kind: one.word, sure: one.sure };
      const box = put("g", { class: `e-box e-found${one.faint ? " faint" : ""}`, tabindex: 0, role: "button" }, this.group);
      box.setAttribute("aria-label", say.found.replace(/\{(\w+)\}/g, (_, name) => facts[name]));
      const at = sidesOf(one, look.size);
      put("rect", { ...at, class: "e-halo" }, box);
      put("rect", { ...at, class: "e-line-found" }, box);
      if (!one.faint || look.chosen === one) drawTag(box, at, `${one.word}?`, look);
      box.thing = one;
      drawHit(hits, one, look, one);
    });
    this.write();
  }
}
