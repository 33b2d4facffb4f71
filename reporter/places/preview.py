"""Hold the areas of a file against those a city has: what would change, and what looks wrong. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice

import shapely
from shapely.affinity import translate

from reporter.kernel.errors import BadInput
from reporter.places.geometry import Box, Datum, Point, distance_m, from_wgs84, to_wgs84
from reporter.places.overlay import (
    apart_m,
    comparable,
    corners_of,
    in_common,
    is_wide,
    moved_share,
    sticking_out_m,
    uncovered,
)
from reporter.places.shapes import AreaShape, Level, Outline, box_of

FAR_M = 300_000  # an area farther from the city's middle belongs to another city
CLEARLY_M = 150  # by less than this two datums cannot be told apart
MOST_REMARKS = 10
MOST_EFFORT = 30_000_000  # corners of overlapping areas that are compared: some seconds
_PAIR = 250  # corners that a comparison costs on top of those of its two areas
_SAMPLE = 100  # areas that tell how well a file fits the parents: a wrong datum shifts all of them
_PART = 0.02  # of an area: less is the width of a pen
_FITTED = 400  # areas that tell how well a file fits those of the city


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
        notes: what is worth knowing and no reason to stop: places that no finer area covers.
        sha256: of the file, hexadecimal.
        size: of the file, bytes.
    """

    changes: tuple[AreaChange, ...]
    problems: tuple[BadInput, ...]
    doubts: tuple[BadInput, ...]
    edition: int = 0
    notes: tuple[BadInput, ...] = ()
    sha256: str = ""
    size: int = 0

    @property
    def affected(self) -> tuple[AreaChange, ...]:
        """Return the lines that say something, all but the unchanged ones."""
        return tuple(row for row in self.changes if row.change is not Change.UNCHANGED)

    def count(self, change: Change) -> int:
        """Return how many areas change in this way."""
        return sum(1 for row in self.changes if row.change is change)


def changes_of(shapes: Sequence[AreaShape], known: Sequence[KnownArea]) -> tuple[AreaChange, ...]:
    """Return what happens to each area, in the order of the codes.

    A file replaces the areas of a level under the parents it speaks of; all others stay as they are.
    """
    by_code = {area.code: area for area in known}
    there = {shape.code for shape in shapes} | set(by_code)
    rows = [
        _change(shape, by_code.get(shape.code), shape.parent if shape.parent in there else "")
        for shape in shapes
    ]
    rows += [
        AreaChange(Change.REMOVED, area.code, area.level, area.name_zh, area.name_en)
        for area in _left_out(shapes, known)
    ]
    return tuple(sorted(rows, key=lambda row: row.code))


def _left_out(shapes: Sequence[AreaShape], known: Sequence[KnownArea]) -> Iterator[KnownArea]:
    """Yield the active areas that the file leaves out though it speaks of their level under their parent."""
    codes, named = {area.code for area in known}, {shape.code for shape in shapes}
    families = {(shape.level, shape.parent if shape.parent in codes else "") for shape in shapes}
    for area in known:
        if area.active and area.code not in named and (area.level, area.parent) in families:
            yield area


def _change(shape: AreaShape, known: KnownArea | None, parent: str) -> AreaChange:
    if known is None:
        return AreaChange(Change.NEW, shape.code, shape.level, shape.name_zh, shape.name_en)
    moved = moved_share(shape.outline, known.outline)
    facts = (shape.level, shape.name_zh, shape.name_en, parent, shape.approximate, True)
    same = facts == (known.level, known.name_zh, known.name_en, known.parent, known.approximate, known.active)
    change = Change.UNCHANGED if same and moved == 0 else Change.CHANGED
    before = known.name_zh if known.name_zh != shape.name_zh else ""
    return AreaChange(change, shape.code, shape.level, shape.name_zh, shape.name_en, moved, before)


