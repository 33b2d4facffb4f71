"""The rows that the outside reads follow reports, cases and the board step by step, and no further."""

import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from reporter.board.commands.copies import burn_pictures
from reporter.board.commands.exposures import publish, withdraw
from reporter.board.lifecycle import State as Shown
from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case
from reporter.cases.queries import get_case, step_behind
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import command, db, enter_city
from reporter.kernel.policy import SYSTEM, Actor, Role
from reporter.open311.commands.projecting import build_anew
from reporter.open311.models import RequestUpdate, ServiceRequest
from reporter.open311.progress import Progress, Status, progress_of
from reporter.open311.reactions import follow_case, follow_report
from reporter.open311.truth import Facts, differences, facts_of
from reporter.ports import Ports
from reporter.reports.commands.aside import set_aside
from reporter.reports.commands.holding import Hold
from reporter.reports.commands.triage import Judgement, accept, decline, merge, request_info
from reporter.reports.commands.undoing import undo_all
from reporter.reports.commands.unmerging import unmerge
from reporter.reports.events import ReportMoved
from reporter.reports.lifecycle import Action as ReportAction
from reporter.reports.lifecycle import State as ReportState
from reporter.reports.lifecycle import step_for
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from reporter.routing.commands import dispatch
from reporter.routing.queries import get_unit
from tests.make import a_case, a_city, a_moderator, a_report, a_unit, a_user
from tests.notices.posting import work
from tests.open311.reported import COARSE, a_case_behind, a_handler, a_post_behind, a_secret_report


def row_of(report: Report) -> ServiceRequest | None:
    db.session.expire_all()
    return db.session.scalar(select(ServiceRequest).where(ServiceRequest.report_id == report.id))


def the_row(report: Report) -> ServiceRequest:
    row = row_of(report)
    assert row is not None
    return row


def told(report: Report) -> list[tuple[str, Progress]]:
    rows = select(RequestUpdate).where(RequestUpdate.report_id == report.id).order_by(RequestUpdate.id)
    return [(row.key.removeprefix(report.number), row.progress) for row in db.session.scalars(rows)]


def test_a_report_that_came_in_is_known_at_once_with_its_kind_and_coarse_place() -> None:
    report = a_secret_report()

    row = the_row(report)

    assert (row.number, row.status, row.progress) == (report.number, Status.OPEN, Progress.OPEN)
    assert (row.category_id, row.area_id) == (report.category_id, report.area_id)
    assert (row.lon, row.lat) == COARSE
    assert row.requested_at == row.updated_at == report.submitted_at
    assert (row.case_id, row.expected_at) == (None, None)
    assert told(report) == []


@pytest.mark.parametrize("state", CaseState)
def test_a_row_stands_where_its_case_stands(state: CaseState) -> None:
    report = a_secret_report()

    case = a_case_behind(report, state)

    row, progress = row_of(report), progress_of(get_report(report.id).state, state)
    if progress is None:
        assert row is None
    else:
        assert row is not None
        assert (row.progress, row.case_id) == (progress, case.id)
        assert (row.status is Status.CLOSED) == (case.closed_at is not None)
        assert row.updated_at == (case.closed_at or row.updated_at)


def test_the_outside_is_told_every_step_once_and_under_a_lasting_key(fakes: Ports) -> None:
    report = a_secret_report()

    a_case_behind(report, CaseState.CLOSED)

    assert told(report) == [
        (".1", Progress.INVESTIGATING), (".2", Progress.SCHEDULED), (".3", Progress.IN_PROGRESS), (".4", Progress.FIXED),
    ]  # fmt: skip


