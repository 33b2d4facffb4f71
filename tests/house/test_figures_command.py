"""The operator's lines for the figures: what differs is named, and written anew."""

from datetime import date, timedelta

from click.testing import Result
from flask import Flask
from sqlalchemy import update

from reporter.board.cells import micro, place_of
from reporter.board.lifecycle import State as Shown
from reporter.board.models import ShownCell, ShownCount
from reporter.cases.lifecycle import State
from reporter.cases.queries import get_category
from reporter.insight.commands import sum_days
from reporter.insight.models import DaySum, Tally, UnsummedDay
from reporter.kernel.db import command, current_city_id, db, enter_city
from reporter.places.queries import areas
from reporter.ports import Ports
from reporter.routing.queries import units
from tests.board.posts import an_exposure
from tests.insight.truth import kept, mangle
from tests.make import a_case, a_city, a_report, put


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["figures", *words])


def test_counters_that_are_right_are_said_to_be_so(app: Flask) -> None:
    a_report()
    a_case(State.CLOSED)

    told = run(app, "verify")

    assert told.output == "0 differences\n"
    assert told.exit_code == 0


def test_what_differs_is_named_in_words_and_nothing_is_changed(app: Flask) -> None:
    case = a_case(State.DISPATCHED)
    set_to("dispatched", 4)
    set_to("open", 0)
    put(Tally(measure="closed", day=date(2026, 11, 1), unit_id=7, n=3))
    put(UnsummedDay(day=date(2026, 11, 1)))
    wrong = kept()

    told = run(app, "verify")

    kind, area, unit = get_category(case.category_id), areas()[0], units()[0]
    where = f"kind {kind.name_zh}, area {area.name_zh}"
    assert told.output.splitlines() == [
        f"jining: now, open, {where}: the counter says 0, counted 1",
        "jining: 2026-11-01, closed, unit no. 7: the counter says 3, counted 0",
        f"jining: 2026-11-23, dispatched, {where}, unit {unit.name_zh}: the counter says 4, counted 1",
        "3 differences",
    ]
    assert told.exit_code == 1
    assert kept() == wrong


def test_a_sum_that_is_not_that_of_its_counters_is_named_and_put_right(app: Flask, fakes: Ports) -> None:
    case = a_case(State.REGISTERED)
    fakes.clock.move(timedelta(days=1))  # type: ignore[attr-defined]  # the tests' clock
    sum_days()
    db.session.execute(
        update(DaySum).where(DaySum.facet == "kind", DaySum.measure == "registered").values(n=5)
    )
    db.session.commit()

    told = run(app, "verify")
    run(app, "rebuild")
    sum_days()

    kind = get_category(case.category_id)
    assert told.output.splitlines() == [
        f"jining: sum by kind, 2026-11-23, registered, kind {kind.name_zh}: the counter says 5, counted 1",
        "1 differences",
    ]
    assert run(app, "verify").output == "0 differences\n"


def test_what_differs_on_the_board_is_named_too_and_put_right(app: Flask) -> None:
    post = an_exposure(Shown.PUBLISHED)
    where = f"cell {place_of(micro(post.lon), 2)}/{place_of(micro(post.lat), 2)}"
    doctor(ShownCount, {"n": 5}, facet="unit")
    doctor(ShownCell, {"n": 4}, facet="kind", level=2)
    doctor(ShownCell, {"ids": 99}, facet="", level=2)

    told = run(app, "verify")

    assert told.output.splitlines() == [
        f"jining: board, unit {post.unit_id}: the counter says 5, counted 1",
        f"jining: map, level 2, {where}: the counter says 1, of other posts or places",
        f"jining: map, level 2, kind {post.kind_slug}, {where}: the counter says 4, counted 1",
        "3 differences",
    ]
    assert told.exit_code == 1
    assert run(app, "rebuild").exit_code == 0
    assert run(app, "verify").output == "0 differences\n"


def test_counters_of_every_city_are_written_anew(app: Flask) -> None:
    here = current_city_id()
    a_case(State.CLOSED)
    right = kept()
    mangle()
    enter_city(a_city().id)
    a_report()
    mangle()

    told = run(app, "rebuild")

    assert told.exit_code == 0
    assert told.output.endswith("written anew in 2 cities\n")
    assert run(app, "verify").exit_code == 0
    enter_city(here)
    assert kept() == right


@command
def doctor(model: type[ShownCell | ShownCount], values: dict[str, int], **which: object) -> None:
    db.session.execute(update(model).filter_by(**which).values(values))


@command
def set_to(measure: str, n: int) -> None:
    db.session.execute(update(Tally).where(Tally.measure == measure).values(n=n))
