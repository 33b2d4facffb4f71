"""When a digest is due: by the city's clock, through the change of clocks, and after a standstill."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from reporter.following.rules import may_write, next_time, week_is_over

pytestmark = pytest.mark.pure
BERLIN, JINING = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int, minute: int = 0, *, month: int = 11, zone: ZoneInfo = JINING) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


def test_a_digest_of_the_day_is_due_at_its_next_hour() -> None:
    assert next_time(at(23, 7, 59), hour=8, weekday=0, daily=True) == at(23, 8)
    assert next_time(at(23, 8), hour=8, weekday=0, daily=True) == at(24, 8)


def test_a_digest_of_the_week_is_due_on_its_day() -> None:
    assert next_time(at(23, 7, 59), hour=8, weekday=0, daily=False) == at(23, 8)  # a Monday
    assert next_time(at(23, 8), hour=8, weekday=0, daily=False) == at(30, 8)
    assert next_time(at(23, 8), hour=8, weekday=6, daily=False) == at(29, 8)


def test_when_the_clocks_change_the_hour_on_the_wall_stays() -> None:
    before, after = at(24, 9, month=10, zone=BERLIN), at(25, 9, month=10, zone=BERLIN)

    due = next_time(before, hour=9, weekday=0, daily=True)

    assert due == after
    assert due.timestamp() - before.timestamp() == 25 * 3600


@pytest.mark.parametrize(
    ("due", "now", "over"),
    [
        (at(23, 8), at(23, 8, 1), True),  # Monday itself
        (at(24, 8), at(24, 8, 1), False),  # Tuesday
        (at(28, 8), at(30, 8, 1), True),  # the server stood still from Saturday to Monday
        (at(28, 8), at(30, 7, 59), False),  # and came back before the hour
        (at(3, 8), at(28, 8), True),  # it stood still for weeks
    ],
)
def test_the_week_is_over_once_its_hour_came(due: datetime, now: datetime, *, over: bool) -> None:
    assert week_is_over(due, now, weekday=0) is over


def test_at_night_nothing_is_written() -> None:
    assert [hour for hour in range(24) if may_write(at(23, hour))] == list(range(7, 22))
