"""Every read of areas. What needs all outlines is kept in memory for as long as the city's edition stands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, func, select

from reporter.cities.models import Jurisdiction
from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import BadInput, NotFound
from reporter.places.drawing import DrawnMap, PaperArea, PaperLine, draw, geojson_of_areas, geojson_of_lines
from reporter.places.geometry import Box, Point, parse_point
from reporter.places.models import Area, AreaEdition, MapLine
from reporter.places.preview import KnownArea
from reporter.places.shapes import AreaIndex, Level, box_of, outline_of

_KEPT = 32  # outlines of so many cities and levels at most
_SOME = {"yield_per": 500}  # outlines that are read at a time


@dataclass(frozen=True)
class MapShapes:
    """A part of the city's map as GeoJSON text, and a name that changes whenever the text does."""

    edition: str
    text: str


@dataclass(frozen=True)
class AreaName:
    """What an area is called."""

    name_zh: str
    name_en: str


class _Stamp(NamedTuple):
    """The name of an edition, never given twice, and the code under which the city's own areas are."""

    name: str
    code: str


@dataclass(frozen=True)
class _Ground:
    """Where cases of the city can lie."""

    index: AreaIndex
    ids: frozenset[int]


def areas(*, level: Level | str | None = None, active: bool = True) -> Sequence[Area]:
    """Return the areas in the order of their codes, without outlines; of one level, the inactive too, if asked."""
    wanted = select(Area).order_by(Area.code)
    if level is not None:
        wanted = wanted.where(Area.level == Level(level))
    if active:
        wanted = wanted.where(Area.active)
    return db.session.scalars(wanted).all()


def own_areas(*levels: Level) -> list[Area]:
    """Return the areas of these levels that are the city's own, in the order of their codes: the others frame its map."""
    own = _ground(_stamp()).ids
    return [area for area in areas() if area.level in levels and area.id in own]


def areas_after(area_id: int, *, most: int) -> Sequence[Area]:
    """Return the areas that follow the one with this id in the order of ids, inactive ones too, without outlines."""
    return db.session.scalars(select(Area).where(Area.id > area_id).order_by(Area.id).limit(most)).all()


def numbers_by_level() -> dict[Level, int]:
    """Return how many areas of each level are in force, coarsest first; levels without any are left out."""
    counted = select(Area.level, func.count()).where(Area.active).group_by(Area.level)
    found = {row[0]: row[1] for row in db.session.execute(counted)}
    return {level: found[level] for level in Level if level in found}


def areas_by_id() -> dict[int, Area]:
    """Return every area of the city by its id, inactive ones too, in one query."""
    return {area.id: area for area in areas(active=False)}


def all_areas_around() -> dict[int, frozenset[int]]:
    """Return for each area of the city its id with those of all the areas it lies in, in one query."""
    rows = db.session.execute(select(Area.id, Area.parent_id))
    parents: dict[int, int | None] = dict(rows.all())
    return {area: frozenset(_upwards(area, parents)) for area in parents}


def areas_around(area_id: int | None) -> frozenset[int]:
    """Return the id of an area with those of all the areas it lies in; of None, none."""
    if area_id is None:
        return frozenset()
    own = Area.city_id == current_city_id()  # said aloud: nobody adds it to what is walked
    walk = select(Area.id, Area.parent_id).where(own, Area.id == area_id).cte("walk", recursive=True)
    walk = walk.union_all(select(Area.id, Area.parent_id).where(own, Area.id == walk.c.parent_id))
    return frozenset(db.session.scalars(select(walk.c.id).limit(len(Level))))


def _upwards(area: int | None, parents: Mapping[int, int | None]) -> Iterator[int]:
    for _ in Level:
        if area is None:
            return
        yield area
        area = parents.get(area)


def area_names(ids: Iterable[int]) -> dict[int, AreaName]:
    """Return the names of these areas by id, in one query."""
    wanted = select(Area.id, Area.name_zh, Area.name_en).where(Area.id.in_(set(ids)))
    return {number: AreaName(zh, en) for number, zh, en in db.session.execute(wanted)}


