"""The plain sentences about where a request stands."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from reporter.open311.progress import Progress

NOTES = {
    Progress.OPEN: _l("It has come in and waits for a moderator to look at it."),
    Progress.INVESTIGATING: _l("It has been taken up; which unit is in charge is being settled."),
    Progress.SCHEDULED: _l("It has been given to a unit."),
    Progress.IN_PROGRESS: _l("It is being dealt with."),
    Progress.PLANNED: _l("It has been put off to a later day."),
    Progress.REOPENED: _l("It has been taken up again and is being dealt with."),
    Progress.FIXED: _l("It has been put right, and somebody else has checked that."),
    Progress.NOT_FIXED: _l("It has been closed without being put right."),
    Progress.CLOSED: _l("It was closed in the system that was used before."),
}


def note_of(progress: Progress) -> str:
    """Return where a request stands, in one sentence."""
    return str(NOTES[progress])


def notice_of_unshown() -> str:
    """Return what will happen where no words and no picture are there yet."""
    return gettext("Words and pictures are shown only after they have been checked for publication.")
