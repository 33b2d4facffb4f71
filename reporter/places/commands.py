"""Every way the areas and lines of a city change."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import undefer

from reporter.cities.queries import current_city
from reporter.kernel.audit import record
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.dialect import insert_if_absent
from reporter.kernel.errors import Conflict, WrongStep
from reporter.kernel.policy import Actor, Permission, require
from reporter.places.features import Progress, Source, kept_name
from reporter.places.geojson import read_areas
from reporter.places.geometry import Datum, Point
from reporter.places.lines import read_lines
from reporter.places.models import Area, AreaEdition, AreaVersion, FormerArea, MapLine, VersionKind
from reporter.places.preview import AreaPreview, Change, changes_of, doubts_of, notes_of, problems_of
from reporter.places.queries import edition, known_areas
from reporter.places.shapes import AreaShape, Level, geometry_of
from reporter.places.versions import STATE, changed_since, get_version, latest_version, turns_back
from reporter.ports import ports

Columns = Mapping[str, Any]  # of one area
_BATCH = 500


def preview_areas(source: Source, datum: Datum, *, progress: Progress | None = None) -> AreaPreview:
    """Return what `import_areas` would do with the same file, without doing it.

    Raises:
        TooLarge: more than 64 MB; field "file".
        BadInput: the file as a whole is no collection of areas; field "file".
    """
    return _weighed(source, datum, progress)[0]


def _weighed(
    source: Source, datum: Datum, progress: Progress | None
) -> tuple[AreaPreview, tuple[AreaShape, ...]]:
    number = edition()  # read first: what changes from here on is noticed
    reading = read_areas(source, datum, progress=progress)
    known, city = known_areas(), current_city()
    doubts = doubts_of(reading.shapes, known, datum=datum, middle=Point(city.lon, city.lat))
    preview = AreaPreview(
        changes_of(reading.shapes, known), (*reading.problems, *problems_of(reading.shapes, known)), doubts, number,
        notes_of(reading.shapes, known), reading.sha256, reading.size,
    )  # fmt: skip
    return preview, reading.shapes


def import_areas(
    source: Source,
    datum: Datum,
    *,
    by: Actor,
    confirmed: bool = False,
    seen: int | None = None,
    file: str = "",
    progress: Progress | None = None,
) -> AreaPreview:
    """Replace the areas a GeoJSON file speaks of, all or none, and return what changed.

    New codes are added, known ones changed, and active areas of the same level under the same parent that the
    file leaves out become inactive: reports and cases keep pointing at them. Every import is a version, to which
    `go_back` leads.

    The file is weighed before the transaction begins: that may take seconds, and nobody else has to wait for it.

    Args:
        source: the file, open at its beginning and able to seek, or its content.
        datum: what its coordinates are measured against.
        by: who imports.
        confirmed: the person read the doubts and still wants it.
        seen: number of the edition the person's preview was made against.
        file: what the file is called, for the list of versions.
        progress: told again and again how many bytes of the file have been read.

    Raises:
        NotAllowed: not for `by` to do.
        TooLarge: more than 64 MB; field "file".
        BadInput: the first problem, or the first doubt when not `confirmed`; nothing is written.
        Conflict: the areas changed since `seen`, or while the file was weighed.
    """
    require(by, Permission.ADMIN_SYSTEM)
    preview, shapes = _weighed(source, datum, progress)
    if seen is not None:
        _refuse_outdated(seen, preview.edition)
    for obstacle in (*preview.problems, *(() if confirmed else preview.doubts)):
        raise obstacle
    moving = {row.code for row in preview.changes if row.change in {Change.NEW, Change.CHANGED}}
    labels = {shape.code: shape.inside for shape in shapes if shape.code in moving}
    _take_over(shapes, preview, labels, datum=datum, file=file, by=by)
    return preview


def _refuse_outdated(seen: int, number: int) -> None:
    if seen != number:
        raise Conflict("The areas were changed in the meantime. Please look at a fresh preview.")


@command
def _take_over(
    shapes: Sequence[AreaShape],
    preview: AreaPreview,
    labels: Mapping[str, Point],
    *,
    datum: Datum,
    file: str,
    by: Actor,
) -> None:
    current = locked_edition()
    _refuse_outdated(preview.edition, current.number)
    version = AreaVersion(
        number=_next_version(), kind=VersionKind.IMPORT, at=ports.clock.now(), by_id=by.id, file=kept_name(file),
        sha256=preview.sha256, size=preview.size, datum=str(datum), added=preview.count(Change.NEW),
        changed=preview.count(Change.CHANGED), withdrawn=preview.count(Change.REMOVED),
        unchanged=preview.count(Change.UNCHANGED),
    )  # fmt: skip
    db.session.add(version)
    _write(shapes, labels, version.number)
    _withdraw([row.code for row in preview.changes if row.change is Change.REMOVED], version.number)
    counts = {change.value: preview.count(change) for change in Change}
    facts = {"version": version.number, "datum": datum, "sha256": version.sha256, **counts}
    record(current, "import", by=by, at=version.at, facts=facts)


def _write(shapes: Sequence[AreaShape], labels: Mapping[str, Point], version: int) -> None:
    """Write the areas that have a place for their name, coarse levels first: the next one needs their ids."""
    ids = {row.code: row.id for row in db.session.execute(select(Area.code, Area.id))}
    for level in Level:
        moving = [shape for shape in shapes if shape.level is level and shape.code in labels]
        for some in _in_batches(moving):
            rows = _rows(Area.code.in_([shape.code for shape in some if shape.code in ids]))
            former = {row.code: row for row in rows}
            written = []
            for shape in some:
                area = former.get(shape.code)
                if area is None:
                    area = Area(code=shape.code, since=version)
                else:
                    db.session.add(_former(area, version))
                _change(area, _columns(shape, labels[shape.code], ids.get(shape.parent)))
                db.session.add(area)
                written.append(area)
            db.session.flush()
            ids |= {area.code: area.id for area in written}


def _withdraw(codes: Sequence[str], version: int) -> None:
    for some in _in_batches(codes):
        for area in _rows(Area.code.in_(some)):
            db.session.add(_former(area, version))
            area.active = False
        db.session.flush()


def _in_batches(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield so many at a time that their outlines are no burden: a flushed row nobody holds is forgotten."""
    for first in range(0, len(things), _BATCH):
        yield things[first : first + _BATCH]


