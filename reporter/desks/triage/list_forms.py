"""What moderators send about several reports at once: shape only."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField, TextAreaField

from reporter.desks.incoming import an_id
from reporter.desks.ready import WithReady
from reporter.desks.triage.forms import Needed
from reporter.kernel.errors import BadInput
from reporter.reports.commands.together import Do, Picked


class PickedField(SelectMultipleField):
    """Reports chosen on the list, each as its number and the version that was seen: "417.2"."""

    @property
    def reports(self) -> list[Picked]:
        """Return what was chosen. Raises `BadInput` for what no page sends."""
        try:
            pairs = [one.partition(".") for one in self.data or ()]
            return [Picked(an_id(report_id), an_id(seen)) for report_id, _dot, seen in pairs]
        except ValueError as error:
            raise BadInput("This form was damaged. Please reload the page.") from error


class TogetherForm(WithReady):
    """What is to be done with several reports. `everything`: with the whole list, not only this page of it."""

    picked = PickedField(choices=[], validate_choice=False)  # what is gone is said afterwards
    everything = BooleanField(_l("The whole list, not only this page"))
    do = StringField()
    reason = TextAreaField(_l("Reason, the residents read it"), validators=[Needed()])

    @property
    def words(self) -> str:
        """Return what was written, or the ready sentence that was chosen instead."""
        return (self.reason.data or "").strip()

    @property
    def what(self) -> Do:
        """Return what is to be done. Raises `BadInput` for what no page offers."""
        try:
            return Do(self.do.data or "")
        except ValueError as error:
            raise BadInput("This form was damaged. Please reload the page.") from error


class ClearForm(FlaskForm):
    """Why all of the side queue is declined."""

    reason = TextAreaField(_l("Reason, the residents read it"), validators=[Needed()])

    @property
    def words(self) -> str:
        """Return what was written."""
        return (self.reason.data or "").strip()


class AgreeForm(FlaskForm):
    """A button that is pressed on purpose."""


class RefuseForm(FlaskForm):
    """Why an appeal is refused."""

    reply = TextAreaField(_l("Reason, whoever asked reads it"), validators=[Needed()])


class UndoForm(FlaskForm):
    """Names the press whose decisions are undone."""

    batch = HiddenField()
