"""A decision is undone within some seconds: everything is as it was, and the trail tells both."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete

from reporter.cases.parting import leave, undo_registration
from reporter.cases.queries import get_case
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import command, db
from reporter.kernel.errors import NotAllowed, NotFound, ReporterError, WrongStep
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports
from reporter.reports.commands.alike import mark_alike
from reporter.reports.commands.door import move
from reporter.reports.commands.holding import COLUMNS, ON_ITS_WAY, moved_since
from reporter.reports.commands.together import Left, Outcome
from reporter.reports.lifecycle import Action, State, step_for
from reporter.reports.models import Decision, Report, ReportMessage, Standing
from reporter.reports.queries import decisions_of, get_report

# fmt: off
INSTEAD: Mapping[Action, str] = {
    Action.ACCEPT:       "It is too late to undo this: the resident and the unit have been told. A shift leader can declare the case void on its page, or put its kind and place right.",
    Action.MERGE:        "It is too late to undo this: the resident has been told. Take the report out of the case again on the report's page.",
    Action.DECLINE:      "It is too late to undo this: the resident has been told the reason. Please call them, or ask them to report it again.",
    Action.REQUEST_INFO: "It is too late to undo this: the question has been sent. The report comes back into the queue with the answer.",
    Action.SET_ASIDE:    "It is too late to undo this. Take the report back into the queue on its page.",
    Action.TAKE_BACK:    "It is too late to undo this. Move the report to suspected spam again on its page.",
}
# fmt: on


def undo_all(batch: str, *, by: Actor) -> Outcome:
    """Undo all that one press decided, each report in a transaction of its own; return what became of them.

    The last decision first: where a case was made of several reports, those that joined it leave before it goes.

    Raises:
        NotFound: there is no such press.
    """
    decisions = [(one.id, one.report_id) for one in reversed(decisions_of(batch))]
    if not decisions:
        raise NotFound("There is nothing to undo here.")
    outcome = Outcome()
    for decision_id, report_id in decisions:
        number = get_report(report_id).number
        try:
            undo(decision_id, by=by)
        except ReporterError as error:
            outcome.left.append(Left(number, error))
        else:
            outcome.done.append(report_id)
    return outcome


@command
def undo(decision_id: int, *, by: Actor) -> Report:
    """Put back everything that a decision did; nobody outside has heard of it. Return the report.

    The number of a case that was registered is not given again: the case stays in the register as void.

    Raises:
        NotAllowed: somebody else decided.
        WrongStep: too late, done already, or something happened since; says what to do instead.
    """
    decision = db.session.get_one(Decision, decision_id, with_for_update=True)
    require(by, Permission.REPORT_TRIAGE)
    if decision.by_id != by.id:
        raise NotAllowed("Only whoever decided it can undo it.")
    if decision.standing is Standing.UNDONE:
        raise WrongStep("This was undone already.")
    if decision.standing is Standing.STANDS or ports.clock.now() >= decision.until + ON_ITS_WAY:
        raise WrongStep(INSTEAD[decision.action])
    report = get_report(decision.report_id)
    db.session.refresh(report, with_for_update=True)
    if moved_since(report, decision):
        raise WrongStep("This cannot be undone any more: the report has moved on meanwhile.")
    decision.standing = Standing.UNDONE
    _take_out_of_case(decision, by=by)
    _put_back(report, decision, by=by)
    mark_alike(Report.id == report.id)
    return report


def _take_out_of_case(decision: Decision, *, by: Actor) -> None:
    if decision.case_id is None:
        return
    case = get_case(decision.case_id)
    if decision.action is Action.ACCEPT:
        undo_registration(case, by=by, report_id=decision.report_id)
    else:
        leave(case, decision.made["photos"], by=by, report_id=decision.report_id)


def _put_back(report: Report, decision: Decision, *, by: Actor) -> None:
    accepted_as = {"category_id": report.category_id, "area_id": report.area_id}
    for name in COLUMNS:
        if name != "state" and name in decision.before:  # one from before an update knows fewer
            setattr(report, name, _read(name, decision.before[name]))
    if message := decision.made.get("message"):
        db.session.execute(delete(ReportMessage).where(ReportMessage.id == message))
    entry = db.session.get_one(TrailEntry, decision.entry_id)
    step = replace(step_for(report.state, Action.UNDO), target=State(decision.before["state"]))
    move(
        report, Action.UNDO, by=by, step=step, undone=decision.entry_id, what=str(decision.action),
        taken_for=accepted_as if entry.facts.get("taken_for") else None,
    )  # fmt: skip


def _read(name: str, value: object) -> object:
    return datetime.fromisoformat(value) if name.endswith("_at") and isinstance(value, str) else value
