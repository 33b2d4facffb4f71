"""Hold the areas of a file against those a city has: what would change, and what looks wrong. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice

import shapely
from shapely.affinity import translate

from reporter.kernel.errors import BadInput
from reporter.places.geometry import Box, Datum, Point, distance_m, from_wgs84, to_wgs84
from reporter.places.shapes import AreaShape, Level, Outline, box_of

FAR_M = 300_000  # an area farther from the city's middle belongs to another city
CLEARLY_M = 150  # by less than this two datums cannot be told apart
MOST_REMARKS = 10
MOST_EFFORT = 4_000_000  # corners of overlapping areas that are compared: some seconds
_PAIR = 50  # corners that a comparison costs on top of those of its two areas
MOST_CROSSINGS = 250_000  # of two borders that are compared corner by corner
_CELLS = 200  # across the smaller of two areas when they are compared on a grid
_SAMPLE = 100  # areas that tell how well a file fits the parents: a wrong datum shifts all of them
_PART = 0.02  # of an area: less is the width of a pen


class Change(StrEnum):
    """What an import does to one area."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"


@dataclass(frozen=True)
class KnownArea:
    """An area the city has; `parent` is a code, "" when it has none."""

    id: int
    code: str
    level: Level
    name_zh: str
    name_en: str
    parent: str
    outline: Outline
    approximate: bool
    active: bool


@dataclass(frozen=True)
class AreaChange:
    """One line of the preview.

    Attributes:
        moved: how much of the outline changes, from 0 to 1.
        before: the Chinese name it has now, when that changes.
    """

    change: Change
    code: str
    level: Level
    name_zh: str
    name_en: str
    moved: float = 0.0
    before: str = ""


@dataclass(frozen=True)
class AreaPreview:
    """What an import of the file would do.

    Attributes:
        problems: reasons why it cannot be imported; empty when it can.
        doubts: reasons to look again, each pointing at the form field to change; import only when confirmed.
        edition: number of the edition the preview was made against.
    """

    changes: tuple[AreaChange, ...]
    problems: tuple[BadInput, ...]
    doubts: tuple[BadInput, ...]
    edition: int = 0

    def count(self, change: Change) -> int:
        """Return how many areas change in this way."""
        return sum(1 for row in self.changes if row.change is change)


def changes_of(shapes: Sequence[AreaShape], known: Sequence[KnownArea]) -> tuple[AreaChange, ...]:
    """Return what happens to each area, in the order of the codes.

    A file replaces the areas of a level under the parents it speaks of; all others stay as they are.
    """
    by_code = {area.code: area for area in known}
    named = {shape.code for shape in shapes}
    there = named | set(by_code)
    rows = [
        _change(shape, by_code.get(shape.code), shape.parent if shape.parent in there else "")
        for shape in shapes
    ]
    families = {(shape.level, shape.parent if shape.parent in by_code else "") for shape in shapes}
    rows += [
        AreaChange(Change.REMOVED, area.code, area.level, area.name_zh, area.name_en)
        for area in known
        if area.active and area.code not in named and (area.level, area.parent) in families
    ]
    return tuple(sorted(rows, key=lambda row: row.code))


def _change(shape: AreaShape, known: KnownArea | None, parent: str) -> AreaChange:
    if known is None:
        return AreaChange(Change.NEW, shape.code, shape.level, shape.name_zh, shape.name_en)
    moved = _moved(shape.outline, known.outline)
    facts = (shape.level, shape.name_zh, shape.name_en, parent, shape.approximate, True)
    same = facts == (known.level, known.name_zh, known.name_en, known.parent, known.approximate, known.active)
    change = Change.UNCHANGED if same and moved == 0 else Change.CHANGED
    before = known.name_zh if known.name_zh != shape.name_zh else ""
    return AreaChange(change, shape.code, shape.level, shape.name_zh, shape.name_en, moved, before)


def _moved(outline: Outline, other: Outline) -> float:
    if shapely.equals_exact(outline, other, normalize=True):
        return 0.0
    one, two = _comparable(outline, other)
    common = shapely.intersection(one, two).area
    either = one.area + two.area - common
    return max(1 - common / either, 0.0001) if either else 1.0


def doubts_of(
    shapes: Sequence[AreaShape], known: Sequence[KnownArea], *, datum: Datum, middle: Point
) -> tuple[BadInput, ...]:
    """Return what to look at again before importing, at most 10 remarks.

    Args:
        shapes: of the file, converted from `datum`.
        known: what the city has.
        datum: what the person says the file is measured against.
        middle: of the city.
    """
    active = [area for area in known if area.active]
    remarks = chain(
        _far(shapes, middle),
        _misread(shapes, active, datum),
        _unparented(shapes, active),
        _overlaps(shapes),
    )
    return tuple(islice(remarks, MOST_REMARKS))


def _far(shapes: Sequence[AreaShape], middle: Point) -> Iterator[BadInput]:
    box = Box.of(shape.box for shape in shapes)
    if box is None:
        return
    nearest_lon = min(max(middle.lon, box.west), box.east)
    nearest_lat = min(max(middle.lat, box.south), box.north)
    away = distance_m(middle.lon, middle.lat, nearest_lon, nearest_lat)
    if away > FAR_M:
        yield BadInput(
            "The areas lie %(km)s km from the middle of the city. Is this the right file?",
            field="file",
            km=round(away / 1000),
        )


