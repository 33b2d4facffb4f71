"""Every way areas change: by a file that is looked at first and imported then."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor, Permission, require
from reporter.places.geojson import read_areas
from reporter.places.geometry import Datum
from reporter.places.models import Area
from reporter.places.queries import areas
from reporter.places.shapes import AreaShape, geometry_of
from reporter.ports import ports


@dataclass(frozen=True)
class AreaPreview:
    """What an import would do: areas by code, and what is wrong with the file."""

    new: Sequence[AreaShape]
    changed: Sequence[AreaShape]
    unchanged: Sequence[AreaShape]
    problems: Sequence[BadInput]


def preview_areas(text: str | bytes, datum: Datum) -> AreaPreview:
    """Return what importing `text` would do; changes nothing. Raises `BadInput` when nothing can be read."""
    reading = read_areas(text, datum)
    known = {area.code: area for area in areas(active=False)}
    new = [shape for shape in reading.shapes if shape.code not in known]
    old = [shape for shape in reading.shapes if shape.code in known]
    changed = [shape for shape in old if _differs(known[shape.code], shape)]
    unchanged = [shape for shape in old if not _differs(known[shape.code], shape)]
    return AreaPreview(new, changed, unchanged, reading.problems)


def _differs(area: Area, shape: AreaShape) -> bool:
    words = (area.level, area.name_zh, area.name_en, area.approximate, area.active)
    same = words == (shape.level, shape.name_zh, shape.name_en, shape.approximate, True)
    return not same or area.geometry != geometry_of(shape.outline)


@command
def import_areas(text: str | bytes, datum: Datum, *, by: Actor) -> AreaPreview:
    """Import a GeoJSON file of areas, all or nothing; return what was done.

    Raises:
        NotAllowed: `by` is no system administrator.
        BadInput: anything in the file is wrong; the message names the first thing.
    """
    require(by, Permission.ADMIN_SYSTEM)
    preview = preview_areas(text, datum)
    if preview.problems:
        raise preview.problems[0]
    known = {area.code: area for area in db.session.scalars(select(Area))}
    for shape in sorted((*preview.new, *preview.changed), key=lambda one: one.level.fineness):
        known[shape.code] = _save(known.get(shape.code), shape, known.get(shape.parent), by=by)
    return preview


def _save(area: Area | None, shape: AreaShape, parent: Area | None, *, by: Actor) -> Area:
    box, inside = shape.box, shape.inside
    facts = {
        "code": shape.code, "level": shape.level, "parent_id": parent.id if parent else None,
        "name_zh": shape.name_zh, "name_en": shape.name_en, "geometry": geometry_of(shape.outline),
        "west": box.west, "south": box.south, "east": box.east, "north": box.north,
        "lon": inside.lon, "lat": inside.lat, "approximate": shape.approximate, "active": True,
    }  # fmt: skip
    action = "change" if area else "create"
    if area is None:
        area = Area(**facts)
        db.session.add(area)
        db.session.flush()
    for name, value in facts.items():
        setattr(area, name, value)
    record(area, action, by=by, at=ports.clock.now(), facts={"code": shape.code})
    return area
