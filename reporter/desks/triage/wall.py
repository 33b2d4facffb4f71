"""The desk on a wall screen: what waits at this moment, and how long a decision takes; nobody's own figures."""

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from reporter.cases.worklists import AtCentre, centre_counts
from reporter.desks.guard import allow
from reporter.desks.triage.door import bp
from reporter.desks.triage.effort import desk_figures
from reporter.desks.triage.panes import CASES_COUNTED, REPORTS_COUNTED
from reporter.desks.words import count_to
from reporter.kernel.policy import Permission
from reporter.ports import ports
from reporter.reports.worklists import AtTriage, triage_counts

EVERY = timedelta(seconds=30)  # between two looks of the screen


@bp.get("/wall")
@allow(Permission.DESK_TRIAGE)
def wall() -> ResponseReturnValue:
    """Show the desk's numbers large, each counted to a bound, and renew them without a hand."""
    reports, cases = triage_counts(), centre_counts()
    return render_template(
        "triage/wall.html", now=ports.clock.now(), desk=desk_figures(), every=int(EVERY.total_seconds()),
        reports={str(which): count_to(reports[which], REPORTS_COUNTED) for which in AtTriage},
        cases={str(which): count_to(cases[which], CASES_COUNTED) for which in AtCentre},
        urgent=reports[AtTriage.URGENT],
    )  # fmt: skip
