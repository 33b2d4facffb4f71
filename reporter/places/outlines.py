"""Read one area's outline from GeoJSON: every number checked, every ring closed, nothing crossing itself. Pure."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from reporter.kernel.errors import BadInput
from reporter.places.geometry import GLOBE, Datum, Numbers, all_to_wgs84, look_swapped
from reporter.places.shapes import DECIMALS, Outline

Where = Mapping[str, object]  # number and name of the area an error speaks of

_SHORTEST_RING = 4  # a triangle and its first corner again
_LARGEST = 1e9  # metres of a projected file are still named in its error; longer numbers are nonsense
_FAULT = re.compile(r"(?P<fault>[^\[]+)\[(?P<lon>\S+) (?P<lat>\S+)\]")


def read_outline(geometry: Mapping[str, Any], where: Where) -> Outline:
    """Return a GeoJSON Polygon or MultiPolygon as an outline in the file's own degrees, not yet checked as a shape.

    Args:
        geometry: as the file has it.
        where: `number` and `name` of the area, for the errors.

    Raises:
        BadInput: another geometry, numbers that are no place, an open ring.
    """
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if not isinstance(kind, str) or kind not in {"Polygon", "MultiPolygon"}:
        raise BadInput(
            "Area %(number)s (%(name)s) is drawn as “%(kind)s”. Only Polygon and MultiPolygon can be an area.",
            field="file",
            kind=str(kind or "-")[:40],
            **where,
        )
    parts = [coordinates] if kind == "Polygon" else _list(coordinates, where)
    polygons = [_polygon(part, where) for part in parts]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def in_wgs84(outlines: Sequence[Outline], datum: Datum) -> list[Outline]:
    """Return outlines given in `datum` in WGS 84, rounded: many at once, which is a hundred times as fast."""
    return list(shapely.transform(np.array(outlines, dtype=object), partial(moved, datum=datum)))


def moved(pairs: Numbers, datum: Datum) -> Numbers:
    """Return rows of longitude and latitude in `datum` in WGS 84, rounded."""
    return np.round(all_to_wgs84(pairs, datum), DECIMALS)


def _list(value: object, where: Where) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise BadInput(
            "Area %(number)s (%(name)s): its coordinates are not nested the way GeoJSON asks.",
            field="file",
            **where,
        )
    return value


def _polygon(rings: object, where: Where) -> Polygon:
    shell, *holes = (_ring(ring, where) for ring in _list(rings, where))
    return Polygon(shell, holes)


def _ring(positions: object, where: Where) -> Numbers:
    ring = read_positions(positions, where)
    if len(ring) < _SHORTEST_RING or (ring[0] != ring[-1]).any():
        (first_lon, first_lat), (last_lon, last_lat) = ring[0].tolist(), ring[-1].tolist()
        raise BadInput(
            "Area %(number)s (%(name)s): its outline is not closed. It begins at %(first)s and ends at %(last)s; "
            "the last point repeats the first, and there are at least four.",
            field="file",
            first=f"{first_lon}, {first_lat}",
            last=f"{last_lon}, {last_lat}",
            **where,
        )
    return ring


def read_positions(positions: object, where: Where) -> Numbers:
    """Return a GeoJSON list of positions as rows of longitude and latitude, as the file has them; without heights.

    Raises:
        BadInput: a position that is not two finite numbers in degrees, or is swapped.
    """
    rows = _list(positions, where)
    plain = _plain_rows(rows)
    if plain is None:  # one of them is wrong: looked at one by one, to name it
        return np.array([_position(position, where) for position in rows])
    return plain


def _plain_rows(rows: list[Any]) -> Numbers | None:
    """Return positions as an array when every one is a pair of numbers that can be degrees, None otherwise."""
    try:
        if not set(map(type, chain.from_iterable(rows))) <= {int, float} or min(map(len, rows)) < 2:  # noqa: PLR2004
            return None
        pairs = np.array([row[:2] for row in rows], dtype=float)
    except (TypeError, OverflowError):
        return None
    lon, lat = np.abs(pairs[:, 0]), np.abs(pairs[:, 1])
    return pairs if bool(((lon <= GLOBE.east) & (lat <= GLOBE.north)).all()) else None


def _position(position: object, where: Where) -> tuple[float, float]:
    lon, lat = (_degrees(number, where) for number in (*_list(position, where), None)[:2])
    if look_swapped(lon, lat):
        raise BadInput(
            "Area %(number)s (%(name)s): latitude and longitude look swapped. Longitude comes first.",
            field="file",
            **where,
        )
    if not GLOBE.contains(lon, lat):
        raise BadInput(
            "Area %(number)s (%(name)s): %(lon)s, %(lat)s is not a place in degrees. Export it as EPSG:4326.",
            field="file",
            lon=lon,
            lat=lat,
            **where,
        )
    return lon, lat


def _degrees(value: object, where: Where) -> float:
    number = math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value) if abs(value) < _LARGEST else math.inf
    if not math.isfinite(number):
        raise BadInput(
            "Area %(number)s (%(name)s): one of its points is not two finite numbers.", field="file", **where
        )
    return number


def refuse_invalid(outline: Outline, where: Where) -> None:
    """Check that an outline in WGS 84 encloses something and does not cross itself.

    Raises:
        BadInput: it does not; with the place, field "file".
    """
    found = _FAULT.match(shapely.is_valid_reason(outline))
    if found is None and outline.area > 0:
        return
    fault = found["fault"] if found else "Too few points"
    lon, lat = (found["lon"], found["lat"]) if found else outline.bounds[:2]
    place: Where = {"lon": round(float(lon), 5), "lat": round(float(lat), 5)}
    if "intersection" in fault.lower():
        raise BadInput(
            "Area %(number)s (%(name)s): its outline crosses itself near %(lon)s, %(lat)s. Redraw it there.",
            field="file",
            **where,
            **place,
        )
    raise BadInput(
        "Area %(number)s (%(name)s): its parts or holes overlap or are empty near %(lon)s, %(lat)s.",
        field="file",
        **where,
        **place,
    )
