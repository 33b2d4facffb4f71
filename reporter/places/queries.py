"""Every read of areas. Outlines and the index that finds points in them are kept in memory by version."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import BadInput, NotFound
from reporter.places.geometry import Box, parse_point
from reporter.places.models import Area
from reporter.places.shapes import AreaIndex, Level, geometry_of, outline_of, simplify

DISPLAY_TOLERANCE = 0.0002  # degrees, about 20 m: finer than a map on a screen shows
Version = tuple[int, int, int]


@dataclass(frozen=True)
class _Drawn:
    version: Version
    index: AreaIndex
    shapes: dict[str, dict[str, Any]]


_kept: dict[int, _Drawn] = {}  # by city; replaced as a whole when an area changed


def get_area(area_id: int) -> Area:
    """Return the area. Raises `NotFound`."""
    area = db.session.scalar(select(Area).where(Area.id == area_id))
    if area is None:
        raise NotFound("There is no such area.")
    return area


def areas(*, level: Level | str | None = None, active: bool = True) -> Sequence[Area]:
    """Return the city's areas by code; of one level, and the inactive ones too, when asked."""
    wanted = select(Area).order_by(Area.code)
    if level:
        wanted = wanted.where(Area.level == Level(level))
    if active:
        wanted = wanted.where(Area.active)
    return db.session.scalars(wanted).all()


def areas_by_id() -> dict[int, Area]:
    """Return every area of the city by id, in one query."""
    return {area.id: area for area in areas(active=False)}


def area_at(lon: float, lat: float) -> Area | None:
    """Return the finest area at a WGS 84 point, else None."""
    area_id = _drawn().index.at(lon, lat)
    return get_area(area_id) if area_id is not None else None


def city_bounds() -> Box | None:
    """Return the bounds of the areas cases can lie in; None while the city has none."""
    return _drawn().index.bounds


def refuse_outside(lon: float, lat: float, *, field: str = "place") -> None:
    """Raise `BadInput` unless the WGS 84 point lies within the city's bounds.

    A point within the bounds but in no area passes: a moderator is asked.
    """
    within = city_bounds()
    if within is None:
        raise BadInput("This city has no areas yet; an administrator must import them.", field=field)
    parse_point(lon, lat, within=within, field=field)


def map_shapes(level: Level | str = Level.STREET) -> dict[str, Any]:
    """Return the outlines of one level as a GeoJSON FeatureCollection for display."""
    drawn = _drawn()
    key = str(Level(level))
    if key not in drawn.shapes:
        drawn.shapes[key] = _collection(areas(level=level))
    return drawn.shapes[key]


def _collection(rows: Sequence[Area]) -> dict[str, Any]:
    outlines = simplify([outline_of(area.geometry) for area in rows], DISPLAY_TOLERANCE) if rows else []
    features = [
        {
            "type": "Feature",
            "id": area.id,
            "properties": {
                "code": area.code, "name_zh": area.name_zh, "name_en": area.name_en,
                "lon": area.lon, "lat": area.lat, "approximate": area.approximate,
            },
            "geometry": geometry_of(outline),
        }
        for area, outline in zip(rows, outlines, strict=True)
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def _drawn() -> _Drawn:
    city, version = current_city_id(), _version()
    kept = _kept.get(city)
    if kept is None or kept.version != version:
        entries = [(area.id, area.level, outline_of(area.geometry)) for area in _own_areas()]
        kept = _kept[city] = _Drawn(version, AreaIndex(entries), {})
    return kept


def _own_areas() -> Sequence[Area]:
    """Return the areas cases lie in: counties only frame the map of a city that has finer ones."""
    every = areas()
    return [area for area in every if area.level is not Level.COUNTY] or every


def _version() -> Version:
    counted = select(func.count(), func.coalesce(func.max(Area.id), 0), func.coalesce(func.sum(Area.trail_length), 0))
    number, newest, changes = db.session.execute(counted.select_from(Area)).one()
    return int(number), int(newest), int(changes)
