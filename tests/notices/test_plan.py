"""When a notice goes out: quiet hours, the mail of the day, at most so many a day."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reporter.notices.plan import LONGEST_HELD, Plan, Wishes, following, is_quiet, plan
from reporter.notices.table import Kind

pytestmark = pytest.mark.pure

ZONE = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZONE)
MIDNIGHT = datetime(2026, 11, 23, 0, 0, tzinfo=ZONE)
MOMENTS = some.times(timezones=some.none())


def test_by_day_it_goes_at_once() -> None:
    assert plan(NOON, Wishes()) == Plan(NOON)


def test_in_the_quiet_hours_it_waits_for_their_end() -> None:
    late = NOON.replace(hour=23)

    assert plan(late, Wishes()) == Plan(datetime(2026, 11, 24, 7, 0, tzinfo=ZONE))
    assert plan(MIDNIGHT, Wishes()) == Plan(MIDNIGHT.replace(hour=7))


def test_what_is_urgent_waits_for_nothing() -> None:
    assert plan(MIDNIGHT, Wishes(), urgent=True, sent_today=99) == Plan(MIDNIGHT)


def test_what_is_beyond_the_limit_of_the_day_goes_into_the_mail_of_the_day() -> None:
    assert plan(NOON, Wishes(), sent_today=9) == Plan(NOON)
    assert plan(NOON, Wishes(), sent_today=10) == Plan(datetime(2026, 11, 24, 8, 0, tzinfo=ZONE), digest=True)


def test_the_mail_of_the_day_is_never_written_at_this_very_moment() -> None:
    eight = NOON.replace(hour=8)

    assert plan(eight, Wishes(), digest=True).at == eight + timedelta(days=1)
    assert plan(eight - timedelta(seconds=1), Wishes(), digest=True).at == eight


def test_the_same_moment_twice_means_no_quiet_hours() -> None:
    assert plan(MIDNIGHT, Wishes(quiet_from=time(0), quiet_to=time(0))) == Plan(MIDNIGHT)


def test_a_pair_that_is_off_is_off_alone() -> None:
    wishes = Wishes(off=frozenset({"progress.mail"}))

    assert not wishes.wants(Kind.PROGRESS, "mail")
    assert wishes.wants(Kind.PROGRESS, "sms")
    assert wishes.wants(Kind.QUESTION, "mail")


def test_the_day_on_which_clocks_change_has_its_morning() -> None:
    before = datetime(2026, 10, 31, 23, 30, tzinfo=NEW_YORK)

    planned = plan(before, Wishes())

    assert planned.at == datetime(2026, 11, 1, 7, 0, tzinfo=NEW_YORK)
    assert planned.at.timestamp() - before.timestamp() == 8.5 * 3600


@given(MOMENTS, MOMENTS, MOMENTS)
def test_quiet_hours_end_where_they_are_said_to_end(now: time, begin: time, end: time) -> None:
    assert not is_quiet(end, begin, end)
    assert is_quiet(begin, begin, end) or begin == end
    assert is_quiet(now, begin, end) != is_quiet(now, end, begin) or begin == end


@given(some.integers(0, 2 * 366 * 24 * 60), MOMENTS, some.sampled_from([ZONE, NEW_YORK]))
def test_nothing_is_held_longer_than_the_longest(minutes: int, moment: time, zone: ZoneInfo) -> None:
    here = datetime.fromtimestamp(1_767_225_600 + 60 * minutes, zone)

    found = following(here, moment)

    assert found.timestamp() - here.timestamp() + 3600 * 2 > 0
    assert found.timestamp() - here.timestamp() <= LONGEST_HELD.total_seconds()