def get_area(area_id: int) -> Area:
    """Return the area, active or not. Raises `NotFound` when the city has none with this id."""
    area = db.session.scalar(select(Area).where(Area.id == area_id))
    if area is None:
        raise NotFound("There is no such area.")
    return area


def area_at(lon: float, lat: float) -> Area | None:
    """Return the finest area of the city's own at the point (WGS 84), None when it lies in none."""
    area_id = _ground(_stamp()).index.at(lon, lat)
    return None if area_id is None else get_area(area_id)


def area_within(lon: float, lat: float) -> Area | None:
    """Return what `area_at` does for a point that `refuse_outside` lets pass. Raises `BadInput`, as that does."""
    ground = _ground(_stamp())
    _refuse_beyond(ground.index.bounds, lon, lat, field="place")
    area_id = ground.index.at(lon, lat)
    return None if area_id is None else get_area(area_id)


def area_for(point: Point, chosen: int | None) -> int:
    """Return the id of the area `chosen` by a person for a place, else that of the finest in which it lies.

    Raises:
        BadInput: the point lies outside the city, or in none of its areas and none was chosen.
        NotFound: the city has no such area.
    """
    refuse_outside(point.lon, point.lat)
    if chosen is not None:
        return get_area(chosen).id
    if (area := area_at(point.lon, point.lat)) is None:
        raise BadInput("The place lies in no area; please choose one.", field="area_id")
    return area.id


def area_ids_at(lon: float, lat: float) -> tuple[int, ...]:
    """Return the ids of all the city's own areas at the point (WGS 84), finest first."""
    return _ground(_stamp()).index.all_at(lon, lat)


def areas_of(points: Iterable[tuple[float, float]]) -> list[int | None]:
    """Return the id of the finest area of the city's own at each point (WGS 84), None where there is none."""
    index = _ground(_stamp()).index
    return [index.at(lon, lat) for lon, lat in points]


def candidates_at(lon: float, lat: float, *, accuracy_m: float | None = None) -> tuple[int, ...]:
    """Return the ids of the areas that a place may belong to, the likeliest first; more than one: it is uncertain.

    That is so in an overlap, and on a border nearer than the place is exact.

    Args:
        lon: degrees in WGS 84.
        lat: degrees in WGS 84.
        accuracy_m: radius in metres within which the place lies; None when nobody said, taken as 5 m.
    """
    return _ground(_stamp()).index.candidates(lon, lat, radius_m=accuracy_m or 0.0)


def city_bounds() -> Box | None:
    """Return the box around the city's own areas, None as long as there are none."""
    return _ground(_stamp()).index.bounds


def refuse_outside(lon: float, lat: float, *, field: str = "place") -> None:
    """Check that a point (WGS 84) can be a place of this city: it lies within the bounds of its areas.

    A point within the bounds but in no area passes: the nearest area can be chosen, or a moderator asked.

    Raises:
        BadInput: not finite, swapped, out of bounds, or the city has no areas yet.
    """
    _refuse_beyond(city_bounds(), lon, lat, field=field)


def _refuse_beyond(within: Box | None, lon: float, lat: float, *, field: str) -> None:
    if within is None:
        raise BadInput("This city has no areas yet; an administrator must import them.", field=field)
    parse_point(lon, lat, within=within, field=field)


def map_shapes(level: Level | str = Level.STREET, *, english: bool = False) -> MapShapes:
    """Return the city's own areas of one level for a browser's map, made once for each edition."""
    stamp = _stamp()
    return MapShapes(stamp.name, _areas_text(stamp, Level(level), english))


def map_lines(*, english: bool = False) -> MapShapes:
    """Return roads, railways and waters for a browser's map without tiles, made once for each edition."""
    stamp = _stamp()
    return MapShapes(stamp.name, _lines_text(stamp, english))


def drawn_map(level: Level | str = Level.STREET, *, width: int = 1000) -> DrawnMap | None:
    """Return the city's own areas of one level and the lines as SVG paths, None when it has none of the level."""
    return _drawn(_stamp(), Level(level), width)


