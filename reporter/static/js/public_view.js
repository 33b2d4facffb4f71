// The picture as the public would see it, with the boxes as they are drawn at this moment: burnt in by the server,
// the very bytes that would be published. Nothing is kept.

export class PublicView {
  /** form: the mask's, its data-burnt is where the boxes are sent; svg: has an <image data-public>; button: pressed while shown. */
  constructor(form, svg, button, tell) {
    Object.assign(this, { form, svg, button, tell, shown: false, asked: 0 });
    this.image = svg.querySelector("[data-public]");
    button.disabled = false;
    button.addEventListener("click", () => (this.shown ? this.end() : this.begin()));
  }

  async begin() {
    const mine = ++this.asked;
    this.set(true);
    this.tell("burning");
    try {
      const body = new FormData(this.form);
      body.set("act", "draft"); // the tick is about the boxes that are kept
      const answer = await fetch(this.form.dataset.burnt, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      const whole = answer.ok && answer.headers.get("Content-Type") === "image/jpeg";
      if (mine !== this.asked) return;
      if (!whole) throw new Error(answer.status === 422 ? await answer.text() : "");
      this.show(URL.createObjectURL(await answer.blob()), mine);
    } catch (error) {
      if (mine === this.asked) this.end(error.message && error.name === "Error" ? error.message : null);
    }
  }

  show(address, mine) {
    if (mine !== this.asked) return URL.revokeObjectURL(address);
    this.address = address;
    this.image.setAttribute("href", address);
    this.svg.classList.add("burnt");
    this.tell("public");
    return undefined;
  }

  /** wrong: why it could not be shown; null when nobody knows; left out when it was only closed. */
  end(wrong) {
    if (!this.shown) return;
    this.asked += 1;
    this.set(false);
    this.svg.classList.remove("burnt");
    this.image.removeAttribute("href");
    URL.revokeObjectURL(this.address || "");
    if (wrong === undefined) this.tell("unmasked");
    else this.tell("no_public", wrong);
  }

  set(yes) {
    this.shown = yes;
    this.svg.classList.toggle("as-public", yes);
    this.button.setAttribute("aria-pressed", String(yes));
  }
}
