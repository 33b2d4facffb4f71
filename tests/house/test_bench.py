"""What the measurements stand on still fits the tables: rows written straight into them, and copies of a case."""

from bench.city import fill
from bench.ticking import a_dispatched_case, copies, ticked
from reporter.cases.models import Case
from reporter.kernel.db import current_city_id, db, enter_city
from reporter.reports.models import Report
from reporter.routing.models import WorkOrder
from tests.make import a_category, the_fallback, the_ground


def a_city_to_measure() -> int:
    """Make what the measurements need of a city; return its id."""
    the_ground()
    the_fallback()
    a_category()
    return current_city_id()


def test_the_tables_are_filled_as_they_are() -> None:
    city = a_city_to_measure()

    fill(4)
    enter_city(city)

    assert db.session.query(Case).count() == 4
    assert db.session.query(Report).count() == 4


def test_of_many_copies_of_a_case_a_tick_does_those_that_are_due() -> None:
    a_city_to_measure()
    first = a_dispatched_case()
    for table in (Case.__table__, WorkOrder.__table__):
        for have in (1, 2, 4):
            db.session.execute(copies(table, first, have, have))  # type: ignore[arg-type]
    db.session.commit()

    figures = ticked("tests")

    assert db.session.query(Case).count() == 8
    assert figures.done == 1
