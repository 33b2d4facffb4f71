"""Every way a unit's roster changes. A gap is never refused: it is shown, and somebody stands in (see `duty`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from reporter.accounts.queries import members_of
from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports
from reporter.routing.duty import get_shift
from reporter.routing.models import Shift, ShiftSwap, Unit
from reporter.routing.roster import MINUTES_A_DAY, Days, clock_of
from reporter.routing.staffing import can_handle

WEEK = frozenset(range(7))


@dataclass(frozen=True)
class Line:
    """What a line of a roster says. Minutes after midnight; no weekdays: all of them."""

    name: str
    starts: int
    ends: int
    days: Days = Days.EVERY
    weekdays: Sequence[int] = ()
    user_ids: Sequence[int] = ()


@command
def save_shift(unit: Unit, line: Line, *, by: Actor, shift_id: int | None = None) -> Shift:
    """Write a line of the unit's roster, a new one or over an old one.

    Raises:
        NotAllowed: `by` is neither a system administrator nor the unit's head.
        NotFound: there is no such line.
        BadInput: no name, no such time or weekday, or somebody who does not work in this unit.
    """
    require(by, Permission.UNIT_ROSTER, unit)
    shift = Shift(unit_id=unit.id) if shift_id is None else get_shift(unit.id, shift_id)
    if not line.name.strip():
        raise BadInput("Please give a name.", field="name")
    if not (0 <= line.starts < MINUTES_A_DAY and 0 <= line.ends < MINUTES_A_DAY):
        raise BadInput("Write a time of the day, such as 08:00.", field="starts")
    if not set(line.weekdays) <= WEEK:
        raise BadInput("There is no such day of the week.", field="weekdays")
    _refuse_strangers(unit, line.user_ids)
    shift.name, shift.starts, shift.ends = line.name.strip(), line.starts, line.ends
    shift.days, shift.weekdays, shift.user_ids = (
        line.days,
        sorted(set(line.weekdays)),
        list(dict.fromkeys(line.user_ids)),
    )
    db.session.add(shift)
    db.session.flush()
    _tell(unit, shift, "roster", by=by, user_ids=shift.user_ids)
    return shift


@command
def drop_shift(unit: Unit, shift_id: int, *, by: Actor) -> None:
    """Take a line out of the unit's roster, with its swaps. Raises `NotAllowed`, `NotFound` as `save_shift`."""
    require(by, Permission.UNIT_ROSTER, unit)
    shift = get_shift(unit.id, shift_id)
    _tell(unit, shift, "roster_drop", by=by)
    db.session.execute(delete(ShiftSwap).where(ShiftSwap.shift_id == shift.id))
    db.session.delete(shift)


@command
def swap(
    unit: Unit, shift_id: int, day: date, user_ids: Sequence[int] | None, *, by: Actor, note: str = ""
) -> ShiftSwap | None:
    """Say who is on in the shift that begins on `day`, instead of those whom the roster names.

    Args:
        user_ids: nobody: the shift falls out; None: the roster holds again.

    Raises:
        NotAllowed, NotFound, BadInput: as `save_shift`.
    """
    require(by, Permission.UNIT_ROSTER, unit)
    shift = get_shift(unit.id, shift_id)
    kept = db.session.scalar(select(ShiftSwap).where(ShiftSwap.shift_id == shift.id, ShiftSwap.day == day))
    if user_ids is None:
        if kept is not None:
            db.session.delete(kept)
            _tell(unit, shift, "swap_drop", by=by, day=day.isoformat())
        return None
    _refuse_strangers(unit, user_ids)
    kept = kept or ShiftSwap(shift_id=shift.id, day=day)
    kept.user_ids, kept.note = list(dict.fromkeys(user_ids)), note.strip()
    db.session.add(kept)
    db.session.flush()
    _tell(unit, shift, "swap", by=by, day=day.isoformat(), user_ids=kept.user_ids)
    return kept


def _refuse_strangers(unit: Unit, user_ids: Sequence[int]) -> None:
    there = {user.id for user in members_of([unit.id])[unit.id] if can_handle(user)}
    if not set(user_ids) <= there:
        raise BadInput(
            "Somebody chosen here no longer works in this unit. Please choose again.", field="user_ids"
        )


def _tell(unit: Unit, shift: Shift, action: str, *, by: Actor, **facts: object) -> None:
    hours = f"{clock_of(shift.starts)}–{clock_of(shift.ends)}"
    told = {"shift": f"{shift.name} {hours}", **facts}
    record(unit, action, by=by, at=ports.clock.now(), facts=told)
