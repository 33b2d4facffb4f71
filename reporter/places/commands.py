"""Every way the areas and lines of a city change."""

from collections.abc import Mapping, Sequence
from typing import Any

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

Columns = Mapping[str, Any]  # of one area, all but its parent


def preview_areas(text: str | bytes, datum: Datum) -> AreaPreview:
    """Return what `import_areas` would do with the same file, without doing it.

    Raises:
        TooLarge: more than 5 MB; field "file".
        BadInput: the file as a whole is no collection of areas; field "file".
    """
    return _weighed(text, datum)[0]


def _weighed(text: str | bytes, datum: Datum) -> tuple[AreaPreview, tuple[AreaShape, ...]]:
    reading, number = read_areas(text, datum), edition()  # read first: what changes from here on is noticed
    known, city = known_areas(), current_city()
    doubts = doubts_of(reading.shapes, known, datum=datum, middle=Point(city.lon, city.lat))
    changes = changes_of(reading.shapes, known)
    return AreaPreview(changes, reading.problems, doubts, number), reading.shapes


def import_areas(
    text: str | bytes, datum: Datum, *, by: Actor, confirmed: bool = False, seen: int | None = None
) -> AreaPreview:
    """Replace the areas a GeoJSON file speaks of, all or none, and return what changed.

    New codes are added, known ones changed, and active areas of the same level under the same parent that the
    file leaves out become inactive: reports and cases keep pointing at them.

    The file is weighed before the transaction begins: that may take seconds, and nobody else has to wait for it.

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
        Conflict: the areas changed since `seen`, or while the file was weighed.
    """
    require(by, Permission.ADMIN_SYSTEM)
    preview, shapes = _weighed(text, datum)
    if seen is not None:
        _refuse_outdated(seen, preview.edition)
    for obstacle in (*preview.problems, *(() if confirmed else preview.doubts)):
        raise obstacle
    moving = {row.code for row in preview.changes if row.change in {Change.NEW, Change.CHANGED}}
    columns = {shape.code: _columns(shape) for shape in shapes if shape.code in moving}
    _take_over(shapes, preview, columns, datum=datum, by=by)
    return preview


def _refuse_outdated(seen: int, number: int) -> None:
    if seen != number:
        raise Conflict("The areas were changed in the meantime. Please look at a fresh preview.")


@command
def _take_over(
    shapes: Sequence[AreaShape],
    preview: AreaPreview,
    columns: Mapping[str, Columns],
    *,
    datum: Datum,
    by: Actor,
) -> None:
    current = _locked_edition()
    _refuse_outdated(preview.edition, current.number)
    _write(shapes, preview, columns)
    counts = {change.value: preview.count(change) for change in Change}
    record(current, "import", by=by, at=ports.clock.now(), facts={"datum": datum, **counts})


def _write(shapes: Sequence[AreaShape], preview: AreaPreview, columns: Mapping[str, Columns]) -> None:
    rows = {row.code: row for row in db.session.scalars(select(Area))}
    for level in Level:
        for shape in shapes:
            if shape.level is level and shape.code in columns:
                parent = rows.get(shape.parent)
                rows[shape.code] = area = rows.get(shape.code) or Area(code=shape.code)
                area.parent_id = parent.id if parent else None
                for name, value in columns[shape.code].items():
                    setattr(area, name, value)
                db.session.add(area)
        db.session.flush()  # the next level needs the ids of its parents
    for row in preview.changes:
        if row.change is Change.REMOVED:
            rows[row.code].active = False


def _columns(shape: AreaShape) -> Columns:
    box, inside = shape.box, shape.inside
    return {
        "level": shape.level, "name_zh": shape.name_zh, "name_en": shape.name_en,
        "geometry": geometry_of(shape.outline), "approximate": shape.approximate, "active": True,
        "west": box.west, "south": box.south, "east": box.east, "north": box.north,
        "lon": inside.lon, "lat": inside.lat,
    }  # fmt: skip


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
    """Return the city's edition, held until the command ends: of two imports the second waits."""
    insert_if_absent(
        AreaEdition, city_id=current_city_id(), number=0, stamp="", trail_length=0, trail_head=""
    )
    return db.session.scalars(select(AreaEdition).with_for_update()).one()
