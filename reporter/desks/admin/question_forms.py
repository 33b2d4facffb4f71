"""What an administrator writes as a question of a kind: shape only."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, TextAreaField
from wtforms.validators import ValidationError

from reporter.cases.answers import CODE, LINE_AT_MOST, Datatype
from reporter.cases.question_models import Question
from reporter.desks.admin.fields import Version, one_line, one_of
from reporter.desks.admin.forms import Facts
from reporter.desks.forms import at_most, choices_of

NOTHING = "nothing"  # the form's word for a text that asks nothing
SHAPES = {
    Datatype.STRING: _l("One line"),
    Datatype.TEXT: _l("A longer text"),
    Datatype.NUMBER: _l("A number"),
    Datatype.DATETIME: _l("A date and a time"),
    Datatype.ONE: _l("One answer out of a list"),
    Datatype.SEVERAL: _l("Several answers out of a list"),
    NOTHING: _l("None: a text to read"),
}
BAR = "|"
PARTS = 3


class QuestionForm(Facts):
    """A question as it is from now on; the choices of a list stand one in a line."""

    datatype = one_of(
        _l("Answer"), choices=choices_of((str(one), word) for one, word in SHAPES.items()), default=str(Datatype.STRING)
    )  # fmt: skip
    question_zh = one_line(
        _l("Question in Chinese"), missing=_l("Please write the question in Chinese."), longest=LINE_AT_MOST
    )
    question_en = one_line(
        _l("Question in English"),
        longest=LINE_AT_MOST,
        description=_l("Without it the Chinese one is shown."),
    )
    hint_zh = one_line(_l("Help in Chinese"), longest=LINE_AT_MOST)
    hint_en = one_line(_l("Help in English"), longest=LINE_AT_MOST)
    choices = TextAreaField(
        _l("Answers to choose from"), validators=[at_most(10_000)],
        description=_l("Only for a list. One in each line: key | Chinese | English. The key stays, the words may change."),
    )  # fmt: skip
    required = BooleanField(_l("Has to be answered"))
    active = BooleanField(_l("Asked"), default=True)

    @property
    def row(self) -> dict[str, Any]:
        """Return what the form says, by column."""
        reads = self.datatype.data == NOTHING
        return self.facts | {
            "datatype": str(Datatype.STRING) if reads else self.datatype.data, "variable": not reads,
            "choices": lines_read(self.choices.data or ""),
        }  # fmt: skip

    @staticmethod
    def columns(question: Question) -> dict[str, Any]:
        """Return a question as the form shows it."""
        plain = {name: getattr(question, name) for name in ("question_zh", "question_en", "hint_zh", "hint_en", "required", "active", "version")}  # fmt: skip
        shape = str(question.datatype) if question.variable else NOTHING
        return plain | {"datatype": shape, "choices": lines_of(question.choices)}

    def validate_choices(self, field: Field) -> None:
        """Refuse a line with more parts than three."""
        for number, line in enumerate((field.data or "").strip().splitlines(), 1):
            if line.count(BAR) >= PARTS:
                raise ValidationError(_("Line %(number)s has more than three parts.", number=number))


class NewQuestionForm(QuestionForm):
    """A new question: what other systems call it is said once."""

    code = one_line(
        _l("Code for other systems"), missing=_l("Please give a code."), longest=40,
        description=_l("Letters A to Z, digits and _ . - only, such as plate_seen. It stays when the words change."),
    )  # fmt: skip

    def validate_code(self, field: Field) -> None:
        """Refuse what other systems cannot carry."""
        if field.data and not CODE.fullmatch(field.data):
            raise ValidationError(_("At most 40 letters A to Z, digits and _ . - only."))


class KnownQuestionForm(QuestionForm):
    """A question that is asked already."""

    version = Version()


def lines_of(choices: list[dict[str, Any]]) -> str:
    """Return choices as they are typed."""
    return "\n".join(f" {BAR} ".join([one["key"], one["name_zh"], one["name_en"]]).rstrip(f" {BAR}") for one in choices)  # fmt: skip


def lines_read(text: str) -> list[dict[str, str]]:
    """Return the choices that were typed; a part that is missing is ""."""
    several = [[part.strip() for part in line.split(BAR)] for line in text.splitlines() if line.strip()]
    return [dict(zip(("key", "name_zh", "name_en"), [*parts, "", ""], strict=False)) for parts in several]
