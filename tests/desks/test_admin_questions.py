"""The administrators' desk: what a kind asks besides."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from reporter.cases.answers import Datatype
from reporter.cases.asking import save_question
from reporter.cases.models import Category
from reporter.cases.questions import get_question, questions_of
from reporter.kernel.policy import SYSTEM, Role
from tests.make import a_category, a_moderator, a_question, a_user

SignIn = Callable[..., FlaskClient]
LINE: dict[str, Any] = {
    "code": "lamp", "datatype": "string", "question_zh": "灯杆编号？", "question_en": "Number of the lamp?",
    "hint_zh": "贴在灯杆上", "hint_en": "", "choices": "", "active": "y",
}  # fmt: skip
LIST = LINE | {
    "code": "plate", "datatype": "singlevaluelist", "question_zh": "车牌颜色？",
    "choices": "blue | 蓝牌 | Blue\r\n\r\ngreen|绿牌", "required": "y",
}  # fmt: skip


@pytest.fixture
def admin(client_as: SignIn) -> FlaskClient:
    """Return the browser of a system administrator."""
    return client_as(a_user(Role.SYSTEM_ADMIN))


@pytest.fixture
def kind() -> Category:
    """Return a kind that asks nothing yet."""
    return a_category("设施破损")


def test_questions_are_added_changed_put_in_order_and_retired(admin: FlaskClient, kind: Category) -> None:
    base = f"/admin/kinds/{kind.id}/questions"
    for typed in (LINE, LIST):
        assert admin.post(f"{base}/new", data=typed).status_code == 302
    line, listed = questions_of(kind.id)

    moved = admin.post(f"{base}/{listed.id}/move", data={"by": "-1"})
    changed = admin.post(f"{base}/{line.id}", data=LINE | {"active": "", "version": get_question(kind.id, line.id).version})  # fmt: skip

    page = admin.get(f"/admin/kinds/{kind.id}").text
    assert (moved.status_code, changed.status_code) == (302, 302)
    assert [one.code for one in questions_of(kind.id)] == ["plate"]
    assert page.index("车牌颜色？") < page.index("灯杆编号？")
    assert get_question(kind.id, listed.id).choices == [
        {"key": "blue", "name_zh": "蓝牌", "name_en": "Blue"},
        {"key": "green", "name_zh": "绿牌", "name_en": ""},
    ]


def test_a_question_is_shown_as_it_is_with_its_list(admin: FlaskClient, kind: Category) -> None:
    admin.post(f"/admin/kinds/{kind.id}/questions/new", data=LIST)
    question = questions_of(kind.id)[0]

    page = admin.get(f"/admin/kinds/{kind.id}/questions/{question.id}").text

    assert "blue | 蓝牌 | Blue\ngreen | 绿牌</textarea>" in page
    assert '<option selected value="singlevaluelist">' in page
    assert 'name="code"' not in page


def test_a_text_to_read_is_a_question_without_an_answer(admin: FlaskClient, kind: Category) -> None:
    admin.post(f"/admin/kinds/{kind.id}/questions/new", data=LINE | {"datatype": "nothing", "required": "y"})
    question = questions_of(kind.id)[0]

    page = admin.get(f"/admin/kinds/{kind.id}/questions/{question.id}").text

    assert (question.variable, question.required, question.datatype) == (False, False, Datatype.STRING)
    assert '<option selected value="nothing">' in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "灯杆"}, "code"),
        ({"code": "there"}, "code"),
        ({"question_zh": " "}, "question_zh"),
        ({"question_en": "x" * 201}, "question_en"),
        ({"datatype": "song"}, "datatype"),
        ({"datatype": "multivaluelist"}, "choices"),
        ({"datatype": "multivaluelist", "choices": "蓝牌"}, "choices"),
        ({"datatype": "multivaluelist", "choices": "a | 蓝 | Blue | Bleu"}, "choices"),
        ({"datatype": "multivaluelist", "choices": "a | 蓝\na | 绿"}, "choices"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field_and_all_that_was_typed_stays(
    admin: FlaskClient, kind: Category, typed: dict[str, str], field: str
) -> None:
    a_question(kind, "there")

    answer = admin.post(f"/admin/kinds/{kind.id}/questions/new", data=LINE | typed)

    assert answer.status_code == 422
    assert f'id="{field}-err"' in answer.text
    assert "贴在灯杆上" in answer.text
    assert len(questions_of(kind.id)) == 1


def test_of_two_administrators_the_later_one_is_told_and_keeps_what_was_typed(
    admin: FlaskClient, kind: Category
) -> None:
    question = a_question(kind)
    seen = question.version
    save_question(kind, question, {"question_en": "Which lamp?"}, by=SYSTEM)
    address = f"/admin/kinds/{kind.id}/questions/{question.id}"

    late = admin.post(address, data=LINE | {"question_zh": "第几根灯杆？", "version": seen})
    again = admin.post(address, data=LINE | {"question_zh": "第几根灯杆？", "version": get_question(kind.id, question.id).version})  # fmt: skip

    assert (late.status_code, again.status_code) == (409, 302)
    assert "第几根灯杆？" in late.text
    assert get_question(kind.id, question.id).question_zh == "第几根灯杆？"


def test_a_question_is_found_under_its_own_kind_only_and_moves_one_place(
    admin: FlaskClient, kind: Category
) -> None:
    question, other = a_question(kind), a_category()

    strange = admin.get(f"/admin/kinds/{other.id}/questions/{question.id}")
    farther = admin.post(f"/admin/kinds/{kind.id}/questions/{question.id}/move", data={"by": "7"})

    assert (strange.status_code, farther.status_code) == (404, 404)


def test_only_system_administrators_ask(client_as: SignIn, kind: Category) -> None:
    address = f"/admin/kinds/{kind.id}/questions/new"

    answers = [
        client_as(user).post(address, data=LINE) for user in (a_moderator(), a_user(Role.SECURITY_ADMIN))
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert list(questions_of(kind.id)) == []
