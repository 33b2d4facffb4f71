// One picture on its way to the server by tus 1.0.0 (tus.io): begun, sent in parts, and gone on with where a broken
// network stopped it. What is lost is asked for again; what is refused is refused for good, with the server's words.

const LARGEST_PART = 512 * 1024; // bytes; a part counts only when all of it arrived
const SMALLEST_PART = 64 * 1024;
const STALLED = 45_000; // milliseconds without a byte: some networks die without saying so
const ANSWERING = 120_000; // milliseconds that the server may look at a picture
const LONGEST_PAUSE = 60_000;
const STARTS = 4; // times that a picture the server gave up is begun again
const GONE = [404, 410];
const LATER = [0, 408, 423, 425, 429];

/** Why a picture is not taken. `final`: the picture itself is at fault, and the same again would not help. */
class Refusal extends Error {
  constructor(words, final) {
    super(words);
    this.final = final;
  }
}

const metadata = (claims) =>
  Object.entries(claims)
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name} ${btoa(String(value))}`)
    .join(",");

function exchange(request, { method, url, headers, body, onBytes = () => {} }) {
  return new Promise((resolve) => {
    let timer = 0;
    const wait = (milliseconds) => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), milliseconds);
    };
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded }) => {
      wait(STALLED);
      onBytes(loaded);
    });
    request.upload.addEventListener("load", () => wait(ANSWERING));
    request.addEventListener("loadend", () => {
      clearTimeout(timer);
      resolve(request);
    });
    wait(body ? STALLED : ANSWERING);
    request.send(body);
  });
}

export class Upload {
  /**
   * @param file  the picture
   * @param post  where one begins
   * @param address  of a picture that was begun on an earlier visit; "" for a new one
   * @param claims  what the phone says of it
   * @param csrf  gives the token against forged requests, or promises it, a fresh one when asked for one; "" while there is none
   * @param on  began(address), progress(bytes), waiting(words), done(said), refused(words, final)
   */
  constructor(file, { post, address = "", claims = {}, csrf, on }) {
    Object.assign(this, { file, post, address, claims, csrf, on });
    this.offset = null; // how much the server has; null: it has to be asked
    this.part = LARGEST_PART;
    this.fails = 0;
    this.starts = 0;
    this.words = "";
    this.hurried = false;
    this.over = false;
    this.stale = false; // the token belongs to a session that has ended
    this.renewed = 0;
  }

  async run() {
    while (!this.over) {
      try {
        if (await this.step()) return;
      } catch (trouble) {
        if (this.over) return;
        if (!(trouble instanceof Refusal)) throw trouble;
        this.over = true;
        this.on.refused(trouble.message, trouble.final);
      }
    }
  }

  /** Do the next thing; tell whether the picture is in. */
  async step() {
    if (!this.address) return this.begin();
    if (this.offset === null) return this.ask();
    return this.send();
  }

  /** Go on at once instead of waiting longer. */
  hurry() {
    this.hurried = !this.wake; // a request is under way: the pause after it is left out
    this.wake?.();
  }

  /** Give the picture up, here and at the server, where it would be gone within a day anyway. */
  giveUp() {
    this.over = true;
    this.request?.abort();
    this.wake?.();
    if (this.address) this.exchange("DELETE", this.address);
  }

  async exchange(method, url, { headers = {}, body = null, onBytes } = {}) {
    const token = await this.csrf(this.stale);
    this.stale = false;
    if (!token) return { status: 0 };
    const said = { "Tus-Resumable": "1.0.0", "X-CSRFToken": token, Accept: "application/json", ...headers };
    const request = new XMLHttpRequest();
    if (method !== "DELETE") this.request = request;
    return exchange(request, { method, url, headers: said, body, onBytes });
  }

  async begin() {
    const headers = { "Upload-Length": this.file.size, "Upload-Metadata": metadata(this.claims) };
    const answer = await this.exchange("POST", this.post, { headers });
    if (answer.status !== 201) return this.failed(answer);
    this.address = answer.getResponseHeader("Location");
    this.offset = 0;
    if (!this.over) this.on.began(this.address);
    return false;
  }

  async ask() {
    const answer = await this.exchange("HEAD", this.address);
    if (answer.status !== 200) return this.failed(answer);
    this.offset = Number(answer.getResponseHeader("Upload-Offset"));
    this.on.progress(this.offset);
    return false;
  }

  async send() {
    const from = this.offset;
    const headers = { "Upload-Offset": from, "Content-Type": "application/offset+octet-stream" };
    const body = await this.bytes(from);
    const answer = await this.exchange("PATCH", this.address, { headers, body, onBytes: (sent) => this.on.progress(from + sent) });
    if (answer.status === 200) {
      this.over = true;
      this.on.done(answer.response);
      return true;
    }
    if (answer.status !== 204) return this.failed(answer);
    this.offset = Number(answer.getResponseHeader("Upload-Offset"));
    this.part = Math.min(this.part * 2, LARGEST_PART);
    this.fails = 0;
    this.on.progress(this.offset);
    return false;
  }

  async bytes(from) {
    try {
      return await this.file.slice(from, from + this.part).arrayBuffer();
    } catch {
      throw new Refusal("", true); // the phone has given the file away
    }
  }

  /** Judge what is no success: begin anew, ask anew, wait, or refuse. */
  async failed({ status, response }) {
    this.words = response?.error || this.words;
    this.offset = null;
    this.part = Math.max(this.part / 2, SMALLEST_PART);
    if (this.over) return true;
    if (GONE.includes(status) && this.address) {
      this.starts += 1;
      if (this.starts >= STARTS) throw new Refusal(this.words, false);
      this.address = "";
      this.on.progress(0);
    } else if (response?.field === "csrf_token" && this.renewed < STARTS) {
      this.renewed += 1;
      this.stale = true;
    } else if (status === 409 && this.address && this.fails < STARTS) {
      await this.pause(this.words);
    } else if (LATER.includes(status) || status >= 500) {
      await this.pause(status ? response?.error || "" : "");
    } else throw new Refusal(this.words, status === 413 || response?.field === "photos");
    return this.over;
  }

  /** Wait, each time longer and never quite as long as the others, until the network is said to be back. */
  async pause(words) {
    this.fails += 1;
    if (this.hurried) {
      this.hurried = false;
      return;
    }
    this.on.waiting(words);
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(500 * 2 ** this.fails, LONGEST_PAUSE) * (0.5 + Math.random()));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
      window.addEventListener("online", this.wake, { once: true });
    });
    window.removeEventListener("online", this.wake);
    this.wake = null;
  }
}
