"""Who sends too much: told how long to wait, asked to prove who reads, set apart, stopped; nothing typed is lost."""

import re
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from reporter.accounts.models import User
from reporter.cases.models import Category
from reporter.desks.resident import budget
from reporter.desks.resident.budget import BUDGETS, Answer, Budget
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.reports.appeals import last_appeal
from reporter.reports.commands.appealing import agree
from reporter.reports.lifecycle import State
from reporter.reports.models import Appeal, Report
from tests.desks.residents import JSON, a_city_to_report_in, a_file, filled, post
from tests.make import a_moderator, a_picture, a_user

PHONE = "13847400001"
NOWHERE = {"lon": "", "lat": "", "address": ""}  # the form is whole, yet no report is taken


@pytest.fixture
def kind() -> Category:
    return a_city_to_report_in()


def send(client: FlaskClient, kind: Category, **changes: object) -> TestResponse:
    words = changes.pop("words", None) or f"第{uuid4().hex[:8]}处盲道被占"
    client.get("/report")
    place = {"REMOTE_ADDR": changes.pop("at", "127.0.0.1")}
    changes = {"act": "send_as_it_is", "photos": [a_file(a_picture(uuid4().hex))]} | changes
    return client.post(
        "/report",
        data=filled(kind, words=words, **changes),
        content_type="multipart/form-data",
        environ_base=place,
    )


def reports() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Report.id))) or 0


def then(monkeypatch: pytest.MonkeyPatch, answer: Answer, *, of: str = "device") -> None:
    """Let `answer` follow after one report an hour."""
    monkeypatch.setattr(budget, "BUDGETS", (Budget(of, "1 per hour", answer),))


@pytest.mark.pure
def test_each_answer_comes_before_the_graver_one() -> None:
    room = {
        (one.of, one.answer): int(re.match(r"\d+", one.limits).group()) * (24 if "hour" in one.limits else 1)  # type: ignore[union-attr]
        for one in BUDGETS
        if one.answer is not Answer.SLOW
    }

    for of in ("device", "address", "account", "typed"):
        grades = [room[of, answer] for answer in (Answer.PROVE, Answer.ASIDE) if (of, answer) in room]
        assert grades == sorted(grades)
    assert room["device", Answer.ASIDE] > room["device", Answer.PROVE]


