// Makes a large picture smaller on the phone before it is sent, and writes into the copy what the original said of itself:
// when, where, with what. The server reads it there as it reads any picture, and knows by the mark that it is a copy.

const LARGE = 2.5 * 1024 * 1024; // bytes
const SIDE = 2560; // pixels of the longer side
const SMALL = 600 * 1024; // bytes up to which nobody looks how many pixels there are
const QUALITY = 0.86;
const WORTH = 0.9; // of the original's bytes; a copy that is hardly smaller is not worth a second coding
const MARK = "phone copy"; // photos/exif.py knows it
const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const RATIO = 5;

/** A directory of TIFF: entries as [tag, type, count, bytes], little end first; longer values lie behind it. */
function directory(entries, at) {
  const tail = at + 2 + 12 * entries.length + 4;
  const bytes = new Uint8Array(tail - at + entries.reduce((sum, [, , , value]) => sum + (value.length > 4 ? value.length : 0), 0));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, entries.length, true);
  let behind = tail - at;
  entries.forEach(([tag, type, count, value], place) => {
    const entry = 2 + 12 * place;
    view.setUint16(entry, tag, true);
    view.setUint16(entry + 2, type, true);
    view.setUint32(entry + 4, count, true);
    if (value.length > 4) {
      view.setUint32(entry + 8, at + behind, true);
      bytes.set(value, behind);
      behind += value.length;
    } else bytes.set(value, entry + 8);
  });
  return bytes;
}

const ascii = (tag, text) => {
  const value = Uint8Array.from([...text, "\0"], (letter) => letter.charCodeAt(0) & 0x7f);
  return [tag, ASCII, value.length, value];
};
const whole = (tag, type, number) => {
  const value = new Uint8Array(4);
  new DataView(value.buffer).setUint32(0, number, true);
  return [tag, type, 1, type === SHORT ? value.slice(0, 2) : value];
};
const ratios = (tag, numbers) => {
  const value = new Uint8Array(8 * numbers.length);
  const view = new DataView(value.buffer);
  numbers.forEach(([over, under], place) => {
    view.setUint32(8 * place, over, true);
    view.setUint32(8 * place + 4, under, true);
  });
  return [tag, RATIO, numbers.length, value];
};

/** Degrees as EXIF writes them: whole degrees, and minutes in ten-millionths. */
function angle(degrees) {
  const size = Math.abs(degrees);
  return [[Math.floor(size), 1], [Math.round((size % 1) * 60 * 1e7), 1e7], [0, 1]];
}

function placeOf({ lon, lat, accuracy }) {
  if (lon === undefined || lat === undefined) return [];
  const exact = accuracy ? [ratios(0x1f, [[Math.round(accuracy * 10), 10]])] : [];
  return [ascii(1, lat < 0 ? "S" : "N"), ratios(2, angle(lat)), ascii(3, lon < 0 ? "W" : "E"), ratios(4, angle(lon)), ascii(0x12, "WGS-84"), ...exact];
}

/** A block of EXIF that says what `said` (exif.js) does, upright, with the mark. */
export function blockOf(said) {
  const shot = [];
  if (said.written) shot.push(ascii(0x9003, said.written));
  if (said.offset) shot.push(ascii(0x9011, said.offset));
  const place = placeOf(said);
  const head = [whole(0x0112, SHORT, 1), ascii(0x0131, MARK)];
  if (said.model) head.unshift(ascii(0x0110, said.model));
  if (said.make) head.unshift(ascii(0x010f, said.make));
  const ends = () => directory([...head, whole(0x8769, LONG, 0), whole(0x8825, LONG, 0)], 8).length;
  const shotAt = 8 + ends();
  const shotBytes = directory(shot, shotAt);
  const placeAt = shotAt + shotBytes.length;
  const main = directory([...head, whole(0x8769, LONG, shotAt), whole(0x8825, LONG, place.length ? placeAt : 0)], 8);
  const tiff = [0x49, 0x49, 0x2a, 0, 8, 0, 0, 0];
  return Uint8Array.from([0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff, ...main, ...shotBytes, ...(place.length ? directory(place, placeAt) : [])]);
}

/** `jpeg` with the block behind its first two bytes. */
async function marked(jpeg, said) {
  const block = blockOf(said);
  const length = block.length + 2;
  return new Blob([jpeg.slice(0, 2), Uint8Array.from([0xff, 0xe1, length >> 8, length & 0xff]), block, jpeg.slice(2)], { type: "image/jpeg" });
}

function drawn(bitmap) {
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const brush = canvas.getContext("2d", { alpha: false });
  brush.fillStyle = "#fff"; // behind what is see-through
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.imageSmoothingQuality = "high";
  brush.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no copy"))), "image/jpeg", QUALITY);
  });
}

/**
 * A smaller copy of `file` that says what `said` (exif.js) does; `file` itself when it is small enough, or when this browser
 * cannot read it: the server takes originals too.
 */
export async function shrunk(file, said) {
  if (file.size <= SMALL || said.otherDatum) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    try {
      if (file.size <= LARGE && Math.max(bitmap.width, bitmap.height) <= SIDE) return file;
      const copy = await marked(await drawn(bitmap), said);
      if (copy.size > WORTH * file.size) return file;
      return new File([copy], file.name, { type: copy.type, lastModified: file.lastModified });
    } finally {
      bitmap.close();
    }
  } catch {
    return file;
  }
}
