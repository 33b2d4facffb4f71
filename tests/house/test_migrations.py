"""Migrations lead from nothing to the models and back, on the database the suite runs on."""

import contextlib
import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import create_engine, inspect, make_url, text

from config import TestConfig
from reporter.app import create_app
from reporter.board.lifecycle import State
from reporter.board.queries import get_exposure
from reporter.cities.commands import found_city
from reporter.editorial.models import HonourKind
from reporter.editorial.queries import get_article, get_honour
from reporter.editorial.worklists import consents_to
from reporter.kernel.db import db, enter_city
from reporter.kernel.policy import SYSTEM
from reporter.photos.queries import get_photo, photos_by_ids
from reporter.ports import ports
from reporter.ports.queue import run_next
from reporter.reports.queries import photo_ids_of
from reporter.reports.worklists import report_by_number
from tests.board.counters import Kept, another, kept
from tests.board.posts import PLATE, an_exposure
from tests.editorial.pieces import an_article, an_honour
from tests.make import a_region, a_report, put

CITY: dict[str, Any] = {
    "slug": "one",
    "code": "150902",
    "name_zh": "一",
    "name_en": "One",
    "lon": 113.1,
    "lat": 41.0,
}
CITY["settings"] = {"hold_hours": 0}
OTHER = CITY | {"slug": "other", "zone": "America/New_York"}
LOST = "INSERT INTO area_editions (city_id, number, stamp, trail_length, trail_head) VALUES (4711, 1, 'x', 0, '')"
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
    with an_app(address, tmp_path) as app:
        yield app


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Flask]:
    """Return an app on an empty SQLite file."""
    with an_app(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path) as app:
        yield app


@contextlib.contextmanager
def an_app(address: str, folder: Path) -> Iterator[Flask]:
    """Yield an app on the database at `address`, in its context."""
    app = create_app(type("EmptyConfig", (TestConfig,), {"SQLALCHEMY_DATABASE_URI": address, "DATA": folder}))
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


def refusals() -> set[str]:
    """Return what the database has to refuse changes by."""
    found = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with db.engine.connect() as connection:
        return set(connection.scalars(text(found[connection.dialect.name])))


def test_a_ledger_that_migrations_made_refuses_changes_too(empty: Flask) -> None:
    upgrade(str(MIGRATIONS))
    second = {"sqlite": "deleted", "postgresql": "emptied"}[db.engine.dialect.name]

    found = refusals()

    assert found == {"point_entries_never_changed", f"point_entries_never_{second}"}


def test_migrations_are_numbered_with_four_digits_and_have_one_head() -> None:
    files = sorted((MIGRATIONS / "versions").glob("*.py"))
    numbers = [file.name[:4] for file in files]
    texts = [file.read_text(encoding="utf-8") for file in files]
    followed = [
        match[1] for one in texts for match in re.finditer(r'^down_revision = "(\d{4})"$', one, re.MULTILINE)
    ]

    assert numbers == [f"{number:04d}" for number in range(1, len(files) + 1)]
    assert followed == numbers[:-1]


def test_the_way_down_to_the_first_schema_and_up_again_keeps_what_is_there(empty: Flask) -> None:
    upgrade(str(MIGRATIONS))
    city_id = found_city(CITY, by=SYSTEM).id
    enter_city(city_id)
    sent = a_report(photos=2)
    number = sent.number
    put(a_region(get_photo(photo_ids_of(sent.id)[0])))
    db.session.commit()
    db.session.remove()

    downgrade(str(MIGRATIONS), revision="0001")
    upgrade(str(MIGRATIONS))

    enter_city(city_id)
    report = report_by_number(number)
    assert report is not None
    assert [photo.used for photo in photos_by_ids(photo_ids_of(report.id)).values()] == [True, True]


