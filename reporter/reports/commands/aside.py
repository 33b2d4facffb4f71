"""The side queue: what looks like spam waits there, can be taken back, and is declined all at once."""

from collections.abc import Sequence
from dataclasses import replace

from reporter.accounts.queries import get_user
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, NotAllowed, NotFound, WrongStep
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports
from reporter.ports.queue import enqueue
from reporter.reports.commands.door import move, run_clock
from reporter.reports.commands.holding import Hold, as_it_is, hold_back
from reporter.reports.lifecycle import Action, Effect, State, step_for
from reporter.reports.models import Clearing, Report
from reporter.reports.risk import Reason
from reporter.reports.worklists import aside_upto, last_aside, number_aside, running_clearing

CLEAR = "reports.clear"
AT_A_TIME = 250  # reports in one transaction


@command
def set_aside(
    report: Report, *, by: Actor, seen: int | None = None, why: Sequence[Reason] = (), hold: Hold | None = None
) -> None:  # fmt: skip
    """Put a report into the side queue; its clock stands still there.

    Raises:
        WrongStep, NotAllowed, Conflict: as the table says.
    """
    before = as_it_is(report)
    entry = move(report, Action.SET_ASIDE, by=by, seen=seen, why=[str(reason.why) for reason in why])
    report.due_at = None
    hold_back(report, entry, before, hold, by=by)


@command
def take_back(report: Report, *, by: Actor, seen: int | None = None, hold: Hold | None = None) -> None:
    """Take a report back into the queue; its clock begins anew. Raises as `set_aside`."""
    before = as_it_is(report)
    entry = move(report, Action.TAKE_BACK, by=by, seen=seen)
    run_clock(report)
    hold_back(report, entry, before, hold, by=by)


def begin_clearing(reason: str, *, by: Actor) -> Clearing:
    """Let all that is in the side queue now be declined, after commit and batch by batch.

    Raises:
        NotAllowed: `by` does not decide about reports.
        BadInput: no reason; field "reason".
        WrongStep: the side queue is empty, or is being emptied.
    """
    require(by, Permission.REPORT_TRIAGE)
    if not reason.strip():
        raise BadInput("Please give a reason.", field="reason")
    return _begin(reason, number_aside(), by=by)  # counted first: nobody who writes waits for it


@command
def _begin(reason: str, total: int, *, by: Actor) -> Clearing:
    last = last_aside()
    if running_clearing() or last is None or by.id is None:
        raise WrongStep("The side queue is empty, or is being emptied already.")
    clearing = Clearing(
        by_id=by.id, reason=reason.strip(), last_report_id=last, total=total, told=[],
        began_at=ports.clock.now(),
    )  # fmt: skip
    db.session.add(clearing)
    db.session.flush()
    enqueue(CLEAR, clearing_id=clearing.id)
    return clearing


def clear(clearing_id: int) -> None:
    """Do a clearing to its end; begun again after an accident it goes on where it was.

    Where whoever began it may decide no more, it ends there: what is left waits for somebody who may.
    """
    try:
        while _clear_some(clearing_id):
            pass
    except (NotAllowed, NotFound):
        _end(clearing_id)


@command
def _end(clearing_id: int) -> None:
    clearing = db.session.get_one(Clearing, clearing_id, with_for_update=True)
    clearing.ended_at = clearing.ended_at or ports.clock.now()


@command
def _clear_some(clearing_id: int) -> bool:
    """Decline some more reports; return False when none is left."""
    clearing = db.session.get_one(Clearing, clearing_id, with_for_update=True)
    reports = aside_upto(clearing.last_report_id, limit=AT_A_TIME)
    by, told = get_user(clearing.by_id).actor, dict.fromkeys(clearing.told)
    for report in reports:
        _decline(report, clearing, told, by=by)
    clearing.done, clearing.told = clearing.done + len(reports), list(told)
    if len(reports) < AT_A_TIME:
        clearing.ended_at = ports.clock.now()
    return clearing.ended_at is None


def _decline(report: Report, clearing: Clearing, told: dict[str, None], *, by: Actor) -> None:
    """Decline one report; whoever sent several hears of the first, and nobody is there to hear of those without a name."""
    step, name = step_for(State.ASIDE, Action.DECLINE), _reachable_by(report)
    if not name or name in told:
        step = replace(step, effect=Effect.NONE)
    else:
        told[name] = None
    move(report, Action.DECLINE, by=by, reason=clearing.reason, step=step, clearing=clearing.id)


def _reachable_by(report: Report) -> str:
    """Return a digest of where whoever reported reads of it, "" for somebody who looks themselves."""
    where = f"account {report.reporter_id}" if report.reporter_id else report.contact
    return ports.seals.digest(where) if where else ""
