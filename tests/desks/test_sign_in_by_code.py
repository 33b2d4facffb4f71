"""Sign in by a code and by the link of a letter; what is answered to strangers; what a demonstration shows."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporter.accounts.commands.codes import FROM_ANYWHERE, Asking, ask_for_code, link_token
from reporter.accounts.queries import real_name_of, user_by_login
from reporter.cities.queries import current_city
from reporter.kernel.audit import trail_of
from reporter.kernel.db import db
from reporter.kernel.errors import TooMany
from reporter.kernel.policy import Role
from reporter.ports import ports
from reporter.ports.mail import LogMail
from tests.make import a_report, a_user
from tests.notices.posting import letters, work

Client = Callable[..., FlaskClient]
MAIL = "qiqige@example.org"
FORM = "by-code-contact"


def code_in_letter() -> str:
    work()
    found = re.search(r"\d{6}", letters()[-1].subject)
    assert found is not None
    return found[0]


def test_one_form_signs_in_whoever_is_new_and_leads_to_their_reports(client_as: Client) -> None:
    client = client_as()

    asked = client.post("/sign-in/code", data={FORM: MAIL})
    page = client.get(asked.location)
    entered = client.post("/sign-in/code/enter", data={"code": code_in_letter()})

    assert asked.location == "/sign-in/code"
    assert "q***@example.org" in page.text
    assert MAIL not in page.text
    assert entered.location == "/my"
    assert client.get("/account").status_code == 200


def test_the_page_one_wanted_opens_after_the_code(client_as: Client) -> None:
    client = client_as()
    wanted = client.get("/account").location
    remembered = re.search(r'name="by-code-next" type="hidden" value="([^"]*)"', client.get(wanted).text)
    assert remembered is not None

    asked = client.post("/sign-in/code", data={FORM: MAIL, "by-code-next": unescape(remembered[1])})
    page = client.get(asked.location)
    entered = client.post(
        "/sign-in/code/enter", data={"code": code_in_letter(), "next": unescape(remembered[1])}
    )

    assert 'value="/account"' in page.text
    assert entered.location == "/account"


@pytest.mark.parametrize("kind", ["resident", "staff", "closed", "stranger"])
def test_the_answer_says_nothing_of_whether_somebody_is_known(client_as: Client, kind: str) -> None:
    made: dict[str, Callable[[], object]] = {
        "resident": lambda: a_user(email=MAIL),
        "staff": lambda: a_user(Role.ACCEPTOR, email=MAIL),
        "closed": lambda: a_user(email=MAIL, active=False),
        "stranger": lambda: None,
    }
    made[kind]()
    known, stranger = client_as(), client_as()

    answers = [
        known.post("/sign-in/code", data={FORM: MAIL}),
        stranger.post("/sign-in/code", data={FORM: "q@example.org"}),
    ]
    pages = [known.get("/sign-in/code").text, stranger.get("/sign-in/code").text]

    assert [(one.status_code, one.location, one.text) for one in answers[:1]] == [
        (one.status_code, one.location, one.text) for one in answers[1:]
    ]
    plain = [re.sub(r"nonce-\S+|nonce=\S+", "", page) for page in pages]
    assert plain[0] == plain[1]


def test_a_wrong_code_is_said_at_its_field_with_what_is_left(client_as: Client) -> None:
    client = client_as()
    client.post("/sign-in/code", data={FORM: MAIL})

    answers = [client.post("/sign-in/code/enter", data={"code": "no code"}) for _ in range(5)]
    after = client.get("/sign-in/code")

    assert [answer.status_code for answer in answers] == [422] * 4 + [302]
    assert 'id="code-err"' in answers[0].text
    assert "还可以再试 4 次" in answers[0].text
    assert answers[-1].location == "/sign-in"
    assert after.location == "/sign-in"


def test_a_code_of_another_browser_cannot_be_tried(client_as: Client) -> None:
    client_as().post("/sign-in/code", data={FORM: MAIL})
    code = code_in_letter()

    answer = client_as().post("/sign-in/code/enter", data={"code": code})

    assert answer.location == "/sign-in"


@pytest.mark.parametrize("contact", ["", "0474-8230001", "nobody"])
def test_what_no_code_goes_to_is_said_at_its_field_and_kept(client_as: Client, contact: str) -> None:
    answer = client_as().post("/sign-in/code", data={FORM: contact})

    assert answer.status_code == 422
    assert f'id="{FORM}-err"' in answer.text
    assert f'value="{contact}"' in answer.text


def test_asking_too_often_is_said_at_the_field(client_as: Client) -> None:
    client = client_as()

    answers = [client.post("/sign-in/code", data={FORM: MAIL}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert f'id="{FORM}-err"' in answers[-1].text
    assert MAIL in answers[-1].text


def test_a_scanner_that_opens_the_link_uses_up_nothing(client_as: Client) -> None:
    token = link_token(ask_for_code(MAIL, Asking(["here"])))

    scanned = [client_as().get(f"/sign-in/by/{token}") for _ in range(3)]
    scanned += [client_as().head(f"/sign-in/by/{token}")]
    reader = client_as()
    page, pressed = reader.get(f"/sign-in/by/{token}"), reader.post(f"/sign-in/by/{token}")
    again = client_as().post(f"/sign-in/by/{token}")

    assert [answer.status_code for answer in scanned] == [200] * 4
    assert page.text.count("<button") - page.text.count('name="locale"') >= 1
    assert pressed.location == "/my"
    assert reader.get("/account").status_code == 200
    assert again.status_code == 410
    assert client_as().get(f"/sign-in/by/{token}").status_code == 410


def test_a_forged_link_is_not_found_and_a_late_one_gone(client_as: Client) -> None:
    token = link_token(ask_for_code(MAIL, Asking(["here"])))

    forged = client_as().get("/sign-in/by/forged")
    ports.clock.move(timedelta(minutes=11))  # type: ignore[attr-defined]
    late = [client_as().get(f"/sign-in/by/{token}"), client_as().post(f"/sign-in/by/{token}")]

    assert forged.status_code == 404
    assert [answer.status_code for answer in late] == [410, 410]
    assert 'href="/sign-in"' in late[0].text


def test_a_demonstration_that_sends_nothing_shows_the_code_and_no_other_city_does(
    app: Flask, client_as: Client
) -> None:
    vars(app.extensions["ports"])["mail"] = LogMail()

    refused = client_as().post("/sign-in/code", data={FORM: MAIL})
    current_city().demo = True
    db.session.commit()
    client = client_as()
    client.post("/sign-in/code", data={FORM: MAIL})
    shown = re.search(r"data-shown>(\d{6})<", client.get("/sign-in/code").text)

    assert refused.status_code == 422
    assert shown is not None
    assert client.post("/sign-in/code/enter", data={"code": shown[1]}).location == "/my"


def test_where_letters_go_out_the_page_never_shows_the_code(client_as: Client) -> None:
    current_city().demo = True
    db.session.commit()
    client = client_as()

    client.post("/sign-in/code", data={FORM: MAIL})

    assert "data-shown" not in client.get("/sign-in/code").text


@pytest.mark.parametrize(
    ("wanted", "staff"), [("/triage/", True), ("/account", False), ("/my", False), ("", False)]
)
def test_the_password_stands_open_for_pages_of_the_staff(client_as: Client, wanted: str, staff: bool) -> None:
    page = client_as().get("/sign-in", query_string={"next": wanted})

    assert ('<details class="card-x mt-3" open>' in page.text) is staff


def test_who_one_is_called_and_the_real_name_are_kept_and_the_latter_is_not_shown(client_as: Client) -> None:
    user = a_user(email=MAIL, name="")
    client = client_as(user)

    kept = client.post("/account/me", data={"name": "小其", "real_name": "其其格"})
    page = client.get("/account")
    client.post("/account/me", data={"name": "小其", "without": "y"})

    assert kept.location == "/account"
    assert "小其" in page.text
    assert "其其格" not in page.text
    assert real_name_of(user.id) is None
    assert client.post("/account/me", data={"name": "长" * 41}).status_code == 422


def test_a_shift_leader_opens_who_reported_for_a_purpose(client_as: Client) -> None:
    user, leader = a_user(email=MAIL), a_user(Role.SHIFT_LEADER, Role.ACCEPTOR)
    report = a_report(by=user.actor, contact="13847400002")
    client = client_as(leader)

    asked = client.get(f"/triage/{report.id}/reporter")
    without = client.post(f"/triage/{report.id}/reporter", data={"purpose": " "})
    opened = client.post(f"/triage/{report.id}/reporter", data={"purpose": "回访核实"})

    assert "13847400002" not in asked.text + without.text
    assert without.status_code == 422
    assert "13847400002" in opened.text
    assert "no-store" in opened.headers["Cache-Control"]
    found = user_by_login(MAIL)
    assert found is not None
    assert trail_of(found)[-1].reason == "回访核实"
    assert client_as(a_user(Role.ACCEPTOR)).get(f"/triage/{report.id}/reporter").status_code == 403


def test_a_phone_is_shown_masked_wherever_it_is_only_shown(client_as: Client) -> None:
    phone = "13847412345"
    user = a_user(email=None, phone=phone, name="其其格")
    pages = [client_as(user).get("/account"), client_as(a_user(Role.SECURITY_ADMIN)).get("/admin/users")]
    pages += [client_as(a_user(Role.SECURITY_ADMIN)).get(f"/admin/users?q={phone}")]

    assert all("138****2345" in page.text for page in pages)
    assert all(phone not in page.text for page in pages[:2])


def test_a_browser_that_was_there_before_is_not_held_up_by_what_others_ask_for(client_as: Client) -> None:
    mine, new = client_as(), client_as()
    mine.post("/sign-in/code", data={FORM: MAIL})
    mine.post("/sign-in/code/enter", data={"code": code_in_letter()})
    mine.post("/sign-out")
    for place in range(FROM_ANYWHERE):
        with suppress(TooMany):
            ask_for_code(MAIL, Asking([str(place)]))

    answers = [one.post("/sign-in/code", data={FORM: MAIL}).status_code for one in (mine, new)]

    assert answers == [302, 429]
