"""Find a case or a report by its number. The query code is the resident's alone and finds nothing here."""

import re

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reporter.cases.models import Case
from reporter.cases.queries import case_by_number
from reporter.cities.queries import current_city, local
from reporter.desks.guard import allow, me
from reporter.desks.triage.door import bp
from reporter.desks.triage.lookups import look_up
from reporter.kernel.policy import Permission, may
from reporter.ports import ports
from reporter.reports.models import Report
from reporter.reports.worklists import report_by_number

OF_TODAY = re.compile(r"\d{1,6}")  # the last digits alone mean today's
LONGEST = 40


@bp.get("/search")
@allow(Permission.DESK_STAFF)
def search() -> ResponseReturnValue:
    """Lead to what has the number; show a choice when both a case and a report have it."""
    asked = request.args.get("q", "").strip()[:LONGEST]
    case, report = _found(asked)
    if case and not report:
        return redirect(url_for("triage.case", case_id=case.id))
    if report and not case:
        return redirect(url_for("triage.report", report_id=report.id))
    status = 404 if asked and not case else 200
    return render_template(
        "triage/search.html", asked=asked, case=case, report=report, found=look_up()
    ), status


def _found(asked: str) -> tuple[Case | None, Report | None]:
    """Return the case and the report with this number; reports only to those who work on them."""
    number = asked.upper()
    if OF_TODAY.fullmatch(number):
        number = f"{current_city().code}-{local(ports.clock.now()):%Y%m%d}-{int(number):06d}"
    knows = may(me(), Permission.DESK_TRIAGE)
    bare = number.removeprefix("R-")
    case = case_by_number(bare) if bare == number else None
    return case, report_by_number(f"R-{bare}") if knows and (
        bare != number or OF_TODAY.fullmatch(asked)
    ) else None
