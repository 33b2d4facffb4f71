"""The side queue: in, back, and emptied at once; everybody is told once, nothing is lost when a worker dies."""

from typing import Any

import pytest
from sqlalchemy import select

from reporter.accounts.models import User
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, NotAllowed, WrongStep
from reporter.kernel.policy import Role
from reporter.notices.models import Notice
from reporter.ports.queue import run_next
from reporter.reports.commands import aside
from reporter.reports.commands.aside import begin_clearing, set_aside, take_back
from reporter.reports.lifecycle import State
from reporter.reports.models import Clearing, Report
from reporter.reports.queries import get_report, history
from reporter.reports.worklists import AtTriage, running_clearing, triage_list
from tests.make import a_moderator, a_report, a_user


def put_aside(number: int, moderator: User, **facts: Any) -> list[Report]:
    """Return reports that wait in the side queue."""
    reports = [a_report(**facts) for _ in range(number)]
    for report in reports:
        set_aside(report, by=moderator.actor)
    return reports


def work() -> None:
    while run_next():
        pass


def state_of(report: Report) -> State:
    db.session.expire_all()
    return get_report(report.id).state


def test_what_is_set_aside_leaves_the_queue_and_its_clock_stands_still() -> None:
    [report] = put_aside(1, a_moderator())

    assert triage_list(AtTriage.WAITING).rows == []
    assert [line.id for line in triage_list(AtTriage.ASIDE).rows] == [report.id]
    assert (report.due_at, report.ring_at) == (None, None)


def test_what_is_taken_back_waits_in_the_queue_with_a_new_clock() -> None:
    moderator = a_moderator()
    [report] = put_aside(1, moderator)

    take_back(report, by=moderator.actor)

    assert [line.id for line in triage_list(AtTriage.WAITING).rows] == [report.id]
    assert report.due_at is not None
    assert report.ring_at is not None


def test_only_an_acceptor_or_the_system_sets_aside() -> None:
    report = a_report()

    with pytest.raises(NotAllowed):
        set_aside(report, by=a_user(Role.DISPATCHER).actor)

    assert state_of(report) is State.SUBMITTED


def test_a_clearing_declines_all_that_waited_with_one_entry_in_each_trail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(aside, "AT_A_TIME", 2)
    moderator = a_moderator()
    reports = put_aside(5, moderator)
    kept = a_report()

    clearing = begin_clearing("判断为垃圾信息。", by=moderator.actor)
    later = put_aside(1, moderator)[0]
    work()

    db.session.expire_all()
    assert [state_of(report) for report in reports] == [State.DECLINED] * 5
    assert [[entry.action for entry in history(report)] for report in reports] == [
        ["submit", "set_aside", "decline"]
    ] * 5
    assert {history(report)[-1].actor_id for report in reports} == {moderator.id}
    assert (clearing.total, clearing.done, clearing.ended_at is not None) == (5, 5, True)
    assert (state_of(kept), state_of(later)) == (State.SUBMITTED, State.ASIDE)


def test_whoever_sent_many_is_told_once_with_the_reason() -> None:
    moderator, sender = a_moderator(), a_user()
    put_aside(3, moderator, contact="a@example.org", notify=True)
    put_aside(2, moderator, by=sender.actor)
    put_aside(2, moderator)

    begin_clearing("判断为垃圾信息，可拨打 12345 申诉。", by=moderator.actor)
    work()

    told = db.session.scalars(select(Notice).where(Notice.what == "report.decline")).all()
    assert sorted((notice.user_id for notice in told), key=str) == sorted([None, sender.id], key=str)
    assert {notice.reason for notice in told} == {"判断为垃圾信息，可拨打 12345 申诉。"}


def test_what_was_taken_back_meanwhile_is_not_declined() -> None:
    moderator = a_moderator()
    first, second = put_aside(2, moderator)
    begin_clearing("垃圾信息", by=moderator.actor)

    take_back(second, by=moderator.actor)
    work()

    assert (state_of(first), state_of(second)) == (State.DECLINED, State.SUBMITTED)


def test_a_clearing_whose_worker_died_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "AT_A_TIME", 2)
    moderator = a_moderator()
    reports = put_aside(5, moderator)
    clearing_id = begin_clearing("垃圾信息", by=moderator.actor).id
    aside._clear_some(clearing_id)  # noqa: SLF001 - a batch, then the worker dies

    aside.clear(clearing_id)

    assert {state_of(report) for report in reports} == {State.DECLINED}
    assert db.session.get_one(Clearing, clearing_id).done == len(reports)


def test_a_clearing_wants_words_something_to_clear_and_no_other_clearing() -> None:
    moderator = a_moderator()
    with pytest.raises(WrongStep):
        begin_clearing("垃圾信息", by=moderator.actor)
    put_aside(1, moderator)
    with pytest.raises(BadInput):
        begin_clearing("  ", by=moderator.actor)
    with pytest.raises(NotAllowed):
        begin_clearing("垃圾信息", by=a_user(Role.DISPATCHER).actor)
    begin_clearing("垃圾信息", by=moderator.actor)

    with pytest.raises(WrongStep):
        begin_clearing("垃圾信息", by=moderator.actor)

    assert running_clearing() is not None


def test_a_clearing_of_somebody_who_decides_no_more_ends_and_another_can_begin() -> None:
    former, report = a_moderator(), a_report()
    set_aside(report, by=former.actor)
    clearing = begin_clearing("垃圾信息", by=former.actor)
    former.roles = [str(Role.RESIDENT)]
    db.session.commit()

    work()

    assert (running_clearing(), state_of(report)) == (None, State.ASIDE)
    assert db.session.get_one(Clearing, clearing.id).ended_at is not None
    begin_clearing("垃圾信息", by=a_moderator().actor)
    work()
    assert state_of(report) is State.DECLINED
