"""Reporting: what the chosen kind asks besides."""

from typing import Any

import pytest
from sqlalchemy import select

from reporter.cases.answers import Datatype
from reporter.cases.asking import save_question
from reporter.cases.models import Category
from reporter.kernel.db import db
from reporter.kernel.policy import SYSTEM
from reporter.reports.models import Report
from tests.desks.residents import JSON, Open, a_city_to_report_in, filled, post, rows, send, the_report
from tests.make import a_case, a_category, a_question
from tests.queries import counted

CHOICES = [
    {"key": "one", "name_zh": "一辆", "name_en": "One"},
    {"key": "more", "name_zh": "更多", "name_en": "More"},
]


def named(kind: Category, code: str) -> str:
    return f"answer-{kind.slug}-{code}"


def answers() -> list[tuple[str, list[str]]]:
    return [(one["code"], [part["zh"] for part in one["answer"]]) for one in the_report().answers]


def test_answers_of_every_sort_go_with_the_report_and_those_of_other_kinds_do_not(client_as: Open) -> None:
    kind, other = a_city_to_report_in(), a_category()
    a_question(kind, "text", Datatype.TEXT)
    a_question(kind, "number", Datatype.NUMBER)
    a_question(kind, "when", Datatype.DATETIME)
    a_question(kind, "cars", Datatype.ONE, choices=CHOICES)
    a_question(kind, "lie", Datatype.SEVERAL, choices=CHOICES)
    a_question(kind, "empty")
    a_question(other, "lamp", Datatype.NUMBER, required=True)
    typed: dict[str, Any] = {
        "text": "一行\r\n二行", "number": "3", "when": "2027-02-05T14:30", "cars": "more", "lie": ["more", "one"], "empty": " ",
    }  # fmt: skip

    answer = send(
        client_as(), filled(kind, **{named(kind, code): one for code, one in typed.items()}, **{named(other, "lamp"): "x"})
    )  # fmt: skip

    assert answer.status_code == 302
    assert answers() == [
        ("text", ["一行\n二行"]), ("number", ["3"]), ("when", ["2027-02-05T06:30:00Z"]), ("cars", ["更多"]),
        ("lie", ["一辆", "更多"]),
    ]  # fmt: skip


def test_a_required_question_without_an_answer_is_named_and_nothing_typed_is_lost(client_as: Open) -> None:
    kind = a_city_to_report_in()
    a_question(kind, "lamp", required=True, question_zh="灯杆编号？")
    a_question(kind, "cars", Datatype.ONE, choices=CHOICES)
    fields = filled(kind, words="灯不亮", **{named(kind, "cars"): "more"})

    answer = send(client_as(), fields)

    assert answer.status_code == 422
    assert f'href="#{named(kind, "lamp")}"' in answer.text
    assert f'id="{named(kind, "lamp")}-err"' in answer.text
    assert f'<input type="radio" name="{named(kind, "cars")}" value="more" checked' in answer.text
    assert "灯不亮" in answer.text
    assert rows()["reports"] == 0


@pytest.mark.parametrize(
    ("datatype", "wrong"),
    [
        (Datatype.NUMBER, "好几个"),
        (Datatype.DATETIME, "昨天"),
        (Datatype.ONE, "none of these"),
        (Datatype.STRING, "字" * 201),
    ],
)
def test_an_answer_that_cannot_be_read_is_said_at_its_question(
    client_as: Open, datatype: Datatype, wrong: str
) -> None:
    kind = a_city_to_report_in()
    a_question(kind, "asked", datatype, choices=CHOICES)

    answer = send(client_as(), filled(kind, **{named(kind, "asked"): wrong}))

    assert answer.status_code == 422
    assert f'id="{named(kind, "asked")}-err"' in answer.text
    assert rows()["reports"] == 0


def test_without_scripts_the_questions_of_the_chosen_kind_come_by_a_button(client_as: Open) -> None:
    kind, other = a_city_to_report_in(), a_category()
    a_question(kind, "lamp", required=True)
    a_question(other, "note", question_zh="请站在安全的地方拍照。", variable=False)
    client = client_as()

    none = client.get("/report").text
    first = post(client, "/report", filled(kind, act="ask", photos=None))
    second = post(client, "/report", filled(other, act="ask", photos=None))
    unknown = post(client, "/report", filled(kind, act="ask", photos=None, category=""))

    shown = {slug: f'data-questions-of="{slug}">' for slug in (kind.slug, other.slug)}
    assert [one in none for one in shown.values()] == [False, False]
    assert [one in first.text for one in shown.values()] == [True, False]
    assert [one in second.text for one in shown.values()] == [False, True]
    assert "请站在安全的地方拍照。" in second.text
    assert first.status_code == 200
    assert 'id="category-err"' in unknown.text


def test_whoever_joins_a_known_case_is_asked_nothing(client_as: Open) -> None:
    kind = a_city_to_report_in()
    case = a_case(category=kind)
    a_question(kind, "lamp", required=True)

    answer = send(client_as(), filled(kind, joins=str(case.id)))

    assert answer.status_code == 302
    assert the_joined(case.id).answers == []


def the_joined(case_id: int) -> Report:
    return db.session.scalars(select(Report).where(Report.joins_case_id == case_id)).one()


def test_a_phone_that_kept_an_older_page_hears_what_is_asked_now(client_as: Open) -> None:
    kind = a_city_to_report_in()
    a_question(kind, "lamp", required=True, question_zh="灯杆编号？")

    answer = post(client_as(), "/report", filled(kind), headers=JSON)

    assert answer.status_code == 422
    assert answer.get_json()["fields"] == [named(kind, "lamp")]


def test_a_retired_question_is_neither_shown_nor_needed_nor_kept(client_as: Open) -> None:
    kind = a_city_to_report_in()
    question = a_question(kind, "lamp", required=True, question_zh="灯杆编号？")
    save_question(kind, question, {"active": False}, by=SYSTEM)
    client = client_as()

    page = client.get("/report").text
    answer = send(client, filled(kind, **{named(kind, "lamp"): "K-1"}))

    assert "灯杆编号？" not in page
    assert answer.status_code == 302
    assert the_report().answers == []


def test_a_long_list_opens_and_a_short_one_lies_open(client_as: Open) -> None:
    kind = a_city_to_report_in()
    many = [{"key": f"k{number}", "name_zh": f"第{number}项"} for number in range(7)]
    a_question(kind, "short", Datatype.ONE, choices=CHOICES)
    a_question(kind, "long", Datatype.ONE, choices=many)

    page = client_as().get("/report").text

    assert f'<input type="radio" name="{named(kind, "short")}" value="one"' in page
    assert f'name="{named(kind, "long")}"' in page[page.index("<select") :]


def test_the_questions_of_all_kinds_cost_the_form_one_statement(client_as: Open) -> None:
    kind = a_city_to_report_in()
    client = client_as()
    client.get("/report")
    with counted() as before:
        client.get("/report")
    for number in range(5):
        a_question(kind, f"q{number}")
        a_question(a_category(), f"q{number}")

    with counted() as after:
        client.get("/report")

    assert len(after) == len(before)
