"""Read one area's outline from GeoJSON: every number checked, every ring closed, nothing crossing itself. Pure."""

import math
import re
from collections.abc import Mapping
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon

from reporter.kernel.errors import BadInput
from reporter.places.geometry import GLOBE, Datum, Pair, look_swapped, to_wgs84
from reporter.places.shapes import DECIMALS, Outline

Where = Mapping[str, object]  # number and name of the area an error speaks of

_SHORTEST_RING = 4  # a triangle and its first corner again
_LARGEST = 1e9  # metres of a projected file are still named in its error; longer numbers are nonsense
_FAULT = re.compile(r"(?P<fault>[^\[]+)\[(?P<lon>\S+) (?P<lat>\S+)\]")


def read_outline(geometry: Mapping[str, Any], datum: Datum, where: Where) -> Outline:
    """Return a GeoJSON Polygon or MultiPolygon as a valid outline in WGS 84.

    Args:
        geometry: as the file has it.
        datum: what its numbers are measured against.
        where: `number` and `name` of the area, for the errors.

    Raises:
        BadInput: another geometry, numbers that are no place, an open ring, an outline that crosses itself.
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
    polygons = [_polygon(part, datum, where) for part in parts]
    outline = polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
    _refuse_invalid(outline, where)
    return outline


def _list(value: object, where: Where) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise BadInput(
            "Area %(number)s (%(name)s): its coordinates are not nested the way GeoJSON asks.",
            field="file",
            **where,
        )
    return value


def _polygon(rings: object, datum: Datum, where: Where) -> Polygon:
    shell, *holes = (_ring(ring, datum, where) for ring in _list(rings, where))
    return Polygon(shell, holes)


def _ring(positions: object, datum: Datum, where: Where) -> list[Pair]:
    ring = read_positions(positions, datum, where)
    if len(ring) < _SHORTEST_RING or ring[0] != ring[-1]:
        raise BadInput(
            "Area %(number)s (%(name)s): its outline is not closed. The last point repeats the first.",
            field="file",
            **where,
        )
    return ring


def read_positions(positions: object, datum: Datum, where: Where) -> list[Pair]:
    """Return a GeoJSON list of positions in WGS 84, rounded; heights are left out.

    Raises:
        BadInput: a position that is not two finite numbers in degrees, or is swapped.
    """
    return [_position(position, datum, where) for position in _list(positions, where)]


def _position(position: object, datum: Datum, where: Where) -> Pair:
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
    x, y = to_wgs84(lon, lat, datum)
    return round(x, DECIMALS), round(y, DECIMALS)


def _degrees(value: object, where: Where) -> float:
    number = math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value) if abs(value) < _LARGEST else math.inf
    if not math.isfinite(number):
        raise BadInput(
            "Area %(number)s (%(name)s): one of its points is not two finite numbers.", field="file", **where
        )
    return number


def _refuse_invalid(outline: Outline, where: Where) -> None:
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
