"""A decision waits some seconds before anything of it leaves the house: until then it can be undone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, select, update

from reporter.accounts.queries import get_user
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.queries import get_case, step_behind
from reporter.kernel import events
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.errors import Busy, Conflict, ReporterError
from reporter.kernel.policy import Actor
from reporter.ports import ports
from reporter.ports.queue import enqueue
from reporter.reports.events import DecisionStands, ReportMoved
from reporter.reports.lifecycle import Action, State, step_for
from reporter.reports.models import Decision, Report, Standing
from reporter.reports.queries import get_report, history
from reporter.routing.commands import dispatch

STAND = "reports.stand"
ON_ITS_WAY = timedelta(seconds=2)  # a press that was made in time may arrive so much later
KEPT = timedelta(days=1)
STRUCK = 5000  # rows taken away at a time
COLUMNS = (
    "state", "category_id", "subcategory_id", "area_id", "lon", "lat", "accuracy", "place_source", "address",
    "case_id", "due_at", "ring_at", "urgent",
)  # fmt: skip


@dataclass(frozen=True)
class Hold:
    """For how long a decision can be undone, and under which name: those of one press share it."""

    span: timedelta
    batch: str = field(default_factory=lambda: uuid4().hex)


def as_it_is(report: Report) -> dict[str, Any]:
    """Return what a decision may change about `report`, as JSON."""
    now = {name: getattr(report, name) for name in COLUMNS}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in now.items()}


def hold_back(
    report: Report, entry: TrailEntry, before: Mapping[str, Any], hold: Hold | None, *, by: Actor,
    case_entry: TrailEntry | None = None, **made: Any,
) -> None:  # fmt: skip
    """Note down, in the caller's transaction, what undoing the decision behind `entry` needs; nothing without `hold`.

    Args:
        before: what `as_it_is` returned before it.
        case_entry: its step in the trail of a case.
        made: see `Decision`.
    """
    if hold is None or by.id is None:
        return
    now = ports.clock.now()
    decision = Decision(
        report_id=report.id, batch=hold.batch, action=Action(entry.action), by_id=by.id, entry_id=entry.id,
        case_id=case_entry.subject_id if case_entry else None, case_entry_id=case_entry.id if case_entry else None,
        before=dict(before), made=made, at=now, until=now + hold.span,
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    enqueue(STAND, after=hold.span + ON_ITS_WAY, decision_id=decision.id)


@command
def prolong(hold: Hold) -> None:
    """Let the time in which a press about many reports can be undone begin when the last of them is decided."""
    of_press = Decision.batch == hold.batch, Decision.standing == Standing.HELD
    db.session.execute(update(Decision).where(*of_press).values(until=ports.clock.now() + hold.span))


def stand(decision_id: int) -> None:
    """Let what a decision sets off outside go its way, once it can no longer be undone; twice changes nothing."""
    if not _let_go(decision_id):
        return
    try:
        _give_to_unit(decision_id)
    except (Busy, Conflict):
        raise  # others wrote at this moment: the queue tries it again
    except ReporterError:
        return  # the unit closed, or whoever decided dispatches no more: the case waits for a dispatcher


@command
def _let_go(decision_id: int) -> bool:
    """Tell whoever is to be told; return whether the decision stands."""
    decision = db.session.get(Decision, decision_id, with_for_update=True)
    if decision is None or decision.standing is Standing.UNDONE:
        return False
    left = decision.until + ON_ITS_WAY - ports.clock.now()
    if decision.standing is Standing.HELD and left > timedelta(0):
        enqueue(STAND, after=left, decision_id=decision.id)
        return False
    if decision.standing is Standing.HELD:
        decision.standing = Standing.STANDS
        if told := _behind(decision):
            events.publish(told)
    return True


def _behind(decision: Decision) -> DecisionStands | None:
    """Return what is told now; None when what came after it, and was told at once, has overtaken it."""
    report = get_report(decision.report_id)
    if decision.case_id is not None and get_case(decision.case_id).state is CaseState.VOID:
        return None
    moved = moved_since(report, decision)
    if moved and decision.action is not Action.ACCEPT:
        return None
    entry = db.session.get_one(TrailEntry, decision.entry_id)
    effect = step_for(State(entry.source), decision.action).effect
    told = None if moved else ReportMoved(report.id, entry.id, decision.action, effect)
    if decision.case_entry_id is None:
        return DecisionStands(told, None)
    return DecisionStands(told, step_behind(db.session.get_one(TrailEntry, decision.case_entry_id)))


def moved_since(report: Report, decision: Decision) -> bool:
    """Tell whether a report took a further step after a decision about it."""
    return any(one.id > decision.entry_id and one.source != one.target for one in history(report))


@command
def _give_to_unit(decision_id: int) -> None:
    decision = db.session.get_one(Decision, decision_id)
    unit_id = decision.made.get("unit")
    if unit_id is None or decision.case_id is None:
        return
    case = get_case(decision.case_id)
    if case.state is CaseState.REGISTERED:
        dispatch(case, by=get_user(decision.by_id).actor, unit_id=unit_id)


@command
def forget_decisions() -> None:
    """Strike what undoing needed, a day later."""
    old = select(Decision.id).where(
        Decision.city_id == current_city_id(), Decision.until <= ports.clock.now() - KEPT,
        Decision.standing != Standing.HELD,
    )  # fmt: skip
    gone = delete(Decision).where(Decision.id.in_(old.order_by(Decision.until).limit(STRUCK)))
    db.session.execute(gone.execution_options(synchronize_session=False))
