// The typed address of a report: what is chosen sets the point.

import { wakeCombo } from "./combo.js";
import { field, words } from "./report_page.js";
import { point, setAddress, unsetAddress } from "./report_place.js";

export function wakeAddress() {
  const box = document.querySelector("[data-combo]");
  wakeCombo({
    input: field("address"),
    list: document.getElementById("address-list"),
    told: box.querySelector("[data-combo-said]"),
    url: box.dataset.combo,
    words,
    near: point,
    typed: unsetAddress,
    choose: (offer) => (setAddress(offer) ? offer.said : words.address_kept),
  });
}
