"""Every way the questions of a kind change; reports that answered before keep question and answer as they were."""

from collections.abc import Mapping, Sequence
from typing import Any

from reporter.cases.answers import CODE, LINE_AT_MOST, LISTS
from reporter.cases.models import Category
from reporter.cases.question_models import Question
from reporter.cases.questions import questions_of
from reporter.kernel.audit import record
from reporter.kernel.db import add_unless_taken, command
from reporter.kernel.errors import BadInput, Conflict, NotFound
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports

QUESTIONS_AT_MOST = 20  # of a kind that are asked
CHOICES_AT_MOST = 50
COLUMNS = (
    "code", "datatype", "variable", "required", "question_zh", "question_en", "hint_zh", "hint_en", "choices",
    "active",
)  # fmt: skip


@command
def save_question(
    category: Category, question: Question | None, facts: Mapping[str, Any], *, by: Actor, seen: int | None = None
) -> Question:  # fmt: skip
    """Ask something more about a kind, or ask it otherwise; kept in the trail of the kind, as it was and as it is.

    Args:
        facts: by column; the code of a question that is there stays.
        seen: the version that the person saw.

    Raises:
        NotAllowed: `by` is no system administrator.
        NotFound: the question belongs to another kind.
        BadInput: a bad code or one that the kind has; no words; a list without choices or with doubled ones; too many.
        Conflict: somebody else changed it meanwhile.
    """
    require(by, Permission.ADMIN_SYSTEM)
    if question and question.category_id != category.id:
        raise NotFound("There is no such question.")
    if question and seen is not None and seen != question.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    several = questions_of(category.id, active=False)
    before = _facts(question) if question else {}
    saved = question or Question(category_id=category.id, sort=len(several) + 1)
    row = _tidied(before | dict(facts) | ({"code": question.code} if question else {}))
    _refuse(row, [one for one in several if one is not question])
    for name in COLUMNS:
        setattr(saved, name, row[name])
    add_unless_taken(saved, lambda _line: _taken())
    told = {"question": saved.code, "before": before, "after": _facts(saved)}
    record(
        category, "change_question" if question else "add_question", by=by, at=ports.clock.now(), facts=told
    )
    return saved


@command
def move_question(category: Category, question: Question, places: int, *, by: Actor) -> None:
    """Ask a question so many places later, or earlier when `places` is negative; at the ends it stays.

    Raises:
        NotAllowed: `by` is no system administrator.
        NotFound: the question belongs to another kind.
    """
    require(by, Permission.ADMIN_SYSTEM)
    if question.category_id != category.id:
        raise NotFound("There is no such question.")
    several = list(questions_of(category.id, active=False))
    several.remove(question)
    several.insert(max(0, question.sort - 1 + places), question)
    for place, one in enumerate(several, 1):
        one.sort = place
    told = {"question": question.code, "order": [one.code for one in several]}
    record(category, "move_question", by=by, at=ports.clock.now(), facts=told)


def _facts(question: Question) -> dict[str, Any]:
    facts = {name: getattr(question, name) for name in COLUMNS}
    return facts | {"datatype": str(question.datatype), "choices": [dict(one) for one in question.choices]}


def _tidied(facts: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "variable": True,
        "required": False,
        "choices": [],
        "active": True,
        "datatype": "string",
    }
    row = plain | {name: facts[name] for name in COLUMNS if name in facts}
    for name in ("code", "question_zh", "question_en", "hint_zh", "hint_en"):
        row[name] = " ".join(str(row.get(name) or "").split())
    listed = row["variable"] and row["datatype"] in LISTS
    names = ("key", "name_zh", "name_en")
    row["choices"] = [
        {name: " ".join(str(one.get(name) or "").split()) for name in names}
        for one in row["choices"]
        if listed
    ]
    row["required"] = bool(row["required"] and row["variable"])  # what asks nothing needs no answer
    return row


def _refuse(row: Mapping[str, Any], others: Sequence[Question]) -> None:
    if not CODE.fullmatch(row["code"]):
        raise BadInput("At most 40 letters A to Z, digits and _ . - only.", field="code")
    if any(one.code == row["code"] for one in others):
        raise _taken()
    if not row["question_zh"]:
        raise BadInput("Please write the question in Chinese.", field="question_zh")
    for name in ("question_zh", "question_en", "hint_zh", "hint_en"):
        if len(row[name]) > LINE_AT_MOST:
            raise BadInput("At most %(most)s characters; please shorten it.", field=name, most=LINE_AT_MOST)
    if row["active"] and sum(one.active for one in others) >= QUESTIONS_AT_MOST:
        raise BadInput(
            "A kind asks at most %(most)s questions. Please retire one first.", field="active", most=QUESTIONS_AT_MOST
        )  # fmt: skip
    if row["variable"] and row["datatype"] in LISTS:
        _refuse_choices(row["choices"])


def _refuse_choices(choices: Sequence[Mapping[str, str]]) -> None:
    if not 1 <= len(choices) <= CHOICES_AT_MOST:
        raise BadInput(
            "A list needs between 1 and %(most)s answers to choose from.", field="choices", most=CHOICES_AT_MOST
        )  # fmt: skip
    seen: set[str] = set()
    for number, one in enumerate(choices, 1):
        if not CODE.fullmatch(one["key"]) or not one["name_zh"] or max(map(len, one.values())) > LINE_AT_MOST:
            raise BadInput(
                "Line %(number)s: a key of letters A to Z, digits and _ . - and the answer in Chinese are needed.",
                field="choices", number=number,
            )  # fmt: skip
        if one["key"] in seen:
            raise BadInput(
                "Line %(number)s: the key %(key)s is there already.", field="choices", number=number, key=one["key"]
            )  # fmt: skip
        seen.add(one["key"])


def _taken() -> BadInput:
    return BadInput("Another question of this kind has this code already.", field="code")
