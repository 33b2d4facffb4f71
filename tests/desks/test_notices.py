"""The bell, what each recipient wants, and the way out of letters, as browsers and mail programs use them."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporter.accounts.models import User
from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.queries import get_case
from reporter.kernel.db import command, db
from reporter.kernel.policy import Role
from reporter.notices.commands.writing import contact_name
from reporter.notices.letters import token_of
from reporter.notices.queries import settings_of, wishes_of
from reporter.routing.models import Unit
from tests.make import a_case, a_report, a_unit, a_user
from tests.notices.posting import letters, work

SETTINGS = {
    "mail": ["work", "followed"], "sms": ["work", "clock", "followed"], "quiet_from": "21:30", "quiet_to": "06:15", "digest_hour": "9",
    "most": "4",
}  # fmt: skip
WHO = "who@example.org"


@pytest.fixture
def browser(client_as: Callable[..., FlaskClient], handler: User) -> FlaskClient:
    """Return the handler's browser."""
    return client_as(handler)


def test_the_bell_counts_what_is_new_and_stops_at_nine(browser: FlaskClient, unit: Unit) -> None:
    assert "data-bell-number" in browser.get("/unit/").text
    assert browser.get("/notices/bell").json == {"newest": 0, "unread": 0, "words": "Notices"}

    for _ in range(12):
        a_case(State.DISPATCHED, unit=unit)

    told = browser.get("/notices/bell").json
    assert told is not None
    assert told["words"] == "Notices, 9+ new"
    assert ">9+</span>" in browser.get("/unit/").text


def test_a_poll_that_brings_nothing_new_is_answered_304_and_kept_by_nobody_else(
    browser: FlaskClient, unit: Unit
) -> None:
    a_case(State.DISPATCHED, unit=unit)
    first = browser.get("/notices/bell")

    same = browser.get("/notices/bell", headers={"If-None-Match": first.headers["ETag"]})
    a_case(State.DISPATCHED, unit=unit)
    other = browser.get("/notices/bell", headers={"If-None-Match": first.headers["ETag"]})

    assert (same.status_code, same.data) == (304, b"")
    assert other.status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in first.headers["Vary"]


def test_the_list_leads_to_the_case_and_is_read_at_one_press(browser: FlaskClient, unit: Unit) -> None:
    case = a_case(State.DISPATCHED, unit=unit)
    page = browser.get("/notices/").text
    assert f'href="/unit/{case.id}"' in page
    assert case.number in page
    assert '<li class="new">' in page
    newest = browser.get("/notices/bell").json

    assert newest is not None
    assert browser.post("/notices/read", data={"up_to": str(newest["newest"])}).location == "/notices/"

    assert '<li class="new">' not in browser.get("/notices/").text
    assert browser.get("/notices/bell").json == {**newest, "unread": 0, "words": "Notices"}


def test_a_case_that_went_to_another_unit_is_named_and_not_led_to(browser: FlaskClient, unit: Unit) -> None:
    case = a_case(State.DISPATCHED, unit=unit)
    assert f'href="/unit/{case.id}"' in browser.get("/notices/").text

    other = a_unit("环卫二队").id
    command(lambda: setattr(get_case(case.id), "lead_unit_id", other))()

    page = browser.get("/notices/").text
    assert f'href="/unit/{case.id}"' not in page
    assert case.number in page
    assert browser.get(f"/unit/{case.id}").status_code == 403


@pytest.mark.parametrize(
    ("up_to", "status"), [("", 422), ("x", 422), ("-1", 422), ("9" * 11, 422), ("9" * 10, 302)]
)
def test_nobody_marks_what_is_still_to_come_as_read(
    browser: FlaskClient, unit: Unit, up_to: str, status: int
) -> None:
    assert browser.post("/notices/read", data={"up_to": up_to}).status_code == status

    a_case(State.DISPATCHED, unit=unit)

    told = browser.get("/notices/bell").json
    assert told is not None
    assert told["unread"] == 1


def test_each_reads_what_is_theirs_and_no_more(client_as: Callable[..., FlaskClient], unit: Unit) -> None:
    resident, centre, other = a_user(), a_user(Role.SHIFT_LEADER), a_user(unit=a_unit())
    report = a_report(by=resident.actor)
    case = a_case(State.HANDLING, unit=unit)
    advance(case, Action.REQUEST_SEND_BACK, by=a_user(Role.HANDLER, unit=unit).actor, reason="not ours")

    own, desk, elsewhere = (client_as(one).get("/notices/").text for one in (resident, centre, other))

    assert f"/track/{report.code}" in own
    assert f" {case.number} " not in own
    assert f"/triage/cases/{case.id}" in desk
    assert case.number not in elsewhere
    assert client_as().get("/notices/").status_code == 302
    assert client_as().get("/notices/bell", headers={"Accept": "application/json"}).status_code == 401


