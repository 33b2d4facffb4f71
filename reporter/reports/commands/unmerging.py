"""A report that was joined to a case is taken out again: it was about something else."""

from reporter.cases.parting import leave
from reporter.cases.queries import get_case
from reporter.kernel.db import command, db
from reporter.kernel.errors import WrongStep
from reporter.kernel.policy import Actor
from reporter.reports.commands.alike import mark_alike
from reporter.reports.commands.door import move, run_clock
from reporter.reports.lifecycle import Action
from reporter.reports.models import Report
from reporter.reports.queries import photo_ids_of


@command
def unmerge(report: Report, reason: str, *, by: Actor, seen: int | None = None) -> None:
    """Let a report wait in the queue on its own again, with a new clock; whoever sent it reads why.

    Its pictures go with it, and the case counts one report less.

    Raises:
        WrongStep: it was joined to no case, or the case has ended.
        BadInput: no reason; field "reason".
        NotAllowed, Conflict: as the table says.
    """
    case_id = report.case_id
    move(report, Action.UNMERGE, by=by, reason=reason, seen=seen, case_id=case_id)
    if case_id is None:
        raise WrongStep("This report was joined to no case.")
    leave(get_case(case_id), photo_ids_of(report.id), by=by, report_id=report.id, reason=reason)
    report.case_id, report.joins_case_id = (
        None,
        None,
    )  # it is about something else: it is not proposed there again
    run_clock(report)
    db.session.flush()
    mark_alike(Report.id == report.id)
