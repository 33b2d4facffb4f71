"""Limits on the real calendar, against a slow oracle that counts minute by minute."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.routing.deadlines import Calendar, Limit, add, counted, due_at, stretches

pytestmark = pytest.mark.pure
ZONE = ZoneInfo("Asia/Shanghai")
PLAIN = Calendar(ZONE)
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2026-11-23T14:00", "15m", "2026-11-23T14:15"),
        ("2026-11-27T23:50", "2h", "2026-11-28T01:50"),
        ("2026-11-23T14:00", "4wh", "2026-11-24T10:00"),
        ("2026-11-27T16:00", "1wd", "2026-11-30T16:00"),  # over a weekend
        ("2026-11-28T10:00", "1wd", "2026-11-30T17:00"),  # a Saturday counts from Monday
        ("2026-11-23T20:00", "1wh", "2026-11-24T10:00"),
        ("2026-12-31T16:30", "1wh", "2027-01-01T09:30"),  # no holiday known: a Friday
        ("2026-11-23T09:00", "1wd", "2026-11-23T17:00"),
    ],
)
def test_a_limit_ends_where_a_person_would_say(start: str, limit: str, due: str) -> None:
    assert due_at(at(start), Limit.parse(limit), PLAIN) == at(due)


def test_a_holiday_does_not_count_and_a_make_up_saturday_does() -> None:
    calendar = Calendar(ZONE, {date(2026, 11, 23): False, date(2026, 11, 21): True})

    assert due_at(at("2026-11-20T16:00"), Limit.parse("2wh"), calendar) == at("2026-11-21T10:00")
    assert due_at(at("2026-11-21T16:00"), Limit.parse("2wh"), calendar) == at("2026-11-24T10:00")


@pytest.mark.parametrize("text", ["", "0m", "-3h", "5", "1.5h", "5d", "99999999h", "4 h m"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        Limit.parse(text)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001 - zone follows
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)
odd_days = st.dictionaries(st.dates(date(2026, 1, 1), date(2028, 1, 10)), st.booleans(), max_size=40)
zones = st.sampled_from(  # with summer time on both sides of the world, of half an hour, and without
    [
        "Asia/Shanghai",
        "Asia/Urumqi",
        "America/New_York",
        "Europe/Lisbon",
        "Australia/Lord_Howe",
        "Africa/Cairo",
    ]
).map(ZoneInfo)


def by_the_minute(start: datetime, minutes: int, calendar: Calendar) -> datetime:
    """Return when so many minutes of working time are over, looking at every single minute."""
    moment, left = start.astimezone(UTC), minutes
    while left:
        here = moment.astimezone(calendar.zone)
        opens, closes = calendar.window(here.date())
        left -= calendar.works(here.date()) and opens <= here < closes
        moment += MINUTE
    return moment


@given(moments, st.integers(1, 1500), odd_days, zones)
def test_working_time_agrees_with_counting_minute_by_minute(
    start: datetime, minutes: int, days: dict[date, bool], zone: ZoneInfo
) -> None:
    calendar = Calendar(zone, days)

    due = add(start, minutes * MINUTE, calendar, working=True)

    assert due == by_the_minute(start, minutes, calendar)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Auckland"])
@pytest.mark.parametrize("minutes", [1, 60, 480, 481, 2400])
def test_the_years_end_is_no_seam(zone: str, minutes: int) -> None:
    days = {date(2026, 12, 31): False, date(2027, 1, 1): False, date(2027, 1, 2): True}
    calendar = Calendar(ZoneInfo(zone), days)
    eve = datetime(2026, 12, 30, 16, 45, tzinfo=ZoneInfo(zone))

    assert add(eve, minutes * MINUTE, calendar, working=True) == by_the_minute(eve, minutes, calendar)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=9)), odd_days, st.booleans(), zones)
def test_what_is_added_is_what_is_counted(
    start: datetime, span: timedelta, days: dict[date, bool], working: bool, zone: ZoneInfo
) -> None:
    calendar, began = Calendar(zone, days), start.astimezone(zone)

    due = add(began, span, calendar, working=working)

    assert due >= began
    assert counted(began, due, calendar, working=working) == span


@pytest.mark.parametrize("change", ["2026-03-08T01:30", "2026-11-01T00:30"])
def test_natural_hours_go_on_where_the_clock_is_put_forward_or_back(change: str) -> None:
    zone = ZoneInfo("America/New_York")
    start = datetime.fromisoformat(change).replace(tzinfo=zone)

    due = due_at(start, Limit.parse("4h"), Calendar(zone))

    assert due.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=4)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=5)))
def test_the_zone_in_which_one_asks_makes_no_difference(start: datetime, span: timedelta) -> None:
    here = add(start.astimezone(ZONE), span, PLAIN, working=True)
    there = add(start, span, PLAIN, working=True)

    assert here == there


@given(moments, st.integers(1, 120), st.sampled_from(["m", "h", "wh", "wd"]), odd_days)
def test_the_pieces_that_count_are_the_limit_and_leave_no_gap(
    start: datetime, amount: int, unit: str, days: dict[date, bool]
) -> None:
    calendar, limit = Calendar(ZONE, days), Limit(amount, unit)

    pieces = stretches(start, limit, calendar)

    assert sum((piece.ends - piece.begins for piece in pieces if piece.counts), timedelta(0)) == limit.span
    assert pieces[0].begins == start
    assert pieces[-1].ends == due_at(start, limit, calendar)
    assert pieces[-1].counts
    assert all(one.ends == other.begins for one, other in pairwise(pieces))
    assert all(
        counted(piece.begins, piece.ends, calendar, working=limit.working)
        == (piece.ends - piece.begins if piece.counts else timedelta(0))
        for piece in pieces
    )
