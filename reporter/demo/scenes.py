"""Pictures of the demo city: the project's own drawings, varied as a phone's pictures of one place vary.

`scenes/*.svg` are the drawings, signs as outlines, so that no font is needed. `scenes.json` says of each where
faces and number plates are, and which close-ups are parts of which drawing. The same call gives the same bytes.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import resvg_py
from PIL import ExifTags, Image, ImageChops
from PIL.TiffImagePlugin import IFDRational

FOLDER = Path(__file__).with_name("scenes")
SIZE = (1600, 1200)
ZONE = timezone(timedelta(hours=8))  # of the first demo city, as its phones write it

_NOTES: dict[str, dict[str, Any]] = json.loads((FOLDER / "scenes.json").read_text(encoding="utf-8"))
SCENES = tuple(sorted(_NOTES))

_PAINTED = (1000, 750)  # a drawing, painted once; a phone's picture is not sharper
_MARGIN = 0.12  # by which a box that hides something is wider and higher than what it hides


@dataclass(frozen=True)
class View:
    """The part of a drawing that a picture shows, in fractions of the drawing."""

    left: float
    top: float
    share: float

    def part(self, inner: "View") -> "View":
        """Return what `inner`, a view of this view, shows of the whole."""
        return View(
            self.left + inner.left * self.share, self.top + inner.top * self.share, inner.share * self.share
        )


@dataclass(frozen=True)
class PrivateBox:
    """Where a picture shows a face or a number plate, in fractions of the picture."""

    what: str
    x: float
    y: float
    w: float
    h: float


def render(scene: str, *, seed: int, taken_at: datetime, lon: float, lat: float) -> bytes:
    """Return `scene` as a JPEG of 1600 x 1200 pixels with the EXIF data a phone writes.

    The same seed frames every picture of a family (`park-before`, `park-after`) alike, so that before and
    after lie on each other; light and colour follow the hour.

    Args:
        scene: one of `SCENES`.
        seed: which of the many pictures of the scene.
        taken_at: aware; also decides the light.
        lon: of the phone, degrees WGS 84.
        lat: of the phone, degrees WGS 84.

    Raises:
        KeyError: no such scene.
        ValueError: `taken_at` is naive.
    """
    if taken_at.tzinfo is None:
        raise ValueError("naive datetime")
    dice = random.Random(f"{scene} {seed}")  # noqa: S311 - variety, not secrecy
    local = taken_at.astimezone(ZONE)
    hour = 12.0 if _NOTES[scene].get("indoors") else local.hour + local.minute / 60
    lit = _light(_opened(scene), hour, dice)
    picture = ImageChops.add(_held(lit, _framing(scene, seed)), _noise(dice), offset=-128)
    file = BytesIO()
    picture.save(file, "JPEG", quality=86, exif=_exif(local, lon, lat, dice))
    return file.getvalue()


def boxes(scene: str, *, seed: int) -> tuple[PrivateBox, ...]:
    """Return the faces and number plates that `render(scene, seed=seed)` shows, each with a little margin."""
    drawn = _NOTES[_drawing_of(scene)]["boxes"]
    seen = (_seen(scene, seed, what, edges) for what, *edges in drawn)
    return tuple(box for box in seen if box.w > 0 and box.h > 0)


def has_after(family: str) -> bool:
    """Tell whether there is a picture of `family` put right (a condition), or none (an act)."""
    return f"{family}-after" in _NOTES


def forget() -> None:
    """Give back the memory of the painted drawings (about 30 MB once all were used)."""
    for kept in (_painted, _grain, _shade):
        kept.cache_clear()


def _drawing_of(scene: str) -> str:
    """Return the name of the drawing that `scene` is, or is a part of."""
    drawing: str = _NOTES[scene].get("part_of", scene)
    return drawing


def _part(scene: str) -> View:
    """Return which part of its drawing `scene` is before any variation."""
    return View(*_NOTES[scene].get("view", (0.0, 0.0, 1.0)))


def _framing(scene: str, seed: int) -> View:
    """Return how this picture was held: a little nearer, a little aside; one way for a whole family."""
    dice = random.Random(f"{scene.partition('-')[0]} {seed}")  # noqa: S311 - variety, not secrecy
    share = dice.uniform(0.9, 0.99)
    return View(dice.uniform(0, 1 - share), dice.uniform(0, 1 - share), share)


def _seen(scene: str, seed: int, what: str, edges: Sequence[float]) -> PrivateBox:
    view = _part(scene).part(_framing(scene, seed))
    x, y, w, h = edges
    left, right = x - w * _MARGIN, x + w * (1 + _MARGIN)
    top, bottom = y - h * _MARGIN, y + h * (1 + _MARGIN)
    left, right = (min(1.0, max(0.0, (edge - view.left) / view.share)) for edge in (left, right))
    top, bottom = (min(1.0, max(0.0, (edge - view.top) / view.share)) for edge in (top, bottom))
    return PrivateBox(what, round(left, 4), round(top, 4), round(right - left, 4), round(bottom - top, 4))


@cache
def _painted(scene: str) -> bytes:
    """Return the drawing as PNG, 1000 x 750: painting takes about 0.2 s, so each is painted once."""
    drawing = (FOLDER / f"{_drawing_of(scene)}.svg").read_text(encoding="utf-8")
    part = _part(scene)
    window = (part.left * 800, part.top * 600, part.share * 800, part.share * 600)
    shown = drawing.replace('viewBox="0 0 800 600"', 'viewBox="{:g} {:g} {:g} {:g}"'.format(*window), 1)
    return bytes(resvg_py.svg_to_bytes(svg_string=shown, width=_PAINTED[0], skip_system_fonts=True))


def _opened(scene: str) -> Image.Image:
    with Image.open(BytesIO(_painted(scene))) as png:
        return png.convert("RGB")


def _held(painted: Image.Image, view: View) -> Image.Image:
    """Return what the camera saw: the part `view` of the painting, as large as a picture."""
    width, height = painted.size
    box = (
        view.left * width,
        view.top * height,
        (view.left + view.share) * width,
        (view.top + view.share) * height,
    )
    return painted.resize(SIZE, Image.Resampling.BILINEAR, box=box)


# What the light is like: hour, brightness, and the share of red, green and blue.
# fmt: off
HOURS = (
    ( 0.0, 0.76, 0.92, 0.97, 1.12),
    ( 5.5, 0.78, 0.92, 0.97, 1.12),
    ( 7.0, 0.90, 1.04, 0.99, 0.96),
    ( 9.0, 1.00, 1.02, 1.00, 0.98),
    (12.0, 1.04, 1.00, 1.00, 1.00),
    (15.0, 1.02, 1.01, 1.00, 0.98),
    (16.5, 0.97, 1.05, 0.99, 0.93),
    (18.0, 0.88, 1.00, 0.97, 1.03),
    (20.0, 0.80, 0.95, 0.98, 1.08),
    (24.0, 0.76, 0.92, 0.97, 1.12),
)
# fmt: on


def _light(picture: Image.Image, hour: float, dice: random.Random) -> Image.Image:
    """Return `picture` in the light of `hour`, exposed a little differently each time."""
    later = next(index for index, row in enumerate(HOURS) if row[0] > hour)
    before, after = HOURS[later - 1], HOURS[later]
    way = (hour - before[0]) / (after[0] - before[0])
    brightness, *colours = (
        start + (end - start) * way for start, end in zip(before[1:], after[1:], strict=True)
    )
    exposure = brightness * dice.uniform(0.96, 1.04)
    lift = 1 - 0.18 * max(0.0, 1 - brightness)  # a phone brightens the dark parts of a dark picture
    table = [
        round(min(255.0, 255 * (level / 255) ** lift * exposure * colour * dice_colour))
        for colour, dice_colour in zip(colours, [dice.uniform(0.985, 1.015) for _ in colours], strict=True)
        for level in range(256)
    ]
    return ImageChops.multiply(picture.point(table), _shade(night=brightness < _NIGHT))


_NIGHT = 0.85


@cache
def _shade(*, night: bool) -> Image.Image:
    """Return the darker corners of a lens, darker still around a street lamp's light."""
    depth, start = (105, 50) if night else (62, 120)
    slope = [255 - round(depth * max(0, level - start) / (255 - start)) for level in range(256)]
    corners = Image.radial_gradient("L").resize(_PAINTED, Image.Resampling.BICUBIC).point(slope)
    return Image.merge("RGB", (corners, corners, corners))


