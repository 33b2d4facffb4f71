"""What time alone sets off while a report waits for triage: a reminder, and those above when it is late."""

from reporter.kernel.db import command, db, passed_over_when_busy
from reporter.kernel.policy import SYSTEM
from reporter.ports import ports
from reporter.reports.commands.door import move
from reporter.reports.lifecycle import Action
from reporter.reports.queries import get_report, ringing_reports


def tick() -> int:
    """Do what time alone sets off for the reports of the current city; return for how many. One step at a time each."""
    return sum(_ring(report_id) for report_id in ringing_reports(ports.clock.now()))


@passed_over_when_busy
@command
def _ring(report_id: int) -> bool:
    report, now = get_report(report_id), ports.clock.now()
    db.session.refresh(report, with_for_update=True)
    if report.ring_at is None or report.ring_at > now:
        return False
    late = report.due_at is None or report.due_at <= now
    report.ring_at = None if late else report.due_at
    move(report, Action.ESCALATE if late else Action.REMIND, by=SYSTEM)
    return True
