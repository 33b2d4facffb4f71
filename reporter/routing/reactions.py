"""Keep the clocks: a work order is one visit of a case to one unit, and follows the case's effects."""

from collections.abc import Callable
from datetime import datetime, timedelta

from reporter.cases.commands import keep_due, keep_follow_up, keep_limits
from reporter.cases.events import CaseMoved
from reporter.cases.lifecycle import ARCHIVE_AFTER, Action, Effect, State
from reporter.cases.models import Case, Source
from reporter.cases.queries import get_case, requests_of
from reporter.kernel.db import db
from reporter.places.queries import areas_around
from reporter.ports import ports
from reporter.routing.deadlines import Limit, add, counted, due_at
from reporter.routing.factors import WHOLE, percent_of, weigh
from reporter.routing.ladder import reminder_at
from reporter.routing.models import WorkOrder
from reporter.routing.queries import calendar, last_order, limit_factors, open_order

ANSWER_LIMIT = Limit(3, "wd")  # how long a clock stands still for an answer of the reporter


def keep_clock(event: CaseMoved) -> None:
    """Start, stop, pause or lengthen the case's clocks as the step's effects say."""
    case, now = get_case(event.case_id), ports.clock.now()
    if event.action in {Action.REGISTER, Action.CORRECT}:
        _weigh_limits(case, now)
    if event.action in {Action.REGISTER, Action.APPROVE_SEND_BACK}:
        _run(case, "dispatch", _limit(case, "dispatch", now), now)
    for effect, act in _ACTS.items():
        if effect in event.effect:
            act(case, now)
    if Effect.END in event.effect:
        _end(case, now)
    if event.action is Action.ARCHIVE:
        keep_due(case, stage="", due_at=None, ring_at=None)


def _weigh_limits(case: Case, now: datetime) -> None:
    """Let the factors of the place and the time make the handling limit of the snapshot longer or shorter."""
    found = weigh(limit_factors(), areas_around(case.area_id), now)
    percent = percent_of(found)
    if percent != WHOLE:
        handle = str(Limit.parse(case.limits["handle"]).scaled(percent))
        keep_limits(case, {"handle": handle, "percent": percent, "factors": [one.name for one in found]})


def _run(case: Case, stage: str, due: datetime, now: datetime) -> None:
    working = Limit.parse(case.limits[stage]).working
    keep_due(case, stage=stage, due_at=due, ring_at=reminder_at(now, due, calendar(), working=working))


def _end(case: Case, now: datetime) -> None:
    """Stop the clocks; whoever reported it is asked within the limit, and a month later the case is archived."""
    if case.state not in {State.CLOSED, State.CLOSED_UNFIXED}:
        keep_due(case, stage="", due_at=None, ring_at=None)
        return
    first = now + ARCHIVE_AFTER
    if case.source == Source.RESIDENT and "follow_up" in case.limits:
        keep_follow_up(case, _limit(case, "follow_up", now))
        first = min(first, case.follow_up_due_at or first)
    keep_due(case, stage="", due_at=None, ring_at=first)


def _limit(case: Case, stage: str, start: datetime) -> datetime:
    return due_at(start, Limit.parse(case.limits[stage]), calendar())


def _close_order(case: Case, now: datetime) -> None:
    if order := open_order(case.id):
        order.closed_at = now


def _open_order(case: Case, now: datetime) -> None:
    if case.lead_unit_id is None:
        return
    order = WorkOrder(
        case_id=case.id, unit_id=case.lead_unit_id, issued_at=now,
        claim_due_at=_limit(case, "claim", now), handle_due_at=_limit(case, "handle", now),
    )  # fmt: skip
    db.session.add(order)
    _run(case, "claim", min(order.claim_due_at, order.handle_due_at), now)


def _claimed(case: Case, now: datetime) -> None:
    order = _running(case)
    order.claimed_at = now
    _run(case, "handle", order.handle_due_at, now)


def _stop(case: Case, now: datetime) -> None:
    _running(case).handled_at = now


def _inspect(case: Case, now: datetime) -> None:
    _run(case, "inspect", _limit(case, "inspect", now), now)


def _pause(case: Case, now: datetime) -> None:
    order, limit = _running(case), Limit.parse(case.limits["handle"])
    left = counted(now, order.handle_due_at, calendar(), working=limit.working)
    order.paused_at, order.handle_left = now, int(left.total_seconds())
    keep_due(case, stage="paused", due_at=None, ring_at=_until(case, now))


def _until(case: Case, now: datetime) -> datetime:
    """Return when a pause is over by itself: at its review date, or when nobody answered in time."""
    if case.state is State.WAITING:
        return due_at(now, ANSWER_LIMIT, calendar())
    dates = [one.review_at for one in requests_of(case.id) if one.decision == "granted" and one.review_at]
    return dates[-1]


def _resume(case: Case, now: datetime) -> None:
    order, limit = _running(case), Limit.parse(case.limits["handle"])
    left = timedelta(seconds=order.handle_left or 0)
    order.handle_due_at = add(now, left, calendar(), working=limit.working)
    order.paused_at, order.handle_left = None, None
    _run(case, "handle", order.handle_due_at, now)


def _extend(case: Case, now: datetime) -> None:
    order, limit = _running(case), Limit.parse(case.limits["handle"])
    granted = [request for request in requests_of(case.id) if request.kind == "extension"][-1]
    more = timedelta(minutes=granted.minutes) if granted.minutes else limit.span
    order.handle_due_at = add(order.handle_due_at, more, calendar(), working=limit.working)
    _run(case, "handle", order.handle_due_at, now)


def _recount(case: Case, now: datetime) -> None:
    """Count by the limits that hold now, from when the unit got the case; at least half of a limit is left."""
    order, limit = _running(case), Limit.parse(case.limits["handle"])
    least = add(now, limit.span / 2, calendar(), working=limit.working)
    order.handle_due_at = max(_limit(case, "handle", order.issued_at), least)
    if order.claimed_at is not None:
        _run(case, "handle", order.handle_due_at, now)
        return
    order.claim_due_at = max(_limit(case, "claim", order.issued_at), now)
    _run(case, "claim", min(order.claim_due_at, order.handle_due_at), now)


def _halve(case: Case, now: datetime) -> None:
    limit = Limit.parse(case.limits["handle"])
    due = add(now, limit.span / 2, calendar(), working=limit.working)
    order = last_order(case.id)
    if order is None or case.lead_unit_id is None:
        return
    if order.closed_at is not None:
        order = WorkOrder(
            case_id=case.id, unit_id=case.lead_unit_id, issued_at=now, claim_due_at=now, claimed_at=now,
            handle_due_at=due,
        )  # fmt: skip
        db.session.add(order)
    order.handle_due_at, order.handled_at = due, None
    _run(case, "handle", due, now)


def _running(case: Case) -> WorkOrder:
    order = open_order(case.id)
    if order is None:
        raise RuntimeError(f"case {case.id} is with a unit but has no work order")
    return order


_ACTS: dict[Effect, Callable[[Case, datetime], None]] = {
    Effect.CLOSE_ORDER: _close_order,
    Effect.OPEN_ORDER: _open_order,
    Effect.CLAIMED: _claimed,
    Effect.STOP_CLOCK: _stop,
    Effect.INSPECT_CLOCK: _inspect,
    Effect.PAUSE_CLOCK: _pause,
    Effect.RESUME_CLOCK: _resume,
    Effect.EXTEND_CLOCK: _extend,
    Effect.HALF_CLOCK: _halve,
    Effect.RECOUNT_CLOCK: _recount,
}
