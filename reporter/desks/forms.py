"""What every form about a case shares: the version that the person saw, and a reason in words."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the types
    Field,
    IntegerField,
    SelectChoice,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, StopValidation
from wtforms.widgets import HiddenInput

WORDS_AT_MOST = 500
NAME_SHOWN = 40  # letters of a file's name


class CaseForm(FlaskForm):
    """Carries the version of the case that the person saw."""

    version = IntegerField(
        _l("Version"),
        widget=HiddenInput(),
        validators=[InputRequired(_l("This form was damaged. Please reload the page."))],
    )


def choices_of(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Return pairs of value and words as choices of a field."""
    return [SelectChoice(str(value), words) for value, words in pairs]


def not_blank(_form: FlaskForm, field: Field) -> None:
    """Refuse blanks in the place of a reason."""
    if not (field.data or "").strip():
        raise StopValidation(_("Please give a reason."))


class NoLonger(Length):
    """No longer than so many characters; a new line, which a browser sends as two, is one, as its `maxlength` counts it."""

    def __init__(self, length: int) -> None:
        super().__init__(max=length, message=_l("At most %(max)d characters; please shorten the text."))

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse what is longer."""
        if len((field.data or "").replace("\r\n", "\n")) > self.max:
            super().__call__(form, field)


def at_most(length: int = WORDS_AT_MOST) -> Length:
    """Return the validator "no longer than"."""
    return NoLonger(length)


def reason_field(label: Any) -> TextAreaField:
    """Return a field for a reason that must be given."""
    return TextAreaField(label, validators=[InputRequired(_l("Please give a reason.")), not_blank, at_most()])


def short_name(name: str | None) -> str:
    """Return the name of a file as a message may repeat it: printable and short."""
    plain = "".join(letter for letter in name or "" if letter.isprintable())
    return plain if len(plain) <= NAME_SHOWN else f"{plain[: NAME_SHOWN - 1]}…"
