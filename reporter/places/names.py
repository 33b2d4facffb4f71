"""Read the named roads and places of a city from a GeoJSON file somebody else made, saying what to mend where. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString
from shapely.geometry import Point as Spot
from shapely.geometry.base import BaseGeometry

from reporter.kernel.errors import BadInput
from reporter.places.features import (
    LONGEST_NAME,
    MOST_PROBLEMS,
    Feature,
    Progress,
    Reading,
    Source,
    looked_through,
    opened,
    read_features,
    word_of,
)
from reporter.places.geometry import METRES_PER_DEGREE, Datum, distance_m
from reporter.places.outlines import moved, read_positions

MOST_ALIASES = 9
WIDEST_M = 50_000.0  # a place that is known no better than this is not known
APART_M = 500.0  # two lines of one name that lie farther apart are two roads


class PlaceKind(StrEnum):
    """What a named place is."""

    ROAD = "road"
    CROSSING = "crossing"
    COMMUNITY = "community"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    MARKET = "market"
    SHOP = "shop"
    SQUARE = "square"
    PARK = "park"
    BUS_STOP = "bus_stop"
    STATION = "station"
    OFFICE = "office"
    BRIDGE = "bridge"
    PLACE = "place"


# Metres around its point within which somebody is who names a place, where the file does not say it.
ACCURACY_M = {
    PlaceKind.CROSSING: 30.0, PlaceKind.COMMUNITY: 200.0, PlaceKind.SCHOOL: 100.0, PlaceKind.HOSPITAL: 100.0,
    PlaceKind.MARKET: 100.0, PlaceKind.SHOP: 60.0, PlaceKind.SQUARE: 100.0, PlaceKind.PARK: 200.0,
    PlaceKind.BUS_STOP: 30.0, PlaceKind.STATION: 100.0, PlaceKind.OFFICE: 60.0, PlaceKind.BRIDGE: 60.0,
    PlaceKind.PLACE: 60.0,
}  # fmt: skip
DRAWN_KINDS = tuple(
    kind for kind in PlaceKind if kind is not PlaceKind.CROSSING
)  # those that a file may hold


@dataclass(frozen=True)
class NameShape:
    """One named place as a file describes it, degrees WGS 84.

    Attributes:
        where: the place itself: a point, or the course of a road.
        point: a point on it, of a road its middle.
        accuracy: metres around `point` within which somebody is who names it.
        pinyin: as the file has it, "" when it has none.
        aliases: other names of it.
        cross_zh, cross_en: of a crossing, its second road.
    """

    kind: PlaceKind
    name_zh: str
    name_en: str
    where: BaseGeometry
    point: tuple[float, float]
    accuracy: float
    pinyin: str = ""
    aliases: tuple[str, ...] = ()
    cross_zh: str = ""
    cross_en: str = ""


def read_names(source: Source, datum: Datum, *, progress: Progress | None = None) -> Reading[NameShape]:
    """Return the named places of a GeoJSON FeatureCollection, converted from `datum` to WGS 84.

    A feature needs `kind` and `name_zh` (or `name`), and a Point; a road a LineString or MultiLineString. `name_en`,
    `pinyin`, `aliases` (a list, or one text with semicolons) and `accuracy` (metres) may be there. Lines of one name
    that lie close together are one road.

    Raises:
        TooLarge: more than 64 MB; field "file".
        BadInput: the file as a whole is no such collection; field "file".
    """
    file = opened(source)
    sha256, size = looked_through(file)
    shapes, problems = list[NameShape](), list[BadInput]()
    for feature in read_features(file, progress):
        try:
            shapes.append(_read(feature, datum))
        except BadInput as problem:
            problems.append(problem)
            if len(problems) == MOST_PROBLEMS:
                break
    return Reading(tuple(_joined(shapes)), tuple(problems), sha256, size)


def _read(feature: Feature, datum: Datum) -> NameShape:
    """Return one entry as a place. Raises `BadInput` that names the entry and its field."""
    name, english = feature.word("name_zh") or feature.word("name"), feature.word("name_en")
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadInput("Entry %(number)s (%(name)s): name_zh must be a name of at most 60 characters.", field="file", **feature.where)  # fmt: skip
    if len(english) > 2 * LONGEST_NAME:
        raise BadInput("Entry %(number)s (%(name)s): name_en may have at most 120 characters.", field="file", **feature.where)  # fmt: skip
    if (word := feature.word("kind")) not in DRAWN_KINDS:
        kinds = ", ".join(DRAWN_KINDS)
        raise BadInput("Entry %(number)s (%(name)s): kind must be one of %(kinds)s.", field="file", kinds=kinds, **feature.where)  # fmt: skip
    kind = PlaceKind(word)
    where = _geometry(feature, kind, datum)
    shape = NameShape(
        kind, name, english or name, where, (0.0, 0.0), 0.0, _pinyin(feature), _aliases(feature)
    )
    return _placed(shape, _accuracy(feature))


def _geometry(feature: Feature, kind: PlaceKind, datum: Datum) -> BaseGeometry:
    """Return where it is, in WGS 84. Raises `BadInput`."""
    drawn, coordinates = feature.geometry.get("type"), feature.geometry.get("coordinates")
    if kind is not PlaceKind.ROAD:
        if drawn != "Point":
            raise BadInput("Entry %(number)s (%(name)s): geometry must be a Point; only roads are lines.", field="file", **feature.where)  # fmt: skip
        return Spot(moved(read_positions([coordinates], feature.where), datum)[0])
    parts = [coordinates] if drawn == "LineString" else coordinates if drawn == "MultiLineString" else None
    if isinstance(parts, list) and parts:
        courses = [moved(read_positions(part, feature.where), datum) for part in parts]
        if all(len(course) > 1 for course in courses):
            return LineString(courses[0]) if len(courses) == 1 else MultiLineString(courses)
    raise BadInput("Entry %(number)s (%(name)s): geometry of a road must be a LineString or MultiLineString of at least two points.", field="file", **feature.where)  # fmt: skip


def _pinyin(feature: Feature) -> str:
    pinyin = feature.word("pinyin")
    if len(pinyin) > 4 * LONGEST_NAME or not pinyin.isascii():
        raise BadInput("Entry %(number)s (%(name)s): pinyin must be syllables without tones, such as xin hua jie.", field="file", **feature.where)  # fmt: skip
    return pinyin


def _aliases(feature: Feature) -> tuple[str, ...]:
    given = feature.properties.get("aliases")
    if isinstance(given, str):
        given = given.replace("；", ";").split(";")
    names = [word_of(one) for one in (given if isinstance(given, list) else [given]) if one is not None]
    if len(names) > MOST_ALIASES or any(name is None or len(name) > LONGEST_NAME for name in names):
        raise BadInput("Entry %(number)s (%(name)s): aliases may be at most 9 names of at most 60 characters each.", field="file", **feature.where)  # fmt: skip
    return tuple(name for name in names if name)


def _accuracy(feature: Feature) -> float | None:
    given = feature.properties.get("accuracy")
    if given is None or given == "":
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given <= WIDEST_M:
        raise BadInput("Entry %(number)s (%(name)s): accuracy must be a number of metres, at most 50000.", field="file", **feature.where)  # fmt: skip
    return float(given)


def _placed(shape: NameShape, accuracy: float | None = None) -> NameShape:
    """Return it with its point and its accuracy."""
    where = shape.where
    longest = max(where.geoms, key=lambda line: line.length) if isinstance(where, MultiLineString) else where
    point = longest.interpolate(0.5, normalized=True) if isinstance(longest, LineString) else where.centroid
    at = round(point.x, 6), round(point.y, 6)
    if accuracy is None:
        accuracy = ACCURACY_M[shape.kind] if shape.kind in ACCURACY_M else _reach(where, at)
    return replace(shape, point=at, accuracy=accuracy)


def _reach(where: BaseGeometry, at: tuple[float, float]) -> float:
    """Return how far it is from a point of a road to its end, metres, whole tens, at least 30."""
    corners = shapely.get_coordinates(where)
    farthest = max(distance_m(*at, lon, lat) for lon, lat in corners.tolist())
    return max(30.0, float(np.ceil(farthest / 10) * 10))


def _joined(shapes: Sequence[NameShape]) -> Iterator[NameShape]:
    """Yield the shapes, roads of one name that lie close together as one."""
    roads: dict[str, list[NameShape]] = {}
    for shape in shapes:
        if shape.kind is not PlaceKind.ROAD:
            yield shape
        else:
            roads.setdefault(shape.name_zh, []).append(shape)
    for parts in roads.values():
        yield from _one_road(parts) if len(parts) > 1 else parts


def _one_road(parts: list[NameShape]) -> list[NameShape]:
    near = APART_M / METRES_PER_DEGREE
    found: list[list[NameShape]] = []
    for part in parts:
        touching = [road for road in found if any(part.where.dwithin(one.where, near) for one in road)]
        found = [road for road in found if road not in touching]
        found.append([part, *(one for road in touching for one in road)])
    return [_whole(road) if len(road) > 1 else road[0] for road in found]


def _whole(parts: list[NameShape]) -> NameShape:
    lines = [line for part in parts for line in getattr(part.where, "geoms", [part.where])]
    merged = shapely.line_merge(MultiLineString(lines))
    aliases = tuple(dict.fromkeys(alias for part in parts for alias in part.aliases))[:MOST_ALIASES]
    pinyin = next((part.pinyin for part in parts if part.pinyin), "")
    english = next((part.name_en for part in parts if part.name_en != part.name_zh), parts[0].name_en)
    return _placed(replace(parts[0], where=merged, aliases=aliases, pinyin=pinyin, name_en=english))


def geometry_of(where: BaseGeometry) -> dict[str, Any]:
    """Return where something is as a GeoJSON geometry of plain lists."""
    drawn: dict[str, Any] = shapely.geometry.mapping(where)
    return {"type": drawn["type"], "coordinates": _plain(drawn["coordinates"])}


def _plain(numbers: Any) -> Any:
    return [_plain(one) for one in numbers] if isinstance(numbers, list | tuple) else numbers
