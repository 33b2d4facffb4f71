"""Whoever guesses passwords waits; nobody is locked out of an account by name."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.make import a_user

SECRET, MINE, THEIRS = "a good long password", "198.51.100.1", "203.0.113.9"


@pytest.fixture(autouse=True)
def _victim() -> None:
    a_user(email="victim@example.org", password=SECRET)


def sign_in(
    client: FlaskClient, password: str, *, at: str, login: str = "victim@example.org"
) -> TestResponse:
    return client.post(
        "/sign-in", data={"login": login, "password": password}, environ_base={"REMOTE_ADDR": at}
    )


def test_after_five_wrong_passwords_the_right_one_waits_too_and_the_page_says_until_when(
    watched: FlaskClient,
) -> None:
    wrong = [sign_in(watched, f"wrong {number}", at=THEIRS).status_code for number in range(5)]

    refused = sign_in(watched, SECRET, at=THEIRS)

    assert wrong == [422] * 5
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    assert "victim@example.org" in refused.text
    assert SECRET not in refused.text
    assert "没有被锁定" in refused.text or "is not locked" in refused.text


def test_the_victim_signs_in_from_elsewhere_while_somebody_guesses(watched: FlaskClient) -> None:
    for number in range(8):
        sign_in(watched, f"wrong {number}", at=THEIRS)

    assert sign_in(watched.application.test_client(), SECRET, at=MINE).status_code == 302


def test_the_victim_signs_in_from_the_same_address_where_they_did_before(watched: FlaskClient) -> None:
    own = watched.application.test_client()
    sign_in(own, SECRET, at=THEIRS)
    own.post("/sign-out")
    for number in range(8):
        sign_in(watched, f"wrong {number}", at=THEIRS)

    assert sign_in(own, SECRET, at=THEIRS).status_code == 302


def test_a_cookie_that_is_not_ours_knows_nobody(watched: FlaskClient) -> None:
    for number in range(6):
        watched.set_cookie("device", f'{{"id": "{number}"}}.invented')
        last = sign_in(watched, f"wrong {number}", at=THEIRS)

    assert last.status_code == 429


def test_many_names_from_one_address_are_slowed_as_well(watched: FlaskClient) -> None:
    for number in range(30):
        sign_in(watched, "wrong", at=THEIRS, login=f"person{number}@example.org")

    assert sign_in(watched, SECRET, at=THEIRS).status_code == 429
    assert sign_in(watched, SECRET, at=MINE).status_code == 302


def test_right_passwords_are_not_counted(watched: FlaskClient) -> None:
    people = [a_user(email=f"staff{number}@example.org", password=SECRET) for number in range(12)]

    answers = [
        sign_in(watched.application.test_client(), SECRET, at=THEIRS, login=one.email or "").status_code
        for one in people * 3
    ]

    assert set(answers) == {302}


def test_an_address_of_ipv6_is_the_network_of_a_household(watched: FlaskClient) -> None:
    for number in range(5):
        sign_in(watched, "wrong", at=f"2001:db8:1:2::{number}")

    assert sign_in(watched, SECRET, at="2001:db8:1:2:ffff::1").status_code == 429
    assert sign_in(watched, SECRET, at="2001:db8:1:3::1").status_code == 302


def test_the_cookie_is_for_us_alone(watched: FlaskClient) -> None:
    answer = sign_in(watched, SECRET, at=MINE)

    device = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("device="))
    assert "HttpOnly" in device
    assert "SameSite=Lax" in device
    assert "victim" not in device


def test_one_number_written_in_many_ways_is_one_name(watched: FlaskClient) -> None:
    a_user(phone="13847400001", password=SECRET)
    ways = ["13847400001", "138 4740 0001", "138-4740-0001", "+86 13847400001", "（138）47400001"]

    wrong = [sign_in(watched, "wrong", at=THEIRS, login=way).status_code for way in ways]

    assert wrong == [422] * 5
    assert sign_in(watched, SECRET, at=THEIRS, login="138474 00001").status_code == 429


def test_a_browser_is_known_again_however_the_number_is_written(watched: FlaskClient) -> None:
    a_user(phone="13847400001", password=SECRET)
    own = watched.application.test_client()
    sign_in(own, SECRET, at=THEIRS, login="13847400001")
    for number in range(8):
        sign_in(watched, f"wrong {number}", at=THEIRS, login="13847400001")

    assert sign_in(own, SECRET, at=THEIRS, login="138 4740 0001").status_code == 302
