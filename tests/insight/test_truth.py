"""The counters are what counting reports, cases and their trails gives, and can be made anew from those."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from flask import current_app
from sqlalchemy import select, update

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.cities.queries import local
from reporter.insight.commands import count_anew
from reporter.insight.models import STANDING, Tally
from reporter.insight.truth import Difference
from reporter.kernel.db import command, current_city_id, db, enter_city
from reporter.kernel.errors import WrongStep
from reporter.kernel.policy import ANYONE, SYSTEM, Actor, Role
from reporter.ports import Ports, ports
from reporter.reports.commands.triage import Judgement, accept
from reporter.reports.models import Report
from reporter.routing.commands import dispatch, reassign
from reporter.routing.correcting import Correction, correct
from tests.insight.truth import all_differences, kept, mangle, rebuild
from tests.make import (
    a_case,
    a_category,
    a_city,
    a_moderator,
    a_report,
    a_unit,
    a_user,
    an_area,
    hand_in,
    the_fallback,
)

DEEP = os.environ.get("DEPTH") == "deep"
CENTRE = (Role.ACCEPTOR, Role.DISPATCHER, Role.SHIFT_LEADER, Role.SUPERVISOR, Role.INSPECTOR)


class Walk:
    """Cases of two kinds, areas and units that go all ways a case can go, some of them late."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - a walk, no secret
        self.kinds = [a_category(), a_category(nature="act")]
        self.areas = [an_area(), an_area("泉山街道", at=(113.3, 41.2)), None]
        self.units = [a_unit("兜底", fallback=True), a_unit()]
        self.centre, self.worker = a_user(*CENTRE).actor, a_user().actor
        self.ways: dict[State, list[Callable[[Case], object]]] = {
            State.REGISTERED: [self.dispatch, self.dispatch, self.correct, self.void],
            State.DISPATCHED: [self.claim, self.claim, self.claim, self.reassign, self.correct, self.void],
            State.HANDLING: [*[self.hand_in] * 4, self.reassign, self.correct, self.send_back, self.void],
            State.HANDLED: [self.pass_, self.pass_, self.pass_, self.fail, self.close_unfixed],
            State.CLOSED: [self.rate, self.reopen, self.archive],
            State.CLOSED_UNFIXED: [self.rate, self.reopen, self.archive],
        }

    def step(self) -> None:
        """Let something happen, or time pass."""
        case = db.session.scalar(
            select(Case).order_by(Case.id.desc()).offset(self.random.randrange(6)).limit(1)
        )
        ways = self.ways.get(case.state, []) if case else []
        if not ways or self.random.random() < 0.2:
            self.register()
        else:
            with suppress(WrongStep):  # such as a rating after seven days
                self.random.choice(ways)(case)  # type: ignore[arg-type]  # there are no ways without a case
        if self.random.random() < 0.4:
            ports.clock.move(timedelta(minutes=self.random.choice([5, 40, 300, 2000])))  # type: ignore[attr-defined]

    def register(self) -> None:
        report = a_report(category=self.random.choice(self.kinds))
        area = self.random.choice(self.areas)
        other = Judgement(category_id=self.random.choice(self.kinds).id, area_id=area.id if area else None)
        accept(report, other, by=self.random.choice([self.centre, a_user(Role.ACCEPTOR).actor]))

    def handler(self, case: Case) -> Actor:
        return Actor(self.worker.id, frozenset({Role.HANDLER}), case.lead_unit_id)

    def dispatch(self, case: Case) -> None:
        dispatch(case, unit_id=self.random.choice(self.units).id, by=self.centre)

    def reassign(self, case: Case) -> None:
        other = next(unit for unit in self.units if unit.id != case.lead_unit_id)
        reassign(case, unit_id=other.id, reason="改派", by=self.centre)

    def claim(self, case: Case) -> None:
        advance(case, Action.CLAIM, by=self.handler(case))

    def send_back(self, case: Case) -> None:
        advance(case, Action.REQUEST_SEND_BACK, by=self.handler(case), reason="不在辖区")
        advance(case, Action.APPROVE_SEND_BACK, by=self.centre)

    def hand_in(self, case: Case) -> None:
        hand_in(case, by=self.handler(case))

    def correct(self, case: Case) -> None:
        kind, area = self.random.choice(self.kinds), self.random.choice(self.areas)
        right = Correction(kind.id, None, area.id if area else None, f"第 {self.random.random()} 号")
        correct(case, right, reason="更正", by=self.centre)

    def pass_(self, case: Case) -> None:
        advance(case, Action.INSPECT_PASS, by=a_user(Role.INSPECTOR).actor)

    def fail(self, case: Case) -> None:
        advance(case, Action.INSPECT_FAIL, by=self.centre, reason="没清完")

    def close_unfixed(self, case: Case) -> None:
        advance(case, Action.CLOSE_UNFIXED, by=self.centre, reason="修不了")

    def rate(self, case: Case) -> None:
        rating = self.random.choice(["satisfied", "neutral", "dissatisfied"])
        advance(case, Action.RATE, by=ANYONE.lent(Role.REPORTER), rating=rating)

    def reopen(self, case: Case) -> None:
        advance(case, Action.REOPEN, by=self.centre, reason="还在")

    def void(self, case: Case) -> None:
        advance(case, Action.VOID, by=self.centre, reason="不是")

    def archive(self, case: Case) -> None:
        ports.clock.move(timedelta(days=30))  # type: ignore[attr-defined]  # the tests' clock
        advance(case, Action.ARCHIVE, by=SYSTEM)


