"""What the outside is told of where a report stands: the two statuses of GeoReport v2 and the finer ones. Pure."""

from enum import StrEnum


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
    CLOSED = "closed"  # long ago


ENDED = frozenset({Progress.FIXED, Progress.NOT_FIXED, Progress.CLOSED})


def status_of(progress: Progress) -> Status:
    """Return which of the two statuses it is."""
    return Status.CLOSED if progress in ENDED else Status.OPEN
