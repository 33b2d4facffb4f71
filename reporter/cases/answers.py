"""What a kind asks besides, and how an answer is read: the data types of Open311 GeoReport v2. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Any, Protocol

CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
LINE_AT_MOST = 200  # characters of one line
TEXT_AT_MOST = 1000  # characters of a text with line breaks
UNKNOWN_AT_MOST = 50  # answers to what nobody here asked, from another system
YEARS = range(1900, 2101)

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}([.,][0-9]{1,9})?")
_LOST_PLUS = re.compile(r"(:[0-9]{2}(?:\.[0-9]+)?) ([0-9]{2}:?[0-9]{2})$")  # a `+` that an address lost


class Datatype(StrEnum):
    """The shape of an answer, by the words of the standard."""

    STRING = "string"  # one line
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"  # may hold line breaks
    ONE = "singlevaluelist"
    SEVERAL = "multivaluelist"


LISTS = frozenset({Datatype.ONE, Datatype.SEVERAL})

Answer = dict[str, Any]


class Asked(Protocol):
    """A question as it is asked now. Without `variable` it is only a text to read."""

    code: Any
    datatype: Any
    required: Any
    variable: Any
    question_zh: Any
    question_en: Any
    choices: Any


@dataclass(frozen=True)
class Fault:
    """What is wrong with the answer to the question `code`; `message` is plain English with the places of `values`."""

    code: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict)


class Unanswered(Exception):
    """An answer cannot be read. `values` fill the places of `message`."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


NEEDED = "Please answer this question."
ONE_ONLY = "Please give one answer."
NOT_OFFERED = "Please choose from what is offered here."
NO_NUMBER = "Please write a number, such as 12 or 1.5."
NO_MOMENT = "Please give a date and a time, such as 2027-02-05 14:30."
TOO_LONG = "At most %(most)s characters; please shorten it."
MESSAGES = (NEEDED, ONE_ONLY, NOT_OFFERED, NO_NUMBER, NO_MOMENT, TOO_LONG)


def answers_to(
    questions: Sequence[Asked], given: Mapping[str, Sequence[str]], *, zone: tzinfo, needed: bool = True
) -> tuple[list[Answer], list[Fault]]:
    """Return the answers as they are kept, in the order of the questions, and all that is wrong.

    An answer is kept with its question as it was asked: `code`, `datatype`, `question_zh`, `question_en`, and
    `answer`, a list of `key`, `zh`, `en`. An empty one is none.

    Args:
        given: what was typed or chosen, by the question's code; codes of no question are left out.
        zone: of a date and time that names none.
        needed: whether required questions must be answered.
    """
    answers, faults = [], []
    for asked in questions:
        if not asked.variable:
            continue
        try:
            read = read_answer(asked, given.get(asked.code, ()), zone=zone, needed=needed)
        except Unanswered as error:
            faults.append(Fault(asked.code, error.message, error.values))
        else:
            answers += [kept(asked, read)] if read else []
    return answers, faults


def kept(asked: Asked, read: list[dict[str, str]]) -> Answer:
    """Return an answer with its question as it is asked now: what is asked otherwise later changes nothing here."""
    return {
        "code": asked.code, "datatype": str(asked.datatype),
        "question_zh": asked.question_zh, "question_en": asked.question_en, "answer": read,
    }  # fmt: skip


def unknown_answers(questions: Sequence[Asked], given: Mapping[str, Sequence[str]]) -> list[Answer]:
    """Return what another system sent besides, without a question: kept as it came, shortened where it is too long."""
    known = {asked.code for asked in questions if asked.variable}
    found = {
        code: [text for one in several if (text := _tidy(one)[:TEXT_AT_MOST])][:UNKNOWN_AT_MOST]
        for code, several in given.items()
        if code not in known
    }
    said = [(code, several) for code, several in found.items() if several][:UNKNOWN_AT_MOST]
    return [
        {"code": _line(code)[:LINE_AT_MOST], "datatype": str(Datatype.TEXT), "question_zh": "", "question_en": "",
         "answer": [_same(text) for text in several]}
        for code, several in said
    ]  # fmt: skip


def read_answer(
    asked: Asked, given: Sequence[str], *, zone: tzinfo, needed: bool = True
) -> list[dict[str, str]]:
    """Return what was answered, a list of `key`, `zh`, `en`; empty when nothing was. Raises `Unanswered`."""
    typed = [text for one in given if (text := _tidy(one))]
    if not typed:
        if asked.required and needed:
            raise Unanswered(NEEDED)
        return []
    if asked.datatype in LISTS:
        return _chosen(asked, typed)
    if len(typed) > 1:
        raise Unanswered(ONE_ONLY)
    return [_same(_READ[Datatype(asked.datatype)](typed[0], zone))]


def _chosen(asked: Asked, typed: Sequence[str]) -> list[dict[str, str]]:
    keys = dict.fromkeys(typed)
    if asked.datatype == Datatype.ONE and len(keys) > 1:
        raise Unanswered(ONE_ONLY)
    found = [choice for choice in asked.choices if choice["key"] in keys]
    if len(found) != len(keys):
        raise Unanswered(NOT_OFFERED)
    return [
        {"key": choice["key"], "zh": choice["name_zh"], "en": choice["name_en"] or choice["name_zh"]}
        for choice in found
    ]


def _same(text: str) -> dict[str, str]:
    return {"key": text, "zh": text, "en": text}


def _tidy(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n")).strip()


def _line(text: str) -> str:
    return " ".join(_tidy(text).split())


def _no_longer(text: str, most: int) -> str:
    if len(text) > most:
        raise Unanswered(TOO_LONG, most=most)
    return text


def _number(text: str, _zone: tzinfo) -> str:
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if not _NUMBER.fullmatch(plain):
        raise Unanswered(NO_NUMBER)
    return plain.replace(",", ".").removeprefix("+")


def moment(text: str, zone: tzinfo) -> datetime:
    """Return the instant that `text` names, in UTC, whole seconds: ISO 8601, also without seconds, or a date alone.

    Without an offset it is of `zone`; a `+` that became a blank is understood. Raises `ValueError`.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("/", "-")
    found = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+\2", plain))
    if found.year not in YEARS:
        raise ValueError(text)
    aware = found if found.tzinfo else found.replace(tzinfo=zone)
    return aware.astimezone(UTC).replace(microsecond=0)


def _moment(text: str, zone: tzinfo) -> str:
    try:
        return moment(text, zone).isoformat().replace("+00:00", "Z")
    except ValueError as error:
        raise Unanswered(NO_MOMENT) from error


_READ = {
    Datatype.STRING: lambda text, _zone: _no_longer(_line(text), LINE_AT_MOST),
    Datatype.TEXT: lambda text, _zone: _no_longer(text, TEXT_AT_MOST),
    Datatype.NUMBER: _number,
    Datatype.DATETIME: _moment,
}
