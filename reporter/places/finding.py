"""Every read of the city's named places: what somebody means by what they type, and what lies beside a point."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import shapely
from shapely.geometry import shape as shape_of
from sqlalchemy import ScalarSelect, Select, String, bindparam, case, func, literal, select, union_all
from sqlalchemy.orm import undefer

from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import NotFound
from reporter.places.geometry import Box, Point, distance_m
from reporter.places.models import Gazetteer, NamedPlace, PlacePiece
from reporter.places.names import PlaceKind
from reporter.places.near import lies_within
from reporter.places.pieces import plain
from reporter.places.queries import AreaName, area_names, areas_of
from reporter.places.typed import MOST_READINGS, How, Meant, meanings_of

MOST_FOUND = 8
_LOOKED_AT = 60  # parts of names for each meaning, before what is near comes first
_BAND = 100  # more than the letters of a part: exact names, then longer ones, of each weight
_HOWS = list(How)
_LAST = "\U0010ffff"  # comes after every letter
_NEAR_STEP = 500.0  # metres within which two places are as near as each other
ROAD_WITHIN = 80.0  # metres from a road at which one is on it
CROSSING_WITHIN = 250.0  # metres along a road to the crossing that is named beside it
PLACE_WITHIN = 120.0  # metres to a place that is named where there is no crossing
_ROADS_LOOKED_AT = 30


@dataclass(frozen=True)
class Found:
    """A place that may be meant. Degrees WGS 84; `accuracy` in metres; `area_id` of the finest area it lies in."""

    id: int
    kind: PlaceKind
    name_zh: str
    name_en: str
    cross_zh: str
    cross_en: str
    lon: float
    lat: float
    accuracy: float
    how: How = How.WHOLE
    number: str = ""
    area_id: int | None = None
    area: AreaName | None = None


@dataclass(frozen=True)
class Beside:
    """What lies beside a point: the road it is on, and the road that crosses there, else a place nearby."""

    road: AreaName | None = None
    cross: AreaName | None = None
    place: AreaName | None = None


def gazetteers(*, most: int = 20) -> Sequence[Gazetteer]:
    """Return the city's lists of names that are kept, the newest first."""
    whole = select(Gazetteer).where(Gazetteer.names > 0)
    return db.session.scalars(whole.order_by(Gazetteer.number.desc()).limit(most)).all()


def get_gazetteer(number: int) -> Gazetteer:
    """Return one of them. Raises `NotFound` when the city keeps none of this number."""
    found = db.session.scalar(select(Gazetteer).where(Gazetteer.number == number, Gazetteer.names > 0))
    if found is None:
        raise NotFound("This list of names is no longer kept.")
    return found


def find_place(place_id: int) -> NamedPlace | None:
    """Return a place of the list in force, None when it has none of this number."""
    own = select(NamedPlace).join(Gazetteer, Gazetteer.id == NamedPlace.gazetteer_id)
    return db.session.scalar(own.where(NamedPlace.id == place_id, Gazetteer.in_force))


def places_called(typed: str, *, near: Point | None = None, most: int = MOST_FOUND) -> list[Found]:
    """Return the places of the city that `typed` may mean, the best first, in three queries.

    What stands for all that was typed goes before what stands for a part, an exact name before one that only begins so,
    a beginning before a middle, Chinese before pinyin; then what is near.

    Args:
        typed: a name or address, or its beginning: Chinese, pinyin, the first letters of it, or English.
        near: where the person probably is.
        most: how many at most.
    """
    meanings = meanings_of(typed)
    if not meanings:
        return []
    ranked: dict[int, tuple[tuple[float, ...], Found]] = {}
    for place, rank, score in db.session.execute(_wanted(len(meanings)), _asked(meanings)):
        order = _order(meanings[rank], rank, score, place, near)
        if place.id not in ranked or order < ranked[place.id][0]:
            ranked[place.id] = order, _found(place, meanings[rank])
    return _with_areas(_best([found for _, found in sorted(ranked.values(), key=lambda row: row[0])], most))


def _order(meant: Meant, rank: int, score: int, place: NamedPlace, near: Point | None) -> tuple[float, ...]:
    """Return by what a found place is put in its order, the best the lowest."""
    far = distance_m(near.lon, near.lat, place.lon, place.lat) // _NEAR_STEP if near else 0.0
    band, longer = divmod(score, _BAND)
    order = (band, rank) if meant.how is not How.PART else (band % 2, rank, band)
    return (_HOWS.index(meant.how), *order, far, longer, place.id)


def _in_force() -> ScalarSelect[int]:
    own = Gazetteer.city_id == bindparam("city")
    return select(Gazetteer.id).where(own, Gazetteer.in_force).limit(1).scalar_subquery()


def _asked(meanings: Sequence[Meant]) -> dict[str, object]:
    """Return what fills the places of the question for these meanings."""
    texts = {f"text_{rank}": meant.text for rank, meant in enumerate(meanings)}
    ends = {f"end_{rank}": meant.text + _LAST for rank, meant in enumerate(meanings)}
    return {"city": current_city_id(), **texts, **ends}


