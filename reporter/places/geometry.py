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
from functools import partial
from typing import Any, Self

import numpy as np

from reporter.kernel.errors import BadInput

EARTH_RADIUS_M = 6_371_008.8
METRES_PER_DEGREE = math.radians(1) * EARTH_RADIUS_M

Pair = tuple[float, float]
Numbers = Any  # a float, or a numpy array of them: the formulas of the datums take either


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


FINENESS = 500  # squares to a degree: some 220 by 170 metres where people live
COLUMNS = 360 * FINENESS


def square_at(lon: float, lat: float) -> int:
    """Return the square of the ground on which a WGS 84 point lies: rows from the south pole, columns from 180° W."""
    return math.floor((lat + 90) * FINENESS) * COLUMNS + math.floor((lon + 180) * FINENESS)


def squares_of(box: Box, *, most: int) -> list[int]:
    """Return the squares that a box touches, [] when there are more than `most`.

    A point on the very edge between two squares may be kept in either one, so the box is taken a hair wider.
    """
    hair = 1e-9
    first, last = (
        square_at(lon, lat)
        for lon, lat in ((box.west - hair, box.south - hair), (box.east + hair, box.north + hair))
    )
    rows = range(first // COLUMNS, last // COLUMNS + 1)
    columns = range(first % COLUMNS, last % COLUMNS + 1)
    if len(rows) * len(columns) > most:
        return []
    return [row * COLUMNS + column for row in rows for column in columns]


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
    """Return the WGS-84 degrees of a pair given in `datum`; `from_wgs84` of it is the pair to 1e-9 degrees."""
    if datum is Datum.WGS84:
        return lon, lat
    x, y = all_to_wgs84(np.array([[lon, lat]], dtype=float), datum)[0]
    return float(x), float(y)


def all_to_wgs84(pairs: Numbers, datum: Datum) -> Numbers:
    """Return an array of (longitude, latitude) rows in `datum` as rows in WGS 84."""
    if datum is Datum.BD09:
        pairs = _where_shifted(pairs, partial(_inverse, _gcj_to_bd))
    return pairs if datum is Datum.WGS84 else _where_shifted(pairs, partial(_inverse, _wgs_to_gcj))


def from_wgs84(lon: float, lat: float, datum: Datum) -> Pair:
    """Return the degrees in `datum` of a WGS-84 pair; outside China all three are the same."""
    if datum is Datum.WGS84 or not SHIFTED.contains(lon, lat):
        return lon, lat
    x, y = _wgs_to_gcj(lon, lat)
    x, y = _gcj_to_bd(x, y) if datum is Datum.BD09 else (x, y)
    return float(x), float(y)


def _where_shifted(pairs: Numbers, change: Callable[[Numbers, Numbers], tuple[Numbers, Numbers]]) -> Numbers:
    """Return the rows, those within `SHIFTED` changed: outside China every datum is the same."""
    lon, lat = pairs[:, 0], pairs[:, 1]
    inside = (SHIFTED.west <= lon) & (lon <= SHIFTED.east) & (SHIFTED.south <= lat) & (lat <= SHIFTED.north)
    changed = pairs.copy()
    changed[inside] = np.column_stack(change(lon[inside], lat[inside]))
    return changed


_CLOSE_ENOUGH = 1e-11  # degrees: a micrometre


def _inverse(
    forward: Callable[[Numbers, Numbers], tuple[Numbers, Numbers]], lon: Numbers, lat: Numbers
) -> tuple[Numbers, Numbers]:
    """Return what `forward` takes to (lon, lat): the shift is smooth and small, so steps converge."""
    x, y = lon, lat
    for _ in range(20):
        there_x, there_y = forward(x, y)
        x, y = x + lon - there_x, y + lat - there_y
        if np.max(np.abs(lon - there_x) + np.abs(lat - there_y), initial=0.0) < _CLOSE_ENOUGH:
            break
    return x, y


_SEMI_MAJOR_M = 6_378_245.0  # of the Krasovsky ellipsoid, on which GCJ-02 is defined
_ECCENTRICITY_SQUARED = 0.00669342162296594323


def _wgs_to_gcj(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    x, y = lon - 105.0, lat - 35.0
    ripple = (20 * np.sin(6 * x * math.pi) + 20 * np.sin(2 * x * math.pi)) * 2 / 3
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + ripple
    north_m += (20 * np.sin(y * math.pi) + 40 * np.sin(y / 3 * math.pi)) * 2 / 3
    north_m += (160 * np.sin(y / 12 * math.pi) + 320 * np.sin(y * math.pi / 30)) * 2 / 3
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + ripple
    east_m += (20 * np.sin(x * math.pi) + 40 * np.sin(x / 3 * math.pi)) * 2 / 3
    east_m += (150 * np.sin(x / 12 * math.pi) + 300 * np.sin(x / 30 * math.pi)) * 2 / 3
    turn = np.radians(lat)
    flat = 1 - _ECCENTRICITY_SQUARED * np.sin(turn) ** 2
    meridian_m = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED) / flat**1.5
    parallel_m = _SEMI_MAJOR_M / np.sqrt(flat) * np.cos(turn)
    return lon + np.degrees(east_m / parallel_m), lat + np.degrees(north_m / meridian_m)


_BAIDU_TURN = math.pi * 3000 / 180


def _gcj_to_bd(lon: Numbers, lat: Numbers) -> tuple[Numbers, Numbers]:
    length = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_TURN)
    return length * np.cos(angle) + 0.0065, length * np.sin(angle) + 0.006
