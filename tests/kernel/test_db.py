"""Transactions that lose nothing, and cities that do not see each other."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from reporter.cases.models import Case, Subcategory
from reporter.cases.queries import get_case
from reporter.cities.commands import next_number
from reporter.cities.models import Counter
from reporter.cities.queries import local
from reporter.kernel.db import command, db, enter_city, every_city
from reporter.kernel.errors import BadInput, Conflict, NotFound
from reporter.ports import ports
from tests.make import a_case, a_category, a_city, a_report, an_area


def test_eight_people_who_count_at_once_lose_no_number(app: Flask) -> None:
    city_id, day = db.session.info["city_id"], local(ports.clock.now()).date()
    given: list[int] = []

    def count() -> None:
        with app.app_context():
            enter_city(city_id)
            given.extend(next_number("test", day=day) for _ in range(25))
            db.session.remove()

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(given) == list(range(1, 201))


def test_an_error_in_a_command_undoes_all_of_it() -> None:
    @command
    def half_done() -> None:
        db.session.add(Counter(name="half", last=1))
        db.session.flush()
        raise BadInput("no")

    with pytest.raises(BadInput):
        half_done()

    assert db.session.scalar(select(Counter).where(Counter.name == "half")) is None


def test_a_command_inside_a_command_commits_with_the_outer_one() -> None:
    @command
    def inner() -> None:
        db.session.add(Counter(name="inner", last=1))

    @command
    def outer() -> None:
        inner()
        raise BadInput("no")

    with pytest.raises(BadInput):
        outer()

    assert db.session.scalar(select(Counter).where(Counter.name == "inner")) is None


def test_writing_outside_a_command_is_an_error() -> None:
    @command
    def nothing() -> None:
        return

    db.session.add(Counter(name="stray", last=1))

    with pytest.raises(RuntimeError, match="outside a command"):
        nothing()
    db.session.rollback()


def test_a_row_changed_by_somebody_else_in_the_meantime_is_a_conflict() -> None:
    case_id = a_case().id

    @command
    def slow() -> None:
        case = get_case(case_id)
        case.title = "mine"
        with db.session.no_autoflush:
            db.session.execute(text("UPDATE cases SET version = version + 1"))

    with pytest.raises(Conflict):
        slow()

    assert get_case(case_id).title != "mine"


@pytest.mark.parametrize("typed", ["UNIQUE constraint failed", "database is locked", "23505"])
def test_a_fault_of_ours_stays_one_whatever_was_typed(typed: str) -> None:
    @command
    def hung_on_nothing() -> None:
        category = a_category()
        db.session.add(Subcategory(category_id=category.id + 1000, slug="s", name_zh=typed, name_en=typed))

    with pytest.raises(IntegrityError):
        hung_on_nothing()


def test_a_name_that_is_taken_meanwhile_is_a_conflict() -> None:
    slug = a_category().slug

    with pytest.raises(Conflict):
        a_category(slug=slug)


def test_one_city_never_sees_the_rows_of_another() -> None:
    report, case = a_report(), a_case()
    other = a_city("baotou")

    enter_city(other.id)

    assert db.session.scalars(select(Case)).all() == []
    assert db.session.execute(select(Case.id)).all() == []
    with pytest.raises(NotFound):
        get_case(case.id)
    assert report.city_id != other.id


def test_rows_cannot_be_written_into_another_city() -> None:
    other = a_city("baotou")

    with pytest.raises(RuntimeError, match="outside its city"):
        a_category(city_id=other.id)


def test_without_a_city_nothing_is_read() -> None:
    db.session.info.pop("city_id")

    with pytest.raises(RuntimeError, match="before any city was entered"):
        db.session.scalars(select(Case)).all()


def test_the_operator_may_look_at_all_cities() -> None:
    an_area()
    home = db.session.info["city_id"]
    other = a_city("baotou")
    enter_city(other.id)
    an_area()

    with every_city():
        seen = db.session.execute(text("SELECT DISTINCT city_id FROM areas")).scalars().all()

    assert set(seen) == {home, other.id}
    assert db.session.info["city_id"] == other.id


def test_sqlite_is_durable_and_lets_readers_read(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        isolation = db.session.execute(text("SHOW synchronous_commit")).scalar_one()
        assert isolation in {"on", "off"}  # the operator's choice on a server
        return

    pragmas = {name: db.session.execute(text(f"PRAGMA {name}")).scalar_one() for name in PRAGMAS}

    assert pragmas == PRAGMAS


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