def _rows(wanted: ColumnElement[bool]) -> Sequence[Area]:
    return db.session.scalars(select(Area).where(wanted).options(undefer(Area.geometry))).all()


def _former(area: Area, until: int) -> FormerArea:
    return FormerArea(area_id=area.id, until=until, **{name: getattr(area, name) for name in STATE})


def _change(area: Area, columns: Columns) -> None:
    for name, value in columns.items():
        setattr(area, name, value)


def _columns(shape: AreaShape, inside: Point, parent_id: int | None) -> Columns:
    box = shape.box
    return {
        "level": shape.level, "parent_id": parent_id, "name_zh": shape.name_zh, "name_en": shape.name_en,
        "geometry": geometry_of(shape.outline), "approximate": shape.approximate, "active": True,
        "west": box.west, "south": box.south, "east": box.east, "north": box.north,
        "lon": inside.lon, "lat": inside.lat,
    }  # fmt: skip


def _next_version() -> int:
    return (db.session.scalar(select(func.max(AreaVersion.number))) or 0) + 1


@command
def go_back(number: int, *, by: Actor, seen: int | None = None) -> AreaVersion:
    """Let the areas be again what they were in the version `number`; that is a new version, returned.

    Areas that came later are withdrawn; their ids and names stay for what was filed in them.

    Args:
        number: of the version.
        by: who goes back.
        seen: number of the edition the person looked at.

    Raises:
        NotAllowed: not for `by` to do.
        NotFound: the city has no such version.
        WrongStep: it is the one in force.
        Conflict: the areas changed since `seen`.
    """
    require(by, Permission.ADMIN_SYSTEM)
    current, wanted = locked_edition(), get_version(number)
    if seen is not None:
        _refuse_outdated(seen, current.number)
    if wanted.number == latest_version():
        raise WrongStep("This version is in force already.")
    version = AreaVersion(
        number=_next_version(), kind=VersionKind.BACK, at=ports.clock.now(), by_id=by.id, back_to=number
    )
    counts: Counter[Change] = Counter()
    for some in _in_batches(changed_since(number)):
        for turn in turns_back(number, some):
            counts[turn.change] += 1
            if turn.change is not Change.UNCHANGED:
                db.session.add(_former(turn.area, version.number))
                _change(turn.area, turn.state)
        db.session.flush()
    version.added, version.changed = counts[Change.NEW], counts[Change.CHANGED]
    version.withdrawn, version.unchanged = counts[Change.REMOVED], counts[Change.UNCHANGED]
    db.session.add(version)
    facts = {
        "version": version.number,
        "back_to": number,
        **{change.value: counts[change] for change in Change},
    }
    record(current, "back", by=by, at=version.at, facts=facts)
    return version


@command
def import_lines(text: str | bytes, datum: Datum, *, by: Actor) -> int:
    """Replace the lines of the city's map by those of a GeoJSON file; return how many there are now.

    Raises:
        NotAllowed: not for `by` to do.
        TooLarge: more than 64 MB; field "file".
        BadInput: what of the file cannot be used; field "file"; nothing is written.
    """
    require(by, Permission.ADMIN_SYSTEM)
    current, shapes = locked_edition(), read_lines(text, datum)
    db.session.execute(delete(MapLine))
    db.session.add_all(
        MapLine(kind=shape.kind, name_zh=shape.name_zh, name_en=shape.name_en, geometry=shape.geometry)
        for shape in shapes
    )
    db.session.flush()
    facts = {"datum": datum, "lines": len(shapes)}
    record(current, "import_lines", by=by, at=ports.clock.now(), facts=facts)
    return len(shapes)


def locked_edition() -> AreaEdition:
    """Return the city's edition, held until the command ends: of two imports the second waits."""
    insert_if_absent(
        AreaEdition, city_id=current_city_id(), number=0, stamp="", trail_length=0, trail_head=""
    )
    return db.session.scalars(select(AreaEdition).with_for_update()).one()
