// Which photo shows what: asked where the kind wants one close up and one of the place.

import { form } from "./report_page.js";
import { chosenKind } from "./report_kind.js";

const box = form.querySelector("[data-views]");
const list = box.querySelector("[data-views-list]");
const shape = box.querySelector("[data-view-template]");

function drawn(face, number, known) {
  const one = shape.content.firstElementChild.cloneNode(true);
  const token = face.querySelector("input[type=hidden]").value;
  const label = one.querySelector("[data-view-label]");
  const choice = one.querySelector("select");
  one.querySelector("img").src = face.querySelector("img").src;
  label.textContent = label.dataset.viewLabel.replace("{number}", number);
  choice.name = `view-${token}`;
  choice.value = known.get(choice.name) ?? face.dataset.view ?? "";
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
  const known = new Map([...list.querySelectorAll("select")].map((choice) => [choice.name, choice.value]));
  const faces = [...form.querySelectorAll("[data-shot]:not([data-refused])")].filter((face) => face.querySelector("input[type=hidden]").value);
  box.hidden = !chosenKind()?.views || !faces.length;
  list.replaceChildren(...faces.map((face, index) => drawn(face, index + 1, known)));
}
