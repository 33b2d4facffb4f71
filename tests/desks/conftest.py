"""A moderator; a unit and one of its handlers; a browser that is counted."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import TestConfig
from reporter.accounts.models import User
from reporter.app import create_app
from reporter.desks.errors import limiter
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.routing.models import Unit
from tests.make import a_moderator, a_unit, a_user, the_fallback


@pytest.fixture
def moderator(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return the browser of somebody who accepts and dispatches, in English."""
    the_fallback()
    return client_as(a_moderator(locale="en"))


@pytest.fixture
def unit() -> Unit:
    """Return the unit these tests are about."""
    return a_unit("环卫一队")


@pytest.fixture
def handler(unit: Unit) -> User:
    """Return one of its handlers."""
    return a_user(Role.HANDLER, unit=unit, locale="en")


@pytest.fixture
def watched(app: Flask) -> Iterator[FlaskClient]:
    """Return a browser on an app that counts how often something is tried."""
    settings = {"SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"], "RATELIMIT_ENABLED": True}
    places = {"DATA": app.config["DATA"], "UPLOADS": app.config["UPLOADS"]}
    watched = create_app(type("WatchedConfig", (TestConfig,), settings | places))
    yield watched.test_client()
    limiter.enabled = False
    with watched.app_context():
        db.engine.dispose()
