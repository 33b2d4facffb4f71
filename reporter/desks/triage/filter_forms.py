"""What moderators send about their filters: shape only."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField

from reporter.desks.triage.forms import Needed
from reporter.kernel.errors import BadInput
from reporter.reports.commands.filters import NAME_AT_MOST


class Change(StrEnum):
    """What can be done with a filter that is kept."""

    RENAME = "rename"
    UP = "up"
    DOWN = "down"
    SHARE = "share"
    KEEP = "keep"
    DROP = "drop"


class SaveForm(FlaskForm):
    """The name under which the list is kept as it is narrowed."""

    name = StringField(_l("Name"), validators=[Needed(NAME_AT_MOST)])
    shared = BooleanField(_l("Show it to the whole desk"))


class ChangeForm(FlaskForm):
    """What is to be done with a filter, and its new name."""

    do = StringField()
    name = StringField(_l("Name"), validators=[Needed(NAME_AT_MOST)])

    @classmethod
    def about(cls, filter_id: int, **typed: Any) -> "ChangeForm":
        """Return the form of one filter, as it was sent or with what is given here; several stand on a page."""
        if typed:
            return cls(None, prefix=f"filter{filter_id}", **typed)
        return cls(prefix=f"filter{filter_id}")

    @property
    def what(self) -> Change:
        """Return what is to be done. Raises `BadInput` for what no page offers."""
        try:
            return Change(self.do.data or "")
        except ValueError as error:
            raise BadInput("This form was damaged. Please reload the page.") from error
