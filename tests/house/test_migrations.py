"""Migrations lead from nothing to the models and back, on the database the suite runs on."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import create_engine, inspect, make_url, text

from config import TestConfig
from reporter.app import create_app
from reporter.kernel.db import db

MIGRATIONS = Path(__file__).parents[2] / "migrations"
pytestmark = [pytest.mark.pure, pytest.mark.each_database]


@pytest.fixture
def empty(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Return an app on a database of its own that holds nothing."""
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        name = f"{url.database}_migrations"
        _on_server(
            database_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"'
        )
        address = url.set(database=name).render_as_string(hide_password=False)
    else:
        address = f"sqlite:///{tmp_path / 'empty.db'}"
    app = create_app(
        type("EmptyConfig", (TestConfig,), {"SQLALCHEMY_DATABASE_URI": address, "DATA": tmp_path})
    )
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _on_server(address: str, *commands: str) -> None:
    engine = create_engine(make_url(address).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for command in commands:
            connection.execute(text(command))
    engine.dispose()


def tables() -> set[str]:
    with db.engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_up_check_down_and_up_again(empty: Flask) -> None:
    upgrade(str(MIGRATIONS))
    assert tables() == set(db.metadata.tables)
    check(str(MIGRATIONS))  # ends the run when the models have something the migrations have not

    downgrade(str(MIGRATIONS), revision="base")
    assert tables() == set()

    upgrade(str(MIGRATIONS))
    assert tables() == set(db.metadata.tables)


def test_migrations_are_numbered_with_four_digits_and_have_one_head() -> None:
    files = sorted((MIGRATIONS / "versions").glob("*.py"))
    numbers = [file.name[:4] for file in files]
    texts = [file.read_text(encoding="utf-8") for file in files]
    followed = [
        match[1] for one in texts for match in re.finditer(r'^down_revision = "(\d{4})"$', one, re.MULTILINE)
    ]

    assert numbers == [f"{number:04d}" for number in range(1, len(files) + 1)]
    assert followed == numbers[:-1]
