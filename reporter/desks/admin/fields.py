"""The fields of the administrators' forms: blanks count as nothing, and every fault is said in words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, SelectField, SelectFieldBase, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError
from wtforms.widgets import HiddenInput

from reporter.desks.incoming import LARGEST_ID
from reporter.routing.deadlines import Limit

NO_ID = -1


class Number(IntegerField):
    """A whole number; anything else is said in words."""

    wrong = _l("Please write a whole number.")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(self.wrong) from error


class RowNumber(IntegerField):
    """The number of a version or list, seen by nobody; of what no row can have the data is None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=HiddenInput(), validators=[InputRequired()], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was sent."""
        super().process_formdata(valuelist)
        if self.data is not None and not 0 < self.data <= LARGEST_ID:
            self.data = None


class Version(Number):
    """The version of a row that a form is about; nobody sees it, so its fault is the form's."""

    wrong = _l("It does not say what it changes. Please reload the page.")

    def __init__(self, **options: Any) -> None:
        super().__init__(
            _l("This form"), widget=HiddenInput(), validators=[InputRequired(self.wrong)], **options
        )


NO_NAME = _l("Please give a name.")


def one_line(label: Any, *, missing: Any = "", longest: int, **options: Any) -> StringField:
    """Return a field for one line, without blanks around it; one that must be given when `missing` says so."""
    needed = [DataRequired(missing)] if missing else []
    more = options.pop("validators", [])
    return StringField(
        label, filters=[_stripped], validators=[*needed, Length(max=longest), *more], **options
    )


def a_name(label: Any, *, missing: Any = NO_NAME, **options: Any) -> StringField:
    """Return a field for a name; `missing` is said when it is empty."""
    return one_line(label, missing=missing, longest=60, **options)


def _stripped(text: str | None) -> str | None:
    return text.strip() if isinstance(text, str) else text


def one_of(
    label: Any, *, choices: Any = None, coerce: Any = str, default: Any = None, missing: Any = None
) -> SelectField:
    """Return a field that takes one of its choices.

    Args:
        default: what it is when nothing was sent.
        missing: what is said where the choice of nothing, "", is none; left out: it may stand.
    """
    needed = [InputRequired(missing)] if missing else []
    return SelectField(
        label,
        choices=choices,
        coerce=coerce,
        validate_choice=False,
        validators=[*needed, _offered],
        default=default,
    )


def some_of(label: Any, missing: Any) -> SelectMultipleField:
    """Return a field that takes at least one of its choices."""
    return SelectMultipleField(label, validate_choice=False, validators=[InputRequired(missing), _offered])


def _offered(_form: FlaskForm, field: SelectFieldBase) -> None:
    chosen = field.data if isinstance(field, SelectMultipleField) else [field.data]
    offered = {str(value) for value, *_rest in field.iter_choices()}
    if not {str(value) for value in chosen or ()} <= offered:
        raise ValidationError(_("Please choose from what is offered here."))


def an_id(text: Any) -> int:
    """Return the id of a row, `NO_ID` for what is none."""
    try:
        return int(text)
    except ValueError:
        return NO_ID


def a_limit(_form: FlaskForm, field: Field) -> None:
    """Refuse what is no limit such as 30m, 4h, 4wh or 5wd."""
    try:
        if field.data:
            Limit.parse(field.data)
    except ValueError as error:
        raise ValidationError(
            _("Write a number and a unit: 30m minutes, 4h hours, 4wh working hours, 5wd working days.")
        ) from error
