"""The keys of other systems as the system administrator sees them: shown once, rotated, revoked."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reporter.kernel.policy import APPOINTED, Role
from reporter.open311.keys import key_by_name, key_of, keys
from reporter.open311.posts import service_types
from reporter.ports import ports
from tests.make import a_category, a_unit, a_user

PAGE = "/admin/api-keys"
FACTS = {"name": "城市热线", "scopes": ["post", "update"], "unit_id": "0", "per_minute": "60", "days": ""}
SECRET = re.compile(r">([0-9a-f]{48})<")


@pytest.fixture
def browser(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return an administrator's browser."""
    return client_as(a_user(Role.SYSTEM_ADMIN, locale="en"))


def test_a_new_key_is_shown_once(browser: FlaskClient) -> None:
    unit = a_unit("环卫一队")

    answer = browser.post(PAGE, data=FACTS | {"unit_id": str(unit.id), "days": "30"})

    secret = SECRET.search(answer.text)
    assert secret is not None
    again = browser.get(PAGE).text
    assert secret[1] not in again
    assert f"The key begins with {secret[1][:8]}…" in again
    assert unit.name_en in again
    key = key_of(secret[1], now=ports.clock.now())
    assert key is not None
    assert (key.scopes, key.unit_id) == (["post", "update"], unit.id)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Please give a name."),
        ("name", "x" * 61, "Name of the system"),
        ("scopes", [], "Please choose at least one thing that the key may do."),
        ("scopes", ["close"], "Please choose from what is offered here."),
        ("unit_id", "4711", "Please choose from what is offered here."),
        ("per_minute", "0", "Requests a minute"),
        ("per_minute", "many", "Please write a whole number."),
        ("per_minute", "", "Please write a whole number."),
        ("days", "0", "Good for so many days"),
        ("days", "99999999999999999999", "Good for so many days"),
    ],
)
def test_a_key_that_cannot_be_is_named_and_nothing_typed_is_lost(
    browser: FlaskClient, field: str, value: object, words: str
) -> None:
    answer = browser.post(PAGE, data=FACTS | {field: value})

    assert answer.status_code == 422
    assert words in answer.text
    assert field == "name" or "城市热线" in answer.text
    assert keys() == []


def test_a_name_is_given_only_once(browser: FlaskClient) -> None:
    browser.post(PAGE, data=FACTS)

    answer = browser.post(PAGE, data=FACTS)

    assert answer.status_code == 422
    assert "There is or was a key called 城市热线" in answer.text


def test_a_key_is_rotated_and_revoked(browser: FlaskClient) -> None:
    first = SECRET.search(browser.post(PAGE, data=FACTS).text)
    key = key_by_name("城市热线")
    assert first
    assert key

    rotated = browser.post(f"{PAGE}/{key.id}/rotate")
    revoked = browser.post(f"{PAGE}/{key.id}/revoke", follow_redirects=True)

    second = SECRET.search(rotated.text)
    assert second
    assert second[1] != first[1]
    assert f"The one of before, {first[1][:8]}…, is good until" in rotated.text
    assert "The key is revoked." in revoked.text
    assert "begins with" not in revoked.text
    assert browser.post(f"{PAGE}/{key.id}/rotate").status_code == 409
    assert browser.post(f"{PAGE}/4711/revoke").status_code == 404


@pytest.mark.parametrize("role", [role for role in APPOINTED if role is not Role.SYSTEM_ADMIN])
def test_the_page_is_for_system_administrators(client_as: Callable[..., FlaskClient], role: Role) -> None:
    browser = client_as(a_user(role))

    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, data=FACTS).status_code == 403
    assert keys() == []


def test_how_requests_of_a_kind_are_answered_is_settled_for_each(browser: FlaskClient) -> None:
    kind, other = a_category("乱堆乱放"), a_category("占道经营")

    answer = browser.post(f"{PAGE}/types", data={f"type-{kind.slug}": "batch"}, follow_redirects=True)
    listed = browser.get("/jining/open311/v2/services.json").get_json()

    assert "Saved." in answer.text
    assert {one["service_code"]: one["type"] for one in listed} == {
        kind.slug: "batch",
        other.slug: "realtime",
    }
    assert browser.post(f"{PAGE}/types", data={f"type-{kind.slug}": "later"}).status_code == 422


def test_only_a_system_administrator_settles_it(client_as: Callable[..., FlaskClient]) -> None:
    kind = a_category()

    answer = client_as(a_user(Role.SECURITY_ADMIN)).post(f"{PAGE}/types", data={f"type-{kind.slug}": "batch"})

    assert answer.status_code == 403
    assert service_types() == {}