def test_whoever_is_too_fast_reads_until_when_and_keeps_what_was_typed(
    watched: FlaskClient, kind: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    then(monkeypatch, Answer.SLOW)
    send(watched, kind)

    refused = send(watched, kind, words="井盖坏了三天没人修")

    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert "井盖坏了三天没人修" in refused.text
    assert reports() == 1


def test_a_phone_that_sends_what_waited_is_told_to_wait_too(
    watched: FlaskClient, kind: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    then(monkeypatch, Answer.SLOW)
    send(watched, kind)

    refused = post(watched, "/report", filled(kind, act="send_as_it_is"), headers=JSON)

    assert (refused.status_code, refused.json["fields"]) == (429, ["pace"])  # type: ignore[index]


def test_the_same_report_sent_again_is_never_too_much(
    watched: FlaskClient, kind: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    then(monkeypatch, Answer.STOP)
    own = str(uuid4())
    first = send(watched, kind, client_id=own)

    again = send(watched, kind, client_id=own)

    assert (first.status_code, again.status_code) == (302, 302)
    assert first.location == again.location


def test_whoever_is_asked_for_proof_signs_in_by_a_code_and_sends_what_was_typed(
    watched: FlaskClient, kind: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    then(monkeypatch, Answer.PROVE)
    send(watched, kind)

    asked = send(watched, kind, words="井盖坏了三天没人修")
    with watched.session_transaction() as session:
        session["_user_id"] = str(a_user().id)
    sent = send(watched, kind, words="井盖坏了三天没人修")

    assert (asked.status_code, "井盖坏了三天没人修" in asked.text) == (422, True)
    assert 'href="/sign-in" target="_blank"' in asked.text
    assert (sent.status_code, reports()) == (302, 2)


def test_what_is_over_the_budget_is_set_apart_openly_and_can_be_appealed(
    watched: FlaskClient, kind: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    then(monkeypatch, Answer.ASIDE)
    send(watched, kind)

    receipt = watched.get(send(watched, kind).location or "")

    db.session.rollback()
    last = db.session.scalars(select(Report).order_by(Report.id.desc())).first()
    assert last is not None
    assert last.state is State.ASIDE
    assert "over_budget" in [reason["why"] for reason in last.reasons]
    assert f"/appeal?code={last.code}" in receipt.text


def test_what_is_urgent_is_never_set_apart(watched: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = a_city_to_report_in()
    kind.subcategories[0].urgent = True
    db.session.commit()
    then(monkeypatch, Answer.ASIDE)
    sub = str(kind.subcategories[0].id)
    send(watched, kind, subcategory_id=sub)

    send(watched, kind, subcategory_id=sub)

    db.session.rollback()
    assert set(db.session.scalars(select(Report.state))) == {State.SUBMITTED}


def test_whoever_is_stopped_appeals_without_an_account_and_sends_when_a_moderator_agrees(
    watched: FlaskClient, kind: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    then(monkeypatch, Answer.STOP)
    send(watched, kind)
    stopped = send(watched, kind, words="井盖坏了三天没人修")

    watched.post("/appeal", data={"words": "我是网格员，今天巡查"})
    waiting = watched.get("/appeal").text
    db.session.rollback()
    made = db.session.scalars(select(Appeal)).one()
    agree(made, by=a_moderator().actor)
    db.session.commit()

    assert (stopped.status_code, "井盖坏了三天没人修" in stopped.text, "/appeal" in stopped.text) == (
        429,
        True,
        True,
    )
    assert 'name="words"' not in waiting
    assert made.report_id is None
    assert send(watched, kind).status_code == 302
    assert "我是网格员" not in watched.application.test_client().get("/appeal").text
    assert last_appeal(sender="another") is None


def test_staff_are_not_counted(watched: FlaskClient, kind: Category, monkeypatch: pytest.MonkeyPatch) -> None:
    then(monkeypatch, Answer.STOP)
    inspector: User = a_user(Role.INSPECTOR)
    with watched.session_transaction() as session:
        session["_user_id"] = str(inspector.id)

    answers = [send(watched, kind).status_code for _ in range(3)]

    assert answers == [302] * 3


def signed_in(client: FlaskClient, user: User) -> FlaskClient:
    """Return a browser of its own in which `user` has signed in."""
    own = client.application.test_client()
    with own.session_transaction() as session:
        session["_user_id"] = str(user.id)
    return own


def last_state() -> State:
    db.session.rollback()
    return db.session.scalars(select(Report.state).order_by(Report.id.desc())).first()  # type: ignore[return-value]


def test_an_account_is_counted_whatever_the_browser(
    watched: FlaskClient, kind: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    then(monkeypatch, Answer.STOP, of="account")
    user = a_user()
    send(signed_in(watched, user), kind)

    again = send(signed_in(watched, user), kind)

    assert (again.status_code, send(watched, kind).status_code) == (429, 302)


def test_a_contact_that_was_typed_is_counted_however_it_is_written_and_sets_apart_at_worst(
    watched: FlaskClient, kind: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    then(monkeypatch, Answer.ASIDE, of="typed")
    send(watched, kind, contact=PHONE)

    send(watched.application.test_client(), kind, contact=f"+86 {PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}")

    assert last_state() is State.ASIDE
    assert {one.answer for one in BUDGETS if one.of == "typed"} == {Answer.ASIDE}


def test_whose_contact_somebody_else_typed_reports_as_ever_once_signed_in(
    watched: FlaskClient, kind: Category
) -> None:
    for number in range(61):
        send(watched.application.test_client(), kind, contact=PHONE, at=f"198.51.100.{number}", **NOWHERE)

    sent = send(signed_in(watched, a_user(phone=PHONE)), kind, contact=PHONE)

    assert (sent.status_code, last_state()) == (302, State.SUBMITTED)


def test_what_was_not_taken_does_not_count_for_the_contact_that_was_typed(
    watched: FlaskClient, kind: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    then(monkeypatch, Answer.ASIDE, of="typed")
    own = str(uuid4())
    refused = send(watched, kind, contact=PHONE, **NOWHERE)
    first = send(watched, kind, contact=PHONE, client_id=own)
    state = last_state()
    again = send(watched, kind, contact=PHONE, client_id=own)

    assert (refused.status_code, first.status_code, again.status_code) == (422, 302, 302)
    assert state is State.SUBMITTED
