"""What the city asks those who reported: a unit that cannot find the place, the centre once a case has ended."""

from enum import StrEnum

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action
from reporter.cases.models import Case
from reporter.cases.queries import history
from reporter.kernel.db import command
from reporter.kernel.errors import BadInput, WrongStep
from reporter.kernel.policy import Actor, Role
from reporter.reports.queries import reports_of_case
from reporter.reports.screening import without_personal_data
from reporter.reports.unfixed import said_unfixed


class Outcome(StrEnum):
    """What a reporter says when asked how it went (回访)."""

    FIXED = "fixed"
    NOT_FIXED = "not_fixed"
    NOT_REACHED = "not_reached"


@command
def ask_reporter(case: Case, question: str, *, by: Actor, seen: int | None = None) -> None:
    """Ask whoever reported the case; its clock stands still until an answer, three working days at most.

    Raises:
        BadInput: no question; field "reason".
        WrongStep: nobody reported it, or they were asked twice already.
        NotAllowed: the case lies with another unit.
        Conflict: the case is no longer what the person saw.
    """
    reports = len(reports_of_case(case.id))
    advance(case, Action.ASK_REPORTER, by=by, reason=question, seen=seen, reports=reports)


@command
def follow_up(
    case: Case, outcome: str, words: str, *, by: Actor, seen: int | None = None
) -> WrongStep | None:
    """Write down what whoever reported a closed case says of it; "not fixed" opens it again, as they could themselves.

    It does so later than they could where somebody who saw it too said it in time. The case's trail, which units read,
    has the words without phone numbers, plates and the like.

    Returns:
        Why what is not fixed was not opened again: it was once, or the time for it is over. What was said is written
        down all the same.

    Raises:
        BadInput: not an `Outcome`, or no words; fields "outcome" and "reason".
        WrongStep: done already, or nobody to ask.
        NotAllowed: the person handled the case, or is of the unit that did.
        Conflict: the case is no longer what the person saw.
    """
    if outcome not in list(Outcome):
        raise BadInput("Please choose one.", field="outcome")
    said, words = bool(said_unfixed(history(case))), without_personal_data(words)
    advance(case, Action.FOLLOW_UP, by=by, reason=words, seen=seen, outcome=outcome)
    if outcome != Outcome.NOT_FIXED:
        return None
    in_time = {"said_in_time": True} if said else {}
    try:
        advance(case, Action.REOPEN, by=by.lent(Role.REPORTER), reason=words, asked=True, **in_time)
    except WrongStep as why:  # raised before anything of the step is written
        return why
    return None
