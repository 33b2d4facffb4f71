// A place is put right at the moderator's desk: an address chosen from those found, or a press on the map. In the dialog of a
// report it counts once it is taken; leaving the dialog leaves everything as it was.

import { asked } from "./asking.js";
import { wakeCombo } from "./combo.js";

const HIDDEN = ["lon", "lat", "accuracy", "place_source", "placed", "address"];

class Place {
  constructor(box) {
    this.box = box;
    this.form = document.querySelector(box.dataset.place);
    this.said = box.querySelector("[data-place-said]");
    this.pin = box.querySelector("[data-map]").dataset.pin.split(",").map(Number);
    this.weigh = box.parentElement.querySelector("[data-place-weigh]");
    this.settled = Promise.resolve();
    this.turn = 0; // how often it was put back
    const input = this.field("address");
    const { further, furtherAbout, away, offers } = box.dataset;
    wakeCombo({
      input,
      list: document.getElementById(`${input.id}-list`),
      told: this.said,
      url: offers,
      words: { further, further_about: furtherAbout, address_away: away },
      near: () => this.point() || this.pin,
      choose: (offer) => this.choose(offer),
    });
    this.form.addEventListener("place:picked", ({ detail }) => this.look([detail.lon, detail.lat]));
    if (this.weigh) this.wakeDialog(input);
  }

  field(name) {
    return this.form.elements.namedItem((this.box.dataset.prefix || "") + name);
  }

  point() {
    return this.field("lon").value ? [Number(this.field("lon").value), Number(this.field("lat").value)] : null;
  }

  choose({ lon, lat, accuracy, said }) {
    const facts = { lon: lon.toFixed(6), lat: lat.toFixed(6), accuracy: Math.round(accuracy), place_source: "address" };
    for (const [name, value] of Object.entries(facts)) this.field(name).value = value;
    this.form.dispatchEvent(new CustomEvent("place:set", { detail: { lon, lat, accuracy } }));
    this.look([lon, lat], said);
    return said;
  }

  /** Ask where the point lies; the area follows it. Without an answer the server finds it when the form is sent. */
  look(point, before = "") {
    const { turn } = this;
    this.settled = this.settled.then(async () => {
      try {
        const { area_id: area, words } = await asked(this.box.dataset.where, { lon: point[0], lat: point[1] });
        if (turn !== this.turn) return; // everything is as it was again
        if (!before) this.said.textContent = words;
        this.putArea(area ?? "");
        this.field("placed").value = `${this.field("lon").value},${this.field("lat").value},${area ?? ""}`;
      } catch (error) {
        if (!error.said || turn !== this.turn) return;
        this.put(this.kept);
        this.said.textContent = error.said;
      }
    });
    return this.settled;
  }

  putArea(area) {
    const select = this.field("area_id");
    if (![...select.options].some((one) => one.value === String(area))) return;
    select.value = area;
  }

  /* ---------- the dialog of a report ---------- */
  wakeDialog(input) {
    const dialog = this.box.closest("dialog");
    this.kept = this.values();
    dialog.querySelector("[data-place-take]").addEventListener("click", (event) => {
      event.preventDefault();
      this.take(dialog);
    });
    dialog.querySelector("[data-place-back]")?.addEventListener("click", ({ currentTarget }) => {
      const { placeBack, address } = currentTarget.dataset;
      for (const name of HIDDEN) this.field(name).value = name === "address" ? address : "";
      this.putArea(placeBack);
      this.take(dialog);
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.defaultPrevented) return;
      if (event.target !== input && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.take(dialog);
    });
    dialog.addEventListener("close", () => {
      if (!this.taken) this.put(this.kept);
      this.taken = false;
    });
  }

  values() {
    return { ...Object.fromEntries(HIDDEN.map((name) => [name, this.field(name).value])), area: this.field("area_id").value };
  }

  put(kept) {
    this.turn += 1;
    if (!kept) {
      for (const name of ["lon", "lat", "accuracy", "place_source"]) this.field(name).value = "";
    } else {
      for (const name of HIDDEN) this.field(name).value = kept[name];
      this.putArea(kept.area);
    }
    this.said.textContent = "";
    const [lon, lat] = this.point() || this.pin;
    this.form.dispatchEvent(new CustomEvent("place:set", { detail: { lon, lat, accuracy: 0 } }));
  }

  async take(dialog) {
    await this.settled;
    this.taken = true;
    dialog.close();
    this.weigh.dispatchEvent(new CustomEvent("place:taken"));
  }
}

function wake(root) {
  for (const box of root.querySelectorAll("[data-place]")) box.house ??= new Place(box);
}

document.addEventListener("htmx:load", (event) => wake(event.target));
wake(document);