def test_the_same_step_heard_of_twice_changes_nothing() -> None:
    report = a_secret_report()
    case = a_case_behind(report, CaseState.HANDLING)
    before = told(report), the_row(report).changed_at
    last = db.session.scalars(
        select(TrailEntry).where(TrailEntry.subject == "case").order_by(TrailEntry.id.desc())
    ).first()
    first = db.session.scalars(select(TrailEntry).where(TrailEntry.subject == "report")).first()
    assert last is not None
    assert first is not None
    heard = step_for(None, ReportAction.SUBMIT)

    @command
    def hear_again() -> None:
        follow_case(step_behind(last))
        follow_report(ReportMoved(report.id, first.id, heard.action, heard.effect))

    hear_again()

    assert (told(report), the_row(report).changed_at) == before
    assert the_row(report).case_id == case.id


@pytest.mark.parametrize("away", ["decline", "aside", "void"])
def test_what_nobody_may_know_of_is_no_row(away: str) -> None:
    report, moderator = a_secret_report(), a_moderator().actor

    if away == "decline":
        decline(report, "不在辖区", by=moderator)
    elif away == "aside":
        set_aside(report, by=SYSTEM)
    else:
        a_case_behind(report, CaseState.VOID)

    assert row_of(report) is None


def test_that_the_centre_asks_whoever_reported_is_nobody_elses_business() -> None:
    report = a_secret_report()
    before = the_row(report).changed_at

    request_info(report, "哪个门？", by=a_moderator().actor)

    row = the_row(report)
    assert (row.progress, row.changed_at, told(report)) == (Progress.OPEN, before, [])


def test_a_held_decision_is_told_when_it_stands_and_undone_leaves_no_trace(fakes: Ports) -> None:
    report, moderator, hold = a_secret_report(), a_moderator().actor, Hold(timedelta(seconds=8))
    a_unit(fallback=True)

    accept(report, Judgement(), by=moderator, hold=hold)
    held = the_row(report).progress, told(report)
    undo_all(hold.batch, by=moderator)

    assert held == (Progress.INVESTIGATING, [])
    row = the_row(report)
    assert (row.progress, row.case_id, told(report)) == (Progress.OPEN, None, [])


def test_a_joined_report_goes_as_its_case_goes_and_alone_again_once_it_is_taken_out() -> None:
    case = a_case(CaseState.HANDLING)
    report, moderator = a_report(), a_moderator().actor

    merge(report, case, by=moderator)
    joined = the_row(report)
    found = joined.case_id, joined.progress
    unmerge(get_report(report.id), "不是同一处", by=moderator)

    assert found == (case.id, Progress.IN_PROGRESS)
    assert (the_row(report).case_id, the_row(report).progress) == (None, Progress.OPEN)


def test_the_promise_of_the_unit_is_told_while_its_clock_runs() -> None:
    report = a_secret_report()
    case = a_case_behind(report)
    unpromised = the_row(report).expected_at

    dispatch(case, by=a_user(Role.DISPATCHER).actor)
    promised = the_row(report).expected_at
    advance(get_case(case.id), Action.CLAIM, by=a_handler().actor)

    assert unpromised is None
    assert promised is not None
    assert promised > the_row(report).requested_at
    assert the_row(report).expected_at == promised


def test_a_post_that_comes_and_goes_is_a_change_and_moves_no_work_on(fakes: Ports) -> None:
    report = a_secret_report()
    post = a_post_behind(report, Shown.SECOND_REVIEW)
    closed, team = the_row(report).updated_at, a_user(Role.SECOND_REVIEWER).actor

    fakes.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]  # the tests' clock
    before = the_row(report).changed_at
    publish(post, by=team)
    burn_pictures(post.id)
    shown = the_row(report).changed_at
    fakes.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]
    withdraw(post, "当事人已登报致歉", by=team)

    assert before < shown < the_row(report).changed_at
    assert the_row(report).updated_at == closed


