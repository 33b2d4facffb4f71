// The service worker. It keeps two pages of nobody (the report's form, and what waits on this phone) with their files,
// so that both open without a network, and sends what waits when the browser wakes it. Everything else comes from the
// network alone and is never kept, above all the board: what is hidden there is gone at once.

import { sendAll } from "./outbox_send.js";

const REPORT = "/report";
const WAITING = "/report/waiting";
const PAGES = { [REPORT]: "/report/kept/report", [WAITING]: "/report/kept/waiting" };
const PREFIX = "kept-";
const PATIENCE = 10_000; // milliseconds that the form may take to come
const PATIENCE_FOR_A_FILE = 4_000; // milliseconds for one that is kept anyway: a network may be there and dead
const FRESH = 24 * 60 * 60 * 1000; // milliseconds after which a kept page is asked for again
const FILES = /"(\/static\/[^"#]+)/g;

class Keeper {
  /** Keeps `files` under the name of their `version`; another version is another store. */
  constructor({ version, files }) {
    this.name = PREFIX + version;
    this.files = new Set(files.map((file) => new URL(file, self.location.href).href));
  }

  async install() {
    const cache = await caches.open(this.name);
    await cache.addAll([...this.files]);
    const wish = await this.lastWish();
    if (wish) await this.keepPages(wish);
    await self.skipWaiting();
  }

  async activate() {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(PREFIX) && name !== this.name);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  }

  /** In which language and print the pages were kept last, as a query; "" when they never were. */
  async lastWish() {
    const page = await caches.match(REPORT);
    return page ? new URL(page.url).search : "";
  }

  /** Keep both pages as `wish` says, a query; nothing when the kept ones are like that and fresh. */
  async refresh(wish) {
    const cache = await caches.open(this.name);
    const page = await cache.match(REPORT);
    const age = Date.now() - Date.parse(page?.headers.get("Date"));
    if (page && new URL(page.url).search === wish && age < FRESH) return;
    await this.keepPages(wish);
  }

  async keepPages(wish) {
    const cache = await caches.open(this.name);
    for (const [at, from] of Object.entries(PAGES)) {
      const page = await fetch(from + wish, { credentials: "omit", cache: "no-store" });
      if (page.ok && !page.redirected && (await this.isWhole(page.clone()))) await cache.put(at, page);
    }
  }

  /** Whether all files of `page` are kept: after a change of the service the next version of this worker has them. */
  async isWhole(page) {
    const named = (await page.text()).matchAll(FILES);
    return [...named].every(([, file]) => this.files.has(new URL(file, self.location.href).href));
  }

  answer(event) {
    const { request } = event;
    const { pathname, origin } = new URL(request.url);
    if (origin !== self.location.origin) return;
    if (request.mode === "navigate") {
      if (request.method === "GET") event.respondWith(this.page(request, pathname));
      else if (pathname === REPORT) event.respondWith(this.sent(request));
    } else if (request.method === "GET" && this.files.has(request.url)) event.respondWith(this.file(request));
  }

  /** A file: what has a stamp is what is kept; a module is asked for first, so that a page and its modules agree. */
  async file(request) {
    const known = await caches.match(request.url, { cacheName: this.name, ignoreVary: true });
    if (known && new URL(request.url).searchParams.has("v")) return known;
    try {
      return await (known ? soon(fetch(request), PATIENCE_FOR_A_FILE) : fetch(request));
    } catch (lost) {
      if (known) return known;
      throw lost;
    }
  }

  async page(request, path) {
    try {
      return await (path === REPORT ? soon(fetch(request)) : fetch(request));
    } catch (lost) {
      const kept = await caches.match(path in PAGES ? path : WAITING, { cacheName: this.name, ignoreVary: true });
      if (kept) return kept;
      throw lost;
    }
  }

  /** A report that is sent by its page; without a network it is in the outbox already, which is shown then. */
  async sent(request) {
    try {
      return await fetch(request);
    } catch (lost) {
      if (await caches.match(WAITING, { cacheName: this.name })) return Response.redirect(WAITING, 303);
      throw lost;
    }
  }
}

function soon(answer, patience = PATIENCE) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error("late")), patience);
  });
  return Promise.race([answer, late]);
}

/** Begin to keep `files` of one `version`. */
export function wake(known) {
  const keeper = new Keeper(known);
  self.addEventListener("install", (event) => event.waitUntil(keeper.install()));
  self.addEventListener("activate", (event) => event.waitUntil(keeper.activate()));
  self.addEventListener("fetch", (event) => keeper.answer(event));
  self.addEventListener("message", (event) => {
    if (event.data?.keep) event.waitUntil(keeper.refresh(event.data.keep).catch(() => {}));
  });
  self.addEventListener("sync", (event) => event.waitUntil(sendAll()));
}
