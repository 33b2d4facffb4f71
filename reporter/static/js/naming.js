// Internal notes ([data-naming="address of the names"]): after an @ colleagues are offered, by arrows, Enter or a press.
// A textarea keeps its role; the list is told to it by aria-controls and aria-activedescendant.

const ASKED = /@([^\s@]{0,20})$/;
const people = new Map(); // address -> promise of what it answers
const AWAY = { people: [], more: false, away: true }; // the server was not reached, or did not answer with names
const SHOWN = 8;
let open = null; // {field, list, begin}

function fetched(address) {
  if (!people.has(address)) {
    const answer = fetch(address, { headers: { Accept: "application/json" } })
      .then((found) => (found.ok ? found.json() : Promise.reject(new Error(found.status))))
      .catch(() => {
        people.delete(address); // asked again at the next letter
        return AWAY;
      });
    people.set(address, answer);
  }
  return people.get(address);
}

/** Who has `part` in the name: asked of the server only where there are more than it gives at once; null when it cannot be asked. */
async function named(address, part) {
  const first = await fetched(address.href);
  if (first.more && part) address.searchParams.set("q", part);
  const { people: found, away } = first.more && part ? await fetched(address.href) : first;
  if (away) return null;
  return found.filter((one) => one.name.toLowerCase().includes(part.toLowerCase())).slice(0, SHOWN);
}

function close() {
  if (!open) return;
  open.list.remove();
  for (const name of ["aria-controls", "aria-activedescendant"]) open.field.removeAttribute(name);
  open = null;
}

function say(field, text) {
  field.closest("[data-naming]").querySelector("[data-naming-said]").textContent = text;
}

function choose(option) {
  const { field, begin } = open;
  const end = field.selectionStart;
  close();
  field.focus();
  field.setSelectionRange(begin, end);
  const text = `@${option.dataset.name} `;
  // Deprecated, and the only way that leaves the browser's own undo whole.
  if (!document.execCommand("insertText", false, text)) field.setRangeText(text, begin, end, "end");
  say(field, "");
}

function mark(option) {
  for (const other of open.list.children) other.setAttribute("aria-selected", String(other === option));
  open.field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

/** Leave only those that still fit what is typed, until the answer is there: Enter never takes another name. */
function narrow(part) {
  const fits = (row) => row.dataset.name.toLowerCase().includes(part.toLowerCase());
  for (const row of [...open.list.children]) if (!fits(row)) row.remove();
  const rows = [...open.list.children];
  if (!rows.length) close();
  else if (!rows.some((row) => row.getAttribute("aria-selected") === "true")) mark(rows[0]);
}

function option(person, place, field) {
  const row = document.createElement("li");
  row.id = `${field.id}-name-${place}`;
  row.setAttribute("role", "option");
  row.dataset.name = person.name;
  const name = document.createElement("b");
  name.textContent = person.name;
  const roles = document.createElement("small");
  roles.textContent = person.roles;
  row.append(name, " ", roles);
  row.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    choose(row);
  });
  return row;
}

async function offer(field) {
  const asked = ASKED.exec(field.value.slice(0, field.selectionStart));
  if (!asked) {
    close();
    return null;
  }
  if (open) narrow(asked[1]);
  const box = field.closest("[data-naming]");
  const unit = field.form.querySelector("input[type=checkbox]:checked");
  const address = new URL(box.dataset.naming, location.href);
  if (unit) address.searchParams.set("unit", "y");
  const found = await named(address, asked[1]);
  if (document.activeElement !== field || ASKED.exec(field.value.slice(0, field.selectionStart))?.[0] !== asked[0]) return null;
  close();
  if (!found) return say(field, box.dataset.away);
  say(field, found.length ? box.dataset.found.replace("{number}", String(found.length)) : box.dataset.none);
  if (!found.length) return null;
  const list = document.createElement("ul");
  list.className = "naming-list";
  list.id = `${field.id}-names`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels[0].textContent.trim());
  list.append(...found.map((person, place) => option(person, place, field)));
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-haspopup", "listbox");
  field.setAttribute("aria-controls", list.id);
  open = { field, list, begin: field.selectionStart - asked[0].length };
  mark(list.firstElementChild);
  list.scrollIntoView({ block: "nearest" });
  return null;
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-naming] textarea")) offer(event.target);
});

document.addEventListener("focusout", (event) => {
  if (open?.field === event.target) close();
});

document.addEventListener("keydown", (event) => {
  if (!open || event.target !== open.field || event.isComposing) return;
  const rows = [...open.list.children];
  const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    mark(rows[(at + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % rows.length]);
  } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") choose(rows[at]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, { capture: true });
