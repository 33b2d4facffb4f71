"""A case goes by whoever reported it first: they are asked, they rate for the figures; when they leave, the next one is."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, inspect

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action as CaseAction
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case
from reporter.cases.queries import get_case, history, photos_of
from reporter.cases.worklists import AtCentre, centre_list
from reporter.insight.queries import last_days, sums_by_kind, together
from reporter.kernel.audit import verify
from reporter.kernel.db import command, db
from reporter.kernel.errors import NotAllowed, WrongStep
from reporter.kernel.policy import Actor, Role
from reporter.notices.queries import notices_for
from reporter.ports import Ports
from reporter.reports.commands.asking import Outcome, ask_reporter, follow_up
from reporter.reports.commands.followup import answer, rate, say_not_fixed, withdraw
from reporter.reports.commands.triage import Judgement, accept, merge
from reporter.reports.lifecycle import State
from reporter.reports.models import Report
from reporter.reports.queries import first_report_of, photo_ids_of, reporters_of_case, reports_of_case
from reporter.routing.queries import get_unit
from tests.desks.residents import finish
from tests.make import STAFF_OF_CENTRE, a_case, a_moderator, a_photo, a_report, a_unit, a_user, the_fallback
from tests.reports.test_joining import joined


class Pair:
    """A case with whoever reported it first, and somebody who saw it too."""

    def __init__(self) -> None:
        """Let the first report become a case, and the second one join it."""
        the_fallback()
        self.one, self.other = a_user().actor, a_user().actor
        self.first = a_report(by=self.one)
        case = accept(self.first, Judgement(unit_id=a_unit().id), by=a_user(*STAFF_OF_CENTRE).actor)
        self.second = joined(case, by=self.other)
        self.case_id = case.id

    @property
    def case(self) -> Case:
        """The case as it is now."""
        return get_case(self.case_id)

    def handler(self) -> Actor:
        """Return somebody of the unit."""
        return a_user(Role.HANDLER, unit=get_unit(self.case.lead_unit_id or 0)).actor

    def ask(self) -> None:
        """Let the unit ask."""
        handler = self.handler()
        advance(self.case, CaseAction.CLAIM, by=handler)
        ask_reporter(self.case, "您家是几楼？", by=handler)


@pytest.fixture
def pair() -> Pair:
    return Pair()


def asked(report: Report) -> list[str]:
    return [
        notice.what
        for notice in notices_for(user_id=report.reporter_id)
        if notice.what == "case.ask_reporter"
    ]


def test_a_unit_asks_whoever_reported_it_first_and_nobody_else(pair: Pair) -> None:
    pair.ask()

    assert (len(asked(pair.first)), asked(pair.second)) == (1, [])
    with pytest.raises(WrongStep, match="asked whoever reported it first"):
        answer(pair.second, "三楼", by=pair.other)
    answer(pair.first, "三楼", by=pair.one)


def test_the_figures_count_the_rating_of_the_first_alone_and_each_keeps_their_own(pair: Pair) -> None:
    finish(pair.case)

    rate(pair.second, "dissatisfied", solved=False, by=pair.other)
    still_to_ask = pair.case.follow_up_due_at
    rate(pair.first, "satisfied", solved=True, by=pair.one)

    counted = together(sums_by_kind(last_days()).values())
    assert (pair.first.rating, pair.second.rating) == ("satisfied", "dissatisfied")
    assert (counted["rated"], counted["rating_weight"]) == (1, 100)
    assert still_to_ask is not None
    assert pair.case.follow_up_due_at is None


def test_when_the_first_withdraws_the_case_lives_on_with_the_next_one(pair: Pair) -> None:
    own, others = photo_ids_of(pair.first.id), photo_ids_of(pair.second.id)

    withdraw(pair.first, by=pair.one)
    pair.ask()

    assert pair.first.state is State.WITHDRAWN
    assert pair.case.report_count == 1
    assert [one.photo_id for one in photos_of(pair.case_id)] == others
    assert pair.case.cover_photo_id == others[0]
    assert own[0] not in others
    assert [report.id for report in reports_of_case(pair.case_id)] == [pair.second.id]
    assert len(asked(pair.second)) == 1
    assert list(verify("secret")) == []


def test_whoever_joined_may_leave_and_may_join_again(pair: Pair) -> None:
    withdraw(pair.second, by=pair.other)

    again = joined(pair.case, by=pair.other)

    assert pair.case.report_count == 2
    assert [report.id for report in reports_of_case(pair.case_id)] == [pair.first.id, again.id]


def test_nobody_withdraws_the_only_report_of_a_case_or_one_of_a_case_that_ended(pair: Pair) -> None:
    withdraw(pair.second, by=pair.other)

    with pytest.raises(WrongStep, match="the only report"):
        withdraw(pair.first, by=pair.one)
    finish(pair.case)
    with pytest.raises(WrongStep):
        withdraw(pair.first, by=pair.one)

    assert pair.first.state is State.ACCEPTED


def test_nobody_takes_another_persons_report_out(pair: Pair) -> None:
    with pytest.raises(NotAllowed):
        withdraw(pair.second, by=pair.one)

    assert pair.case.report_count == 2


def test_the_report_that_became_the_case_is_first_also_when_an_older_one_was_merged() -> None:
    the_fallback()
    older, made_of = a_report(), a_report()
    case = accept(made_of, Judgement(unit_id=a_unit().id), by=a_user(*STAFF_OF_CENTRE).actor)

    merge(older, get_case(case.id), by=a_moderator().actor)

    first = first_report_of(case.id)
    assert first is not None
    assert first.id == made_of.id


def test_what_somebody_who_saw_it_too_says_waits_for_the_centre_and_opens_nothing(pair: Pair) -> None:
    finish(pair.case)
    rate(pair.first, "satisfied", solved=True, by=pair.one)
    photo = a_photo()

    say_not_fixed(pair.second, "还堆着，电话 13800000000", [photo.id], by=pair.other)

    said = history(pair.case)[-1]
    assert (pair.case.state, pair.case.reopen_count) == (CaseState.CLOSED, 0)
    assert (said.action, said.reason) == ("say_unfixed", "还堆着，电话 ＊＊＊")
    assert photo.id in [one.photo_id for one in photos_of(pair.case_id)]
    assert [case.id for case in centre_list(AtCentre.FOLLOW_UP).rows] == [pair.case_id]


def test_the_first_may_still_open_it_again_after_somebody_else_said_so(pair: Pair) -> None:
    finish(pair.case)
    say_not_fixed(pair.second, "还堆着", by=pair.other)

    say_not_fixed(pair.first, "还堆着，电话 13800000000", by=pair.one)

    assert (pair.case.state, pair.case.reopen_count) == (CaseState.HANDLING, 1)
    assert history(pair.case)[-1].reason == "还堆着，电话 ＊＊＊"


def test_a_good_rating_of_the_first_does_not_take_it_off_the_centres_list(pair: Pair) -> None:
    finish(pair.case)
    say_not_fixed(pair.second, "还堆着", by=pair.other)

    rate(pair.first, "satisfied", solved=True, by=pair.one)

    assert [case.id for case in centre_list(AtCentre.FOLLOW_UP).rows] == [pair.case_id]


def test_the_centre_opens_it_again_also_after_the_seven_days(pair: Pair, fakes: Ports) -> None:
    finish(pair.case)
    fakes.clock.move(timedelta(days=6))  # type: ignore[attr-defined]
    say_not_fixed(pair.second, "还堆着", by=pair.other)
    fakes.clock.move(timedelta(days=3))  # type: ignore[attr-defined]

    follow_up(pair.case, Outcome.NOT_FIXED, "回访确认还堆着，13800000000", by=a_user(Role.ACCEPTOR).actor)

    assert pair.case.state is CaseState.HANDLING
    assert [entry.reason for entry in history(pair.case)[-2:]] == ["回访确认还堆着，＊＊＊"] * 2


def test_it_is_said_once_and_not_again_once_the_centre_has_looked(pair: Pair) -> None:
    finish(pair.case)
    say_not_fixed(pair.second, "还堆着", by=pair.other)
    with pytest.raises(WrongStep, match="said so already"):
        say_not_fixed(pair.second, "还堆着", by=pair.other)

    follow_up(pair.case, Outcome.FIXED, "现场已清", by=a_user(Role.ACCEPTOR).actor)

    assert list(centre_list(AtCentre.FOLLOW_UP).rows) == []
    with pytest.raises(WrongStep, match="said so already"):
        say_not_fixed(pair.second, "还堆着", by=pair.other)


def test_of_more_than_a_hundred_behind_a_case_the_last_one_is_told_too() -> None:
    report, last, case = a_report(), a_user(), a_case(CaseState.HANDLED)
    merge(report, case, by=a_moderator().actor)
    many_behind(report, 120, last_by=last.id)

    advance(case, CaseAction.INSPECT_PASS, by=a_user(Role.INSPECTOR).actor)

    assert [one.what for one in notices_for(user_id=last.id)] == ["case.inspect_pass"]
    assert len(list(reporters_of_case(case.id))) == 121


@command
def many_behind(report: Report, number: int, *, last_by: int) -> None:
    """Put `number` copies of a report behind its case, the last one sent by somebody with an account."""
    own = {
        column.key: getattr(report, column.key)
        for column in inspect(Report).column_attrs
        if column.key not in {"id", "square"}
    }
    copies = [
        own | {"number": f"C{one}", "code": f"CODE{one}", "client_id": f"{one}", "reporter_id": None}
        for one in range(number)
    ]
    copies[-1]["reporter_id"] = last_by
    db.session.execute(insert(Report), copies)
