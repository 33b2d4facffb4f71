// What a picture says of itself before anybody has it: when, where and with what it was taken. A small reader like
// the server's own (photos/exif.py), which reads the same again and is the one that counts; here it only saves a wait.

const HEAD = 512 * 1024; // bytes of the file that are looked at; cameras write it at the beginning
const MARK = [0x45, 0x78, 0x69, 0x66, 0, 0]; // "Exif" and two noughts
const WIDTHS = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 };
const LONGEST = 256;
const MOST = 500; // entries of a directory
const MAKE = 0x010f;
const MODEL = 0x0110;
const SHOT = 0x8769;
const GPS = 0x8825;
const TAKEN = [[0x9003, 0x9011], [0x9004, 0x9012]]; // taken, then digitized; each with its offset from UTC
const OURS = ["", "WGS84", "CGCS2000"]; // data that are WGS 84 here; others are left to the server

class Directory {
  constructor(view, base, offset) {
    Object.assign(this, { view, base, entries: new Map() });
    this.little = view.getUint16(base) === 0x4949;
    const start = base + offset;
    if (offset < 8 || start + 2 > view.byteLength) return;
    const count = Math.min(this.short(start), MOST);
    for (let at = start + 2; at < start + 2 + 12 * count && at + 12 <= view.byteLength; at += 12) {
      const size = (WIDTHS[this.short(at + 2)] ?? 0) * this.long(at + 4);
      if (!size || size > LONGEST) continue;
      const where = size <= 4 ? at + 8 : base + this.long(at + 8);
      if (where + size <= view.byteLength) this.entries.set(this.short(at), { where, size });
    }
  }

  short(at) {
    return this.view.getUint16(at, this.little);
  }

  long(at) {
    return this.view.getUint32(at, this.little);
  }

  number(tag, fallback = 0) {
    const entry = this.entries.get(tag);
    if (!entry) return fallback;
    return entry.size === 2 ? this.short(entry.where) : this.long(entry.where);
  }

  text(tag) {
    const { where = 0, size = 0 } = this.entries.get(tag) ?? {};
    const letters = Array.from({ length: size }, (_, at) => this.view.getUint8(where + at));
    const end = letters.indexOf(0);
    return String.fromCharCode(...letters.slice(0, end < 0 ? size : end)).trim();
  }

  ratios(tag, howMany) {
    const entry = this.entries.get(tag);
    if (entry?.size !== 8 * howMany) return null;
    const ratio = (at) => this.long(at) / this.long(at + 4);
    const found = Array.from({ length: howMany }, (_, place) => ratio(entry.where + 8 * place));
    return found.every(Number.isFinite) ? found : null;
  }
}

/** Where the block lies whose first letters say "Exif" and then an order of bytes; -1 when nowhere. */
function blockOf(bytes) {
  for (let at = bytes.indexOf(MARK[0]); at >= 0 && at + 14 <= bytes.length; at = bytes.indexOf(MARK[0], at + 1)) {
    if (!MARK.every((byte, place) => bytes[at + place] === byte)) continue;
    const order = String.fromCharCode(bytes[at + 6], bytes[at + 7]);
    if (order === "II" || order === "MM") return at + MARK.length;
  }
  return -1;
}

function degrees(place, value, reference, signs, most) {
  const parts = place.ratios(value, 3);
  const sign = signs[place.text(reference).toUpperCase()[0]];
  if (!parts || !sign || parts[1] >= 60 || parts[2] >= 60) return null;
  const found = parts[0] + parts[1] / 60 + parts[2] / 3600;
  return found <= most ? Number((sign * found).toFixed(7)) : null;
}

function placeOf(place) {
  const datum = place.text(0x12).replace(/[^a-z0-9]/gi, "").toUpperCase();
  if (!OURS.includes(datum)) return { otherDatum: datum };
  const lon = degrees(place, 4, 3, { E: 1, W: -1 }, 180);
  const lat = degrees(place, 2, 1, { N: 1, S: -1 }, 90);
  if (lon === null || lat === null || (!lon && !lat)) return {}; // noughts: what receivers write before they know
  const [accuracy] = place.ratios(0x1f, 1) ?? [];
  return { lon, lat, accuracy: accuracy > 0 ? accuracy : "" };
}

/** The moment as ISO writes it, without an offset in the clock of this phone, and as the camera wrote both. */
function momentOf(shot) {
  for (const [moment, offset] of TAKEN) {
    const said = /^(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)$/.exec(shot.text(moment));
    if (!said) continue;
    const zone = /^(?:Z|[+-]\d\d:\d\d)$/.exec(shot.text(offset))?.[0] ?? "";
    const at = new Date(`${said.slice(1, 4).join("-")}T${said.slice(4, 7).join(":")}${zone}`);
    if (!Number.isNaN(at.getTime())) return { takenAt: at.toISOString(), written: shot.text(moment), offset: zone };
  }
  return {};
}

/**
 * What `file` says: {lon, lat, accuracy, otherDatum, takenAt, written, offset, make, model}; what it does not say is left
 * out. Never fails.
 */
export async function readExif(file) {
  try {
    const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
    const base = blockOf(bytes);
    if (base < 0) return {};
    const view = new DataView(bytes.buffer);
    const head = new Directory(view, base, 0);
    const main = new Directory(view, base, head.long(base + 4));
    const shot = new Directory(view, base, main.number(SHOT));
    const place = new Directory(view, base, main.number(GPS));
    return { ...placeOf(place), ...momentOf(shot), make: main.text(MAKE), model: main.text(MODEL) };
  } catch {
    return {}; // damaged or not to be read: nothing is claimed
  }
}
