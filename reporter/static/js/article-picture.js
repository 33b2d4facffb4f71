// The picture of an article: it goes up at once and in parts (upload.js) while its caption is written; what is not all sent
// stays on the device until it is added. Without this file, or when it is refused, the same form takes the file along.

import { pressed } from "./handed_in.js";
import { forgetShots, keepShot, keptShots } from "./kept_shots.js";
import { Upload } from "./upload.js";

const form = document.getElementById("add-picture");

function wake() {
  const say = JSON.parse(form.querySelector("[data-say]").textContent);
  const { post, keptAs } = form.dataset;
  const input = form.querySelector("input[type=file]");
  const send = form.querySelector("button[type=submit]");
  const box = form.querySelector(".e-sending");
  const [image, bar, said] = ["img", "progress", "[role=status]"].map((part) => box.querySelector(part));
  const csrf = form.querySelector("[name=csrf_token]")?.value || "";
  let upload = null;

  function forget() {
    upload?.giveUp();
    for (const held of form.querySelectorAll("[data-held]")) held.remove();
  }

  function there({ token }) {
    const held = Object.assign(document.createElement("input"), { type: "hidden", name: "token", value: token });
    held.dataset.held = "";
    form.append(held);
    input.value = "";
    bar.hidden = true;
    send.disabled = false;
    said.textContent = say.there;
  }

  function refused(words) {
    send.disabled = false;
    box.hidden = !words;
    bar.hidden = true;
    said.textContent = words;
    forgetShots(keptAs);
  }

  function go(file, address = "") {
    forget();
    const keep = (found) => keepShot({ id: `${keptAs}-picture`, form: keptAs, file, address: found });
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(file);
    bar.value = 0;
    box.hidden = bar.hidden = false;
    send.disabled = true;
    said.textContent = say.sending;
    keep(address);
    const on = {
      began: keep,
      progress: (sent) => {
        bar.value = (100 * sent) / file.size;
        said.textContent = say.sending;
      },
      waiting: (words) => {
        said.textContent = words || say.waiting;
      },
      done: there,
      refused,
    };
    upload = new Upload(file, { post, address, csrf: () => csrf, on });
    upload.run();
  }

  input.addEventListener("change", () => {
    if (input.files.length) go(input.files[0]);
  });
  image.addEventListener("error", () => image.classList.add("unseen")); // HEIC, which few browsers show
  form.addEventListener("submit", () => pressed(keptAs));
  if (input.files.length) go(input.files[0]); // chosen before this script was there
  else if (!form.querySelector("[data-held]")) keptShots(keptAs).then(([shot]) => shot && !upload && go(shot.file, shot.address));
}

if (form) wake();
