"""Points, distances and datums. Pure.

Points are (longitude, latitude) in degrees. Everything inside the product is WGS 84; maps and phones made in
China may speak GCJ-02 or BD-09, which are converted once, at the edge, and never twice.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from reporter.kernel.errors import BadInput

EARTH_RADIUS_M = 6_371_008.8
METRES_PER_DEGREE = math.radians(1) * EARTH_RADIUS_M

Pair = tuple[float, float]


class Datum(StrEnum):
    """What a pair of degrees is measured against."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True)
class Point:
    """A place on earth, degrees in WGS 84."""

    lon: float
    lat: float


@dataclass(frozen=True)
class Box:
    """A rectangle of degrees in WGS 84, borders included. It does not cross the date line."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of(cls, boxes: Iterable[Self]) -> Self | None:
        """Return the smallest box around all `boxes`, None when there are none."""
        found = list(boxes)
        if not found:
            return None
        return cls(
            west=min(box.west for box in found),
            south=min(box.south for box in found),
            east=max(box.east for box in found),
            north=max(box.north for box in found),
        )

    @classmethod
    def around(cls, lon: float, lat: float, *, radius_m: float) -> Self:
        """Return the box that holds every point within `radius_m` metres; for index searches."""
        high = radius_m / METRES_PER_DEGREE
        wide = high / max(math.cos(math.radians(min(abs(lat) + high, 89.9))), 1e-3)
        return cls(west=lon - wide, south=lat - high, east=lon + wide, north=lat + high)

    @property
    def centre(self) -> Point:
        """Return the middle of the box."""
        return Point((self.west + self.east) / 2, (self.south + self.north) / 2)

    def contains(self, lon: float, lat: float) -> bool:
        """Tell whether the point lies in the box or on its border."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the metres between two points along the earth, good to half a percent."""
    south, north = math.radians(lat), math.radians(other_lat)
    half_north, half_east = (north - south) / 2, math.radians(other_lon - lon) / 2
    chord = math.sin(half_north) ** 2 + math.cos(south) * math.cos(north) * math.sin(half_east) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(chord, 1.0)))


def coarsen(lon: float, lat: float) -> Pair:
    """Return the point to three decimals (about 100 m), the sharpest place the public is shown."""
    return round(lon, 3) + 0.0, round(lat, 3) + 0.0


GLOBE = Box(-180.0, -90.0, 180.0, 90.0)
SHIFTED = Box(
    72.004, 0.8293, 137.8347, 55.8271
)  # where the Chinese datums apply: every map maker's coarse box

_LARGEST = 1e6  # beyond it no number was meant as degrees; whole numbers of any length stop here, too
_NUMBER = re.compile(
    r"[+-]?[0-9]{1,3}(\.[0-9]{0,15})?"
)  # full-width digits are made plain before; 1e2 is not


def parse_point(lon: object, lat: object, *, within: Box = GLOBE, field: str = "place") -> Point:
    """Return the WGS-84 point that two numbers, or what somebody typed for them, stand for.

    Args:
        lon: longitude.
        lat: latitude.
        within: the city's bounds, when the point has to lie in them.
        field: which form field an error belongs to.

    Raises:
        BadInput: missing, not finite numbers, off the globe, swapped, or outside `within`.
    """
    x, y = _degrees(lon, field), _degrees(lat, field)
    if look_swapped(x, y, within=within):
        raise BadInput("Latitude and longitude look swapped. Longitude comes first.", field=field)
    if not GLOBE.contains(x, y):
        raise BadInput(
            "Longitude lies between -180 and 180 degrees, latitude between -90 and 90.", field=field
        )
    if not within.contains(x, y):
        raise BadInput("This place lies outside the city.", field=field)
    return Point(x, y)


def look_swapped(lon: float, lat: float, *, within: Box = GLOBE) -> bool:
    """Tell whether the pair lies in `within` only when read the other way round."""
    return within.contains(lat, lon) and not within.contains(lon, lat)


def _degrees(value: object, field: str) -> float:
    if value is None or value == "":
        raise BadInput("Please say where it is.", field=field)
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value) if abs(value) < _LARGEST else math.inf
    else:
        written = unicodedata.normalize("NFKC", str(value)[:40]).strip()
        number = float(written) if _NUMBER.fullmatch(written) else math.nan
    if not math.isfinite(number):
        raise BadInput(
            "“%(value)s” is not a coordinate. Write degrees such as 113.1165.",
            field=field,
            value=str(value)[:40],
        )
    return number


def to_wgs84(lon: float, lat: float, datum: Datum) -> Pair:
    """Return the WGS-84 degrees of a pair given in `datum`, exact to well under a metre."""
    if datum is Datum.WGS84:
        return lon, lat
    if datum is Datum.BD09:
        lon, lat = _inverse(_gcj_to_bd, lon, lat) if SHIFTED.contains(lon, lat) else (lon, lat)
    return _inverse(_wgs_to_gcj, lon, lat) if SHIFTED.contains(lon, lat) else (lon, lat)


def from_wgs84(lon: float, lat: float, datum: Datum) -> Pair:
    """Return the degrees in `datum` of a WGS-84 pair; outside China all three are the same."""
    if datum is Datum.WGS84 or not SHIFTED.contains(lon, lat):
        return lon, lat
    shifted = _wgs_to_gcj(lon, lat)
    return _gcj_to_bd(*shifted) if datum is Datum.BD09 else shifted


_CLOSE_ENOUGH = 1e-11  # degrees: a micrometre


def _inverse(forward: Callable[[float, float], Pair], lon: float, lat: float) -> Pair:
    """Return the pair that `forward` takes to (lon, lat): the shift is smooth and small, so steps converge."""
    x, y = lon, lat
    for _ in range(20):
        there_x, there_y = forward(x, y)
        x, y = x + lon - there_x, y + lat - there_y
        if abs(lon - there_x) + abs(lat - there_y) < _CLOSE_ENOUGH:
            break
    return x, y


_SEMI_MAJOR_M = 6_378_245.0  # of the Krasovsky ellipsoid, on which GCJ-02 is defined
_ECCENTRICITY_SQUARED = 0.00669342162296594323


def _wgs_to_gcj(lon: float, lat: float) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    ripple = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + ripple
    north_m += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north_m += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + ripple
    east_m += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east_m += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    turn = math.radians(lat)
    flat = 1 - _ECCENTRICITY_SQUARED * math.sin(turn) ** 2
    meridian_m = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED) / flat**1.5
    parallel_m = _SEMI_MAJOR_M / math.sqrt(flat) * math.cos(turn)
    return lon + math.degrees(east_m / parallel_m), lat + math.degrees(north_m / meridian_m)


_BAIDU_TURN = math.pi * 3000 / 180


def _gcj_to_bd(lon: float, lat: float) -> Pair:
    length = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BAIDU_TURN)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BAIDU_TURN)
    return length * math.cos(angle) + 0.0065, length * math.sin(angle) + 0.006
