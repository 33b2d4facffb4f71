"""What a photo says of itself: time, place, camera, which way is up. Pure, and never trusted further.

A small reader of its own, because it meets hostile files: it reads a dozen tags, follows no chain, takes no
value longer than 256 bytes, and answers "nothing claimed" where the usual readers warn, fail or allocate.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal

from reporter.places.geometry import Datum, to_wgs84

Directory = Mapping[int, bytes]
Order = Literal["little", "big"]

_ORDERS: Mapping[bytes, Order] = {b"II*\0": "little", b"MM\0*": "big"}
_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8, 13: 4}  # bytes per value of each TIFF type
_MOST_ENTRIES = 500
_LONGEST_VALUE = 256
_LONGEST_CAMERA = 80
_LONGEST_DATUM = 20
_FARTHEST = 100_000.0  # metres; whatever is less exact than that knows nothing

_MAKE, _MODEL, _ORIENTATION, _SOFTWARE, _EXIF, _GPS = 0x010F, 0x0110, 0x0112, 0x0131, 0x8769, 0x8825
_COPY = "phone copy"  # static/js/shrink.js writes it
_TIMES = ((0x9003, 0x9011), (0x9004, 0x9012))  # taken, then digitized; each with its offset from UTC
_LAT_REF, _LAT, _LON_REF, _LON, _DATUM, _ERROR = 1, 2, 3, 4, 0x12, 0x1F

_DATUMS = {
    "": Datum.WGS84, "WGS84": Datum.WGS84, "CGCS2000": Datum.WGS84, "GCJ02": Datum.GCJ02, "BD09": Datum.BD09,
}  # fmt: skip

_MOMENT = re.compile(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_YEARS = range(1990, 2100)


@dataclass(frozen=True)
class Claims:
    """What the camera wrote; each None or empty when it said nothing usable.

    Attributes:
        taken_at: aware, UTC.
        lon: degrees east, measured against `datum`.
        lat: degrees north, measured against `datum`.
        accuracy: of the place, in metres.
        datum: as it names it, printable; empty where it names none, which EXIF 2.3 leaves to mean WGS 84.
        camera: make and model, printable, at most 80 characters.
    """

    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy: float | None = None
    datum: str = ""
    camera: str = ""

    @property
    def measured(self) -> Datum | None:
        """Return the datum of the place, None when it names one that is not known here."""
        return _DATUMS.get("".join(filter(str.isalnum, self.datum)).upper())

    @property
    def place(self) -> tuple[float, float] | None:
        """Return longitude and latitude in degrees WGS 84, None when it says no place that can be used."""
        if self.lon is None or self.lat is None or self.measured is None:
            return None
        return to_wgs84(self.lon, self.lat, self.measured)


@dataclass(frozen=True)
class Exif:
    """The claims, and `orientation` 1 to 8 as EXIF numbers it.

    Attributes:
        copied: the page made a smaller copy on the phone and wrote the claims of the original into it.
    """

    orientation: int = 1
    claims: Claims = Claims()
    copied: bool = False


def read_exif(block: bytes, zone: tzinfo) -> Exif:
    """Return what the EXIF `block` says; broken parts count as not said.

    Args:
        block: with or without the leading "Exif" mark; empty when there is none.
        zone: assumed for a time without an offset.
    """
    tiff = block.removeprefix(b"Exif\0\0")
    order = _ORDERS.get(tiff[:4])
    if order is None:
        return Exif()
    main = _directory(tiff, order, tiff[4:8])
    shot = _directory(tiff, order, main.get(_EXIF, b""))
    place = _directory(tiff, order, main.get(_GPS, b""))
    orientation = int.from_bytes(main.get(_ORIENTATION, b""), order)
    lon, lat = _place(place, order)
    claims = Claims(
        taken_at=_moment(shot, zone), lon=lon, lat=lat, accuracy=_accuracy(place.get(_ERROR, b""), order),
        datum=_words(place.get(_DATUM, b""))[:_LONGEST_DATUM], camera=_camera(main),
    )  # fmt: skip
    turned = orientation if 1 <= orientation <= 8 else 1  # noqa: PLR2004 - as EXIF counts
    return Exif(turned, claims, _words(main.get(_SOFTWARE, b"")) == _COPY)


def _directory(tiff: bytes, order: Order, pointer: bytes) -> Directory:
    """Return tag -> raw value of the directory at `pointer`; entries that lie outside `tiff` are left out."""
    start = int.from_bytes(pointer, order)
    if not 8 <= start < len(tiff):  # noqa: PLR2004 - the header's length
        return {}
    count = min(int.from_bytes(tiff[start : start + 2], order), _MOST_ENTRIES)
    entries: dict[int, bytes] = {}
    for at in range(start + 2, start + 2 + 12 * count, 12):
        tag = int.from_bytes(tiff[at : at + 2], order)
        width = _WIDTHS.get(int.from_bytes(tiff[at + 2 : at + 4], order), 0)
        size = width * int.from_bytes(tiff[at + 4 : at + 8], order)
        if not 0 < size <= _LONGEST_VALUE:
            continue
        inline = at + 8
        where = inline if size <= 4 else int.from_bytes(tiff[inline : inline + 4], order)  # noqa: PLR2004
        value = tiff[where : where + size]
        if len(value) == size:
            entries.setdefault(tag, value)
    return entries


def _words(value: bytes) -> str:
    text = value.split(b"\0", 1)[0].decode("utf-8", errors="ignore")
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _camera(main: Directory) -> str:
    make, model = _words(main.get(_MAKE, b"")), _words(main.get(_MODEL, b""))
    named = model if model.casefold().startswith(make.casefold()) else f"{make} {model}"
    return named.strip()[:_LONGEST_CAMERA].strip()


def _moment(shot: Directory, zone: tzinfo) -> datetime | None:
    for time_tag, offset_tag in _TIMES:
        if written := _MOMENT.fullmatch(_words(shot.get(time_tag, b""))):
            year, *rest = map(int, written.groups())
            try:
                naive = datetime(year, *rest)  # type: ignore[arg-type]  # noqa: DTZ001 - the zone follows
            except ValueError:
                continue
            offset = _offset(_words(shot.get(offset_tag, b"")))
            if year in _YEARS:
                return naive.replace(tzinfo=offset or zone).astimezone(UTC)
    return None


def _offset(written: str) -> tzinfo | None:
    if written == "Z":
        return UTC
    if not (parts := _OFFSET.fullmatch(written)):
        return None
    minutes = int(parts[2]) * 60 + int(parts[3])
    if minutes > 14 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if parts[1] == "-" else minutes))


def _place(place: Directory, order: Order) -> tuple[float, float] | tuple[None, None]:
    lon = _degrees(place.get(_LON, b""), place.get(_LON_REF, b""), order, {b"E": 1, b"W": -1}, 180)
    lat = _degrees(place.get(_LAT, b""), place.get(_LAT_REF, b""), order, {b"N": 1, b"S": -1}, 90)
    if lon is None or lat is None or (lon, lat) == (0, 0):  # what receivers write before they know
        return None, None
    return lon, lat


def _degrees(
    value: bytes, reference: bytes, order: Order, signs: Mapping[bytes, int], limit: int
) -> float | None:
    sign = signs.get(reference[:1].upper())
    parts = [_ratio(value[at : at + 8], order) for at in range(0, 24, 8)]
    if sign is None or len(value) != 24 or not all(map(math.isfinite, parts)):  # noqa: PLR2004
        return None
    whole, minutes, seconds = parts
    degrees = whole + minutes / 60 + seconds / 3600
    if minutes >= 60 or seconds >= 60 or degrees > limit:  # noqa: PLR2004
        return None
    return round(sign * degrees, 7)


def _accuracy(value: bytes, order: Order) -> float | None:
    metres = _ratio(value, order) if len(value) == 8 else math.nan  # noqa: PLR2004 - two numbers of four bytes
    return round(metres, 1) if 0 < metres <= _FARTHEST else None


def _ratio(value: bytes, order: Order) -> float:
    over, under = int.from_bytes(value[:4], order), int.from_bytes(value[4:], order)
    return over / under if under else math.nan
