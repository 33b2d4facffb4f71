"""What a moderator says of a report that was taken in without one: shape only."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from reporter.desks.forms import choices_of
from reporter.reports.calm import Verdict
from reporter.reports.commands.calm import NOTE_AT_MOST

# fmt: off
VERDICTS = (
    (Verdict.RIGHT,      _l("All right")),
    (Verdict.KIND,       _l("The kind is wrong")),
    (Verdict.PLACE,      _l("The place is wrong")),
    (Verdict.UNIT,       _l("The unit is wrong")),
    (Verdict.NOT_AT_ALL, _l("It should not have been accepted")),
)
# fmt: on


class VerdictForm(FlaskForm):
    """The verdict, and a note beside it."""

    verdict = RadioField(
        _l("What do you find?"), choices=choices_of(VERDICTS), validate_choice=False,
        validators=[InputRequired(_l("Please choose one."))],
    )  # fmt: skip
    note = TextAreaField(_l("Note"), validators=[Length(max=NOTE_AT_MOST)])

    @classmethod
    def about(cls, pass_id: int, *, empty: bool) -> "VerdictForm":
        """Return the form of one re-check, empty or as it was sent; several stand on a page."""
        prefix = f"check{pass_id}"
        return cls(None, prefix=prefix) if empty else cls(prefix=prefix)
