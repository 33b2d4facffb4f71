"""Read the lines of a map without tiles: roads, railways, rivers. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shapely.geometry import LineString

from reporter.kernel.errors import BadInput
from reporter.places.features import LONGEST_NAME, features_of
from reporter.places.geometry import Datum
from reporter.places.outlines import moved, read_positions


class LineKind(StrEnum):
    """What a line is; the theme draws each in its own way."""

    ROAD = "road"
    STREET = "street"
    RAIL = "rail"
    WATER = "water"


@dataclass(frozen=True)
class LineShape:
    """One line as a file describes it, degrees WGS 84."""

    kind: LineKind
    name_zh: str
    name_en: str
    course: LineString

    @property
    def geometry(self) -> dict[str, Any]:
        """Return the course as a GeoJSON geometry of plain lists."""
        return {"type": "LineString", "coordinates": [list(pair) for pair in self.course.coords]}


def read_lines(text: str | bytes, datum: Datum) -> tuple[LineShape, ...]:
    """Return the lines of a GeoJSON FeatureCollection of LineStrings, converted from `datum` to WGS 84.

    Raises:
        TooLarge: more than 5 MB; field "file".
        BadInput: not such a collection, another geometry, an unknown `kind`; field "file".
    """
    shapes = []
    for feature in features_of(text):
        kind, where = feature.word("kind"), feature.where
        if kind not in set(LineKind) or feature.geometry.get("type") != "LineString":
            raise BadInput(
                "Line %(number)s (%(name)s) must be a LineString whose kind is one of %(kinds)s.",
                field="file", kinds=", ".join(LineKind), **where,
            )  # fmt: skip
        course = read_positions(feature.geometry.get("coordinates"), where)
        if len(course) < 2:  # noqa: PLR2004 - two ends
            raise BadInput("Line %(number)s (%(name)s) has fewer than two points.", field="file", **where)
        name = feature.word("name_zh")[:LONGEST_NAME]
        shapes.append(
            LineShape(
                LineKind(kind),
                name,
                feature.word("name_en")[:LONGEST_NAME] or name,
                LineString(moved(course, datum)),
            )
        )
    return tuple(shapes)