def test_rows_are_built_anew_from_what_is_there_and_differ_in_nothing(fakes: Ports) -> None:
    reports = [a_report() for _ in range(3)]
    a_case_behind(reports[0], CaseState.CLOSED_UNFIXED)
    a_case_behind(reports[1], CaseState.SHELVED)
    gone = a_report()
    decline(gone, "不在辖区", by=a_moderator().actor)
    kept = {report.id: (the_row(report).progress, the_row(report).updated_at) for report in reports}
    lose_all_rows()

    missing = differences(0, size=100)[1]
    last, changed = build_anew(0, size=2)
    _, changed_later = build_anew(last, size=100)

    assert [(one.number, one.fault) for one in missing] == [(one.number, "missing") for one in reports]
    assert (changed, changed_later) == (2, 1)
    assert differences(0, size=100) == (gone.id, [])
    assert {report.id: (the_row(report).progress, the_row(report).updated_at) for report in reports} == kept
    assert build_anew(gone.id, size=100) == (0, 0)


@command
def lose_all_rows() -> None:
    for row in db.session.scalars(select(ServiceRequest)):
        db.session.delete(row)


def test_another_city_is_compared_with_nothing_of_this_one() -> None:
    a_case_behind(a_report(), CaseState.ARCHIVED)
    lose_all_rows()

    enter_city(a_city("hohhot").id)

    assert differences(0, size=100) == (0, [])
    assert build_anew(0, size=100) == (0, 0)


def test_a_row_that_says_something_else_is_named_and_mended() -> None:
    report = a_secret_report()
    spoil(report)

    [found] = differences(0, size=100)[1]
    build_anew(0, size=100)

    assert (found.number, found.fault) == (report.number, "other progress, lat")
    assert differences(0, size=100)[1] == []


@command
def spoil(report: Report) -> None:
    row = db.session.scalars(select(ServiceRequest).where(ServiceRequest.report_id == report.id)).one()
    row.progress, row.lat = Progress.PLANNED, 1.0


def test_a_report_that_is_declined_while_rows_are_built_anew_stays_unknown(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, moderator = a_secret_report(), a_moderator().actor
    lose_all_rows()
    report_id, declining = report.id, threading.Event()

    def decline_it() -> None:
        with app.app_context():
            enter_city(report.city_id)
            declining.set()
            decline(get_report(report_id), "不在辖区", by=moderator)
            db.session.remove()

    thread = threading.Thread(target=decline_it)

    def read_then_lose_the_race(reports: Sequence[Report]) -> dict[int, Facts | None]:
        found = facts_of(reports)
        thread.start()
        declining.wait()
        thread.join(timeout=1.5)  # it ends only where nothing keeps it from doing so
        return found

    monkeypatch.setattr("reporter.open311.commands.projecting.facts_of", read_then_lose_the_race)
    build_anew(0, size=100)
    thread.join()

    assert row_of(report) is None
    assert get_report(report_id).state is ReportState.DECLINED


def test_a_decision_that_was_held_is_told_as_of_when_it_stands(fakes: Ports) -> None:
    """Whoever asks every few seconds for what is new would never read what is dated before they asked last."""
    report, moderator, began = a_secret_report(), a_moderator().actor, fakes.clock.now()
    a_unit(fallback=True)
    accept(report, Judgement(), by=moderator, hold=Hold(timedelta(seconds=8)))

    fakes.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]  # the tests' clock
    work()

    rows = db.session.scalars(select(RequestUpdate).where(RequestUpdate.report_id == report.id)).all()
    assert rows
    assert min(row.at for row in rows) >= began + timedelta(minutes=1)


def test_a_merge_that_is_held_is_told_by_no_step_of_its_case_before_it_stands(fakes: Ports) -> None:
    case, report = a_case(CaseState.DISPATCHED), a_report()
    merge(report, case, by=a_moderator().actor, hold=Hold(timedelta(seconds=8)))

    advance(get_case(case.id), Action.CLAIM, by=a_handler_of(case))
    early = told(report)
    fakes.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]  # the tests' clock
    work()

    assert early == []
    assert told(report) == [(".1", Progress.IN_PROGRESS)]


def a_handler_of(case: Case) -> Actor:
    unit = get_case(case.id).lead_unit_id
    assert unit is not None
    return a_user(Role.HANDLER, unit=get_unit(unit)).actor
