"""What becomes of "I saw this too", in words: it goes with the case, or why it stands for itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.desks.dates import plain_clock
from reporter.desks.states import RESIDENT, state_word
from reporter.kernel.audit import TrailEntry
from reporter.reports.commands.joining import Apart
from reporter.reports.lifecycle import WAITING, State
from reporter.reports.models import Report
from reporter.reports.queries import history


@dataclass(frozen=True)
class Together:
    """What the receipt of somebody who saw it too says. `steps` is empty when the report takes the usual way."""

    words: str
    steps: Sequence[str] = ()


def together(report: Report) -> Together | None:
    """Return what to say on the receipt; None for a report that was to go with no case."""
    if report.joins_case_id is None:
        return None
    if report.state is State.DUPLICATE and report.case_id:
        case = get_case(report.case_id)
        words = _("It goes with a case that is open already.")
        return Together(f"{words} {others_words(case)}".strip(), _steps(case))
    words = apart_words(report, history(report))
    return Together(words) if words else None


def _steps(case: Case) -> list[str]:
    now = _("Now: %(state)s.", state=state_word("case", case.state, RESIDENT))
    due = _("Promised before %(time)s.", time=plain_clock(case.due_at)) if case.due_at else ""
    return [
        f"{now} {due}".strip(),
        _("You are told of every step like whoever reported it first; your query code shows them all."),
        _("When it is put right you see the pictures and say how you like it."),
    ]


def others_words(case: Case) -> str:
    """Return how many others saw the same; "" when nobody did."""
    others = case.report_count - 1
    said = ngettext("%(num)d other person saw it too.", "%(num)d other people saw it too.", others)
    return said if others > 0 else ""


def apart_words(report: Report, trail: Sequence[TrailEntry]) -> str:
    """Return why a report that was to go with a case stands for itself; "" when it goes with it, or was to go with none."""
    if report.joins_case_id is None:
        return ""
    if any(entry.facts.get("apart") == Apart.ENDED for entry in trail):
        return _("The case that you saw too had ended in the meantime, so this is a report of its own.")
    if report.state in WAITING:
        return _("A moderator looks first whether it is the same as what was reported before.")
    return ""
