"""What the kinds ask besides, as fields of the form of a report; only those of the chosen kind count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the types
    Field,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.widgets import DateTimeLocalInput

from reporter.cases.answers import LINE_AT_MOST, LISTS, TEXT_AT_MOST, Datatype, Unanswered, read_answer
from reporter.cases.models import Category
from reporter.cases.question_models import Question
from reporter.desks.dates import zone
from reporter.desks.resident.forms import ReportForm
from reporter.desks.words import named

TYPED: dict[Datatype, tuple[type[Field], dict[str, Any]]] = {
    Datatype.STRING: (StringField, {"render_kw": {"maxlength": LINE_AT_MOST, "autocomplete": "off"}}),
    Datatype.TEXT: (TextAreaField, {"render_kw": {"rows": 3, "maxlength": TEXT_AT_MOST}}),
    Datatype.NUMBER: (
        StringField,
        {"render_kw": {"inputmode": "decimal", "maxlength": 40, "autocomplete": "off"}},
    ),
    Datatype.DATETIME: (StringField, {"widget": DateTimeLocalInput()}),
}
AS_CHIPS = 6  # choices; more stand in a list that opens


@dataclass(frozen=True)
class Line:
    """A question as it stands on the page; without a field it is only a text to read."""

    words: str
    hint: str
    field: Field | None = None


@dataclass(frozen=True)
class Group:
    """What one kind asks. `first`: something has to be answered, so it is asked before the last screen."""

    slug: str
    first: bool
    lines: Sequence[Line]


class Answered:
    """Holds an answer to what was asked, where the kind is the chosen one; a case that is known has its answers."""

    def __init__(self, slug: str, question: Question) -> None:
        self.slug, self.question = slug, question
        self.field_flags = {"required": True} if question.required else {}

    def __call__(self, form: Any, field: Field) -> None:
        """Say what is wrong with the answer, if it counts."""
        if form.category.data != self.slug:
            return
        try:
            read_answer(self.question, given(field), zone=zone(), needed=form.case_id is None)
        except Unanswered as error:
            raise ValidationError(_(error.message, **error.values)) from error


def given(field: Field) -> list[str]:
    """Return what was typed or chosen."""
    several = field.data if isinstance(field.data, list) else [field.data]
    return [str(one) for one in several if one]


def field_name(slug: str, question: Question) -> str:
    """Return the name of the field; it stays the same, because phones keep drafts."""
    return f"answer-{slug}-{question.code}"


def form_asking(kinds: Sequence[Category], questions: Mapping[int, Sequence[Question]]) -> type[ReportForm]:
    """Return the form of a report with a field for each question of each kind."""
    fields = {
        field_name(kind.slug, one): _field(kind.slug, one)
        for kind in kinds
        for one in questions.get(kind.id, ())
        if one.variable
    }
    return type("AskingReportForm", (ReportForm,), fields)


def _field(slug: str, question: Question) -> Any:
    facts: dict[str, Any] = {
        "label": named(question, "question"), "description": named(question, "hint"),
        "validators": [Answered(slug, question)],
    }  # fmt: skip
    if question.datatype in LISTS:
        return _list_field(question, facts)
    sort, more = TYPED[question.datatype]
    return sort(**facts, **more)


def _list_field(question: Question, facts: dict[str, Any]) -> Any:
    if question.datatype is Datatype.SEVERAL:
        return SelectMultipleField(choices=_choices(question), validate_choice=False, **facts)
    if len(question.choices) > AS_CHIPS:
        unsaid = SelectChoice("", _("Please choose") if question.required else _("Not sure"))
        return SelectField(choices=[unsaid, *_choices(question)], default="", validate_choice=False, **facts)
    nothing = [] if question.required else [SelectChoice("", _("Not sure"))]
    return RadioField(choices=[*_choices(question), *nothing], default="", validate_choice=False, **facts)


def _choices(question: Question) -> list[SelectChoice]:
    return [SelectChoice(one["key"], named(one)) for one in question.choices]


def groups(
    form: FlaskForm, kinds: Sequence[Category], questions: Mapping[int, Sequence[Question]]
) -> list[Group]:
    """Return what each kind asks, as the page shows it."""
    return [
        Group(kind.slug, any(one.required for one in questions[kind.id]), [_line(form, kind.slug, one) for one in questions[kind.id]])
        for kind in kinds
        if kind.id in questions
    ]  # fmt: skip


def _line(form: FlaskForm, slug: str, question: Question) -> Line:
    field = form[field_name(slug, question)] if question.variable else None
    return Line(named(question, "question"), named(question, "hint"), field)


def answers_of(form: FlaskForm, kind: Category, questions: Sequence[Question]) -> dict[str, list[str]]:
    """Return what was answered to what `kind` asks, by code."""
    names = {one.code: field_name(kind.slug, one) for one in questions if one.variable}
    return {code: given(form[name]) for code, name in names.items() if name in form}