@lru_cache(maxsize=MOST_READINGS)
def _wanted(number: int) -> Select[NamedPlace, int, int]:
    """Return the question for the places of so many meanings, with their rank and how well each fits."""
    parts = [_of_one(rank).subquery() for rank in range(number)]
    found = union_all(*(select(part) for part in parts)).subquery()
    return select(NamedPlace, found.c.rank, found.c.score).join(found, found.c.place_id == NamedPlace.id)


def _of_one(rank: int) -> Select[int, int, int]:
    text, end = bindparam(f"text_{rank}", type_=String), bindparam(f"end_{rank}", type_=String)
    longer = case((PlacePiece.piece == text, 0), else_=_BAND) + func.length(PlacePiece.piece)
    score = (PlacePiece.weight * 2 * _BAND + longer).label("score")
    own = PlacePiece.city_id == bindparam("city"), PlacePiece.gazetteer_id == _in_force()
    wanted = select(PlacePiece.place_id, literal(rank).label("rank"), score)
    wanted = wanted.where(*own, PlacePiece.piece >= text, PlacePiece.piece < end)
    return wanted.order_by(score, PlacePiece.place_id).limit(_LOOKED_AT)


def _found(place: NamedPlace, meant: Meant) -> Found:
    names = (place.name_zh, place.name_en, place.cross_zh, place.cross_en)
    if place.cross_zh and meant.text.startswith(
        plain(place.cross_zh)
    ):  # in the order in which they were typed
        names = (*names[2:], *names[:2])
    return Found(
        place.id, place.kind, *names, place.lon, place.lat,
        place.accuracy, meant.how, meant.number if place.kind is PlaceKind.ROAD else "",
    )  # fmt: skip


def _best(found: Sequence[Found], most: int) -> list[Found]:
    """Return the first ones, without those that stand for a part when others stand for the whole."""
    best = found[0].how if found else How.WHOLE
    return [one for one in found if one.how is best][:most]


def _with_areas(found: Sequence[Found]) -> list[Found]:
    ids = areas_of([(one.lon, one.lat) for one in found])
    names: Mapping[int, AreaName] = area_names([one for one in ids if one])
    return [
        replace(one, area_id=area_id, area=names.get(area_id) if area_id else None)
        for one, area_id in zip(found, ids, strict=True)
    ]


def beside(lon: float, lat: float) -> Beside:
    """Return what lies beside a point (WGS 84), in two queries; nothing where no road comes near."""
    road, far = _nearest_road(lon, lat)
    close = _places_around(lon, lat)
    crossings = [one for one in close if one.kind is PlaceKind.CROSSING]
    if road and far <= ROAD_WITHIN:
        for one in crossings:
            if road.name_zh in (one.name_zh, one.cross_zh):
                first = one.name_zh == road.name_zh
                other = AreaName(one.cross_zh, one.cross_en) if first else AreaName(one.name_zh, one.name_en)
                return Beside(AreaName(road.name_zh, road.name_en), cross=other)
    places = [one for one in close if one.kind not in {PlaceKind.CROSSING, PlaceKind.ROAD}]
    near = [one for one in places if distance_m(lon, lat, one.lon, one.lat) <= PLACE_WITHIN]
    place = AreaName(near[0].name_zh, near[0].name_en) if near else None
    return Beside(AreaName(road.name_zh, road.name_en) if road and far <= ROAD_WITHIN else None, place=place)


def _nearest_road(lon: float, lat: float) -> tuple[NamedPlace | None, float]:
    box = Box.around(lon, lat, radius_m=ROAD_WITHIN)
    wanted = (
        select(NamedPlace)
        .where(
            NamedPlace.gazetteer_id == _in_force(), NamedPlace.kind == PlaceKind.ROAD, NamedPlace.south <= box.north,
            NamedPlace.north >= box.south, NamedPlace.west <= box.east, NamedPlace.east >= box.west,
        )
        .options(undefer(NamedPlace.geometry))
        .order_by(NamedPlace.id)
        .limit(_ROADS_LOOKED_AT)
    )  # fmt: skip
    spot = shapely.Point(lon, lat)
    measured = [
        (_metres(spot, road), road) for road in db.session.scalars(wanted, {"city": current_city_id()})
    ]
    # On a crossing both are as near: the one that the list names first.
    far, road = min(measured, key=lambda one: (round(one[0]), one[1].id), default=(0.0, None))
    return road, far


def _metres(spot: shapely.Point, road: NamedPlace) -> float:
    line = shapely.shortest_line(spot, shape_of(road.geometry))
    (lon, lat), (other_lon, other_lat) = line.coords
    return distance_m(lon, lat, other_lon, other_lat)


def _places_around(lon: float, lat: float) -> list[NamedPlace]:
    """Return crossings and places around a point, the nearest first."""
    squared = (NamedPlace.lon - lon) * (NamedPlace.lon - lon) + (NamedPlace.lat - lat) * (
        NamedPlace.lat - lat
    )
    wanted = (
        select(NamedPlace)
        .where(
            NamedPlace.gazetteer_id == _in_force(), NamedPlace.kind != PlaceKind.ROAD,
            lies_within(NamedPlace, lon, lat, metres=CROSSING_WITHIN),
        )
        .order_by(squared, NamedPlace.id)
        .limit(_LOOKED_AT)
    )  # fmt: skip
    around: Iterable[NamedPlace] = db.session.scalars(wanted, {"city": current_city_id()})
    return sorted(around, key=lambda one: distance_m(lon, lat, one.lon, one.lat))
