// Which photo shows what: asked where the kind wants one close up and one of the place.

import { form } from "./report_page.js";
import { chosenKind } from "./report_kind.js";

const box = form.querySelector("[data-views]");
const list = box.querySelector("[data-views-list]");
const shape = box.querySelector("[data-view-template]");

const choiceOf = (one) => one.querySelector("select");

/** The choice of this photo: the one that is there, which may have the focus, or a new one. */
function drawn(face, number) {
  const name = `view-${face.querySelector("input[type=hidden]").value}`;
  const known = [...list.children].find((one) => choiceOf(one).name === name);
  const one = known ?? shape.content.firstElementChild.cloneNode(true);
  const label = one.querySelector("[data-view-label]");
  one.querySelector("img").src = face.querySelector("img").src;
  label.textContent = label.dataset.viewLabel.replace("{number}", number);
  if (!known) Object.assign(choiceOf(one), { name, value: face.dataset.view ?? "" });
  return one;
}

/** Of two photos one shows the problem and the other the place: who says it of one has said it of both. */
function pair({ target }) {
  const others = [...list.querySelectorAll("select")].filter((choice) => choice !== target);
  const [other] = others;
  if (others.length !== 1 || other.value) return;
  other.value = { near: "far", far: "near" }[target.value] ?? "";
}

list.addEventListener("change", pair);

/** Draw one choice for each photo that is in; what was chosen stays. */
export function askViews() {
  const faces = [...form.querySelectorAll("[data-shot]:not([data-refused])")].filter((face) => face.querySelector("input[type=hidden]").value);
  box.hidden = !chosenKind()?.views || !faces.length;
  const wanted = faces.map((face, index) => drawn(face, index + 1));
  for (const one of [...list.children]) if (!wanted.includes(one)) one.remove();
  wanted.forEach((one, place) => list.children[place] === one || list.insertBefore(one, list.children[place] ?? null));
}
