"""Appeals: once for each report, decided by a moderator, and safe from the declining of everything."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from reporter.cities.queries import current_city
from reporter.kernel.audit import trail_of
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, WrongStep
from reporter.kernel.policy import ANYONE, SYSTEM
from reporter.ports import Ports
from reporter.reports.appeals import is_trusted, last_appeal, number_open, open_appeals
from reporter.reports.commands.appealing import KNOWN, TRUSTED, agree, appeal, forget_senders, refuse
from reporter.reports.commands.aside import begin_clearing, clear, set_aside
from reporter.reports.lifecycle import State
from reporter.reports.models import Appeal, Report
from reporter.reports.queries import get_report, history
from tests.make import a_moderator, a_report, a_user


def apart() -> Report:
    report = a_report()
    set_aside(report, by=SYSTEM)
    return report


def test_a_report_that_somebody_appealed_about_is_not_declined_with_the_others() -> None:
    mine, other = apart(), apart()
    appeal("我是第一次上报", sender="me", report=mine, by=ANYONE)
    clearing = begin_clearing("垃圾信息", by=a_moderator().actor)

    clear(clearing.id)

    assert clearing.total == 1
    assert get_report(mine.id).state is State.ASIDE
    assert get_report(other.id).state is State.DECLINED


def test_with_nothing_but_appeals_there_is_nothing_to_clear() -> None:
    appeal("不是垃圾信息", sender="me", report=apart(), by=ANYONE)

    with pytest.raises(WrongStep):
        begin_clearing("垃圾信息", by=a_moderator().actor)


def test_what_was_agreed_brings_the_report_back_and_trusts_its_sender_for_a_while(fakes: Ports) -> None:
    report = apart()
    made = appeal("不是垃圾信息", sender="me", report=report, by=ANYONE)

    agree(made, by=a_moderator().actor)

    assert (report.state, report.due_at is not None) == (State.SUBMITTED, True)
    assert (is_trusted(["me"]), is_trusted(["you"]), is_trusted([])) == (True, False, False)
    assert open_appeals().rows == []
    fakes.clock.move(TRUSTED)  # type: ignore[attr-defined]
    assert not is_trusted(["me"])


def test_what_was_refused_stays_apart_and_is_not_asked_twice() -> None:
    report, by = apart(), a_moderator().actor
    made = appeal("不是垃圾信息", sender="me", report=report, by=ANYONE)

    refuse(made, "与前几次上报完全相同", by=by)

    assert (report.state, made.reply, is_trusted(["me"])) == (State.ASIDE, "与前几次上报完全相同", False)
    with pytest.raises(WrongStep):
        appeal("再看一次", sender="me", report=report, by=ANYONE)
    with pytest.raises(Conflict):
        agree(made, by=by)


def test_asked_twice_it_is_the_same_appeal() -> None:
    report = apart()

    first, second = (appeal("不是垃圾信息", sender="me", report=report, by=ANYONE) for _ in range(2))

    assert first.id == second.id
    assert number_open() == 1


@pytest.mark.parametrize("words", ["", "   ", "长" * 1001])
def test_an_appeal_says_something_in_a_thousand_characters(words: str) -> None:
    with pytest.raises(BadInput):
        appeal(words, sender="me", by=ANYONE)


def test_only_what_is_apart_can_be_appealed() -> None:
    with pytest.raises(WrongStep):
        appeal("为什么还没有受理", sender="me", report=a_report(), by=ANYONE)


def test_nobody_but_a_moderator_decides() -> None:
    made = appeal("我被限制了", sender="me", by=ANYONE)

    with pytest.raises(NotAllowed):
        agree(made, by=a_user().actor)
    with pytest.raises(BadInput):
        refuse(made, " ", by=a_moderator().actor)

    assert made.decided_at is None


def test_an_appeal_of_a_sender_is_not_that_of_a_report() -> None:
    about = appeal("这件不是垃圾信息", sender="me", report=apart(), by=ANYONE)
    alone = appeal("我被限制了", sender="me", by=ANYONE)

    assert last_appeal(sender="me") == alone
    assert last_appeal(report_id=about.report_id) == about


def test_by_whom_it_was_is_struck_after_some_weeks(fakes: Ports) -> None:
    appeal("我被限制了", sender="me", by=ANYONE)
    fakes.clock.move(KNOWN - timedelta(hours=1))  # type: ignore[attr-defined]
    appeal("我也被限制了", sender="you", by=ANYONE)
    fakes.clock.move(timedelta(hours=2))  # type: ignore[attr-defined]

    forget_senders()

    assert sorted(db.session.scalars(select(Appeal.sender))) == ["", "you"]


def test_who_appealed_and_who_decided_stays_in_the_trail() -> None:
    report, other, by = apart(), apart(), a_moderator().actor

    agree(appeal("不是垃圾信息", sender="me", report=report, by=ANYONE), by=by)
    refuse(appeal("不是垃圾信息", sender="you", report=other, by=ANYONE), "与内容不符", by=by)
    agree(appeal("我被限制了", sender="them", by=ANYONE), by=by)

    assert [one.action for one in history(report)][-3:] == ["appeal", "agree_to_appeal", "take_back"]
    last = history(other)[-1]
    assert (last.action, last.reason, last.actor_id) == ("refuse_appeal", "与内容不符", by.id)
    assert [one.action for one in trail_of(current_city())][-1] == "agree_to_appeal"