def _misread(shapes: Sequence[AreaShape], known: Sequence[KnownArea], datum: Datum) -> Iterator[BadInput]:
    """Say when the areas the city has would fit better if the file were measured against another datum."""
    outlines = {shape.code: shape.outline for shape in shapes}
    reference = {area.code: area.outline for area in known}
    parents = {shape.code: reference.get(shape.parent) for shape in shapes}
    misfit = {other: _misfit_m(_reread(outlines, datum, other), reference, parents) for other in Datum}
    best = min(Datum, key=lambda other: misfit[other])
    if misfit[best] < misfit[datum] / 2 and misfit[datum] - misfit[best] > CLEARLY_M:
        yield BadInput(
            "Read as %(better)s the areas would fit those of the city, now they are %(metres)s m off.",
            field="datum",
            better={Datum.WGS84: "WGS 84", Datum.GCJ02: "GCJ-02", Datum.BD09: "BD-09"}[best],
            metres=round(misfit[datum]),
        )


def _reread(outlines: Mapping[str, Outline], datum: Datum, other: Datum) -> dict[str, Outline]:
    """Return the outlines as if their file had been measured against `other`: each is shifted as a whole."""
    shifted = {}
    for code, outline in outlines.items():
        lon, lat = box_of(outline).centre.lon, box_of(outline).centre.lat
        x, y = to_wgs84(*from_wgs84(lon, lat, datum), other)
        shifted[code] = translate(outline, x - lon, y - lat)
    return shifted


def _misfit_m(
    outlines: Mapping[str, Outline], known: Mapping[str, Outline], parents: Mapping[str, Outline | None]
) -> float:
    """Return by how many metres, on average, outlines lie off their former selves, else out of their parents."""
    same = [(outline, known[code]) for code, outline in outlines.items() if code in known]
    if same:
        return sum(_apart_m(outline, former) for outline, former in same) / len(same)
    inner = [(outline, parent) for code, outline in outlines.items() if (parent := parents[code])]
    some = inner[:: len(inner) // _SAMPLE + 1]
    return max((_sticking_out_m(outline, parent) for outline, parent in some), default=0.0)


def _apart_m(outline: Outline, other: Outline) -> float:
    here, there = outline.centroid, other.centroid
    return distance_m(here.x, here.y, there.x, there.y)


def _sticking_out_m(outline: Outline, parent: Outline) -> float:
    """Return how far the farthest part of `outline` lies out of `parent`."""
    inner, outer = _comparable(outline, parent)
    outside = shapely.difference(inner, outer)
    if outside.is_empty:
        return 0.0
    shapely.prepare(outer)
    corners = shapely.get_coordinates(outside)
    farthest = shapely.Point(corners[int(shapely.distance(outer, shapely.points(corners)).argmax())])
    (lon, lat), (far_lon, far_lat) = shapely.shortest_line(outer, farthest).coords
    return distance_m(lon, lat, far_lon, far_lat)


def _unparented(shapes: Sequence[AreaShape], known: Sequence[KnownArea]) -> Iterator[BadInput]:
    codes = {area.code for area in known} | {shape.code for shape in shapes}
    for shape in shapes:
        if shape.parent and shape.parent not in codes:
            yield BadInput(
                "%(name)s: the area %(parent)s it belongs to is not there. Import that one first.",
                field="file",
                name=shape.name_zh,
                parent=shape.parent,
            )


def _overlaps(shapes: Sequence[AreaShape]) -> Iterator[BadInput]:
    effort = 0
    for first, second in _near_each_other(shapes):
        effort += _PAIR + _corners(first.outline) + _corners(second.outline)
        if effort > MOST_EFFORT:
            yield BadInput(
                "So many of the areas lie over each other that not every pair was compared.", field="file"
            )
            return
        share = _common(first.outline, second.outline)
        if share > _PART:
            yield BadInput(
                "%(name)s and %(other)s overlap by %(percent)s %% of the smaller one.",
                field="file",
                name=first.name_zh,
                other=second.name_zh,
                percent=round(share * 100),
            )


def _near_each_other(shapes: Sequence[AreaShape]) -> Iterator[tuple[AreaShape, AreaShape]]:
    """Yield every two areas of one level whose boxes meet, one after the other: nobody holds all pairs."""
    for level in Level:
        alike = [shape for shape in shapes if shape.level is level]
        tree = shapely.STRtree([shape.outline for shape in alike])
        for place, shape in enumerate(alike):
            for other in sorted(tree.query(shape.outline).tolist()):
                if other > place:
                    yield shape, alike[other]


def _corners(outline: Outline) -> int:
    return int(shapely.get_num_coordinates(outline))


def _common(outline: Outline, other: Outline) -> float:
    """Return which part of the smaller one both cover, from 0 to 1."""
    one, two = _comparable(outline, other)
    smaller = min(one.area, two.area)
    return shapely.intersection(one, two).area / smaller if smaller else 0.0


def _comparable(outline: Outline, other: Outline) -> tuple[Outline, Outline]:
    """Return both as they are; on one common grid when their borders could cross millions of times."""
    if _corners(outline) * _corners(other) <= MOST_CROSSINGS:
        return outline, other
    boxes = (box_of(outline), box_of(other))
    cell = min(max(box.east - box.west, box.north - box.south) for box in boxes) / _CELLS
    return shapely.set_precision(outline, cell), shapely.set_precision(other, cell)
