"""What a kind asks besides: how answers are read, how questions change, and what a report keeps of both."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reporter.cases.answers import (
    NEEDED,
    NO_MOMENT,
    NO_NUMBER,
    NOT_OFFERED,
    ONE_ONLY,
    TOO_LONG,
    Datatype,
    answers_to,
    unknown_answers,
)
from reporter.cases.asking import CHOICES_AT_MOST, QUESTIONS_AT_MOST, move_question, save_question
from reporter.cases.models import Category
from reporter.cases.question_models import Question
from reporter.cases.questions import get_question, questions_by_kind, questions_of
from reporter.kernel.audit import trail_of
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from reporter.kernel.policy import SYSTEM
from tests.make import a_case, a_category, a_moderator, a_question, a_report

COLOURS = [
    {"key": "blue", "name_zh": "蓝牌", "name_en": "Blue"},
    {"key": "green", "name_zh": "绿牌", "name_en": ""},
    {"key": "none", "name_zh": "无牌", "name_en": "None"},
]
CITY = ZoneInfo("Asia/Shanghai")


def asked(datatype: Datatype = Datatype.STRING, *, required: bool = False, **columns: Any) -> Question:
    plain = {
        "code": "one",
        "question_zh": "哪一种？",
        "question_en": "Which?",
        "variable": True,
        "choices": COLOURS,
    }
    return Question(datatype=datatype, required=required, **(plain | columns))


def read(question: Question, *given: str, needed: bool = True) -> tuple[list[str], list[str]]:
    """Return the keys that were read, and what is wrong."""
    answers, faults = answers_to([question], {"one": given}, zone=CITY, needed=needed)
    return [part["key"] for one in answers for part in one["answer"]], [one.message for one in faults]


# ── Reading an answer ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.pure
@pytest.mark.parametrize(
    ("datatype", "given", "kept"),
    [
        (Datatype.STRING, ["  第三\n根 灯杆 "], ["第三 根 灯杆"]),
        (Datatype.STRING, ["字" * 200], ["字" * 200]),
        (Datatype.STRING, ["", " "], []),
        (Datatype.TEXT, [" 一行\r\n二行 \x00"], ["一行\n二行"]),
        (Datatype.NUMBER, ["\uff11\uff12"], ["12"]),
        (Datatype.NUMBER, ["+1,5"], ["1.5"]),
        (Datatype.NUMBER, ["-3"], ["-3"]),
        (Datatype.DATETIME, ["2027-02-05T14:30"], ["2027-02-05T06:30:00Z"]),
        (Datatype.DATETIME, ["2027-02-05 14:30:59.7"], ["2027-02-05T06:30:59Z"]),
        (Datatype.DATETIME, ["2027-02-05"], ["2027-02-04T16:00:00Z"]),
        (Datatype.DATETIME, ["2027-02-05T14:30:00Z"], ["2027-02-05T14:30:00Z"]),
        (Datatype.DATETIME, ["2027-02-05T14:30:00+0200"], ["2027-02-05T12:30:00Z"]),
        (Datatype.DATETIME, ["2027-02-05T14:30:00 02:00"], ["2027-02-05T12:30:00Z"]),
        (Datatype.ONE, ["green"], ["green"]),
        (Datatype.ONE, ["green", "green"], ["green"]),
        (Datatype.SEVERAL, ["none", "blue"], ["blue", "none"]),
        (Datatype.SEVERAL, [""], []),
    ],
)
def test_an_answer_is_kept_in_the_shape_that_was_asked_for(
    datatype: Datatype, given: list[str], kept: list[str]
) -> None:
    assert read(asked(datatype), *given) == (kept, [])


@pytest.mark.pure
@pytest.mark.parametrize(
    ("datatype", "given", "wrong"),
    [
        (Datatype.STRING, ["字" * 201], TOO_LONG),
        (Datatype.TEXT, ["字" * 1001], TOO_LONG),
        (Datatype.STRING, ["a", "b"], ONE_ONLY),
        (Datatype.NUMBER, ["1e400"], NO_NUMBER),
        (Datatype.NUMBER, ["nan"], NO_NUMBER),
        (Datatype.NUMBER, ["1" * 16], NO_NUMBER),
        (Datatype.DATETIME, ["昨天"], NO_MOMENT),
        (Datatype.DATETIME, ["0001-01-01T00:00:00+14:00"], NO_MOMENT),
        (Datatype.DATETIME, ["9999-12-31T23:59:59-14:00"], NO_MOMENT),
        (Datatype.ONE, ["蓝牌"], NOT_OFFERED),
        (Datatype.ONE, ["blue", "green"], ONE_ONLY),
        (Datatype.SEVERAL, ["blue", "red"], NOT_OFFERED),
        *[(one, [" "], NEEDED) for one in Datatype],
    ],
)
def test_what_cannot_be_read_is_said_with_the_way_out(
    datatype: Datatype, given: list[str], wrong: str
) -> None:
    assert read(asked(datatype, required=True), *given) == ([], [wrong])


@pytest.mark.pure
def test_where_nothing_is_needed_a_required_question_may_stay_open_but_not_be_answered_wrongly() -> None:
    question = asked(Datatype.NUMBER, required=True)

    assert read(question, needed=False) == ([], [])
    assert read(question, "many", needed=False) == ([], [NO_NUMBER])


@pytest.mark.pure
def test_an_answer_carries_its_question_and_words_as_they_were_and_a_text_to_read_carries_nothing() -> None:
    questions = [asked(code="note", variable=False), asked(Datatype.ONE, code="plate")]

    answers, faults = answers_to(questions, {"note": ["x"], "plate": ["green"]}, zone=CITY)

    assert faults == []
    assert answers == [
        {
            "code": "plate", "datatype": "singlevaluelist", "question_zh": "哪一种？", "question_en": "Which?",
            "answer": [{"key": "green", "zh": "绿牌", "en": "绿牌"}],
        }
    ]  # fmt: skip


@pytest.mark.pure
def test_every_fault_is_told_at_once() -> None:
    questions = [asked(code="a", required=True), asked(Datatype.NUMBER, code="b"), asked(code="c")]

    _, faults = answers_to(questions, {"b": ["?"], "c": ["x"]}, zone=CITY)

    assert [one.code for one in faults] == ["a", "b"]


@pytest.mark.pure
def test_what_another_system_sends_besides_is_kept_within_bounds() -> None:
    given: dict[str, Sequence[str]] = {
        "one": ["known"],
        "easting": ["1"],
        "empty": [""],
        "long": ["字" * 2000],
    }

    kept = unknown_answers([asked()], given)

    assert [one["code"] for one in kept] == ["easting", "long"]
    assert len(kept[1]["answer"][0]["key"]) == 1000
    assert len(unknown_answers([], {f"code{number}": ["x"] for number in range(99)})) == 50


# ── Changing what is asked ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def kind() -> Category:
    """Return a kind that asks nothing yet."""
    return a_category("乱停乱放")


def facts(**columns: Any) -> dict[str, Any]:
    return {"code": "plate", "datatype": "string", "question_zh": "车牌颜色？", "question_en": ""} | columns


def test_questions_are_asked_in_their_order_and_the_retired_ones_are_not(kind: Category) -> None:
    codes = ("a", "b", "c")
    first, second, third = [save_question(kind, None, facts(code=one), by=SYSTEM) for one in codes]
    save_question(kind, first, {"active": False}, by=SYSTEM)
    move_question(kind, third, -1, by=SYSTEM)

    assert [one.code for one in questions_of(kind.id)] == ["c", "b"]
    assert [one.code for one in questions_of(kind.id, active=False)] == ["a", "c", "b"]
    assert {key: [one.code for one in several] for key, several in questions_by_kind().items()} == {
        kind.id: ["c", "b"]
    }
    assert second.sort == 3


def test_a_question_moves_no_farther_than_to_the_ends(kind: Category) -> None:
    first, second = [save_question(kind, None, facts(code=one), by=SYSTEM) for one in ("a", "b")]

    move_question(kind, first, -1, by=SYSTEM)
    move_question(kind, second, 1, by=SYSTEM)

    assert [one.code for one in questions_of(kind.id)] == ["a", "b"]


def test_every_change_stands_in_the_trail_of_the_kind_as_it_was_and_as_it_is(kind: Category) -> None:
    question = save_question(kind, None, facts(), by=SYSTEM)
    save_question(kind, question, {"question_zh": "什么颜色？"}, by=SYSTEM, seen=question.version)

    added, changed = trail_of(kind)[-2:]

    assert (added.action, added.facts["after"]["question_zh"]) == ("add_question", "车牌颜色？")
    assert changed.action == "change_question"
    assert [changed.facts[when]["question_zh"] for when in ("before", "after")] == [
        "车牌颜色？",
        "什么颜色？",
    ]


def test_the_code_of_a_question_stays(kind: Category) -> None:
    question = save_question(kind, None, facts(), by=SYSTEM)

    save_question(kind, question, {"code": "other"}, by=SYSTEM)

    assert get_question(kind.id, question.id).code == "plate"


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"code": "车牌"}, "code"),
        ({"code": "a b"}, "code"),
        ({"code": "x" * 41}, "code"),
        ({"code": "there"}, "code"),
        ({"question_zh": " "}, "question_zh"),
        ({"hint_en": "x" * 201}, "hint_en"),
        ({"datatype": "singlevaluelist"}, "choices"),
        ({"datatype": "multivaluelist", "choices": [{"key": "蓝", "name_zh": "蓝"}]}, "choices"),
        ({"datatype": "multivaluelist", "choices": [{"key": "blue", "name_zh": ""}]}, "choices"),
        ({"datatype": "multivaluelist", "choices": [{"key": "blue", "name_zh": "蓝"}] * 2}, "choices"),
        ({"datatype": "singlevaluelist", "choices": [{"key": str(n), "name_zh": "蓝"} for n in range(CHOICES_AT_MOST + 1)]}, "choices"),
    ],
)  # fmt: skip
def test_a_question_that_nobody_could_answer_is_refused_at_its_field(
    kind: Category, columns: dict[str, Any], field: str
) -> None:
    save_question(kind, None, facts(code="there"), by=SYSTEM)

    with pytest.raises(BadInput) as refused:
        save_question(kind, None, facts(**columns), by=SYSTEM)

    assert refused.value.field == field
    assert len(questions_of(kind.id)) == 1


def test_a_kind_asks_only_so_many_questions_and_another_kind_may_have_the_same_code(kind: Category) -> None:
    for number in range(QUESTIONS_AT_MOST):
        save_question(kind, None, facts(code=f"q{number}"), by=SYSTEM)

    with pytest.raises(BadInput) as refused:
        save_question(kind, None, facts(), by=SYSTEM)
    save_question(kind, None, facts(active=False), by=SYSTEM)
    save_question(a_category(), None, facts(), by=SYSTEM)

    assert refused.value.field == "active"


def test_whoever_is_no_administrator_or_comes_late_or_names_another_kind_changes_nothing(
    kind: Category,
) -> None:
    question = save_question(kind, None, facts(), by=SYSTEM)
    old = question.version
    save_question(kind, question, {"question_en": "Colour?"}, by=SYSTEM)

    with pytest.raises(NotAllowed):
        save_question(kind, question, {"active": False}, by=a_moderator().actor)
    with pytest.raises(NotAllowed):
        move_question(kind, question, 1, by=a_moderator().actor)
    with pytest.raises(Conflict):
        save_question(kind, question, {"active": False}, by=SYSTEM, seen=old)
    with pytest.raises(NotFound):
        save_question(a_category(), question, {"active": False}, by=SYSTEM)
    with pytest.raises(NotFound):
        get_question(a_category().id, question.id)

    assert question.active


def test_a_text_to_read_and_a_line_have_no_choices_and_what_asks_nothing_is_not_required(
    kind: Category,
) -> None:
    choices = [{"key": "blue", "name_zh": "蓝"}]

    text = save_question(
        kind, None, facts(code="a", variable=False, required=True, datatype="singlevaluelist", choices=choices), by=SYSTEM
    )  # fmt: skip
    line = save_question(kind, None, facts(code="b", choices=choices, required=True), by=SYSTEM)

    assert (text.required, text.choices) == (False, [])
    assert (line.required, line.choices) == (True, [])


# ── What a report keeps ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_report_keeps_what_was_asked_and_answered_when_the_question_changes(kind: Category) -> None:
    question = a_question(kind, "plate", Datatype.ONE, choices=COLOURS, question_zh="车牌颜色？")
    report = a_report(category=kind, answers={"plate": ["blue"], "unknown": ["x"]})

    new = [{"key": "blue", "name_zh": "别的", "name_en": ""}]
    save_question(kind, question, {"question_zh": "别的？", "choices": new}, by=SYSTEM)

    assert [(one["question_zh"], one["answer"][0]["zh"]) for one in report.answers] == [
        ("车牌颜色？", "蓝牌")
    ]


def test_a_missing_answer_is_refused_by_the_name_of_its_question_in_the_senders_language(
    kind: Category,
) -> None:
    a_question(kind, "lamp", required=True, question_zh="灯杆编号？", question_en="Number of the lamp?")

    with pytest.raises(BadInput, match="灯杆编号") as refused:
        a_report(category=kind)
    with pytest.raises(BadInput, match="Number of the lamp"):
        a_report(category=kind, locale="en")

    assert refused.value.field == "answers"


def test_whoever_saw_a_known_case_too_need_not_answer(kind: Category) -> None:
    case = a_case(category=kind)
    a_question(kind, "lamp", required=True)

    report = a_report(category=kind, joins_case_id=case.id)

    assert (report.joins_case_id, report.answers) == (case.id, [])


def test_another_system_may_say_more_than_it_is_asked(kind: Category) -> None:
    a_question(kind, "lamp", Datatype.NUMBER)

    report = a_report(category=kind, answers={"lamp": ["7"], "easting": ["531"]}, more_answers=True)

    assert [(one["code"], one["answer"][0]["key"]) for one in report.answers] == [
        ("lamp", "7"),
        ("easting", "531"),
    ]


@pytest.mark.pure
def test_a_moment_is_of_the_city_where_it_names_no_zone() -> None:
    keys, _ = read(asked(Datatype.DATETIME), "2027-02-05T14:30")

    assert datetime.fromisoformat(keys[0]) == datetime(2027, 2, 5, 14, 30, tzinfo=CITY)
