// A word of warning while writing: phone, identity and plate numbers. The server looks again (reports/screening.py).

import { field, fill, words } from "./report_page.js";

const box = document.querySelector("[data-screen]");
// Each begins with the letter before it, kept when it is cut: old phones know no look-behind.
const PATTERNS = {
  identity: /(^|\D)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)/g,
  phone: /(^|\D)(?:(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8})(?!\d)/g,
  plate: /()[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-NP-Z][·\s]?[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]/gi,
};
let kept = ""; // the text the person decided to keep

const found = (text) => Object.keys(PATTERNS).filter((kind) => text.search(PATTERNS[kind]) >= 0);

function look() {
  const text = field("words").value;
  const things = text === kept ? [] : found(text).map((kind) => words[kind]);
  box.hidden = !things.length;
  if (things.length) box.querySelector("[data-screen-word]").textContent = fill(words.found, { things: things.join(words.and) });
}

export function wakeScreen() {
  const input = field("words");
  input.addEventListener("input", look);
  box.querySelector("[data-screen-cut]").addEventListener("click", () => {
    for (const pattern of Object.values(PATTERNS)) input.value = input.value.replace(pattern, "$1＊＊＊");
    look();
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  });
  box.querySelector("[data-screen-keep]").addEventListener("click", () => {
    kept = input.value;
    look();
    input.focus();
  });
  look();
}
