"""A report that was joined to the wrong case is taken out: it waits on its own again, and whoever sent it reads why."""

import pytest
from sqlalchemy import select

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action as CaseAction
from reporter.cases.queries import photos_of
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, NotAllowed, WrongStep
from reporter.kernel.policy import Role
from reporter.notices.models import Notice
from reporter.points.models import PointEntry
from reporter.reports.commands.joining import refuse_second
from reporter.reports.commands.triage import merge
from reporter.reports.commands.unmerging import unmerge
from reporter.reports.lifecycle import State
from reporter.reports.queries import history, reports_of_case
from reporter.reports.worklists import AtTriage, triage_list
from tests.make import a_case, a_moderator, a_report, a_user
from tests.points.ledger import give_points


def test_it_waits_on_its_own_again_with_its_pictures_and_a_new_clock() -> None:
    case, report, by = a_case(photos=1), a_report(photos=2), a_moderator().actor
    merge(report, case, by=by)

    unmerge(report, "Another lamp, on the other side.", by=by)

    assert [line.id for line in triage_list(AtTriage.WAITING).rows] == [report.id]
    assert (report.case_id, report.due_at is None, report.ring_at is None) == (None, False, False)
    assert (case.report_count, len(photos_of(case.id)), list(reports_of_case(case.id))) == (1, 1, [])
    assert [(one.action, one.reason) for one in history(report)][-1] == (
        "unmerge",
        "Another lamp, on the other side.",
    )


def test_who_was_told_otherwise_is_told_and_points_are_taken_back() -> None:
    give_points()
    resident, by = a_user(), a_moderator().actor
    report, case = a_report(by=resident.actor), a_case()
    merge(report, case, by=by)

    unmerge(report, "Another lamp.", by=by)

    told = select(Notice.what).where(Notice.user_id == resident.id).order_by(Notice.id)
    assert db.session.scalars(told).all()[-1] == "report.unmerge"
    assert [one.amount for one in db.session.scalars(select(PointEntry).order_by(PointEntry.id))] == [1, -1]


def test_without_a_reason_or_the_right_nothing_happens() -> None:
    case, report, by = a_case(), a_report(), a_moderator().actor
    merge(report, case, by=by)

    with pytest.raises(BadInput):
        unmerge(report, " ", by=by)
    with pytest.raises(NotAllowed):
        unmerge(report, "Another lamp.", by=a_user(Role.DISPATCHER).actor)

    db.session.expire_all()
    assert (report.state, report.case_id, case.report_count) == (State.DUPLICATE, case.id, 2)


def test_out_of_a_case_that_has_ended_it_is_not_taken() -> None:
    case, report, by = a_case(), a_report(), a_moderator().actor
    merge(report, case, by=by)
    advance(case, CaseAction.VOID, by=a_user(Role.SHIFT_LEADER).actor, reason="A mistake.")

    with pytest.raises(WrongStep):
        unmerge(report, "Another lamp.", by=by)

    db.session.expire_all()
    assert (report.state, report.case_id) == (State.DUPLICATE, case.id)


def test_the_case_that_it_was_taken_out_of_is_not_proposed_again() -> None:
    case, resident, by = a_case(), a_user().actor, a_moderator().actor
    report = a_report(joins_case_id=case.id, by=resident)
    joined = report.case_id

    unmerge(report, "Another lamp.", by=by)

    assert joined == case.id
    assert (report.case_id, report.joins_case_id) == (None, None)
    refuse_second(case, (), by=resident)
