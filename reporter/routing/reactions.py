"""Keep the clocks: a work order is one visit of a case to one unit, and follows the case's effects."""

from collections.abc import Callable
from datetime import datetime, timedelta

from reporter.cases.commands import keep_due
from reporter.cases.events import CaseMoved
from reporter.cases.lifecycle import Action, Effect
from reporter.cases.models import Case
from reporter.cases.queries import get_case, requests_of
from reporter.kernel.db import db
from reporter.ports import ports
from reporter.routing.deadlines import Limit, add, counted, due_at
from reporter.routing.models import WorkOrder
from reporter.routing.queries import calendar, last_order, open_order


def keep_clock(event: CaseMoved) -> None:
    """Start, stop, pause or lengthen the case's clocks as the step's effects say."""
    case, now = get_case(event.case_id), ports.clock.now()
    if event.action in {Action.REGISTER, Action.APPROVE_SEND_BACK}:
        keep_due(case, stage="dispatch", due_at=_limit(case, "dispatch", now))
    for effect, act in _ACTS.items():
        if effect in event.effect:
            act(case, now)
    if Effect.END in event.effect:
        keep_due(case, stage="", due_at=None)


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
    keep_due(case, stage="claim", due_at=min(order.claim_due_at, order.handle_due_at))


def _claimed(case: Case, now: datetime) -> None:
    order = _running(case)
    order.claimed_at = now
    keep_due(case, stage="handle", due_at=order.handle_due_at)


def _stop(case: Case, now: datetime) -> None:
    _running(case).handled_at = now


def _inspect(case: Case, now: datetime) -> None:
    keep_due(case, stage="inspect", due_at=_limit(case, "inspect", now))


def _pause(case: Case, now: datetime) -> None:
    order, limit = _running(case), Limit.parse(case.limits["handle"])
    left = counted(now, order.handle_due_at, calendar(), working=limit.working)
    order.paused_at, order.handle_left = now, int(left.total_seconds())
    keep_due(case, stage="paused", due_at=None)


def _resume(case: Case, now: datetime) -> None:
    order, limit = _running(case), Limit.parse(case.limits["handle"])
    left = timedelta(seconds=order.handle_left or 0)
    order.handle_due_at = add(now, left, calendar(), working=limit.working)
    order.paused_at, order.handle_left = None, None
    keep_due(case, stage="handle", due_at=order.handle_due_at)


def _extend(case: Case, _now: datetime) -> None:
    order, limit = _running(case), Limit.parse(case.limits["handle"])
    granted = [request for request in requests_of(case.id) if request.kind == "extension"][-1]
    more = timedelta(minutes=granted.minutes) if granted.minutes else limit.span
    order.handle_due_at = add(order.handle_due_at, more, calendar(), working=limit.working)
    keep_due(case, stage="handle", due_at=order.handle_due_at)


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
    keep_due(case, stage="handle", due_at=due)


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
}
