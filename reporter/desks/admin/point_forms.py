"""The form for the terms of points: one field for each kind besides the usual ones."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field
from wtforms.validators import InputRequired, Optional

from reporter.cases.models import Category
from reporter.desks.admin.fields import Number, Version
from reporter.desks.words import named
from reporter.points.terms import Occasion, Terms

MISSING = _l("Please give a number.")
KIND = "kind_"


class PointsForm(FlaskForm):
    """What points are given for, how many, and the caps."""

    number = Version()
    given = BooleanField(_l("Residents get points"))
    registered = Number(_l("First report of a case"), validators=[InputRequired(MISSING)])
    joined = Number(_l("Report that a moderator joined to a case"), validators=[InputRequired(MISSING)])
    put_right = Number(
        _l("The case is put right, to its first reporter"), validators=[InputRequired(MISSING)]
    )
    a_day = Number(_l("At most for what one person sends on one day"), validators=[InputRequired(MISSING)])
    a_month = Number(
        _l("At most for what one person sends in one month"), validators=[InputRequired(MISSING)]
    )

    @property
    def kind_fields(self) -> Iterator[Field]:
        """Yield the field of each kind."""
        return (field for field in self if field.name.startswith(KIND))

    @property
    def terms(self) -> Terms:
        """The terms as they were typed."""
        amounts = {one: self[one.value].data for one in Occasion}
        typed = {int(field.name.removeprefix(KIND)): field.data for field in self.kind_fields}
        return Terms(
            given=self.given.data, amounts=amounts, a_day=self.a_day.data or 0, a_month=self.a_month.data or 0,
            kinds={kind: amount for kind, amount in typed.items() if amount is not None},
        )  # fmt: skip


def points_form(kinds: Sequence[Category], *, terms: Terms | None = None) -> PointsForm:
    """Return the form with a field for each kind, as it was sent, or filled with `terms`."""
    fields = {f"{KIND}{kind.id}": Number(named(kind), validators=[Optional()]) for kind in kinds}
    form: type[PointsForm] = type("PointsForm", (PointsForm,), fields)
    if terms is None:
        return form()
    shown: dict[str, Any] = {str(one): terms.amounts[one] for one in Occasion}
    shown |= {f"{KIND}{kind}": amount for kind, amount in terms.kinds.items()}
    shown |= {"given": terms.given, "number": terms.number, "a_day": terms.a_day, "a_month": terms.a_month}
    return form(formdata=None, data=shown)
