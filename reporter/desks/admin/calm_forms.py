"""What an administrator settles about reports of low risk, and about a city's own words: shape only."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length

from reporter.desks.admin.fields import Number
from reporter.desks.incoming import an_id
from reporter.reports.calm import Terms

NUMBER = _l("Please give a whole number.")
LONGEST = 6000  # characters of the list of words


def _ids(values: Sequence[str]) -> list[int]:
    return [an_id(value) for value in values if value.isdecimal()]


class CalmForm(FlaskForm):
    """The terms of the rule."""

    category_ids = SelectMultipleField(_l("Kinds"), validate_choice=False)
    accepted = Number(
        _l("Accepted reports of the sender within 90 days, at least"), validators=[InputRequired(NUMBER)]
    )
    from_hour = Number(_l("From this hour of the day"), validators=[InputRequired(NUMBER)])
    until_hour = Number(_l("Until this hour"), validators=[InputRequired(NUMBER)])
    share = Number(_l("Share that is looked at again, in percent"), validators=[InputRequired(NUMBER)])
    most_wrong = Number(
        _l("Share of disagreements above which the rule stops, in percent"),
        validators=[InputRequired(NUMBER)],
    )

    @classmethod
    def showing(cls, terms: Terms) -> "CalmForm":
        """Return the form with what holds now."""
        return cls(
            None, category_ids=[str(one) for one in terms.category_ids], accepted=terms.accepted,
            from_hour=terms.from_hour, until_hour=terms.until_hour, share=terms.share, most_wrong=terms.most_wrong,
        )  # fmt: skip

    def offer(self, kinds: Sequence[tuple[str, str]]) -> None:
        """Let these kinds be chosen."""
        self.category_ids.choices = list(kinds)
        self.category_ids.flags.required = True

    @property
    def terms(self) -> Terms:
        """Return what was typed; kinds that are not offered are left out."""
        offered = {str(choice[0]) for choice in self.category_ids.choices or ()}
        return Terms(
            _ids([one for one in self.category_ids.data or () if one in offered]), self.accepted.data or 0,
            self.from_hour.data or 0, self.until_hour.data or 0, self.share.data or 0, self.most_wrong.data or 0,
        )  # fmt: skip


class FlaggedForm(FlaskForm):
    """The city's own words."""

    words = TextAreaField(_l("Words, one a line"), validators=[Length(max=LONGEST)])
