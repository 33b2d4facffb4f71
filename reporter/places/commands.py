"""Every way the areas and lines of a city change."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select

from reporter.cities.queries import current_city
from reporter.kernel.audit import record
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.dialect import insert_if_absent
from reporter.kernel.errors import Conflict
from reporter.kernel.policy import Actor, Permission, require
from reporter.places.geojson import read_areas
from reporter.places.geometry import Datum, Point
from reporter.places.lines import read_lines
from reporter.places.models import Area, AreaEdition, MapLine
from reporter.places.preview import AreaPreview, Change, changes_of, doubts_of
from reporter.places.queries import edition, known_areas
from reporter.places.shapes import AreaShape, Level, geometry_of
from reporter.ports import ports


def preview_areas(text: str | bytes, datum: Datum) -> AreaPreview:
    """Return what `import_areas` would do with the same file, without doing it.

    Raises:
        TooLarge: more than 5 MB; field "file".
        BadInput: the file as a whole is no collection of areas; field "file".
    """
    return _weighed(text, datum)[0]


def _weighed(text: str | bytes, datum: Datum) -> tuple[AreaPreview, tuple[AreaShape, ...]]:
    reading, known, city = read_areas(text, datum), known_areas(), current_city()
    doubts = doubts_of(reading.shapes, known, datum=datum, middle=Point(city.lon, city.lat))
    changes = changes_of(reading.shapes, known)
    return AreaPreview(changes, reading.problems, doubts, edition()), reading.shapes


@command
def import_areas(
    text: str | bytes, datum: Datum, *, by: Actor, confirmed: bool = False, seen: int | None = None
) -> AreaPreview:
    """Replace the areas a GeoJSON file speaks of, all or none, and return what changed.

    New codes are added, known ones changed, and active areas of the same level under the same parent that the
    file leaves out become inactive: reports and cases keep pointing at them.

    Args:
        text: the file.
        datum: what its coordinates are measured against.
        by: who imports.
        confirmed: the person read the doubts and still wants it.
        seen: number of the edition the person's preview was made against.

    Raises:
        NotAllowed: not for `by` to do.
        TooLarge: more than 5 MB; field "file".
        BadInput: the first problem, or the first doubt when not `confirmed`; nothing is written.
        Conflict: the areas changed since `seen`.
    """
    require(by, Permission.ADMIN_SYSTEM)
    current = _locked_edition()
    preview, shapes = _weighed(text, datum)
    if seen is not None and seen != preview.edition:
        raise Conflict("The areas were changed in the meantime. Please look at a fresh preview.")
    for obstacle in (*preview.problems, *(() if confirmed else preview.doubts)):
        raise obstacle
    _write(shapes, preview)
    counts = {change.value: preview.count(change) for change in Change}
    record(current, "import", by=by, at=ports.clock.now(), facts={"datum": datum, **counts})
    return preview


def _write(shapes: Sequence[AreaShape], preview: AreaPreview) -> None:
    rows = {row.code: row for row in db.session.scalars(select(Area))}
    moving = {row.code for row in preview.changes if row.change in {Change.NEW, Change.CHANGED}}
    for level in Level:
        for shape in shapes:
            if shape.level is level and shape.code in moving:
                rows[shape.code] = _put(shape, rows)
        db.session.flush()  # the next level needs the ids of its parents
    for row in preview.changes:
        if row.change is Change.REMOVED:
            rows[row.code].active = False


def _put(shape: AreaShape, rows: Mapping[str, Area]) -> Area:
    parent, box, inside = rows.get(shape.parent), shape.box, shape.inside
    area = rows.get(shape.code) or Area(code=shape.code)
    area.level, area.name_zh, area.name_en = shape.level, shape.name_zh, shape.name_en
    area.parent_id = parent.id if parent else None
    area.geometry, area.approximate, area.active = geometry_of(shape.outline), shape.approximate, True
    area.west, area.south, area.east, area.north = box.west, box.south, box.east, box.north
    area.lon, area.lat = inside.lon, inside.lat
    db.session.add(area)
    return area


@command
def import_lines(text: str | bytes, datum: Datum, *, by: Actor) -> int:
    """Replace the lines of the city's map by those of a GeoJSON file; return how many there are now.

    Raises:
        NotAllowed: not for `by` to do.
        TooLarge: more than 5 MB; field "file".
        BadInput: what of the file cannot be used; field "file"; nothing is written.
    """
    require(by, Permission.ADMIN_SYSTEM)
    current, shapes = _locked_edition(), read_lines(text, datum)
    db.session.execute(delete(MapLine))
    db.session.add_all(
        MapLine(kind=shape.kind, name_zh=shape.name_zh, name_en=shape.name_en, geometry=shape.geometry)
        for shape in shapes
    )
    db.session.flush()
    facts = {"datum": datum, "lines": len(shapes)}
    record(current, "import_lines", by=by, at=ports.clock.now(), facts=facts)
    return len(shapes)


def _locked_edition() -> AreaEdition:
    """Return the city's edition, held until the command ends: of two imports the second waits and looks anew."""
    insert_if_absent(
        AreaEdition, city_id=current_city_id(), number=0, stamp="", trail_length=0, trail_head=""
    )
    return db.session.scalars(select(AreaEdition).with_for_update()).one()