@pytest.mark.parametrize("seed", range(40 if DEEP else 2))
def test_whatever_happens_the_counters_are_the_truth_and_can_be_made_anew(seed: int) -> None:
    walk = Walk(seed)

    for _ in range(80):
        walk.step()

    counters = kept()
    assert all_differences() == []
    mangle()
    assert all_differences() != []
    rebuild()
    assert kept() == counters


def test_a_case_put_right_late_is_not_in_time_and_counts_by_how_long_it_took(fakes: Ports) -> None:
    case = a_case(State.HANDLING)  # four hours to handle it
    fakes.clock.move(timedelta(hours=5))  # type: ignore[attr-defined]  # the tests' clock

    hand_in(case, by=a_user(Role.HANDLER, unit=the_fallback()).actor)
    advance(case, Action.INSPECT_PASS, by=a_user(Role.INSPECTOR).actor)

    of_its_end = {measure for measure, *_ in kept()} - {"registered", "dispatched", "claimed_on_time"}
    assert of_its_end == {"ended", "closed", "took_1d"}
    assert all_differences() == []


def test_a_void_case_is_in_no_figure(fakes: Ports) -> None:
    case = a_case(State.HANDLING)
    fakes.clock.move(timedelta(days=2))  # type: ignore[attr-defined]  # the tests' clock

    advance(case, Action.VOID, by=a_user(Role.SHIFT_LEADER).actor, reason="重复")

    assert kept() == {}
    assert all_differences() == []


def test_what_is_opened_again_did_not_end_on_its_day(fakes: Ports) -> None:
    case = a_case(State.CLOSED)
    ended = local(case.closed_at or case.registered_at).date()
    fakes.clock.move(timedelta(days=2))  # type: ignore[attr-defined]  # the tests' clock

    advance(case, Action.REOPEN, by=a_user(Role.SUPERVISOR).actor, reason="还在")

    of_that_day = {measure for measure, day, *_ in kept() if day == ended}
    assert of_that_day == {"registered", "dispatched", "claimed_on_time"}
    assert min(kept().values()) > 0


def test_a_report_counts_as_what_the_moderator_says_it_is() -> None:
    other = a_category("乱拉乱挂")
    the_fallback()
    report = a_report(category=a_category())

    accept(report, Judgement(category_id=other.id), by=a_moderator().actor)

    assert {kind for _, _, kind, *_ in kept()} == {other.id}
    assert all_differences() == []


def test_a_step_of_last_night_counts_on_the_day_of_the_city_s_clock(fakes: Ports) -> None:
    fakes.clock.set(datetime(2026, 11, 30, 16, 30, tzinfo=UTC))  # type: ignore[attr-defined]  # half past midnight there
    a_case()

    rebuild()

    assert {day for _, day, *_ in kept()} == {STANDING, date(2026, 12, 1)}
    assert all_differences() == []


def test_one_city_is_made_anew_and_the_other_is_left_alone() -> None:
    here, there = current_city_id(), a_city().id
    a_case(State.CLOSED)
    enter_city(there)
    a_case(State.DISPATCHED)
    theirs = kept()
    mangle()
    wrong = kept()

    enter_city(here)
    rebuild()

    enter_city(there)
    assert kept() == wrong
    rebuild()
    assert kept() == theirs


def test_what_is_wrong_is_named_once_with_both_numbers() -> None:
    a_case(State.CLOSED)
    one = db.session.scalars(select(Tally).where(Tally.measure == "closed")).one()
    day, kind, area, unit = one.day, one.category_id, one.area_id, one.unit_id

    set_to(one.id, 5)

    assert all_differences() == [Difference(day, "closed", kind, area, unit, kept=5, counted=1)]


@command
def set_to(counter_id: int, n: int) -> None:
    db.session.execute(update(Tally).where(Tally.id == counter_id).values(n=n))


def test_steps_taken_while_the_counters_are_made_anew_are_counted_once() -> None:
    """Half the threads take steps, the others rebuild the day they fall on."""
    app, city, kind, area = current_app._get_current_object(), current_city_id(), a_category(), an_area()  # type: ignore[attr-defined]  # noqa: SLF001 - threads need the app itself
    the_fallback()
    reports = [a_report(category=kind).id for _ in range(8)]
    by = a_moderator().actor
    today = local(ports.clock.now()).date()

    def work(report_id: int) -> None:
        with app.app_context():
            enter_city(city)
            if report_id:
                accept(db.session.get_one(Report, report_id), Judgement(area_id=area.id), by=by)
            else:
                count_anew(today)
                count_anew(STANDING)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [one for report_id in reports for one in (report_id, 0)]))

    assert all_differences() == []
    assert sum(n for (measure, *_), n in kept().items() if measure == "dispatched") == len(reports)
