// Pictures that come along with a plain form: shown before they are sent, added one after the other, taken away again.
// Without this file the same field sends what was chosen last. <input type="file" data-enclosed="3"> says how many there may be.

const LARGEST = 20 * 1024 * 1024; // bytes

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function wake(input) {
  const set = input.closest("fieldset");
  const say = JSON.parse(set.querySelector("[data-enclosed-words]").textContent);
  const shown = set.querySelector("[data-enclosed-shown]");
  const error = set.querySelector("[data-enclosed-error]");
  const kept = () => set.querySelectorAll("[type=checkbox]:checked").length;
  let files = [];

  function tell(sentences) {
    error.hidden = sentences.length === 0;
    error.querySelector("span").textContent = sentences.join(" ");
  }

  function card(file, place) {
    const box = document.createElement("div");
    box.className = "enclosed-one";
    const image = Object.assign(document.createElement("img"), { className: "ph", alt: fill(say.photo, { number: place + 1 }) });
    image.src = URL.createObjectURL(file);
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    image.addEventListener("error", () => image.classList.add("unseen")); // HEIC, which few browsers show
    const away = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet btn-sm" });
    away.textContent = fill(say.remove, { number: place + 1 });
    away.addEventListener("click", () => {
      files = files.filter((one) => one !== file);
      tell([]);
      show();
      input.focus();
    });
    const name = Object.assign(document.createElement("span"), { className: "muted small enclosed-name", textContent: file.name });
    box.append(image, name, away);
    return box;
  }

  function show() {
    const held = new DataTransfer();
    for (const file of files) held.items.add(file);
    input.files = held.files;
    shown.hidden = files.length === 0;
    shown.replaceChildren(...files.map(card));
  }

  input.addEventListener("change", () => {
    const said = [];
    const known = (file) => files.some((one) => one.name === file.name && one.size === file.size && one.lastModified === file.lastModified);
    for (const file of [...input.files].filter((one) => !known(one))) {
      if (file.size > LARGEST) said.push(fill(say.too_large, { file: file.name }));
      else files.push(file);
    }
    const room = Math.max(0, Number(input.dataset.enclosed) - kept());
    if (files.length > room) {
      files = files.slice(0, room);
      said.push(fill(say.too_many, { most: input.dataset.enclosed }));
    }
    tell(said);
    show();
  });
  if (input.files.length) input.dispatchEvent(new Event("change")); // chosen before this script was there
}

document.querySelectorAll("input[data-enclosed]").forEach(wake);
