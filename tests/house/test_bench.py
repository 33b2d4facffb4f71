"""What the measurements stand on still fits the tables: rows written straight into them, and copies of a case."""

from bench.city import fill, photos
from bench.past import Shape, tell_past
from bench.posts import write_posts
from bench.ticking import a_dispatched_case, copies, ticked
from reporter.board.cells import LEVELS
from reporter.board.models import Exposure
from reporter.board.truth import wrong_cells, wrong_numbers
from reporter.cases.models import Case
from reporter.insight.truth import days_counted
from reporter.insight.truth import differences as wrong_figures
from reporter.kernel.audit import verify
from reporter.kernel.db import current_city_id, db, enter_city
from reporter.open311.models import ServiceRequest
from reporter.open311.truth import differences
from reporter.reports.models import Report
from reporter.routing.models import WorkOrder
from tests.make import a_category, the_fallback, the_ground


def a_city_to_measure() -> int:
    """Make what the measurements need of a city; return its id."""
    the_ground()
    the_fallback()
    a_category()
    return current_city_id()


def tell_a_small_past() -> None:
    """Tell of sixty cases, and show eight posts of those that are over."""
    city, pictures = current_city_id(), photos(4)
    enter_city(city)
    tell_past(Shape(cases=60, waiting=5, open=12, told=10), pictures)
    write_posts(8, 40)


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


def test_a_past_that_is_told_is_as_if_it_had_happened() -> None:
    a_city_to_measure()

    tell_a_small_past()

    assert db.session.query(Case).count() == 60
    assert db.session.query(ServiceRequest).count() >= 65
    assert list(verify("secret")) == []
    assert differences(0, size=500)[1] == []


def test_what_was_told_is_counted_as_the_house_counts() -> None:
    a_city_to_measure()

    tell_a_small_past()

    assert db.session.query(Exposure).filter(Exposure.on_show).count() == 8
    assert [*wrong_numbers(), *(one for level in LEVELS for one in wrong_cells(level))] == []
    assert [one for day in days_counted() for one in wrong_figures(day)] == []