def edition() -> int:
    """Return the number of the city's edition; a preview is good for one edition."""
    number: int = db.session.scalar(select(AreaEdition.number)) or 0
    return number


def known_areas() -> list[KnownArea]:
    """Return every area of the city with its outline, inactive ones too; read some at a time."""
    codes = {row.id: row.code for row in db.session.execute(select(Area.id, Area.code))}
    return [
        KnownArea(
            id=row.id, code=row.code, level=row.level, name_zh=row.name_zh, name_en=row.name_en,
            parent=codes[row.parent_id] if row.parent_id else "", outline=outline_of(row.geometry),
            approximate=row.approximate, active=row.active,
        )
        for row in _outlined()
    ]  # fmt: skip


def _stamp() -> _Stamp:
    """Return the city's edition; what is kept in memory is kept under it."""
    current = select(AreaEdition.stamp, Jurisdiction.code).join(
        Jurisdiction, Jurisdiction.id == AreaEdition.city_id
    )
    row = db.session.execute(current).first()
    return _Stamp(row.stamp, row.code) if row else _Stamp("", "")


def _outlined(*wanted: ColumnElement[bool]) -> Iterator[Row[Any]]:
    """Yield areas with their outlines, in the order of their codes; only some of them are in memory at a time."""
    columns = (
        Area.id, Area.code, Area.level, Area.name_zh, Area.name_en, Area.parent_id, Area.geometry, Area.lon, Area.lat,
        Area.approximate, Area.active,
    )  # fmt: skip
    rows = db.session.execute(select(*columns).where(*wanted).order_by(Area.code), execution_options=_SOME)
    yield from rows


@lru_cache(maxsize=_KEPT)
def _ground(stamp: _Stamp) -> _Ground:
    """Return the city's own areas: those under its code; all when no area bears it. The others frame its map."""
    rows = [
        (row.id, row.code, row.level, outline_of(row.geometry), row.parent_id)
        for row in _outlined(Area.active.is_(True))
    ]
    own = [row for row in rows if row[1].startswith(_stem(stamp.code))] or rows
    index = AreaIndex(
        ((number, level, outline) for number, _, level, outline, _ in own),
        {number: parent for number, _, _, _, parent in own},
    )
    return _Ground(index, frozenset(row[0] for row in own))


def _stem(code: str) -> str:
    """Return what the codes of a city's areas begin with: a city above counties ends in noughts."""
    return code.removesuffix("00")


def _paper_areas(stamp: _Stamp, level: Level) -> list[PaperArea]:
    rows = _outlined(Area.active.is_(True), Area.level == level)
    own = _ground(stamp).ids
    return [
        PaperArea(
            id=row.id, code=row.code, level=row.level, name_zh=row.name_zh, name_en=row.name_en,
            outline=outline_of(row.geometry), label=Point(row.lon, row.lat), approximate=row.approximate,
        )
        for row in rows
        if row.id in own
    ]  # fmt: skip


def _paper_lines() -> list[PaperLine]:
    rows = db.session.scalars(select(MapLine).order_by(MapLine.id))
    return [PaperLine(row.kind, row.name_zh, row.name_en, row.geometry) for row in rows]


@lru_cache(maxsize=_KEPT)
def _areas_text(stamp: _Stamp, level: Level, english: bool) -> str:  # noqa: FBT001 - a key of the cache
    return geojson_of_areas(_paper_areas(stamp, level), english=english)


@lru_cache(maxsize=_KEPT)
def _lines_text(_stamp: _Stamp, english: bool) -> str:  # noqa: FBT001 - a key of the cache
    return geojson_of_lines(_paper_lines(), english=english)


@lru_cache(maxsize=_KEPT)
def _drawn(stamp: _Stamp, level: Level, width: int) -> DrawnMap | None:
    shown = _paper_areas(stamp, level)
    box = Box.of(box_of(area.outline) for area in shown)
    return draw(shown, _paper_lines(), box=box, width=width) if box else None
