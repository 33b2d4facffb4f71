"""A unit asks whoever reported a case and its clock stands still; the centre asks how it went."""

from datetime import timedelta

import pytest
from flask import Flask

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case, Source
from reporter.cases.queries import get_case, history, photos_of
from reporter.kernel.errors import BadInput, NotAllowed, WrongStep
from reporter.kernel.policy import Actor, Role
from reporter.ports import Ports
from reporter.reports.commands import followup
from reporter.reports.commands.asking import Outcome, ask_reporter, follow_up
from reporter.reports.commands.triage import Judgement, accept
from reporter.reports.models import Report
from reporter.routing.commands import dispatch
from reporter.routing.queries import open_order
from reporter.routing.ticking import tick
from tests.make import a_case, a_moderator, a_photo, a_report, a_user, hand_in, the_fallback

HOUR = timedelta(hours=1)


@pytest.fixture
def report(app: Flask) -> Report:
    """Return a report whose case is being handled."""
    the_fallback()
    sent = a_report()
    mod = a_moderator().actor
    case = accept(sent, Judgement(category_id=sent.category_id, area_id=sent.area_id), by=mod)
    if get_case(case.id).state is State.REGISTERED:
        dispatch(get_case(case.id), by=mod)
    advance(get_case(case.id), Action.CLAIM, by=a_user(Role.HANDLER, unit=the_fallback()).actor)
    return sent


def case_of(report: Report) -> Case:
    return get_case(report.case_id or 0)


def ask(case: Case, words: str = "是哪个单元门口？") -> None:
    ask_reporter(case, words, by=a_user(Role.HANDLER, unit=the_fallback()).actor)


def test_the_clock_stands_still_until_the_answer(report: Report, fakes: Ports) -> None:
    fakes.clock.move(HOUR)  # type: ignore[attr-defined]
    ask(case_of(report))
    assert (case_of(report).state, case_of(report).due_at) == (State.WAITING, None)

    fakes.clock.move(20 * HOUR)  # type: ignore[attr-defined]
    photo = a_photo()
    followup.answer(report, "三单元门口，电话 13800000000", [photo.id], by=report_holder(report))

    case = case_of(report)
    assert (case.state, case.due_at) == (State.HANDLING, fakes.clock.now() + 3 * HOUR)
    last = history(case)[-1]
    assert (last.action, last.reason) == ("answer", "三单元门口，电话 ＊＊＊")
    assert photo.id in {one.photo_id for one in photos_of(case.id)}


def report_holder(report: Report) -> Actor:
    """Return whoever shows the report's code."""
    return Actor(id=None, report_id=report.id)


def test_without_an_answer_the_work_goes_on_after_three_working_days(report: Report, fakes: Ports) -> None:
    ask(case_of(report))
    until = case_of(report).ring_at
    assert until is not None
    assert until - fakes.clock.now() >= timedelta(days=3)

    fakes.clock.set(until)  # type: ignore[attr-defined]
    tick()

    case = case_of(report)
    assert (case.state, history(case)[-1].action) == (State.HANDLING, "resume")
    order = open_order(case.id)
    assert order is not None
    assert order.handle_due_at == fakes.clock.now() + 4 * HOUR


def test_two_questions_are_the_most(report: Report) -> None:
    for _ in range(2):
        ask(case_of(report))
        followup.answer(report, "就在门口", by=report_holder(report))

    with pytest.raises(WrongStep, match="asked twice"):
        ask(case_of(report))


def test_nobody_is_asked_where_nobody_reported() -> None:
    case = a_case(State.HANDLING, source=Source.PATROL)

    with pytest.raises(WrongStep, match="nobody to ask"):
        ask(case)


def test_a_question_has_words_and_comes_from_the_unit_that_has_the_case(report: Report) -> None:
    with pytest.raises(BadInput):
        ask(case_of(report), " ")
    with pytest.raises(NotAllowed):
        ask_reporter(case_of(report), "在哪？", by=a_user(Role.HANDLER).actor)


def test_the_same_answer_sent_twice_is_one(report: Report) -> None:
    ask(case_of(report))
    for _ in range(2):
        followup.answer(report, "就在门口", by=report_holder(report), client_id="abc")

    assert [entry.action for entry in history(case_of(report))].count("answer") == 1


def closed(report: Report) -> Case:
    hand_in(case_of(report), by=a_user(Role.HANDLER, unit=the_fallback()).actor)
    advance(case_of(report), Action.INSPECT_PASS, by=a_user(Role.INSPECTOR).actor)
    return case_of(report)


def test_what_the_reporter_says_ends_the_following_up(report: Report) -> None:
    case = closed(report)
    assert case.follow_up_due_at is not None

    follow_up(case, Outcome.FIXED, "电话里说满意", by=a_user(Role.ACCEPTOR).actor)

    case = case_of(report)
    assert (case.state, case.follow_up_due_at) == (State.CLOSED, None)
    assert history(case)[-1].facts["outcome"] == "fixed"
    with pytest.raises(WrongStep, match="asked already"):
        follow_up(case, Outcome.FIXED, "再问", by=a_user(Role.ACCEPTOR).actor)


def test_not_fixed_opens_it_again_once(report: Report) -> None:
    follow_up(closed(report), Outcome.NOT_FIXED, "还堆着", by=a_user(Role.ACCEPTOR).actor)
    assert (case_of(report).state, case_of(report).reopen_count) == (State.HANDLING, 1)

    case = closed(report)
    why = follow_up(case, Outcome.NOT_FIXED, "还堆着", by=a_user(Role.ACCEPTOR).actor)

    assert "reopened once" in str(why)
    case = case_of(report)
    assert (case.state, case.reopen_count, case.follow_up_due_at) == (State.CLOSED, 1, None)
    assert (history(case)[-1].reason, history(case)[-1].facts["outcome"]) == ("还堆着", "not_fixed")


def test_not_fixed_after_the_days_for_it_is_written_down_and_opens_nothing(
    report: Report, fakes: Ports
) -> None:
    case = closed(report)
    fakes.clock.move(timedelta(days=8))  # type: ignore[attr-defined]

    why = follow_up(case, Outcome.NOT_FIXED, "还堆着", by=a_user(Role.ACCEPTOR).actor)

    assert why is not None
    assert case_of(report).state is State.CLOSED
    assert history(case_of(report))[-1].reason == "还堆着"


def test_a_rating_is_an_answer_too(report: Report) -> None:
    closed(report)

    followup.rate(report, "satisfied", solved=True, by=report_holder(report))

    assert case_of(report).follow_up_due_at is None


def test_who_handled_it_does_not_ask_how_it_went(report: Report) -> None:
    case = closed(report)
    own = a_user(Role.ACCEPTOR, Role.HANDLER, unit=the_fallback()).actor

    with pytest.raises(NotAllowed):
        follow_up(case, Outcome.FIXED, "满意", by=own)
    with pytest.raises(BadInput, match="choose"):
        follow_up(case_of(report), "perhaps", "满意", by=a_user(Role.ACCEPTOR).actor)
