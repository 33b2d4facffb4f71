"""Points are given when a report becomes a case, never for sending, within a day's and a month's caps, and taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from reporter.accounts.models import User
from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, Conflict, NotAllowed
from reporter.kernel.policy import SYSTEM, Role
from reporter.points.commands import set_terms
from reporter.points.models import PointEntry
from reporter.points.queries import MonthLine, accounts_of_month, balance_of, terms_now
from reporter.points.reactions import reward_report
from reporter.points.terms import AMOUNTS, Occasion, Terms
from reporter.points.truth import ledger_faults
from reporter.ports import Ports
from reporter.reports.commands.triage import Judgement, accept, decline, merge
from reporter.reports.events import ReportMoved
from reporter.reports.lifecycle import Action as ReportAction
from reporter.reports.lifecycle import Effect
from reporter.reports.lifecycle import State as ReportState
from reporter.reports.models import Report
from reporter.reports.queries import get_report, history
from reporter.routing.queries import get_unit
from tests.make import STAFF_OF_CENTRE, a_category, a_moderator, a_report, a_user, hand_in, the_fallback
from tests.points.ledger import entries_of, give_points, lines_of


def registered(by: User | None = None, **facts: Any) -> Case:
    """Return the case that a fresh report became."""
    the_fallback()
    report = a_report(by=by.actor if by else None, **facts)
    return get_case(accept(report, Judgement(), by=a_moderator().actor).id)


def closed(case: Case) -> None:
    """Lead a dispatched case to its end, put right."""
    handler = a_user(Role.HANDLER, unit=get_unit(case.lead_unit_id or 0)).actor
    advance(get_case(case.id), Action.CLAIM, by=handler)
    hand_in(get_case(case.id), by=handler)
    advance(get_case(case.id), Action.INSPECT_PASS, by=a_user(Role.INSPECTOR).actor)


def void(case: Case, reason: str = "照片与现场不符") -> None:
    advance(get_case(case.id), Action.VOID, by=a_user(Role.SHIFT_LEADER).actor, reason=reason)


def test_sending_alone_gives_nothing_and_becoming_a_case_does() -> None:
    give_points()
    resident = a_user()
    the_fallback()
    report = a_report(by=resident.actor)
    before = lines_of(resident)

    accept(get_report(report.id), Judgement(), by=a_moderator().actor)

    assert before == []
    assert lines_of(resident) == [("registered", 10, 10)]
    assert balance_of(resident.id) == 10


def test_a_declined_report_gives_nothing() -> None:
    give_points()
    resident = a_user()

    decline(a_report(by=resident.actor), "不在辖区", by=a_moderator().actor)

    assert lines_of(resident) == []


def test_a_city_that_set_no_terms_gives_nothing() -> None:
    resident = a_user()

    registered(resident)

    assert lines_of(resident) == []
    assert not terms_now().given


def test_whoever_did_not_sign_in_and_whoever_works_for_the_city_get_none() -> None:
    give_points()
    moderator = a_moderator(mobile="13847400009")
    at_home = a_user(mobile="13847400009")

    registered()
    registered(moderator)
    registered(at_home)

    assert db.session.scalar(select(func.count(PointEntry.id))) == 0


def test_a_volunteer_gets_points_like_everybody() -> None:
    give_points()
    volunteer = a_user(Role.RESIDENT, Role.VOLUNTEER)

    registered(volunteer)

    assert lines_of(volunteer) == [("registered", 10, 10)]


def test_a_kind_may_be_worth_something_else_and_nothing() -> None:
    parked, spat = a_category("乱停乱放"), a_category("乱吐乱扔")
    give_points(kinds={parked.id: 20, spat.id: 0})
    resident = a_user()

    registered(resident, category=parked)
    registered(resident, category=spat)

    assert lines_of(resident) == [("registered", 20, 20)]


def test_the_first_gets_all_and_the_next_what_joining_gives() -> None:
    give_points()
    first, next_one = a_user(), a_user()
    case = registered(first)

    merge(a_report(by=next_one.actor), case, by=a_moderator().actor)

    assert lines_of(first) == [("registered", 10, 10)]
    assert lines_of(next_one) == [("joined", 1, 1)]


def test_who_joins_a_case_without_a_moderator_gets_none() -> None:
    give_points()
    case, other = registered(a_user()), a_user()

    joined = a_report(by=other.actor, joins_case_id=case.id)

    assert (joined.state, joined.case_id) == (ReportState.DUPLICATE, case.id)
    assert lines_of(other) == []


def test_the_same_person_gets_points_once_for_a_case_under_whichever_account() -> None:
    give_points()
    resident, again = a_user(mobile="13847400001"), a_user(mobile="13847400001")
    case = registered(resident)

    merge(a_report(by=resident.actor), case, by=a_moderator().actor)
    merge(a_report(by=again.actor), case, by=a_moderator().actor)

    assert lines_of(resident) == [("registered", 10, 10)]
    assert lines_of(again) == []


def test_a_day_has_a_cap_and_what_it_cuts_is_written_down(fakes: Ports) -> None:
    give_points(a_day=15)
    resident = a_user()

    for _ in range(3):
        registered(resident)
    fakes.clock.move(timedelta(days=1))  # type: ignore[attr-defined]
    registered(resident)

    assert lines_of(resident) == [
        ("registered", 10, 10),
        ("registered", 5, 15),
        ("registered", 0, 15),
        ("registered", 10, 25),
    ]
    assert [entry.worth for entry in entries_of(resident)] == [10, 10, 10, 10]


def test_a_month_has_a_cap_of_its_own(fakes: Ports) -> None:
    give_points(a_day=10, a_month=15)
    resident = a_user()

    registered(resident)
    fakes.clock.move(timedelta(days=1))  # type: ignore[attr-defined]
    registered(resident)
    fakes.clock.move(timedelta(days=30))  # type: ignore[attr-defined]
    registered(resident)

    assert [amount for _, amount, _ in lines_of(resident)] == [10, 5, 10]


def test_the_caps_count_for_the_day_of_sending_however_long_the_centre_takes(fakes: Ports) -> None:
    give_points(a_day=10)
    resident = a_user()
    the_fallback()
    sent = [a_report(by=resident.actor).id]
    fakes.clock.move(timedelta(days=1))  # type: ignore[attr-defined]
    sent.append(a_report(by=resident.actor).id)
    fakes.clock.move(timedelta(days=2))  # type: ignore[attr-defined]

    for number in sent:
        accept(get_report(number), Judgement(), by=a_moderator().actor)

    assert [amount for _, amount, _ in lines_of(resident)] == [10, 10]
    assert [entry.day for entry in entries_of(resident)] == [date(2026, 11, 23), date(2026, 11, 24)]


def test_the_caps_are_a_persons_however_many_accounts_they_open() -> None:
    give_points(a_day=15)
    one, other = a_user(mobile="13847400001"), a_user(mobile="13847400001")

    registered(one)
    registered(other)

    assert lines_of(other) == [("registered", 5, 5)]


def test_a_void_case_takes_back_what_it_gave_with_its_reason_and_frees_the_day() -> None:
    give_points(a_day=10)
    first, joiner = a_user(), a_user()
    case = registered(first)
    merge(a_report(by=joiner.actor), case, by=a_moderator().actor)

    void(case, "照片是从网上来的")
    registered(first)

    assert lines_of(first) == [("registered", 10, 10), ("registered", -10, 0), ("registered", 10, 10)]
    assert lines_of(joiner) == [("joined", 1, 1), ("joined", -1, 0)]
    given, taken, _ = entries_of(first)
    assert (taken.reverses_id, taken.reason, taken.day) == (given.id, "照片是从网上来的", given.day)


def test_points_are_taken_back_also_when_the_city_gives_none_any_more() -> None:
    give_points()
    resident = a_user()
    case = registered(resident)
    set_terms(Terms(given=False), by=SYSTEM)

    void(case)

    assert balance_of(resident.id) == 0


def test_what_is_put_right_may_give_points_and_gives_them_anew_after_it_was_opened_again() -> None:
    give_points(put_right=5)
    first, joiner = a_user(), a_user()
    case = registered(first)
    merge(a_report(by=joiner.actor), case, by=a_moderator().actor)
    closed(case)
    advance(get_case(case.id), Action.REOPEN, by=a_user(Role.SUPERVISOR).actor, reason="又乱了")

    handler = a_user(Role.HANDLER, unit=get_unit(case.lead_unit_id or 0)).actor
    hand_in(get_case(case.id), by=handler)
    advance(get_case(case.id), Action.INSPECT_PASS, by=a_user(Role.INSPECTOR).actor)

    assert lines_of(first) == [
        ("registered", 10, 10),
        ("put_right", 5, 15),
        ("put_right", -5, 10),
        ("put_right", 5, 15),
    ]
    assert lines_of(joiner) == [("joined", 1, 1)]


def test_the_same_step_told_twice_is_written_once() -> None:
    give_points()
    resident = a_user()
    case = registered(resident)
    report: Report = get_report(entries_of(resident)[0].report_id)
    told = ReportMoved(report.id, history(report)[-1].id, ReportAction.ACCEPT, Effect.LEAVE_QUEUE)

    command(lambda: reward_report(told))()

    assert case.state is State.DISPATCHED
    assert lines_of(resident) == [("registered", 10, 10)]


@pytest.mark.parametrize(
    "sql",
    ["UPDATE point_entries SET amount = 1000", "DELETE FROM point_entries"],
)
def test_the_database_itself_refuses_to_change_or_delete_a_line(app: Flask, sql: str) -> None:
    give_points()
    resident = a_user()
    registered(resident)
    db.session.rollback()

    with pytest.raises(DBAPIError, match="point_entries is append-only"), db.engine.begin() as connection:
        connection.execute(text(sql))

    assert lines_of(resident) == [("registered", 10, 10)]


def test_a_right_ledger_has_no_faults() -> None:
    give_points(put_right=5, a_day=12)
    resident = a_user()
    closed(registered(resident))
    void(registered(a_user()))
    registered(resident)

    assert list(ledger_faults()) == []


def test_the_list_of_a_month_names_accounts_by_number_and_what_each_got(fakes: Ports) -> None:
    give_points()
    one, other = a_user(), a_user()
    registered(one)
    void(registered(one))
    registered(other)
    fakes.clock.move(timedelta(days=9))  # type: ignore[attr-defined]
    registered(one)

    november, december = accounts_of_month("2026-11"), accounts_of_month("2026-12")

    assert november == [MonthLine(one.id, 2, 20, -10), MonthLine(other.id, 1, 10, 0)]
    assert december == [MonthLine(one.id, 1, 10, 0)]
    assert accounts_of_month("2026-11", above=one.id) == [MonthLine(other.id, 1, 10, 0)]


def test_terms_are_versions_and_what_was_given_stays() -> None:
    give_points()
    resident = a_user()
    registered(resident)

    set_terms(Terms(given=True, amounts=AMOUNTS | {Occasion.REGISTERED: 3}), by=SYSTEM, seen=1)
    registered(resident)

    assert [amount for _, amount, _ in lines_of(resident)] == [10, 3]
    assert terms_now().number == 2
    with pytest.raises(Conflict):
        set_terms(Terms(), by=SYSTEM, seen=1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Terms(amounts=AMOUNTS | {Occasion.JOINED: 1001}), "joined"),
        (Terms(amounts=AMOUNTS | {Occasion.PUT_RIGHT: -1}), "put_right"),
        (Terms(kinds={987654: 5}), "registered"),
        (Terms(a_day=0), "a_day"),
        (Terms(a_month=100_001), "a_month"),
        (Terms(a_day=31, a_month=30), "a_day"),
    ],
)
def test_senseless_terms_are_refused_at_their_field(wrong: Terms, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        set_terms(wrong, by=SYSTEM)

    assert refused.value.field == field
    assert terms_now().number == 0


def test_nobody_but_a_system_administrator_sets_terms() -> None:
    leader = a_user(Role.LEADER, *STAFF_OF_CENTRE).actor

    with pytest.raises(NotAllowed):
        set_terms(Terms(), by=leader)

    assert terms_now().number == 0
