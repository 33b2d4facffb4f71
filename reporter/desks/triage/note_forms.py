"""What staff write to each other: shape only."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, TextAreaField

from reporter.desks.forms import NoLonger
from reporter.reports.noting import WORDS_AT_MOST

LONGEST = 10  # digits of a version


class Words(NoLonger):
    """Marks a text as needed, for who reads the form; whether it is there the command knows."""

    def __init__(self) -> None:
        super().__init__(WORDS_AT_MOST)
        self.field_flags = {"required": True}


class NoteForm(FlaskForm):
    """A note. `version` is that of one which is changed."""

    words = TextAreaField(_l("Note for colleagues"), validators=[Words()])
    for_unit = BooleanField(_l("The units that work on it may read it"))
    version = HiddenField(default="0")

    @property
    def seen(self) -> int:
        """Return the version; a damaged one is none that ever was."""
        given = self.version.data or ""
        return int(given) if given.isdecimal() and len(given) < LONGEST else -1
