"""Appeals on the pages: of a resident without an account, and at the moderators' desk."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reporter.kernel.db import db
from reporter.kernel.policy import ANYONE, SYSTEM, Role
from reporter.reports.appeals import appeal_of
from reporter.reports.commands.appealing import appeal
from reporter.reports.commands.aside import set_aside
from reporter.reports.lifecycle import State
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from tests.make import a_report, a_user

Client = Callable[..., FlaskClient]


@pytest.fixture
def apart() -> Report:
    """Return a report in the side queue."""
    report = a_report()
    set_aside(report, by=SYSTEM)
    return report


def test_the_page_of_a_report_that_is_apart_says_so_and_leads_to_the_appeal(
    client_as: Client, apart: Report
) -> None:
    page = client_as().get(f"/track/{apart.code}").text

    assert f"/appeal?code={apart.code}" in page


def test_a_resident_appeals_and_reads_the_answer_where_they_asked(client_as: Client, apart: Report) -> None:
    resident = client_as()

    sent = resident.post("/appeal", data={"code": apart.code, "words": "不是垃圾信息"})
    moderator = client_as(a_user(Role.ACCEPTOR, locale="en"))
    desk = moderator.get("/triage/appeals").text
    queue = moderator.get("/triage/").text
    refused = moderator.post("/triage/appeals/1/refuse", data={"refuse1-reply": "与前几次相同"})

    assert (sent.status_code, sent.location) == (302, f"/appeal?code={apart.code}")
    assert "不是垃圾信息" in desk
    assert apart.number in desk
    assert "/triage/appeals" in queue
    assert refused.status_code == 302
    assert "与前几次相同" in resident.get(sent.location).text
    assert "/triage/appeals" not in moderator.get("/triage/").text


def test_a_moderator_agrees_and_the_report_is_back(client_as: Client, apart: Report) -> None:
    made = appeal("不是垃圾信息", sender="me", report=apart, by=ANYONE)
    db.session.commit()

    answer = client_as(a_user(Role.ACCEPTOR)).post(f"/triage/appeals/{made.id}/agree")

    db.session.rollback()
    assert answer.location == "/triage/appeals"
    assert get_report(apart.id).state is State.SUBMITTED


def test_a_refusal_without_words_comes_back(client_as: Client) -> None:
    made = appeal("我被限制了", sender="me", by=ANYONE)
    db.session.commit()

    answer = client_as(a_user(Role.ACCEPTOR)).post(
        f"/triage/appeals/{made.id}/refuse", data={f"refuse{made.id}-reply": " "}
    )

    db.session.rollback()
    assert answer.status_code == 422
    assert 'id="errors"' in answer.text
    assert appeal_of(made.id).decided_at is None


def test_two_moderators_decide_once(client_as: Client) -> None:
    made = appeal("我被限制了", sender="me", by=ANYONE)
    db.session.commit()
    moderator = client_as(a_user(Role.ACCEPTOR))
    moderator.post(f"/triage/appeals/{made.id}/agree")

    again = moderator.post(f"/triage/appeals/{made.id}/refuse", data={f"refuse{made.id}-reply": "不同意"})

    assert again.status_code == 409
    assert "不同意" in again.text


def test_an_appeal_without_words_comes_back_and_a_wrong_code_finds_nothing(
    client_as: Client, apart: Report
) -> None:
    client = client_as()

    assert client.post("/appeal", data={"code": apart.code, "words": ""}).status_code == 422
    assert client.get("/appeal?code=ABCDEFGH23456789").status_code == 404
    assert client.get("/triage/appeals").status_code == 302


def test_somebody_who_is_not_a_moderator_decides_nothing(client_as: Client) -> None:
    made = appeal("我被限制了", sender="me", by=ANYONE)
    db.session.commit()

    assert client_as(a_user(Role.INSPECTOR)).post(f"/triage/appeals/{made.id}/agree").status_code == 403


def test_only_so_many_appeals_come_from_one_address(watched: FlaskClient) -> None:
    answers = [
        watched.application.test_client().post("/appeal", data={"words": f"第{number}次"})
        for number in range(11)
    ]

    assert [one.status_code for one in answers] == [302] * 10 + [429]
    assert "第10次" in answers[-1].text
