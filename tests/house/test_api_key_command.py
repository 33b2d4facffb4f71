"""The operator's lines for keys of other systems: the secret alone on the output, what went wrong in one line."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from reporter.kernel.db import current_city_id, enter_city
from reporter.open311.keys import key_by_name, key_of
from reporter.ports import ports
from tests.make import a_city, a_unit

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Return what runs `flask api-key`."""
    return lambda *words: app.test_cli_runner().invoke(args=["api-key", *words])


def test_a_new_key_stands_alone_on_the_output(run: Run) -> None:
    made = run("create", "城市热线", "--scope", "post,update")

    secret = made.stdout.removesuffix("\n")
    key = key_of(secret, now=ports.clock.now())
    assert key is not None
    assert (key.name, key.scopes, key.per_minute, key.expires_at) == (
        "城市热线",
        ["post", "update"],
        60,
        None,
    )
    assert "not shown again" in made.stderr


def test_a_key_is_made_with_its_limits_for_a_unit(run: Run) -> None:
    unit = a_unit()

    run("create", "hotline", "--scope", "update", "--per-minute", "5", "--days", "9", "--unit", unit.code)

    key = key_by_name("hotline")
    assert key is not None
    assert (key.unit_id, key.per_minute) == (unit.id, 5)
    assert key.expires_at is not None
    assert (key.expires_at - ports.clock.now()).days == 9


def test_a_key_is_listed_rotated_and_revoked(run: Run) -> None:
    first = run("create", "hotline", "--scope", "post").stdout.strip()

    second = run("rotate", "hotline")
    listed = run("list")
    revoked = run("revoke", "hotline")

    assert len(second.stdout.strip()) == len(first)
    assert "24 hours" in second.stderr
    assert listed.stdout == f"hotline  good  post  {second.stdout[:8]} {first[:8]}  never\n"
    assert revoked.stdout == "hotline is revoked.\n"
    assert run("list").stdout.startswith("hotline  revoked  post")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("create", "x", "--scope", "close"), "close is not a list of post, update, read"),
        (("create", "x", "--scope", ""), "is not a list of post, update, read"),
        (("create", "x", "--scope", "post", "--unit", "nobody"), "there is no unit nobody"),
        (("create", "x", "--scope", "post", "--jurisdiction", "nowhere"), "Name one city"),
        (("create", " ", "--scope", "post"), "Please give a name."),
        (("rotate", "x"), "There is no key x"),
        (("revoke", "x"), "There is no key x"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_printed(run: Run, words: tuple[str, ...], told: str) -> None:
    answer = run(*words)

    assert answer.exit_code != 0
    assert answer.stdout == ""
    assert told in answer.stderr


def test_with_two_cities_one_has_to_be_named(run: Run) -> None:
    other = a_city("hohhot")
    here = current_city_id()

    unnamed = run("create", "hotline", "--scope", "post")
    named = run("create", "hotline", "--scope", "post", "--jurisdiction", "hohhot")

    assert unnamed.exit_code != 0
    assert "hohhot" in unnamed.stderr
    enter_city(here)
    assert key_by_name("hotline") is None
    enter_city(other.id)
    assert key_of(named.stdout.strip(), now=ports.clock.now()) is not None