@cache
def _grain() -> Image.Image:
    """Return the noise of a small sensor around a middle grey."""
    count = SIZE[0] * SIZE[1]
    coarse = Image.frombytes("L", SIZE, random.Random("grain").randbytes(count))  # noqa: S311 - noise
    fine = coarse.point([128 + round((level - 128) / 24) for level in range(256)])
    return Image.merge("RGB", (fine, ImageChops.offset(fine, 311, 97), ImageChops.offset(fine, 89, 503)))


def _noise(dice: random.Random) -> Image.Image:
    return ImageChops.offset(_grain(), dice.randrange(SIZE[0]), dice.randrange(SIZE[1]))


def _exif(local: datetime, lon: float, lat: float, dice: random.Random) -> Image.Exif:
    """Return what a phone notes: its make, the instant with its offset, the exposure and the place."""
    base, gps = ExifTags.Base, ExifTags.GPS
    stamp, offset = local.strftime("%Y:%m:%d %H:%M:%S"), "+08:00"
    exif = Image.Exif()
    exif.update({base.Make: "Demo", base.Model: "Demo phone", base.Orientation: 1, base.DateTime: stamp})
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {
            base.DateTimeOriginal: stamp,
            base.DateTimeDigitized: stamp,
            base.OffsetTime: offset,
            base.OffsetTimeOriginal: offset,
            base.OffsetTimeDigitized: offset,
            base.FNumber: IFDRational(18, 10),
            base.ExposureTime: IFDRational(1, dice.choice((60, 120, 240, 480))),
            base.ISOSpeedRatings: dice.choice((50, 64, 100, 160, 320)),
        }
    )
    instant = local.astimezone(UTC)
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            gps.GPSVersionID: b"\x02\x03\x00\x00",
            gps.GPSLatitudeRef: "N" if lat >= 0 else "S",
            gps.GPSLatitude: _sexagesimal(lat),
            gps.GPSLongitudeRef: "E" if lon >= 0 else "W",
            gps.GPSLongitude: _sexagesimal(lon),
            gps.GPSTimeStamp: (instant.hour, instant.minute, instant.second),
            gps.GPSDateStamp: instant.strftime("%Y:%m:%d"),
            gps.GPSMapDatum: "WGS-84",
        }
    )
    return exif


def _sexagesimal(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    """Return whole degrees, whole minutes and seconds to a thousandth, as EXIF counts."""
    thousandths = round(abs(degrees) * 3_600_000)
    whole, rest = divmod(thousandths, 3_600_000)
    minutes, left = divmod(rest, 60_000)
    return IFDRational(whole, 1), IFDRational(minutes, 1), IFDRational(left, 1000)
