"""What the outside is told of where a report stands: the two statuses of GeoReport v2 and the finer ones. Pure."""

from enum import StrEnum

from reporter.cases.lifecycle import State as CaseState
from reporter.reports.lifecycle import State


class Status(StrEnum):
    """The two statuses of the standard."""

    OPEN = "open"
    CLOSED = "closed"


class Progress(StrEnum):
    """The finer statuses that open311-adapter and FixMyStreet exchange; those of them that we say."""

    OPEN = "open"  # nobody has looked at it yet
    INVESTIGATING = "investigating"  # a case, and no unit has it
    SCHEDULED = "action_scheduled"  # a unit has it
    IN_PROGRESS = "in_progress"  # a unit is at it, or its work waits for the inspection
    PLANNED = "planned"  # put off to a day
    REOPENED = "reopen"  # taken up again after it was closed
    FIXED = "fixed"
    NOT_FIXED = "no_further_action"  # closed without having been put right
    CLOSED = "closed"  # in the system that was used before; nobody here knows whether it was put right


ENDED = frozenset({Progress.FIXED, Progress.NOT_FIXED, Progress.CLOSED})
UNTOLD = frozenset({State.ASIDE, State.DECLINED, State.WITHDRAWN})  # the outside knows of no such report
OF_CASE = frozenset({State.ACCEPTED, State.DUPLICATE})  # goes as its case goes

# fmt: off
PROGRESS = {
    CaseState.REGISTERED:     Progress.INVESTIGATING,
    CaseState.DISPATCHED:     Progress.SCHEDULED,
    CaseState.HANDLING:       Progress.IN_PROGRESS,
    CaseState.WAITING:        Progress.IN_PROGRESS,  # for an answer of whoever reported it, which is nobody else's business
    CaseState.HANDLED:        Progress.IN_PROGRESS,
    CaseState.SHELVED:        Progress.PLANNED,
    CaseState.DEFERRED:       Progress.PLANNED,
    CaseState.CLOSED:         Progress.FIXED,
    CaseState.CLOSED_UNFIXED: Progress.NOT_FIXED,
}
# fmt: on


def status_of(progress: Progress) -> Status:
    """Return which of the two statuses it is."""
    return Status.CLOSED if progress in ENDED else Status.OPEN


def progress_of(
    report: State, case: CaseState | None = None, *, reopened: bool = False, unfixed: bool = False
) -> Progress | None:
    """Return what the outside is told; None when it knows of no such report.

    Args:
        case: where the case stands behind which the report is, if there is one.
        reopened: the case was closed once before.
        unfixed: the case was closed without having been put right; asked of what is archived.
    """
    if report in UNTOLD or (report in OF_CASE and case is CaseState.VOID):
        return None
    if report not in OF_CASE or case is None:
        return Progress.OPEN
    if case is CaseState.ARCHIVED:
        return Progress.NOT_FIXED if unfixed else Progress.FIXED
    if case is CaseState.HANDLING and reopened:
        return Progress.REOPENED
    return PROGRESS[case]
