"""A map on paper: the city's own areas and lines around some places, as one SVG that needs no scripts and no tiles."""

from collections.abc import Sequence
from dataclasses import dataclass

from reporter.places.drawing import DrawnArea, DrawnLine, DrawnMap
from reporter.places.geometry import Pair
from reporter.places.queries import drawn_map

ROUND = 0.18  # of the longer side that stays free around the places
SMALLEST = 0.016  # degrees from north to south: some 1.8 km, so that one place has its surroundings
SHAPE = 1.6  # width to height


@dataclass(frozen=True)
class Mark:
    """A place on the sketch; `number` is what stands in it, "" for a lone one."""

    x: float
    y: float
    number: str


@dataclass(frozen=True)
class Sketch:
    """A part of the city's map: the view (left, top, width, height, in the units of the paths) and what lies in it."""

    view: tuple[float, float, float, float]
    areas: Sequence[DrawnArea]
    lines: Sequence[DrawnLine]
    marks: Sequence[Mark]

    @property
    def unit(self) -> float:
        """Return a hundredth of the view's width: lines and letters are as wide wherever one looks."""
        return self.view[2] / 100

    @property
    def names(self) -> list[DrawnArea]:
        """Return the areas whose names stand within the view."""
        left, top, width, height = self.view
        return [
            area for area in self.areas if left < area.x < left + width and top < area.y < top + height
        ]  # fmt: skip


def sketch_of(places: Sequence[Pair], *, numbered: bool = False) -> Sketch | None:
    """Return the map around `places` (degrees WGS 84), None without places or when the city has no areas.

    Args:
        numbered: whether the places carry their number, from 1.
    """
    drawn = drawn_map()
    if drawn is None or not places:
        return None
    points = [drawn.paper.at(lon, lat) for lon, lat in places]
    marks = [Mark(x, y, str(place) if numbered else "") for place, (x, y) in enumerate(points, 1)]
    return Sketch(_view(drawn, marks), drawn.areas, drawn.lines, marks)


def _view(drawn: DrawnMap, marks: Sequence[Mark]) -> tuple[float, float, float, float]:
    box = drawn.paper.box
    least = drawn.paper.height * SMALLEST / (box.north - box.south)
    left, right = min(mark.x for mark in marks), max(mark.x for mark in marks)
    top, bottom = min(mark.y for mark in marks), max(mark.y for mark in marks)
    height = max(least, (bottom - top) * (1 + 2 * ROUND), (right - left) * (1 + 2 * ROUND) / SHAPE)
    width = height * SHAPE
    return (
        round((left + right - width) / 2, 2), round((top + bottom - height) / 2, 2),
        round(width, 2), round(height, 2),
    )  # fmt: skip
