"""What is to be done with the reports that are alike: shape only."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from reporter.desks.forms import at_most
from reporter.desks.incoming import an_id
from reporter.desks.ready import WithReady
from reporter.desks.triage.forms import Needed
from reporter.desks.triage.list_forms import PickedField
from reporter.kernel.errors import BadInput

NEW = "new"


class DoAlike(StrEnum):
    """What can be done with them."""

    JOIN = "join"
    DECLINE = "decline"
    ASIDE = "aside"


class AlikeForm(WithReady):
    """Which of them, and what. `case_id`: the open case they join, "new" for one that is made of the first."""

    picked = PickedField(choices=[], validate_choice=False)  # what is gone is said afterwards
    do = StringField()
    case_id = StringField()
    number = StringField(_l("Or the number of another open case"), validators=[at_most(40)])
    reason = TextAreaField(_l("Reason, the residents read it"), validators=[Needed()])

    @property
    def what(self) -> DoAlike:
        """Return what is to be done. Raises `BadInput` for what no page offers."""
        try:
            return DoAlike(self.do.data or "")
        except ValueError as error:
            raise BadInput("This form was damaged. Please reload the page.") from error

    @property
    def words(self) -> str:
        """Return what was written, or the ready sentence that was chosen instead."""
        return (self.reason.data or "").strip()

    @property
    def chosen_id(self) -> int | None:
        """Return the id of the case that was chosen, None for a new one. Raises `BadInput` where none was."""
        if self.case_id.data == NEW:
            return None
        try:
            return an_id(self.case_id.data or "")
        except ValueError as error:
            raise BadInput("Please choose the case that the reports join.", field="number") from error
