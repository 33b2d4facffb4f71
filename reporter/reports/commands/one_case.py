"""Several reports become one case, or join one that is open: each is a step of its own."""

from collections.abc import Sequence

from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.kernel.policy import Actor, Permission, require
from reporter.reports.commands.holding import Hold, prolong
from reporter.reports.commands.together import Outcome, Picked, each_of
from reporter.reports.commands.triage import Judgement, accept, merge
from reporter.reports.queries import get_report


def join_each(picked: Sequence[Picked], case_id: int, *, by: Actor, hold: Hold | None = None) -> Outcome:
    """Join each of the reports to a case, each in a transaction of its own; one that is refused stops none of the others.

    Args:
        hold: for how long all of it can be undone together, from when the last is decided.

    Raises:
        NotAllowed: `by` does not decide about reports.
    """
    require(by, Permission.REPORT_TRIAGE)
    outcome = each_of(
        picked, lambda report, seen: merge(report, get_case(case_id), by=by, seen=seen, hold=hold)
    )
    if hold and outcome.done:
        prolong(hold)
    return outcome


def make_one_case(picked: Sequence[Picked], *, by: Actor, hold: Hold | None = None) -> tuple[Case, Outcome]:
    """Accept the first of the reports as it stands and join the others to its case.

    Args:
        hold: for how long all of it can be undone together, from when the last is decided.

    Raises:
        ReporterError: the first was not accepted, and nothing has happened.
    """
    first, *others = picked
    case = accept(get_report(first.report_id), Judgement(), by=by, seen=first.seen, hold=hold)
    case_id = case.id
    outcome = join_each(others, case_id, by=by, hold=hold)
    outcome.done.insert(0, first.report_id)
    return get_case(case_id), outcome
