"""Every read of rosters: who is on duty in a unit, who stands in when nobody is, and when that will be."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from reporter.accounts.models import User
from reporter.accounts.queries import members_of
from reporter.kernel.db import db
from reporter.kernel.errors import NotFound
from reporter.ports import ports
from reporter.routing.deadlines import Calendar
from reporter.routing.models import Shift, ShiftSwap, Unit
from reporter.routing.queries import calendar, units_by_id
from reporter.routing.roster import DAY, Span, Swaps, Turn, covers_nights, missing, next_on, on_at, turns
from reporter.routing.staffing import can_handle

AHEAD = timedelta(days=7)  # for which gaps are looked for


class Why(StrEnum):
    """On what grounds somebody is told of what comes to a unit."""

    ROSTER = "roster"
    EVERYBODY = "everybody"  # the unit keeps no roster
    HEAD = "head"  # nobody is on duty
    FALLBACK = "fallback"  # nobody is on duty, and the unit has no head
    NOBODY = "nobody"


@dataclass(frozen=True)
class Duty:
    """Who is to be told of what comes to a unit, by id, and on what grounds."""

    user_ids: Sequence[int]
    why: Why


@dataclass(frozen=True)
class Roster:
    """The roster of one unit over some time.

    Attributes:
        shifts: its lines; none when the unit keeps no roster.
        turns: what they make of the time asked for, by the day on which each begins.
        free: when somebody should be on and nobody is.
        members: the unit's people.
    """

    unit: Unit
    shifts: Sequence[Shift] = ()
    turns: Sequence[Turn] = ()
    free: Sequence[Span] = ()
    members: Sequence[User] = field(default_factory=list)


def on_duty(unit_id: int, at: datetime | None = None) -> Sequence[int]:
    """Return the ids of those who are to be told of what comes to a unit; None is now. See `duties`."""
    return on_duty_of([unit_id], at)[unit_id]


def on_duty_of(unit_ids: Collection[int], at: datetime | None = None) -> dict[int, Sequence[int]]:
    """Return the same for several units, in as many queries as for one."""
    return {unit_id: duty.user_ids for unit_id, duty in duties(unit_ids, at).items()}


def duties(unit_ids: Collection[int], at: datetime | None = None) -> dict[int, Duty]:
    """Return who is to be told of what comes to each unit at an instant.

    Those on duty; all its people when it keeps no roster; in a gap its head; without a head the people of the
    fallback unit.
    """
    instant = at or ports.clock.now()
    known = units_by_id()
    fallback = next((unit.id for unit in known.values() if unit.fallback and unit.active), 0)
    people = members_of({*unit_ids, fallback} - {0})
    spare = [user.id for user in people.get(fallback, ()) if can_handle(user)]
    found = rosters([known[one] for one in unit_ids if one in known], Span(instant, instant + DAY), people)
    return {
        unit_id: _duty(found[unit_id], instant, spare) if unit_id in found else Duty((), Why.NOBODY)
        for unit_id in unit_ids
    }


def _duty(roster: Roster, at: datetime, spare: Sequence[int]) -> Duty:
    able = [user for user in roster.members if can_handle(user)]
    if not roster.shifts and able:
        return Duty([user.id for user in able], Why.EVERYBODY)
    if on := on_at(roster.turns, at):
        return Duty(on, Why.ROSTER)
    heads = [user.id for user in able if user.id == roster.unit.head_id or "unit_head" in user.roles]
    if heads:
        return Duty(heads, Why.HEAD)
    return Duty(spare, Why.FALLBACK) if spare else Duty((), Why.NOBODY)


def rosters(
    units: Collection[Unit], span: Span, people: Mapping[int, Sequence[User]] | None = None
) -> dict[int, Roster]:
    """Return the rosters of `units` over `span`, in as many queries for twenty units as for one.

    Args:
        people: the units' members, when they are known already.
    """
    ids = [unit.id for unit in units]
    members = members_of(ids) if people is None else people
    kept, lines = calendar(), _shifts(ids)
    swaps = _swaps([shift.id for own in lines.values() for shift in own], span, kept)
    return {
        unit.id: _roster(unit, lines[unit.id], swaps, kept, span, members.get(unit.id, ())) for unit in units
    }


def _roster(
    unit: Unit, shifts: Sequence[Shift], swaps: Swaps, kept: Calendar, span: Span, members: Sequence[User]
) -> Roster:
    there = {user.id for user in members if can_handle(user)}
    found = turns(shifts, swaps, kept, span, there=there)
    free = missing(found, kept, span, nights=unit.night_shift) if shifts else []
    return Roster(unit, shifts, found, free, members)


def _shifts(unit_ids: Sequence[int]) -> defaultdict[int, list[Shift]]:
    found: defaultdict[int, list[Shift]] = defaultdict(list)
    if unit_ids:
        own = select(Shift).where(Shift.unit_id.in_(unit_ids)).order_by(Shift.starts, Shift.id)
        for shift in db.session.scalars(own):
            found[shift.unit_id].append(shift)
    return found


def _swaps(shift_ids: Sequence[int], span: Span, kept: Calendar) -> dict[tuple[int, date], Sequence[int]]:
    if not shift_ids:
        return {}
    first, last = (at.astimezone(kept.zone).date() for at in (span.begins - DAY, span.ends))
    within = ShiftSwap.day.between(first, last)
    found = db.session.scalars(select(ShiftSwap).where(ShiftSwap.shift_id.in_(shift_ids), within))
    return {(swap.shift_id, swap.day): swap.user_ids for swap in found}


def roster_of(unit: Unit, span: Span) -> Roster:
    """Return the roster of one unit over `span`."""
    return rosters([unit], span)[unit.id]


def gaps_ahead(units: Collection[Unit]) -> dict[int, Sequence[Span]]:
    """Return when in the coming week nobody is on duty who should be, for each unit that keeps a roster."""
    now = ports.clock.now()
    found = rosters(units, Span(now, now + AHEAD))
    return {unit_id: roster.free for unit_id, roster in found.items() if roster.free}


def next_duty(unit: Unit) -> Turn | None:
    """Return the turn of a unit that begins next, within a week, else None."""
    now = ports.clock.now()
    return next_on(roster_of(unit, Span(now, now + AHEAD)).turns, now)


def works_nights(unit_id: int) -> bool:
    """Tell whether a unit has a night shift: as its roster of the coming week says, without one as its form says.

    Raises:
        NotFound: there is no such unit.
    """
    unit, now = units_by_id().get(unit_id), ports.clock.now()
    if unit is None:
        raise NotFound("There is no such unit.")
    ahead = Span(now, now + AHEAD)
    roster = roster_of(unit, Span(now - DAY, now + AHEAD + 2 * DAY))
    return covers_nights(roster.turns, calendar(), ahead) if roster.shifts else unit.night_shift


def get_shift(unit_id: int, shift_id: int) -> Shift:
    """Return a line of a unit's roster. Raises `NotFound`."""
    shift = db.session.scalar(select(Shift).where(Shift.id == shift_id, Shift.unit_id == unit_id))
    if shift is None:
        raise NotFound("There is no such shift.")
    return shift
