"""Outlines of areas: what one area is before it is stored, and finding the area a point lies in. Pure.

Outlines are shapely polygons in WGS-84 degrees, rounded to six decimals (0.1 m), so that neighbours that
share a border in the file still share it in the table.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon, mapping, shape

from reporter.places.geometry import Box, Point

Outline = Polygon | MultiPolygon

DECIMALS = 6
MOST_ARMS = 10_000  # border squared by area: a square has 16, a ragged county some hundred


NARROWEST_M, WIDEST_M = 5.0, 200.0  # no pin is set more exactly; a place known less well is no place
_ROUND = [(math.cos(math.radians(turn)), math.sin(math.radians(turn))) for turn in range(0, 360, 15)]


class Level(StrEnum):
    """How fine an area is, coarsest first."""

    CITY = "city"
    COUNTY = "county"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"

    @property
    def fineness(self) -> int:
        """Return 0 for the coarsest level."""
        return tuple(Level).index(self)


@dataclass(frozen=True)
class AreaShape:
    """One area as a file describes it.

    Attributes:
        parent: code of the area one level up, "" when it has none.
        number: place of its entry in the file, from 1; 0 when it comes from elsewhere.
        approximate: drawn for orientation only (示意), not an official border.
    """

    code: str
    level: Level
    name_zh: str
    name_en: str
    outline: Outline
    parent: str = ""
    approximate: bool = True
    number: int = 0

    @property
    def box(self) -> Box:
        """Return the bounds of the outline."""
        return box_of(self.outline)

    @property
    def inside(self) -> Point:
        """Return a point in the area's widest part, where its name and counter stand.

        What is all narrow arms has no such part, and looking for it would take minutes: any point in it will do.
        """
        if self.outline.length**2 > MOST_ARMS * self.outline.area:
            lon, lat = self.outline.point_on_surface().coords[0]
        else:
            lon, lat = shapely.maximum_inscribed_circle(self.outline, tolerance=1e-4).coords[0]
        return Point(round(lon, DECIMALS), round(lat, DECIMALS))


def box_of(outline: Outline) -> Box:
    """Return the bounds of `outline`."""
    west, south, east, north = outline.bounds
    return Box(west=west, south=south, east=east, north=north)


def outline_of(geometry: Mapping[str, Any]) -> Outline:
    """Return the stored GeoJSON `geometry` as a polygon."""
    outline = shape(dict(geometry))
    assert isinstance(outline, Polygon | MultiPolygon)  # noqa: S101 - only polygons are ever stored
    return outline


def geometry_of(outline: Outline) -> dict[str, Any]:
    """Return `outline` as a GeoJSON geometry of plain lists, ready for a JSON column."""
    drawn = mapping(outline)
    return {"type": drawn["type"], "coordinates": _lists(drawn["coordinates"])}


def _lists(coordinates: Any) -> Any:
    if isinstance(coordinates, float | int):
        return round(float(coordinates), DECIMALS)
    return [_lists(inner) for inner in coordinates]


def simplify(outlines: Sequence[Outline], tolerance: float) -> list[Outline]:
    """Return coarser outlines for display; neighbours keep one common border.

    Args:
        outlines: of one level, that do not overlap.
        tolerance: degrees by which a border may move.
    """
    coarse = shapely.coverage_simplify(list(outlines), tolerance)
    return [
        new if isinstance(new, Polygon | MultiPolygon) and not new.is_empty else old
        for new, old in zip(coarse, outlines, strict=True)
    ]


class AreaIndex:
    """Finds the area a point lies in, a few microseconds each, however many areas there are."""

    def __init__(
        self, areas: Iterable[tuple[int, Level, Outline]], parents: Mapping[int, int | None] | None = None
    ) -> None:
        """Take (id, level, outline) of every active area of one city, and the id of the area above each."""
        entries = sorted(areas, key=lambda area: (-area[1].fineness, area[0]))
        self._ids = [area_id for area_id, _, _ in entries]
        self._parents = parents or {}
        self._tree = shapely.STRtree([outline for _, _, outline in entries])
        self.bounds = Box.of(box_of(outline) for _, _, outline in entries)

    def at(self, lon: float, lat: float) -> int | None:
        """Return the id of the finest area at the point, None when it lies in no area.

        A point on a common border belongs to the area with the lower id: to one, always the same.
        """
        found = self.all_at(lon, lat)
        return found[0] if found else None

    def all_at(self, lon: float, lat: float) -> tuple[int, ...]:
        """Return the ids of every area at the point, finest first, each level's lower id first."""
        hits = self._tree.query(shapely.Point(lon, lat), predicate="intersects")
        return tuple(self._ids[position] for position in sorted(hits.tolist()))

    def candidates(self, lon: float, lat: float, *, radius_m: float) -> tuple[int, ...]:
        """Return the ids of the areas that a place may belong to, the likeliest first.

        These are the finest areas that come within the radius of the point: an area counts only when none of the
        areas under it does, and the finest one at the point itself always. Of those, the ones at the point come
        first, then the finer, then the lower id.

        Args:
            lon: degrees in WGS 84.
            lat: degrees in WGS 84.
            radius_m: metres within which the place lies, taken as at least 5 and at most 200.
        """
        there = self.all_at(lon, lat)
        reach = Box.around(lon, lat, radius_m=min(max(radius_m, NARROWEST_M), WIDEST_M))
        east, north = reach.east - lon, reach.north - lat
        circle = shapely.Polygon([(lon + east * x, lat + north * y) for x, y in _ROUND])
        near = [
            self._ids[place] for place in sorted(self._tree.query(circle, predicate="intersects").tolist())
        ]
        above = {one for area_id in near for one in self._line_above(area_id)}
        finest = [area_id for area_id in near if area_id not in above or area_id in there[:1]]
        return tuple(sorted(finest, key=lambda area_id: area_id not in there))

    def _line_above(self, area_id: int) -> Iterator[int]:
        """Yield the ids of the areas that hold this one."""
        for _ in Level:
            parent = self._parents.get(area_id)
            if parent is None:
                return
            yield parent
            area_id = parent
