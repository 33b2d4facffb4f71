"""Sums of whole days say what the counters say, whichever of the two a page reads."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.insight.commands import count_anew, sum_days
from reporter.insight.models import DaySum, Tally, UnsummedDay
from reporter.insight.queries import (
    honours,
    last_days,
    per_day,
    rates,
    sums_by_area,
    sums_by_kind,
    sums_by_month,
    times_of_kind,
    today,
)
from reporter.insight.truth import wrong_sums
from reporter.kernel.db import db, enter_city
from reporter.kernel.policy import Role
from reporter.ports import Ports
from tests.make import a_case, a_city, a_report, a_unit, a_user

PAGES: tuple[Callable[[Case], Any], ...] = (
    lambda _: sums_by_kind(last_days()),
    lambda _: sums_by_area(last_days()),
    lambda _: sums_by_month(),
    lambda _: rates(last_days()),
    lambda _: per_day("registered"),
    lambda _: honours(),
    lambda case: times_of_kind(case.category_id),
    lambda case: times_of_kind(case.category_id, area_id=case.area_id),
    lambda case: times_of_kind(case.category_id, area_id=4711),
)


@pytest.fixture
def some_days(fakes: Ports) -> Case:
    """Let things happen on three days; the last one is today."""
    unit = a_unit()
    for _ in range(3):
        a_report()
        for state in (State.REGISTERED, State.CLOSED, State.DISPATCHED, State.DISPATCHED):
            case = a_case(state, unit=unit)
        fakes.clock.move(timedelta(days=1))  # type: ignore[attr-defined]  # the tests' clock
    a_case(State.CLOSED, unit=unit)
    return case


def marked() -> int:
    return db.session.scalars(select(func.count()).select_from(UnsummedDay)).one()


@pytest.mark.parametrize("page", PAGES)
def test_a_day_that_was_summed_up_reads_as_before(page: Callable[[Case], Any], some_days: Case) -> None:
    before = page(some_days)

    done = sum_days()

    assert done == 3
    assert marked() == 1
    assert page(some_days) == before


def test_the_counters_of_a_day_that_was_summed_up_are_not_read(some_days: Case) -> None:
    before = sums_by_kind(last_days())
    sum_days()

    db.session.execute(db.delete(Tally).where(Tally.day < today()))

    assert sums_by_kind(last_days()) == before


def test_what_is_put_right_on_an_earlier_day_is_seen_at_once_and_summed_again(
    some_days: Case, fakes: Ports
) -> None:
    closed = db.session.scalars(select(Case).where(Case.state == State.CLOSED).order_by(Case.id)).first()
    assert closed
    sum_days()
    ended = sum(sums.get("ended", 0) for sums in sums_by_kind(last_days()).values())

    advance(closed, Action.REOPEN, by=a_user(Role.SUPERVISOR).actor, reason="还在")

    def now_ended() -> int:
        return sum(sums.get("ended", 0) for sums in sums_by_kind(last_days()).values())

    assert (marked(), now_ended()) == (2, ended - 1)
    assert sum_days() == 1
    assert (marked(), now_ended()) == (1, ended - 1)
    assert [wrong_sums(today() - timedelta(days=days)) for days in range(4)] == [[]] * 4


def test_a_day_counted_anew_is_summed_anew(some_days: Case) -> None:
    sum_days()

    count_anew(today() - timedelta(days=1))

    assert marked() == 2


def test_no_more_days_are_summed_up_at_a_time_than_asked_for(some_days: Case) -> None:
    assert [sum_days(most=2), sum_days(most=2), sum_days(most=2)] == [2, 1, 0]


def test_each_city_has_sums_of_its_own(some_days: Case) -> None:
    sum_days()
    other = a_city("other")
    enter_city(other.id)

    mine = sums_by_kind(last_days()), sums_by_month(), db.session.scalars(select(DaySum)).all()

    assert mine[0] == {}
    assert not any(mine[1].values())
    assert mine[2] == []


def test_a_sum_that_is_nothing_has_no_row(some_days: Case) -> None:
    sum_days()

    assert db.session.scalars(select(DaySum).where(DaySum.n == 0)).all() == []
