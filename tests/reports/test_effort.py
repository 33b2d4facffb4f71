"""How long decisions take: kept for oneself, shown of the desk only when nobody can be told from it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reporter.kernel.errors import NotAllowed
from reporter.kernel.policy import Role
from reporter.ports import Ports
from reporter.reports.commands.effort import forget_efforts, note_effort
from reporter.reports.effort import Effort, by_day, of_the_desk, summary
from reporter.reports.efforts import desk_efforts, own_efforts
from tests.make import a_moderator, a_user

AT = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 23:30 in the first city
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def efforts(*seconds: float, user_id: int = 1, at: datetime = AT) -> list[Effort]:
    return [Effort(user_id, at, one, 2) for one in seconds]


@pytest.mark.pure
def test_the_middle_decision_and_the_classes_are_shown() -> None:
    figures = summary(efforts(4.9, 5, 12, 19.9, 300))

    assert figures
    assert (figures.number, figures.seconds, figures.presses) == (5, 12, 2)
    assert figures.classes == [1, 1, 2, 0, 0, 0, 1]
    assert summary([]) is None


@pytest.mark.pure
def test_days_are_those_of_the_city_the_newest_first() -> None:
    late, next_day = efforts(10), efforts(20, 30, at=AT + timedelta(hours=1))

    days = by_day([*late, *next_day], ZoneInfo("Asia/Shanghai"))

    assert [(day.day, figures.number) for day, figures in days] == [(24, 2), (23, 1)]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("people", "each", "shown"), [(5, 10, True), (4, 100, False), (5, 9, False), (50, 1, True)]
)
def test_of_the_desk_nothing_is_shown_while_one_could_be_told_from_it(
    people: int, each: int, shown: bool
) -> None:
    some = [one for person in range(people) for one in efforts(*[10.0] * each, user_id=person)]

    assert (of_the_desk(some) is not None) == shown


def test_what_was_measured_is_ones_own() -> None:
    me, other = a_moderator(), a_moderator()

    note_effort(seconds=12.5, presses=1, by=me.actor)
    note_effort(seconds=40, presses=7, by=other.actor)

    assert [(one.seconds, one.presses) for one in own_efforts(me.id, since=LONG_AGO)] == [(12.5, 1)]
    assert {one.user_id for one in desk_efforts(since=LONG_AGO)} == {me.id, other.id}


@pytest.mark.parametrize(("seconds", "presses"), [(0, 1), (3601, 1), (10, 0), (10, 1000)])
def test_what_nobody_can_have_measured_is_not_written(seconds: float, presses: int) -> None:
    me = a_moderator()

    note_effort(seconds=seconds, presses=presses, by=me.actor)

    assert own_efforts(me.id, since=LONG_AGO) == []


def test_who_does_not_decide_about_reports_writes_nothing() -> None:
    with pytest.raises(NotAllowed):
        note_effort(seconds=10, presses=1, by=a_user(Role.RESIDENT).actor)


def test_after_ninety_days_it_is_forgotten(fakes: Ports) -> None:
    me = a_moderator()
    note_effort(seconds=10, presses=1, by=me.actor)

    fakes.clock.move(timedelta(days=89))  # type: ignore[attr-defined]
    note_effort(seconds=20, presses=1, by=me.actor)
    fakes.clock.move(timedelta(days=1))  # type: ignore[attr-defined]
    forget_efforts()

    assert [one.seconds for one in own_efforts(me.id, since=LONG_AGO)] == [20]
