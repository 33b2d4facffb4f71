"""What time alone sets off: the rungs of the ladder, the end of a pause, the archive."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from reporter.cases.commands import advance, keep_ring, keep_route
from reporter.cases.lifecycle import ARCHIVE_AFTER, PAUSED, Action, State
from reporter.cases.models import Case
from reporter.cases.queries import get_case, ringing_ids
from reporter.kernel.db import command, db, passed_over_when_busy
from reporter.kernel.policy import SYSTEM
from reporter.ports import ports
from reporter.routing.commands import claim_limits, dispatch
from reporter.routing.deadlines import Limit
from reporter.routing.ladder import Rung, climb
from reporter.routing.queries import calendar, fallback_unit_id, get_unit

BATCH, BATCHES = 200, 25  # what one tick does at most; the next one goes on
PUT_OFF = timedelta(hours=1)

log = logging.getLogger(__name__)


def tick() -> int:
    """Do what time alone sets off in the current city; return how many cases it was due for.

    Found by index, the longest due first. Each case is a transaction of its own, looked at again under its lock: two
    workers at once do nothing twice, and one that fails is put off for the others' sake.
    """
    now, done = ports.clock.now(), 0
    for _ in range(BATCHES):
        found = ringing_ids(now, limit=BATCH)
        done += sum(_rung(case_id) for case_id in found)
        if len(found) < BATCH:
            break
    return done


def _rung(case_id: int) -> bool:
    try:
        return _ring(case_id)
    except Exception:
        log.exception("what was due for case %s could not be done; tried again later", case_id)
        return _put_off(case_id)


@command
def _put_off(case_id: int) -> bool:
    case = get_case(case_id)
    keep_ring(case, rung=case.rung, ring_at=ports.clock.now() + PUT_OFF)
    return False


@passed_over_when_busy
@command
def _ring(case_id: int) -> bool:
    case, now = get_case(case_id), ports.clock.now()
    db.session.refresh(case, with_for_update=True)
    if case.ring_at is None or case.ring_at > now:
        return False
    if case.state in PAUSED:
        advance(case, Action.RESUME, by=SYSTEM)
    elif not case.is_open:
        _after_the_end(case)
    else:
        _climb(case)
    return True


def _after_the_end(case: Case) -> None:
    """Remind of a reporter who was not asked yet, once; archive what has rested."""
    rests_until = (case.closed_at or case.registered_at) + ARCHIVE_AFTER
    if rests_until <= ports.clock.now():
        advance(case, Action.ARCHIVE, by=SYSTEM)
        return
    if case.follow_up_due_at is not None:
        advance(case, Action.REMIND, by=SYSTEM)
    keep_ring(case, rung=Rung.REMINDER, ring_at=rests_until)


def _climb(case: Case) -> None:
    limit, due = Limit.parse(case.limits[case.stage]), case.due_at
    if due is None:
        raise RuntimeError(f"case {case.id} is open but no clock runs")
    step = climb(case.stage, Rung(case.rung), due, limit, now=ports.clock.now(), calendar=calendar())
    keep_ring(case, rung=max(case.rung, step.rung or Rung.START), ring_at=step.next_at)
    if step.rung is not None:
        _ACTS[step.rung](case)


def _remind(case: Case) -> None:
    advance(case, Action.REMIND, by=SYSTEM, stage=case.stage)


def _tell_head(case: Case) -> None:
    advance(case, Action.ESCALATE, by=SYSTEM, stage=case.stage)


def _supervise(case: Case) -> None:
    advance(case, Action.SUPERVISE_LATE, by=SYSTEM, stage=case.stage)


def _fall_back(case: Case) -> None:
    """Let the city's fallback unit see to it.

    What no unit took goes to it; what a unit is at stays there, and the fallback unit joins in. A case that nobody gave
    to a unit goes to the one the rules name.
    """
    fallback = fallback_unit_id()
    if case.state is State.REGISTERED:
        dispatch(case, by=SYSTEM)
    elif case.lead_unit_id == fallback or (case.state is State.DISPATCHED and case.open_request):
        _tell_head(case)  # nobody is left to fall back to, or the centre owes an answer first
    elif case.state is State.DISPATCHED:
        reason = case.route_reason | {"fell_back": True, "before": case.lead_unit_id}
        others = [unit for unit in case.co_unit_ids if unit != fallback]
        limits = claim_limits(case, get_unit(fallback))
        keep_route(case, lead_unit_id=fallback, co_unit_ids=others, reason=reason, limits=limits)
        advance(case, Action.FALL_BACK, by=SYSTEM, unit_id=fallback, stage="claim")
    else:
        together = [*(unit for unit in case.co_unit_ids if unit != fallback), fallback]
        keep_route(
            case,
            lead_unit_id=case.lead_unit_id or fallback,
            co_unit_ids=together,
            reason=case.route_reason,
            limits={},
        )
        advance(case, Action.FALL_BACK, by=SYSTEM, unit_id=fallback, stage="handle")


_ACTS: Mapping[Rung, Callable[[Case], None]] = {
    Rung.REMINDER: _remind,
    Rung.HEAD: _tell_head,
    Rung.SUPERVISION: _supervise,
    Rung.FALLBACK: _fall_back,
}