def problems_of(shapes: Sequence[AreaShape], known: Sequence[KnownArea]) -> tuple[BadInput, ...]:
    """Return why the tree of areas would be none, at most 10 remarks: a parent that is not the coarser area."""
    levels = {area.code: area.level for area in known} | {shape.code: shape.level for shape in shapes}
    wrong = (
        BadInput(
            "Area %(number)s (%(name)s): its parent %(parent)s is a %(found)s, and a %(level)s cannot lie under it. "
            "Correct the property parent or level.",
            field="file",
            number=shape.number,
            name=shape.name_zh,
            parent=shape.parent,
            found=levels[shape.parent].value,
            level=shape.level.value,
        )
        for shape in shapes
        if shape.parent in levels and levels[shape.parent].fineness >= shape.level.fineness
    )
    return tuple(_first(wrong))


def doubts_of(
    shapes: Sequence[AreaShape], known: Sequence[KnownArea], *, datum: Datum, middle: Point
) -> tuple[BadInput, ...]:
    """Return what to look at again before importing, at most 10 remarks of each kind.

    Args:
        shapes: of the file, converted from `datum`.
        known: what the city has.
        datum: what the person says the file is measured against.
        middle: of the city.
    """
    active = [area for area in known if area.active]
    kinds = (
        _far(shapes, middle),
        _misread(shapes, active, datum),
        _unparented(shapes, active),
        _outside_parents(shapes, active),
        _overlaps(shapes, after_import(shapes, known)),
    )
    return tuple(chain.from_iterable(_first(remarks) for remarks in kinds))


def _first(remarks: Iterator[BadInput]) -> Iterator[BadInput]:
    """Yield the first remarks of a kind, and say so when there are more."""
    yield from islice(remarks, MOST_REMARKS)
    if next(remarks, None):
        yield BadInput(
            "There are more of this kind; the first %(most)s are named.", field="file", most=MOST_REMARKS
        )


def after_import(shapes: Sequence[AreaShape], known: Sequence[KnownArea]) -> dict[str, AreaShape]:
    """Return the areas that would be in force afterwards, by code."""
    gone = {area.code for area in _left_out(shapes, known)}
    kept = {
        area.code: AreaShape(
            area.code, area.level, area.name_zh, area.name_en, area.outline, area.parent, area.approximate
        )
        for area in known
        if area.active and area.code not in gone
    }
    return kept | {shape.code: shape for shape in shapes}


def notes_of(shapes: Sequence[AreaShape], known: Sequence[KnownArea]) -> tuple[BadInput, ...]:
    """Return where parts of an area the file speaks of would lie in none of the finer areas under it."""
    there = after_import(shapes, known)
    spoken_of = {shape.parent for shape in shapes} | {shape.code for shape in shapes}
    families: dict[str, list[AreaShape]] = {}
    for area in there.values():
        if area.parent in there and area.parent in spoken_of:
            families.setdefault(area.parent, []).append(area)
    return tuple(_first(_gaps(there, families)))


