"""One app for the worker, an empty database for each test, the clock standing still.

`TEST_DATABASE_URL` chooses PostgreSQL; without it each worker has an SQLite file of its own.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from werkzeug.test import TestResponse

from config import TestConfig
from reporter.accounts.models import User
from reporter.app import create_app
from reporter.cities.models import Jurisdiction
from reporter.kernel.db import db, enter_city
from reporter.ports import Ports
from reporter.ports import init_app as init_ports
from tests import remembered

settings.register_profile(
    "plain", max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
settings.register_profile("deep", max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("DEPTH", "plain"))

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # a Monday, 14:00 in the first city


class Browser(FlaskClient):
    """Sends each request on its own: who asked before, and in which language, is forgotten."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request. The test's own app context outlives it, so what the last one left is emptied."""
        vars(g._get_current_object()).clear()  # noqa: SLF001 - the only way to the thing behind the proxy
        return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """Return the address of this worker's own database, made anew."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        return f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.db'}"
    name = f"reporter_{worker_id}"
    admin = create_engine(make_url(server), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    admin.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def worker_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Build the app of this worker, with its tables."""
    data: Path = tmp_path_factory.mktemp("data")
    config = type(
        "WorkerConfig",
        (TestConfig,),
        {"SQLALCHEMY_DATABASE_URI": database_url, "DATA": data, "UPLOADS": data / "uploads"},
    )
    app = create_app(config)
    app.test_client_class = Browser
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _answer_in_any_order)
            db.engine.dispose()
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def _answer_in_any_order(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Turn around what no ORDER BY holds, so that nothing rests on the order in which SQLite finds rows."""
    connection.cursor().execute("PRAGMA reverse_unordered_selects=ON")


@pytest.fixture(autouse=True)
def app(request: pytest.FixtureRequest) -> Iterator[Flask | None]:
    """Give each test empty tables, fresh ports and the first city; tests of pure files need none of it."""
    if request.node.get_closest_marker("pure"):
        yield None
        return
    worker_app: Flask = request.getfixturevalue("worker_app")
    with worker_app.app_context():
        fresh_city(worker_app)
        yield worker_app
        db.session.remove()


def fresh_city(app: Flask) -> None:
    """Empty every table and store, set the clock back and found the first city."""
    db.session.rollback()
    with db.engine.begin() as connection:
        remembered.empty(connection, remembered.written_tables())
    app.extensions["ports"] = _fresh_ports(app)
    remembered.begin(app)
    _found_first_city()


def _fresh_ports(app: Flask) -> Ports:
    holder = Flask("ports")
    holder.config.from_mapping(app.config)
    init_ports(holder)
    ports: Ports = holder.extensions["ports"]
    return ports


@remembered.remembered(keep=False)
def _found_first_city() -> None:
    city = Jurisdiction(
        slug="jining", code="150902", name_zh="集宁区", name_en="Jining", parent_zh="乌兰察布",
        parent_en="Ulanqab", zone="Asia/Shanghai", lon=113.10916, lat=41.032314, hosts=[], settings={"hold_hours": 0},
        created_at=NOW, phone="0474-12345",
    )  # fmt: skip
    db.session.add(city)
    db.session.commit()
    enter_city(city.id)


@pytest.fixture
def fakes(app: Flask) -> Ports:
    """Return the fake clock, messages and storage of this test."""
    ports: Ports = app.extensions["ports"]
    return ports


@pytest.fixture
def client_as(app: Flask) -> Callable[..., FlaskClient]:
    """Return a function that opens a browser session, signed in as `user` when one is given."""

    def sign_in(user: User | None = None) -> FlaskClient:
        client = app.test_client()
        if user:
            with client.session_transaction() as session:
                session["_user_id"] = str(user.id)
        return client

    return sign_in
