"""Every way the named places of a city change: an import takes the place of what was there, and can be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update

from reporter.kernel.audit import record
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.errors import BadInput, WrongStep
from reporter.kernel.policy import Actor, Permission, require
from reporter.places.commands import locked_edition
from reporter.places.crossings import crossings_of
from reporter.places.features import MOST_PROBLEMS, Progress, Source, kept_name
from reporter.places.finding import get_gazetteer
from reporter.places.geometry import Box, Datum
from reporter.places.models import Gazetteer, NamedPlace, PlacePiece
from reporter.places.names import NameShape, PlaceKind, geometry_of, read_names
from reporter.places.pieces import pieces_of
from reporter.places.queries import city_bounds
from reporter.ports import ports

KEPT = 3  # lists of names, the one in force among them
_TOGETHER = 1000  # places that are written at once: others write between two times
_UNDER_WAY = timedelta(days=1)


@dataclass(frozen=True)
class NamesWeighed:
    """What `import_names` would do with a file, and the work that is done for it already.

    Attributes:
        shapes: the places, crossings of the roads among them.
        problems: what is wrong with the file, at most 20; with any, nothing is imported.
        numbers: how many places there are of each kind.
    """

    shapes: Sequence[NameShape]
    problems: Sequence[BadInput]
    numbers: Mapping[PlaceKind, int]
    sha256: str
    size: int


def weigh_names(source: Source, datum: Datum, *, progress: Progress | None = None) -> NamesWeighed:
    """Return what importing the file would do, without doing it.

    Raises:
        TooLarge: more than 64 MB; field "file".
        BadInput: the file as a whole is no collection of places; field "file".
    """
    read = read_names(source, datum, progress=progress)
    problems = [*read.problems, *_outside(read.shapes)][:MOST_PROBLEMS]
    shapes = read.shapes if problems else (*read.shapes, *crossings_of(read.shapes))
    numbers = {kind: sum(shape.kind is kind for shape in shapes) for kind in PlaceKind}
    return NamesWeighed(
        shapes, problems, {kind: many for kind, many in numbers.items() if many}, read.sha256, read.size
    )


def _outside(shapes: Sequence[NameShape]) -> list[BadInput]:
    within = city_bounds()
    if within is None:
        return [BadInput("This city has no areas yet; an administrator must import them.", field="file")]
    return [
        BadInput(
            "Entry “%(name)s” (%(lon)s, %(lat)s) lies outside the city: take it out, or look at its datum.",
            field="file", name=shape.name_zh, lon=shape.point[0], lat=shape.point[1],
        )
        for shape in shapes
        if not within.contains(*shape.point)
    ]  # fmt: skip


def import_names(
    source: Source, datum: Datum, *, by: Actor, file: str = "", progress: Progress | None = None
) -> Gazetteer:
    """Put the named places of a GeoJSON file in the place of those the city has, all or none; the old list is kept.

    Crossings are made of the roads that meet. What is new is written a thousand places at a time, so that nobody waits
    for long, and searched from the last one on.

    Args:
        source: the file, open at its beginning and able to seek, or its content.
        datum: what its coordinates are measured against.
        by: who imports.
        file: what the file is called, for the list of versions.
        progress: told again and again how many bytes of the file have been read.

    Raises:
        NotAllowed: not for `by` to do.
        TooLarge: more than 64 MB; field "file".
        BadInput: the first problem of the file; nothing is written.
    """
    require(by, Permission.ADMIN_SYSTEM)
    weighed = weigh_names(source, datum, progress=progress)
    for problem in weighed.problems:
        raise problem
    pieces = [pieces_of(shape) for shape in weighed.shapes]
    new_id = _begin(datum=datum, file=file, by=by, weighed=weighed)
    for first in range(0, len(pieces), _TOGETHER):
        _write(new_id, weighed.shapes[first : first + _TOGETHER], pieces[first : first + _TOGETHER])
    return _finish(new_id, len(pieces), by=by)


@command
def _begin(*, datum: Datum, file: str, by: Actor, weighed: NamesWeighed) -> int:
    number = (db.session.scalar(select(func.max(Gazetteer.number))) or 0) + 1
    new = Gazetteer(
        number=number, at=ports.clock.now(), by_id=by.id, file=kept_name(file), sha256=weighed.sha256,
        size=weighed.size, datum=str(datum),
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    return new.id


@command
def _write(gazetteer_id: int, shapes: Sequence[NameShape], pieces: Sequence[Mapping[str, int]]) -> None:
    own = {"gazetteer_id": gazetteer_id, "city_id": current_city_id()}
    places: Any = NamedPlace.__table__
    parts: Any = PlacePiece.__table__
    written = insert(places).returning(places.c.id, sort_by_parameter_order=True)
    ids = db.session.scalars(written, [_columns(shape) | own for shape in shapes]).all()
    rows = [
        {"place_id": place_id, "piece": piece, "weight": weight} | own
        for place_id, found in zip(ids, pieces, strict=True)
        for piece, weight in found.items()
    ]
    db.session.connection().execute(insert(parts), rows)


@command
def _finish(gazetteer_id: int, names: int, *, by: Actor) -> Gazetteer:
    current, new = locked_edition(), db.session.get_one(Gazetteer, gazetteer_id)
    new.names = names
    _put_in_force(new)
    _forget_old(new.number)
    facts = {"number": new.number, "datum": new.datum, "sha256": new.sha256, "names": names}
    record(current, "import_names", by=by, at=new.at, facts=facts)
    return new


def _columns(shape: NameShape) -> dict[str, Any]:
    west, south, east, north = shape.where.bounds
    box = Box(west, south, east, north)
    lon, lat = shape.point
    return {
        "kind": shape.kind, "name_zh": shape.name_zh, "name_en": shape.name_en, "cross_zh": shape.cross_zh,
        "cross_en": shape.cross_en, "geometry": geometry_of(shape.where), "west": box.west, "south": box.south,
        "east": box.east, "north": box.north, "lon": lon, "lat": lat, "accuracy": shape.accuracy,
    }  # fmt: skip


def _put_in_force(one: Gazetteer) -> None:
    db.session.execute(update(Gazetteer).where(Gazetteer.id != one.id).values(in_force=False))
    one.in_force = True
    db.session.flush()


def _forget_old(number: int) -> None:
    """Delete all lists but the last ones, and what an import left half done more than a day ago."""
    abandoned = and_(Gazetteer.names == 0, Gazetteer.at < ports.clock.now() - _UNDER_WAY)
    old = select(Gazetteer.id).where(or_(Gazetteer.number <= number - KEPT, abandoned))
    ids = db.session.scalars(old).all()
    for table in (PlacePiece, NamedPlace):
        db.session.execute(delete(table).where(table.gazetteer_id.in_(ids)))
    db.session.execute(delete(Gazetteer).where(Gazetteer.id.in_(ids)))


@command
def take_names_up_again(number: int, *, by: Actor) -> Gazetteer:
    """Let the list of names with this number be searched again; the others stay kept.

    Raises:
        NotAllowed: not for `by` to do.
        NotFound: the city keeps no such list.
        WrongStep: it is the one in force.
    """
    require(by, Permission.ADMIN_SYSTEM)
    current, wanted = locked_edition(), get_gazetteer(number)
    if wanted.in_force:
        raise WrongStep("This list of names is in force already.")
    _put_in_force(wanted)
    record(current, "names_back", by=by, at=ports.clock.now(), facts={"number": number})
    return wanted
