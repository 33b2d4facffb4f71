"""From a query code to its report: the code alone opens it, whatever became of the session."""

import re
from dataclasses import replace

from markupsafe import Markup

from reporter.desks.guard import me
from reporter.kernel.errors import NotFound
from reporter.kernel.policy import Actor
from reporter.reports.lifecycle import State
from reporter.reports.models import Report
from reporter.reports.queries import report_by_code

LOOKS_LIKE_A_CODE = re.compile(r"[0-9A-Za-z -]{8,40}")


def report_behind(code: str) -> Report:
    """Return the report that `code` opens.

    Raises:
        NotFound: no report of this city has it, or it was withdrawn.
    """
    if not LOOKS_LIKE_A_CODE.fullmatch(code):
        raise NotFound(
            "We found no report with this query code. Please check it letter by letter.", field="code"
        )
    report = report_by_code(code)
    if report.state is State.WITHDRAWN:
        raise NotFound("This report was withdrawn; there is nothing more to follow.", field="code")
    return report


def holder_of(report: Report) -> Actor:
    """Return whoever makes this request, acting for the report whose code they showed."""
    return replace(me(), report_id=report.id)


def grouped(code: str) -> Markup:
    """Return the code in groups of four, as people read it aloud, on two lines."""
    groups = [code[place : place + 4] for place in range(0, len(code), 4)]
    half = (len(groups) + 1) // 2
    return Markup("{}<br>{}").format(" ".join(groups[:half]), " ".join(groups[half:]))
