"""What inspectors and supervisors may type: shape only. Whether it may happen is the command's business."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from reporter.desks.forms import CaseForm, at_most, choices_of, reason_field
from reporter.desks.ready import WithReady

REWORK = (
    ("not_done", _l("Not put right, or only in part")),
    ("not_same", _l("The photo shows another spot")),
    ("not_clear", _l("The photo does not show the result")),
    ("no_record", _l("The record is missing or incomplete")),
    ("other", _l("Another reason")),
)


class PassForm(CaseForm):
    """Put right; a note if there is something to say."""

    note = TextAreaField(_l("Note"), validators=[at_most()])


class ReworkForm(CaseForm):
    """What is still wrong."""

    code = RadioField(
        _l("What is wrong"), choices=choices_of(REWORK), validators=[InputRequired(_l("Please choose one."))]
    )
    reason = reason_field(_l("What the unit still has to do"))


class UrgeForm(CaseForm):
    """A reminder, with a word if there is one to say."""

    note = TextAreaField(_l("Note"), validators=[at_most()])


class SuperviseForm(CaseForm):
    """Why the case is put under supervision."""

    reason = reason_field(_l("Why, and what is expected by when"))


class ReopenForm(CaseForm):
    """Why a closed case has to be worked on again."""

    reason = reason_field(_l("What is not put right"))


class UnfixedForm(WithReady, CaseForm):
    """Why the case ends without repair; whoever reported it reads this."""

    reason = reason_field(_l("Why it cannot be put right"))