def test_a_long_list_is_read_page_by_page(browser: FlaskClient, unit: Unit) -> None:
    case = a_case(State.HANDLING, unit=unit)
    for _ in range(35):
        advance(case, Action.URGE, by=a_user(Role.SUPERVISOR).actor)

    first = browser.get("/notices/").text
    after = first.split("/notices/?after=")[1].split('"')[0]
    second = browser.get(f"/notices/?after={after}").text

    assert (first.count('<li class="new">'), second.count('<li class="new">')) == (30, 6)
    assert browser.get("/notices/?after=damaged").status_code == 422


def test_settings_are_kept_and_come_back(browser: FlaskClient, handler: User) -> None:
    answer = browser.post("/notices/settings", data=SETTINGS)

    row = settings_of(f"user:{handler.id}")
    assert answer.location == "/notices/settings"
    assert row is not None
    assert (row.quiet_from, row.quiet_to, row.digest_hour, row.most) == (21 * 60 + 30, 6 * 60 + 15, 9, 4)
    assert row.off == ["clock.mail"]
    page = browser.get("/notices/settings").text
    assert 'value="21:30"' in page
    assert 'value="4"' in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("quiet_from", "late", "Quiet from"),
        ("quiet_to", "", "Please give a time such as 22:00."),
        ("digest_hour", "24", "Please give an hour from 0 to 23."),
        ("most", "0", "Please give a number from 1 to 100."),
        ("most", "many", "At most so many a day"),
        ("mail", "pigeon", "By mail"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_typed_is_lost(
    browser: FlaskClient, handler: User, field: str, value: str, words: str
) -> None:
    answer = browser.post("/notices/settings", data=SETTINGS | {field: value})

    assert answer.status_code == 422
    assert words in answer.text
    assert settings_of(f"user:{handler.id}") is None
    assert field == "digest_hour" or 'value="9"' in answer.text


def test_whoever_works_here_sets_the_same_by_the_link(
    client_as: Callable[..., FlaskClient], unit: Unit
) -> None:
    leader = a_user(Role.SHIFT_LEADER, locale="en")
    page = f"/notices/by/{token_of(f'user:{leader.id}')}"
    browser = client_as()
    browser.get("/", headers={"Accept-Language": "en"})

    shown = browser.get(page, headers={"Accept-Language": "en"}).text
    browser.post(page, data=SETTINGS | {"mail": ["clock"], "sms": [], "desk_mail": "y"})

    assert "What waits at my desk" in shown
    assert "How my reports go on" not in shown
    row = settings_of(f"user:{leader.id}")
    assert row is not None
    assert (row.off, row.desk_mail) == (
        ["clock.sms", "desk.mail", "desk.sms", "followed.mail", "followed.sms"],
        True,
    )


def test_what_a_form_does_not_offer_stays_as_it_was_set(client_as: Callable[..., FlaskClient]) -> None:
    person = a_user(Role.SHIFT_LEADER)
    client_as(person).post("/notices/settings", data=SETTINGS | {"mail": [], "sms": [], "desk_mail": "y"})
    become(person, [Role.RESIDENT])

    client_as(person).post("/notices/settings", data=SETTINGS | {"mail": ["progress"], "sms": []})

    row = settings_of(f"user:{person.id}")
    assert row is not None
    assert row.desk_mail
    assert {"desk.mail", "clock.mail", "progress.sms"} <= set(row.off)
    assert "progress.mail" not in row.off


@command
def become(person: User, roles: list[Role]) -> None:
    db.session.merge(person).roles = [str(role) for role in roles]


def test_a_mail_program_ends_all_letters_at_one_press_without_a_session(app: Flask) -> None:
    a_report(contact=WHO, notify=True)
    work()
    address = letters()[0].headers["List-Unsubscribe"].strip("<>").removeprefix("https://jining.example")
    client = app.test_client()

    looked = client.get(address)
    assert looked.status_code == 200
    assert wishes_of(contact_name(WHO)).off == frozenset()

    pressed = client.post(address, data={"List-Unsubscribe": "One-Click"})
    again = client.post(address, data={"List-Unsubscribe": "One-Click"})

    assert (pressed.status_code, again.status_code) == (200, 200)
    assert "progress.mail" in wishes_of(contact_name(WHO)).off
    a_report(contact=WHO, notify=True)
    work()
    assert len(letters()) == 1


def test_whoever_has_no_account_sets_what_they_want_by_the_link(app: Flask) -> None:
    client, address = app.test_client(), f"/notices/by/{token_of(contact_name(WHO))}"
    assert client.get(address).status_code == 200

    answer = client.post(address, data=SETTINGS | {"mail": ["question"], "sms": []})

    assert answer.location == address
    assert "progress.mail" in wishes_of(contact_name(WHO)).off
    assert "question.mail" not in wishes_of(contact_name(WHO)).off


@pytest.mark.parametrize("way", ["by", "stop"])
def test_a_forged_link_opens_nothing(app: Flask, way: str) -> None:
    forged = token_of(contact_name(WHO))[:-2] + "xx"

    assert app.test_client().get(f"/notices/{way}/{forged}").status_code == 404
    assert app.test_client().post(f"/notices/{way}/{forged}").status_code == 404
    assert settings_of(contact_name(WHO)) is None