def _gaps(there: Mapping[str, AreaShape], families: Mapping[str, Sequence[AreaShape]]) -> Iterator[BadInput]:
    for code, inner in sorted(families.items()):
        parent = there[code]
        parts = uncovered(parent.outline, [area.outline for area in inner])
        wide = [part for part in parts if is_wide(part)]
        if wide:
            spot = max(wide, key=lambda part: part.area).representative_point()
            yield BadInput(
                "%(name)s: %(percent)s %% of it lie in none of its %(count)s finer areas, most of it near %(lon)s, "
                "%(lat)s. A report there belongs to %(name)s itself.",
                field="file",
                name=parent.name_zh,
                percent=max(1, round(100 * sum(part.area for part in wide) / parent.outline.area)),
                count=len(inner),
                lon=round(spot.x, 5),
                lat=round(spot.y, 5),
            )


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
    outlines = {shape.code: shape.outline for shape in shapes[:: len(shapes) // _FITTED + 1]}
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
        return sum(apart_m(outline, former) for outline, former in same) / len(same)
    inner = [(outline, parent) for code, outline in outlines.items() if (parent := parents[code])]
    some = inner[:: len(inner) // _SAMPLE + 1]
    return max((sticking_out_m(outline, parent) for outline, parent in some), default=0.0)


def _unparented(shapes: Sequence[AreaShape], known: Sequence[KnownArea]) -> Iterator[BadInput]:
    """Say which areas would hang in the air; a county may stand without the outline of its city."""
    codes = {area.code for area in known} | {shape.code for shape in shapes}
    for shape in shapes:
        if shape.parent and shape.parent not in codes and shape.level is not Level.COUNTY:
            yield BadInput(
                "Area %(number)s (%(name)s): the area %(parent)s it belongs to is not there. Import that one first.",
                field="file",
                number=shape.number,
                name=shape.name_zh,
                parent=shape.parent,
            )


def _outside_parents(shapes: Sequence[AreaShape], known: Sequence[KnownArea]) -> Iterator[BadInput]:
    """Say which areas lie outside the one that their codes put them into."""
    names = {area.code: (area.name_zh, area.outline) for area in known}
    names |= {shape.code: (shape.name_zh, shape.outline) for shape in shapes}
    for shape in shapes:
        if shape.parent not in names:
            continue
        name, outer = names[shape.parent]
        shapely.prepare(outer)
        if shapely.covers(outer, shape.outline):
            continue
        inside, whole = comparable(shape.outline, outer)
        outside = shapely.difference(inside, whole)
        share = outside.area / inside.area if inside.area else 1.0
        if share > _PART and any(is_wide(part) for part in shapely.get_parts(outside).tolist()):
            spot = outside.representative_point()
            yield BadInput(
                "Area %(number)s (%(name)s): %(percent)s %% of it lie outside %(parent)s, to which its code %(code)s "
                "puts it, for instance near %(lon)s, %(lat)s. Correct the code or the outline.",
                field="file",
                number=shape.number,
                name=shape.name_zh,
                percent=round(share * 100),
                parent=name,
                code=shape.code,
                lon=round(spot.x, 5),
                lat=round(spot.y, 5),
            )


def _overlaps(shapes: Sequence[AreaShape], there: Mapping[str, AreaShape]) -> Iterator[BadInput]:
    effort, named = 0, {shape.code for shape in shapes}
    for first, second in _near_each_other(there.values(), named):
        effort += _PAIR + corners_of(first.outline) + corners_of(second.outline)
        if effort > MOST_EFFORT:
            yield BadInput(
                "So many of the areas lie over each other that not every pair was compared.", field="file"
            )
            return
        share, common = in_common(first.outline, second.outline)
        if share > _PART or (common.area > 0 and is_wide(common)):
            spot = common.representative_point()
            yield BadInput(
                "%(name)s (%(code)s) and %(other)s (%(other_code)s) overlap by %(percent)s %% of the smaller one, near "
                "%(lon)s, %(lat)s. Redraw one of them; until then a moderator is asked about reports from there.",
                field="file",
                name=first.name_zh,
                code=first.code,
                other=second.name_zh,
                other_code=second.code,
                percent=max(1, round(share * 100)),
                lon=round(spot.x, 5),
                lat=round(spot.y, 5),
            )


def _near_each_other(
    areas: Iterable[AreaShape], named: AbstractSet[str]
) -> Iterator[tuple[AreaShape, AreaShape]]:
    """Yield every two areas of one level that meet, one of them `named`, one after the other: nobody holds all pairs."""
    every = sorted(areas, key=lambda area: area.code)
    for level in Level:
        alike = [area for area in every if area.level is level]
        tree = shapely.STRtree([area.outline for area in alike])
        for place, area in enumerate(alike):
            for other in sorted(tree.query(area.outline).tolist()):
                if other > place and (area.code in named or alike[other].code in named):
                    yield area, alike[other]
