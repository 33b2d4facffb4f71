// Between the datum we keep (WGS-84) and the one some tiles are drawn in (GCJ-02). Everything stored, sent and received by
// the house is WGS-84; only what is drawn over such tiles is shifted, here and nowhere else.

const A = 6378245.0; // the ellipsoid of GCJ-02, in metres
const E2 = 0.00669342162296594323;
const inChina = (lon, lat) => lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;

function wave(x, y) {
  const swing = 20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI);
  const dLat =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) +
    ((swing + 20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * 2) / 3 +
    ((160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y / 30) * Math.PI)) * 2) / 3;
  const dLon =
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) +
    ((swing + 20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * 2) / 3 +
    ((150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * 2) / 3;
  return [dLon, dLat];
}

function shifted(lon, lat) {
  if (!inChina(lon, lat)) return [lon, lat];
  const [dLon, dLat] = wave(lon - 105, lat - 35);
  const rad = (lat / 180) * Math.PI;
  const magic = 1 - E2 * Math.sin(rad) ** 2;
  const root = Math.sqrt(magic);
  return [
    lon + (dLon * 180) / ((A / root) * Math.cos(rad) * Math.PI),
    lat + (dLat * 180) / (((A * (1 - E2)) / (magic * root)) * Math.PI),
  ];
}

function unshifted(lon, lat) {
  let [x, y] = [lon, lat];
  for (let round = 0; round < 4; round += 1) {
    const [sx, sy] = shifted(x, y);
    [x, y] = [x + lon - sx, y + lat - sy];
  }
  return [x, y];
}

/** The two ways for a map whose tiles are in `datum`: ours → drawn, drawn → ours. Points are [lon, lat]. */
export function ways(datum) {
  if (datum === "gcj02") return { draw: ([lon, lat]) => shifted(lon, lat), read: ([lon, lat]) => unshifted(lon, lat) };
  return { draw: (point) => point, read: (point) => point };
}