def test_what_was_judged_without_a_tick_is_judged_again_and_copies_follow_the_publication(
    empty: Flask,
) -> None:
    upgrade(str(MIGRATIONS))
    enter_city(found_city(CITY, by=SYSTEM).id)
    posts = {
        state: an_exposure(state).id for state in (State.REDACTING, State.SECOND_REVIEW, State.PUBLISHED)
    }
    drain()
    ports.clock.move(timedelta(days=36500))  # type: ignore[attr-defined]  # migrations have the machine's clock
    downgrade(str(MIGRATIONS), revision="0003")
    old = waiting()
    db.session.execute(text("DELETE FROM jobs"))  # the work of today cannot be done on the tables of then
    db.session.commit()

    upgrade(str(MIGRATIONS))

    judged = {state: get_exposure(posts[state]).pictures[0] for state in posts}
    assert [judged[state].confirmed for state in posts] == [False, True, True]
    assert judged[State.REDACTING].mask == [PLATE]
    assert old == [("board.burn", posts[State.SECOND_REVIEW])]
    assert drain() == [("board.drop", posts[State.SECOND_REVIEW]), ("board.burn", posts[State.PUBLISHED])]
    assert get_exposure(posts[State.PUBLISHED]).pictures[0].ready


def test_who_agreed_to_stand_on_the_honour_list_is_kept_on_the_way_down_and_up(empty: Flask) -> None:
    upgrade(str(MIGRATIONS))
    city_id = found_city(CITY, by=SYSTEM).id
    enter_city(city_id)
    entry_id = an_honour(kind=HonourKind.PERSON, name="哈斯").id
    story_id = an_article(people=["托娅"], title_en="A", standfirst_en="B", body_en="C").id
    db.session.remove()

    downgrade(str(MIGRATIONS), revision="0016")
    upgrade(str(MIGRATIONS))

    enter_city(city_id)
    [kept] = consents_to(get_honour(entry_id))
    story = get_article(story_id)
    assert (kept.person, kept.reference) == ("哈斯", "甲-17")
    assert (story.people, story.has_english, consents_to(story)) == ([], False, [])


def test_posts_on_show_are_counted_in_the_cells_of_the_map_as_if_the_cells_had_been_there(
    empty: Flask,
) -> None:
    upgrade(str(MIGRATIONS))
    ids = [found_city(CITY, by=SYSTEM).id, found_city(OTHER, by=SYSTEM).id]
    for city_id in ids:
        enter_city(city_id)
        post = an_exposure(State.PUBLISHED)
        ports.clock.move(timedelta(days=20))  # type: ignore[attr-defined]  # the tests' clock
        another(post, lon=113.103, area_id=None)
        another(an_exposure(State.HIDDEN), on_show=False)
    counters = [in_city(city_id) for city_id in ids]
    db.session.remove()

    downgrade(str(MIGRATIONS), revision="0019")
    upgrade(str(MIGRATIONS))

    assert [in_city(city_id) for city_id in ids] == counters
    assert all(len(one) > 100 for one in counters)


def in_city(city_id: int) -> Kept:
    enter_city(city_id)
    return kept()


def waiting() -> list[tuple[str, int]]:
    """Return kind and exposure of the board's jobs that wait."""
    db.session.rollback()
    rows = db.session.execute(
        text("SELECT kind, args FROM jobs WHERE state = 'ready' AND kind LIKE 'board.%' ORDER BY id")
    ).all()
    db.session.rollback()
    return [
        (kind, (json.loads(args) if isinstance(args, str) else args)["exposure_id"]) for kind, args in rows
    ]


def drain() -> list[tuple[str, int]]:
    """Return kind and exposure of the board's jobs that wait, and do all that wait."""
    found = waiting()
    while run_next():
        pass
    return found


@pytest.mark.usefixtures("on_sqlite")
def test_a_migration_that_leaves_a_row_pointing_at_none_is_stopped(caplog: pytest.LogCaptureFixture) -> None:
    upgrade(str(MIGRATIONS))
    with contextlib.closing(sqlite3.connect(str(db.engine.url.database))) as other, other:
        other.execute(LOST)

    with pytest.raises(SystemExit):
        downgrade(str(MIGRATIONS), revision="0001")
    assert "rows that point at none: [('area_editions', 1, 'jurisdictions', 0)]" in caplog.text
    with pytest.raises(SystemExit):  # nor is it forgotten by the next start
        downgrade(str(MIGRATIONS), revision="0001")


@pytest.mark.usefixtures("on_sqlite")
def test_a_start_with_nothing_to_migrate_does_not_read_every_row() -> None:
    upgrade(str(MIGRATIONS))
    with contextlib.closing(sqlite3.connect(str(db.engine.url.database))) as other, other:
        other.execute(LOST)

    upgrade(str(MIGRATIONS))  # would name the row if it had looked

    assert db.session.scalar(text("SELECT count(*) FROM area_editions WHERE city_id = 4711")) == 1
