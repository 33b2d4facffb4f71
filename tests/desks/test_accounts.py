"""Sign in and out, open an account, change the password."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from reporter.accounts.queries import user_who_signs_in
from reporter.kernel.audit import trail_of
from reporter.kernel.policy import Role
from tests.make import a_city, a_unit, a_user

SignIn = Callable[..., FlaskClient]
SECRET = "a good long password"


@pytest.mark.parametrize(
    ("role", "desk"),
    [
        (Role.ACCEPTOR, "/triage/"),
        (Role.INSPECTOR, "/inspection/"),
        (Role.REDACTOR, "/editor/"),
        (Role.SYSTEM_ADMIN, "/admin/"),
        (Role.RESIDENT, "/my"),
    ],
)
def test_signing_in_leads_to_ones_own_desk(client_as: SignIn, role: Role, desk: str) -> None:
    user = a_user(role, password=SECRET)
    client = client_as()

    answer = client.post("/sign-in", data={"login": user.email, "password": SECRET})

    assert answer.status_code == 302
    assert answer.location == desk
    assert client.get(desk).status_code == 200


def test_a_handler_comes_to_the_inbox_of_the_unit(client_as: SignIn) -> None:
    user = a_user(Role.HANDLER, unit=a_unit(), password=SECRET)

    answer = client_as().post("/sign-in", data={"login": user.email, "password": SECRET})

    assert answer.location == "/unit/"


def test_one_signs_in_by_phone_too(client_as: SignIn) -> None:
    a_user(email=None, phone="13800000000", password=SECRET)

    assert client_as().post("/sign-in", data={"login": "13800000000", "password": SECRET}).status_code == 302


@pytest.mark.parametrize(
    ("login", "password"), [("nobody@example.org", SECRET), ("", ""), ("a@example.org", "wrong one indeed")]
)
def test_a_wrong_sign_in_says_so_keeps_the_address_and_not_the_password(
    client_as: SignIn, login: str, password: str
) -> None:
    a_user(email="a@example.org", password=SECRET)

    answer = client_as().post("/sign-in", data={"login": login, "password": password})

    assert answer.status_code == 422
    assert login in answer.text
    assert not password or password not in answer.text


def test_a_closed_account_does_not_sign_in(client_as: SignIn) -> None:
    user = a_user(password=SECRET, active=False)

    assert client_as().post("/sign-in", data={"login": user.email, "password": SECRET}).status_code == 422


def test_an_account_of_another_city_does_not_sign_in_here(client_as: SignIn) -> None:
    other = a_city("baotou")
    user = a_user(password=SECRET)
    assert user.city_id != other.id

    answer = client_as().post(
        "/sign-in",
        data={"login": "stranger@example.org", "password": SECRET},
        headers={"Host": "baotou.example"},
    )

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(client_as: SignIn, target: str) -> None:
    user = a_user(password=SECRET)

    answer = client_as().post("/sign-in", data={"login": user.email, "password": SECRET, "next": target})

    assert answer.location == "/my"


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(client_as: SignIn) -> None:
    user = a_user(Role.ACCEPTOR, password=SECRET)
    client = client_as()
    asked = client.get("/triage/?urgent=1")
    assert asked.status_code == 302

    answer = client.post(
        "/sign-in", data={"login": user.email, "password": SECRET, "next": "/triage/?urgent=1"}
    )

    assert "next=" in asked.location
    assert answer.location == "/triage/?urgent=1"


def test_signing_out_closes_the_desk(client_as: SignIn) -> None:
    client = client_as(a_user(Role.ACCEPTOR))
    assert client.get("/triage/").status_code == 200

    client.post("/sign-out")

    assert client.get("/triage/").status_code == 302


def test_the_old_way_to_a_new_account_leads_to_the_sign_in(client_as: SignIn) -> None:
    assert client_as().get("/register").location == "/sign-in"


def test_the_password_is_changed_with_the_old_one_alone(client_as: SignIn) -> None:
    user = a_user(password=SECRET)
    client = client_as(user)
    data = {"old": SECRET, "password": "an even better one", "again": "an even better one"}

    wrong = client.post("/account/password", data=data | {"old": "not this one"})
    right = client.post("/account/password", data=data)

    assert wrong.status_code == 422
    assert right.status_code == 302
    assert user_who_signs_in(str(user.email), "an even better one") is not None


def test_what_was_sent_after_the_session_ended_is_not_led_away_to_the_sign_in(client_as: SignIn) -> None:
    answers = [
        client_as().post("/triage/1/decline", headers=headers)
        for headers in ({}, {"Accept": "application/json"})
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert all(
        "登录已失效" in answer.get_data(as_text=True) or "\\u767b" in answer.text for answer in answers
    )


@pytest.mark.parametrize("path", ["/triage/?area=1&list=waiting", "/triage/requests"])
def test_the_page_one_wanted_opens_after_the_sign_in(client_as: SignIn, path: str) -> None:
    user = a_user(Role.ACCEPTOR, Role.SHIFT_LEADER, password=SECRET)
    client = client_as()
    asked = client.get(path)
    page = client.get(asked.location)
    remembered = re.search(r'name="next" type="hidden" value="([^"]*)"', page.text)
    assert remembered is not None

    wrong = client.post(
        "/sign-in", data={"login": user.email, "password": "no", "next": unescape(remembered[1])}
    )
    again = re.search(r'name="next" type="hidden" value="([^"]*)"', wrong.text)
    assert again is not None
    answer = client.post(
        "/sign-in", data={"login": user.email, "password": SECRET, "next": unescape(again[1])}
    )

    assert answer.location == path
    assert client.get(answer.location).status_code == 200


def test_who_is_signed_in_already_goes_on_to_the_page_that_was_wanted(client_as: SignIn) -> None:
    client = client_as(a_user(Role.ACCEPTOR))

    answers = [client.get("/sign-in?next=/account"), client.get("/sign-in?next=https://evil.example/")]

    assert [answer.location for answer in answers] == ["/account", "/triage/"]


def test_after_a_form_that_found_nobody_signed_in_the_sign_in_leads_to_ones_desk(client_as: SignIn) -> None:
    user = a_user(Role.ACCEPTOR, password=SECRET)

    answer = client_as().post(
        "/sign-in", data={"login": user.email, "password": SECRET, "next": "/triage/1/accept"}
    )

    assert answer.location == "/triage/"


def test_too_short_a_new_password_is_refused_at_its_field(client_as: SignIn) -> None:
    user = a_user(password=SECRET)

    page = client_as(user).post(
        "/account/password", data={"old": SECRET, "password": "short", "again": "short"}
    )

    assert page.status_code == 422
    assert 'id="password-err"' in page.text
    assert user_who_signs_in(str(user.email), SECRET) is not None


def copied(client: FlaskClient) -> FlaskClient:
    """Return another browser with what this one keeps, as whoever copied its cookie has it."""
    cookie, other = client.get_cookie("session"), client.application.test_client()
    assert cookie is not None
    other.set_cookie("session", cookie.value)
    return other


def test_whoever_signs_out_on_all_devices_ends_copied_sessions_too(client_as: SignIn) -> None:
    user = a_user()
    own = client_as(user)
    thief = copied(own)
    before = thief.get("/account").status_code

    answer = own.post("/account/sign-out-everywhere")

    assert (before, answer.status_code) == (200, 302)
    assert thief.get("/account").status_code == 302
    assert own.get("/account").status_code == 302
    assert trail_of(user)[-1].action == "end_sessions"


def test_a_new_password_ends_every_other_session_and_not_ones_own(client_as: SignIn) -> None:
    own = client_as(a_user(password=SECRET))
    thief = copied(own)

    own.post(
        "/account/password", data={"old": SECRET, "password": "another long one", "again": "another long one"}
    )

    assert thief.get("/account").status_code == 302
    assert own.get("/account").status_code == 200
