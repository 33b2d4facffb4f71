"""Limits that several processes count together, and what happens when Redis is away."""

import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from config import TestConfig
from reporter.app import create_app
from reporter.desks import counting
from reporter.desks.errors import limiter
from reporter.kernel.db import db
from reporter.kernel.errors import ConfigError
from tests.make import a_user
from tests.redis import Redis

TWICE = parse("2 per hour")
SECRET = "a good long password"


def a_process(redis: Redis) -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(storage_from_string(f"{counting.SCHEME}{redis.address}"))


@pytest.fixture
def city(app: Flask, redis: Redis) -> Iterator[FlaskClient]:
    """Return a browser on an app that counts in Redis."""
    settings = {
        "SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"], "DATA": app.config["DATA"],
        "UPLOADS": app.config["UPLOADS"], "RATELIMIT_ENABLED": True, "LIMITS_URL": redis.address,
    }  # fmt: skip
    counted = create_app(type("CountedConfig", (TestConfig,), settings))
    yield counted.test_client()
    limiter.enabled = False
    with counted.app_context():
        db.engine.dispose()


def test_what_one_process_counted_the_other_knows(redis: Redis) -> None:
    one, other = a_process(redis), a_process(redis)

    answers = [one.hit(TWICE, "sender"), other.hit(TWICE, "sender"), one.hit(TWICE, "sender")]

    assert answers == [True, True, False]
    assert not other.test(TWICE, "sender")
    assert one.get_window_stats(TWICE, "sender").reset_time > 0


def test_while_redis_is_away_each_counts_for_itself_and_says_so_once(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(counting, "AWAY", 0.0)
    one, other = a_process(redis), a_process(redis)
    redis.stop()

    with caplog.at_level(logging.WARNING):
        answers = [one.hit(TWICE, "sender") for _ in range(4)]

    assert answers == [True, True, False, False]
    assert other.hit(TWICE, "sender")
    assert caplog.text.count("Redis is away") == 2

    redis.start()
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        again = [
            one.hit(TWICE, "somebody else"),
            other.hit(TWICE, "somebody else"),
            one.hit(TWICE, "somebody else"),
        ]

    assert again == [True, True, False]
    assert "in Redis again" in caplog.text


def test_nobody_who_guesses_gets_through_because_redis_went_away(city: FlaskClient, redis: Redis) -> None:
    user = a_user(password=SECRET)
    redis.stop()

    wrong = [
        city.post("/sign-in", data={"login": user.email, "password": "wrong"}).status_code for _ in range(6)
    ]

    assert wrong == [422] * 5 + [429]


def test_an_address_that_is_none_of_redis_stops_the_start() -> None:
    with pytest.raises(ConfigError, match="redis://"):
        create_app(type("OddConfig", (TestConfig,), {"LIMITS_URL": "memcached://host"}))
