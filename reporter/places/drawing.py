"""Draw a city's areas and lines: as GeoJSON for a browser's map, as SVG paths for a page without one. Pure."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import LineString, mapping

from reporter.places.geometry import Box, Point
from reporter.places.shapes import Level, Outline, simplify

_FINE = 1200  # a border may move by one part in so many of the map's width
_DECIMALS = 5  # about a metre


@dataclass(frozen=True)
class PaperArea:
    """An area to draw; `label` is where its name stands."""

    id: int
    code: str
    level: Level
    name_zh: str
    name_en: str
    outline: Outline
    label: Point
    approximate: bool = True


@dataclass(frozen=True)
class PaperLine:
    """A road, railway or river to draw."""

    kind: str
    name_zh: str
    name_en: str
    geometry: Mapping[str, Any]


def geojson_of_areas(areas: Sequence[PaperArea], *, english: bool = False) -> str:
    """Return the areas as a FeatureCollection, simplified for display; every second one is `alt`."""
    drawn = zip(areas, _simplified(areas), strict=True)
    return _collection(
        _area_feature(area, outline, alt=bool(place % 2), english=english)
        for place, (area, outline) in enumerate(drawn)
    )


def geojson_of_lines(lines: Sequence[PaperLine], *, english: bool = False) -> str:
    """Return the lines as a FeatureCollection, in the order they are drawn over each other."""
    return _collection(
        _feature(line.geometry, {"kind": line.kind, "name": line.name_en if english else line.name_zh})
        for line in lines
    )


def _collection(features: Iterable[dict[str, Any]]) -> str:
    collection = {"type": "FeatureCollection", "features": list(features)}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"))


def _simplified(areas: Sequence[PaperArea]) -> list[Outline]:
    """Return the outlines for display, each level simplified as one sheet so that neighbours still meet."""
    coarse: dict[int, Outline] = {}
    for level in Level:
        places = [place for place, area in enumerate(areas) if area.level is level]
        outlines = [areas[place].outline for place in places]
        if outlines:
            west, _, east, _ = shapely.total_bounds(outlines)
            coarse |= dict(zip(places, simplify(outlines, (east - west) / _FINE), strict=True))
    return [coarse[place] for place in range(len(areas))]


def _area_feature(area: PaperArea, outline: Outline, *, alt: bool, english: bool) -> dict[str, Any]:
    facts = {
        "id": area.id, "code": area.code, "level": area.level, "name": area.name_en if english else area.name_zh,
        "lon": area.label.lon, "lat": area.label.lat, "alt": alt, "approximate": area.approximate,
    }  # fmt: skip
    return _feature(mapping(outline), facts)


def _feature(geometry: Mapping[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    drawn = {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"])}
    return {"type": "Feature", "properties": facts, "geometry": drawn}


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float | int):
        return round(float(coordinates), _DECIMALS)
    return [_rounded(inner) for inner in coordinates]


@dataclass(frozen=True)
class Paper:
    """A sheet on which a box of degrees is drawn true to shape in its middle, north up."""

    box: Box
    width: int

    @property
    def _scale(self) -> float:
        return self.width / (self.box.east - self.box.west)

    @property
    def _stretch(self) -> float:
        return 1 / math.cos(math.radians(self.box.centre.lat))

    @property
    def height(self) -> int:
        """Return the height in the same units as the width."""
        return round((self.box.north - self.box.south) * self._scale * self._stretch)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a point stands: right and down from the upper left corner."""
        x = (lon - self.box.west) * self._scale
        return round(x, 1), round((self.box.north - lat) * self._scale * self._stretch, 1)

    def path(self, drawn: Outline | LineString) -> str:
        """Return the `d` of an SVG path for an outline or a line."""
        if isinstance(drawn, LineString):
            return self._ring(drawn.coords)
        parts = shapely.get_parts(drawn).tolist()
        rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
        return "".join(self._ring(ring.coords[:-1]) + "Z" for ring in rings)

    def _ring(self, pairs: Iterable[tuple[float, ...]]) -> str:
        return "M" + "L".join("{:g} {:g}".format(*self.at(pair[0], pair[1])) for pair in pairs)


@dataclass(frozen=True)
class DrawnArea:
    """One area on paper: `d` of its path, and where its name stands."""

    id: int
    code: str
    name_zh: str
    name_en: str
    d: str
    x: float
    y: float


@dataclass(frozen=True)
class DrawnLine:
    """One line on paper."""

    kind: str
    name_zh: str
    name_en: str
    d: str


@dataclass(frozen=True)
class DrawnMap:
    """A map as SVG paths; `paper.at` says where a point of it stands."""

    paper: Paper
    areas: tuple[DrawnArea, ...]
    lines: tuple[DrawnLine, ...]


def draw(areas: Sequence[PaperArea], lines: Sequence[PaperLine], *, box: Box, width: int = 1000) -> DrawnMap:
    """Return the areas and lines as SVG paths on a sheet that shows `box`, `width` units wide."""
    paper = Paper(box, width)
    drawn = []
    for area, outline in zip(areas, _simplified(areas), strict=True):
        x, y = paper.at(area.label.lon, area.label.lat)
        drawn.append(DrawnArea(area.id, area.code, area.name_zh, area.name_en, paper.path(outline), x, y))
    courses = [(line, LineString(line.geometry["coordinates"])) for line in lines]
    ways = tuple(
        DrawnLine(line.kind, line.name_zh, line.name_en, paper.path(course)) for line, course in courses
    )
    return DrawnMap(paper, tuple(drawn), ways)
