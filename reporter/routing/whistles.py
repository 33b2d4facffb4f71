"""Units are called together (吹哨), report in (报到) and come to one conclusion; the case keeps one lead unit."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from reporter.cases.commands import advance, keep_route, require_seen
from reporter.cases.lifecycle import Action
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, WrongStep
from reporter.kernel.policy import SYSTEM, Actor
from reporter.ports import ports
from reporter.routing.deadlines import Limit, due_at
from reporter.routing.models import Whistle, WhistleUnit
from reporter.routing.queries import calendar, cases_called_late, open_whistle, units_called, units_of


class Level(StrEnum):
    """Why units are called, and how fast they come (日常哨、攻坚哨、应急哨)."""

    DAILY = "daily"
    HARD = "hard"
    EMERGENCY = "emergency"


class Purpose(StrEnum):
    """To work on a case together, or to settle whose it is (会商)."""

    WORK = "work"
    OWNERSHIP = "ownership"


LIMITS: Mapping[Level, Limit] = {  # to report in
    Level.DAILY: Limit(4, "wh"),
    Level.HARD: Limit(1, "wd"),
    Level.EMERGENCY: Limit(30, "m"),
}


@command
def call_together(
    case: Case, unit_ids: Sequence[int], *, reason: str, by: Actor, level: str = Level.DAILY,
    purpose: Purpose = Purpose.WORK, seen: int | None = None,
) -> Whistle:  # fmt: skip
    """Call other units to a case; they become its co-units. The lead unit stays in charge.

    Raises:
        BadInput: nobody else is called, a unit takes no cases, or no such level; fields "unit_ids" and "level".
        WrongStep: units are called together for it already.
        What `advance` raises.
    """
    require_seen(case, seen)
    called = [unit_id for unit_id in dict.fromkeys(unit_ids) if unit_id != case.lead_unit_id]
    if not called:
        raise BadInput("Please choose at least one unit besides the one in charge.", field="unit_ids")
    if not set(called) <= {unit.id for unit in units_of(called) if unit.active}:
        raise BadInput("This unit no longer takes cases.", field="unit_ids")
    if level not in list(Level):
        raise BadInput("Please choose one.", field="level")
    if open_whistle(case.id) is not None:
        raise WrongStep("Units are called together for this case already; first comes the conclusion.")
    now = ports.clock.now()
    due = due_at(now, LIMITS[Level(level)], calendar())
    co_units = list(dict.fromkeys([*case.co_unit_ids, *called]))
    keep_co_units(case, co_units)
    advance(
        case,
        Action.WHISTLE,
        by=by,
        reason=reason,
        seen=seen,
        level=level,
        purpose=purpose,
        unit_ids=called,
        until=due,
    )
    whistle = Whistle(
        case_id=case.id, level=level, purpose=purpose, called_by=by.id, called_at=now, due_at=due, ring_at=due
    )
    db.session.add(whistle)
    db.session.flush()
    db.session.add_all(WhistleUnit(whistle_id=whistle.id, unit_id=unit_id) for unit_id in called)
    return whistle


@command
def keep_co_units(case: Case, unit_ids: Sequence[int]) -> None:
    """Write down which units work along on a case; who leads and why stays as it is."""
    if case.lead_unit_id is None:
        case.co_unit_ids = list(unit_ids)
        return
    keep_route(
        case, lead_unit_id=case.lead_unit_id, co_unit_ids=unit_ids, reason=case.route_reason, limits={}
    )


@command
def report_in(case: Case, *, by: Actor, note: str = "", seen: int | None = None) -> None:
    """Say that one's unit has come.

    Raises:
        WrongStep: nobody called it, or it has reported in already.
        NotAllowed: the person is of no unit that works along.
        Conflict: the case is no longer what the person saw.
    """
    advance(case, Action.REPORT_IN, by=by, seen=seen, reason=note, unit_id=by.unit_id)
    whistle = open_whistle(case.id)
    own = [one for one in units_called(whistle.id if whistle else 0) if one.unit_id == by.unit_id]
    if not own or own[0].came_at is not None:
        raise WrongStep("Your unit is not called to this case, or has reported in already.")
    own[0].came_at, own[0].person_id, own[0].note = ports.clock.now(), by.id, note.strip()


@command
def conclude(case: Case, words: str, *, by: Actor, without: bool = False, seen: int | None = None) -> None:
    """Write down what the units that came have settled together; the case goes on with its one lead unit.

    Args:
        without: those who have not come are not waited for.

    Raises:
        BadInput: no words; field "reason".
        WrongStep: nobody was called, or some have not come yet.
        What else `advance` raises.
    """
    whistle = open_whistle(case.id)
    if whistle is None:
        raise WrongStep("No units are called together for this case.")
    missing = _missing(whistle, case)
    entry = advance(case, Action.CONCLUDE, by=by, reason=words, seen=seen, missing=missing, without=without)
    whistle.concluded_at, whistle.concluded_by, whistle.conclusion = entry.at, by.id, entry.reason
    whistle.ring_at = None


def _missing(whistle: Whistle, case: Case) -> list[int]:
    """Return the units that have not come; one that leads by now has the case in its hands."""
    called = units_called(whistle.id)
    return [one.unit_id for one in called if one.came_at is None and one.unit_id != case.lead_unit_id]


def tick() -> int:
    """Tell the units that were called and did not come, and the centre, once; return for how many cases."""
    return sum(_late(case_id) for case_id in cases_called_late(ports.clock.now()))


@command
def _late(case_id: int) -> bool:
    whistle = open_whistle(case_id)
    if whistle is None or whistle.ring_at is None or whistle.ring_at > ports.clock.now():
        return False
    whistle.ring_at = None
    case = get_case(case_id)
    missing = _missing(whistle, case)
    if missing and case.is_open:
        advance(case, Action.WHISTLE_LATE, by=SYSTEM, missing=missing)
    return True
