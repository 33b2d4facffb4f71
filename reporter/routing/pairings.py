"""Pairing (包联): which organ looks after which area, and the cases that lie there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reporter.cases.lifecycle import OPEN
from reporter.cases.models import Case
from reporter.cases.queries import by_due
from reporter.cities.queries import current_city
from reporter.kernel.audit import record
from reporter.kernel.csvfile import Line, read_csv
from reporter.kernel.db import add_unless_taken, command, db
from reporter.kernel.errors import BadInput, NotFound
from reporter.kernel.pages import Page
from reporter.kernel.policy import Actor, Permission, require
from reporter.places.models import Area
from reporter.places.queries import areas_around
from reporter.ports import ports
from reporter.routing.models import Pairing
from reporter.routing.queries import units

COLUMNS = ("organ", "area", "contact", "phone")
MOST_LINES, LONGEST = 5000, 100
DEPTH = 4  # levels of areas below a paired one


@dataclass(frozen=True)
class Pair:
    """An organ and the code of the area it looks after, with whom to call."""

    organ: str
    area: str
    contact: str = ""
    phone: str = ""


def pairings(*, limit: int = MOST_LINES) -> Sequence[Pairing]:
    """Return the city's pairings, by area and organ."""
    ordered = select(Pairing).join(Area, Area.id == Pairing.area_id).order_by(Area.code, Pairing.organ)
    return db.session.scalars(ordered.limit(limit)).all()


def pairings_at(area_id: int | None) -> Sequence[Pairing]:
    """Return who looks after an area: that of the area itself and of those it lies in."""
    around = areas_around(area_id)
    if not around:
        return []
    return db.session.scalars(select(Pairing).where(Pairing.area_id.in_(around)).order_by(Pairing.id)).all()


def paired_areas(unit_id: int) -> Sequence[int]:
    """Return the ids of the areas that a unit looks after."""
    own = select(Pairing.area_id).where(Pairing.unit_id == unit_id).order_by(Pairing.area_id)
    return db.session.scalars(own).all()


def cases_of_patch(unit_id: int, *, after: str = "", size: int = 30) -> Page[Case]:
    """Return the open cases in the areas that a unit looks after, the soonest due first."""
    own = paired_areas(unit_id)
    if not own:
        return Page([])
    levels = [select(Area.id).where(Area.id.in_(own))]
    for _ in range(DEPTH):
        levels.append(select(Area.id).where(Area.parent_id.in_(levels[-1])))
    inside = levels[0].union(*levels[1:])
    return by_due(select(Case).where(Case.area_id.in_(inside), Case.state.in_(OPEN)), after=after, size=size)


def read_pairs(content: bytes) -> list[Pair]:
    """Return the lines of a CSV file with the columns organ, area (its code), contact and phone.

    Raises:
        BadInput: not such a file; field "file", the message names the line.
    """
    columns, lines = read_csv(content)
    if not set(COLUMNS[:2]) <= columns:
        raise BadInput("The first line must name the columns: organ, area, contact, phone.", field="file")
    pairs = list(_pairs(lines))
    if not pairs:
        raise BadInput("There is no line in this file.", field="file")
    if len(pairs) > MOST_LINES:
        raise BadInput("There are more than %(most)s lines in this file.", field="file", most=MOST_LINES)
    return pairs


def _pairs(lines: Iterable[Line]) -> Iterator[Pair]:
    for number, cells in lines:
        organ, area, contact, phone = (cells.get(name, "")[:LONGEST] for name in COLUMNS)
        if not organ:
            raise BadInput("Line %(line)s: the organ is missing.", field="file", line=number)
        yield Pair(organ, area, contact, phone)


@command
def import_pairs(pairs: Sequence[Pair], *, by: Actor) -> int:
    """Write the lines of a file, over what was known of the same organ and area; return how many are new or changed.

    Raises:
        NotAllowed: `by` is no system administrator.
        BadInput: an area is unknown, or two lines give the same; field "file". Then none is written.
    """
    require(by, Permission.ADMIN_SYSTEM)
    known, seen, changed = _known(), set[tuple[str, str]](), 0
    codes, names = _area_ids({pair.area for pair in pairs}), _unit_ids()
    for line, pair in enumerate(pairs, 2):
        if pair.area not in codes:
            raise BadInput(
                "Line %(line)s: no area has the code “%(code)s”.",
                field="file",
                line=line,
                code=pair.area[:20],
            )
        if (pair.organ, pair.area) in seen:
            raise BadInput(
                "Each line gives an organ and an area. Two lines give the same, %(organ)s in %(area)s.",
                field="file", organ=pair.organ, area=pair.area,
            )  # fmt: skip
        seen.add((pair.organ, pair.area))
        changed += _write(known.get((codes[pair.area], pair.organ)), pair, codes[pair.area], names)
    _tell("pairings", by, lines=changed)
    return changed


@command
def save_pair(pair: Pair, *, by: Actor) -> None:
    """Write one pairing, over what was known of the same organ and area.

    Raises:
        NotAllowed: `by` is no system administrator.
        BadInput: no organ, field "organ"; no such area, field "area".
    """
    require(by, Permission.ADMIN_SYSTEM)
    if not pair.organ:
        raise BadInput("Please give the organ.", field="organ")
    codes = _area_ids({pair.area})
    if pair.area not in codes:
        raise BadInput("No area has the code “%(code)s”.", field="area", code=pair.area[:20])
    area_id = codes[pair.area]
    _write(_known().get((area_id, pair.organ)), pair, area_id, _unit_ids())
    _tell("pairings", by, organ=pair.organ, area=pair.area)


@command
def drop_pairing(pairing_id: int, *, by: Actor) -> None:
    """Take a pairing out. Raises `NotAllowed` unless `by` is a system administrator, `NotFound`."""
    require(by, Permission.ADMIN_SYSTEM)
    row = db.session.scalar(select(Pairing).where(Pairing.id == pairing_id))
    if row is None:
        raise NotFound("There is no such pairing.")
    _tell("pairing_drop", by, organ=row.organ, area_id=row.area_id)
    db.session.delete(row)


def _known() -> dict[tuple[int, str], Pairing]:
    return {(row.area_id, row.organ): row for row in db.session.scalars(select(Pairing))}


def _area_ids(codes: set[str]) -> dict[str, int]:
    found = select(Area.code, Area.id).where(Area.code.in_(codes), Area.active)
    return dict(db.session.execute(found).all())


def _unit_ids() -> dict[str, int]:
    """Return the units by every name that a file may call them."""
    return {name: unit.id for unit in units() for name in (unit.code, unit.name_en, unit.name_zh)}


def _write(row: Pairing | None, pair: Pair, area_id: int, names: Mapping[str, int]) -> bool:
    facts = {"contact": pair.contact, "phone": pair.phone, "unit_id": names.get(pair.organ)}
    if row is None:
        added = Pairing(area_id=area_id, organ=pair.organ, **facts)
        add_unless_taken(
            added, lambda _line: BadInput("This organ is paired with this area already.", field="organ")
        )
        return True
    before = {name: getattr(row, name) for name in facts}
    for name, value in facts.items():
        setattr(row, name, value)
    return before != facts


def _tell(action: str, by: Actor, **facts: object) -> None:
    record(current_city(), action, by=by, at=ports.clock.now(), facts=facts)
