"""Who is on duty at every minute, against the clock read minute by minute; across midnight, years and changed clocks."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.routing.deadlines import Calendar
from reporter.routing.roster import (
    DAY,
    MINUTE,
    MINUTES_A_DAY,
    Days,
    Span,
    clock_of,
    covers_nights,
    gaps,
    minute_of,
    missing,
    next_on,
    on_at,
    turns,
)

pytestmark = pytest.mark.pure
CHINA, BERLIN, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
WEDNESDAY = date(2026, 11, 25)
HOLIDAYS = {date(2027, 1, 1): False, date(2026, 12, 27): True}
# Around: an ordinary week, the end of a year, a clock put forward, a clock put back.
STARTS = {
    CHINA: (date(2026, 11, 24), date(2026, 12, 31)),
    BERLIN: (date(2026, 3, 28), date(2026, 10, 24), date(2026, 12, 30)),
    NEW_YORK: (date(2026, 3, 7), date(2026, 10, 31)),
}


@dataclass
class S:
    """A shift."""

    id: int
    starts: int
    ends: int
    days: Days = Days.EVERY
    weekdays: list[int] = field(default_factory=list)
    user_ids: list[int] = field(default_factory=lambda: [1])


def span_of(day: date, days: int, zone: ZoneInfo) -> Span:
    begins = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    return Span(begins, begins + days * DAY)


def read(
    shifts: list[S], swaps: dict[tuple[int, date], list[int]], calendar: Calendar, span: Span
) -> list[set[int]]:
    """Walk a clock on the wall minute by minute, and note when each shift begins and ends: the slow way."""
    start = span.begins - 3 * DAY
    minutes = int((span.ends + 3 * DAY - start) / MINUTE)
    walls = [
        (start + number * MINUTE).astimezone(calendar.zone).replace(tzinfo=None) for number in range(minutes)
    ]

    def first(day: date, minute: int) -> int:
        wanted = datetime(day.year, day.month, day.day) + minute * MINUTE  # noqa: DTZ001 - a wall has no zone
        return next((at for at, wall in enumerate(walls) if wall >= wanted), minutes)

    on: list[set[int]] = [set() for _ in walls]
    for shift in shifts:
        for day in {wall.date() for wall in walls}:
            works = calendar.works(day)
            wanted = {Days.EVERY: True, Days.WORKING: works, Days.OFF: not works}[shift.days]
            if wanted and (not shift.weekdays or day.weekday() in shift.weekdays):
                ends = shift.ends if shift.ends > shift.starts else shift.ends + MINUTES_A_DAY
                for at in range(first(day, shift.starts), first(day, ends)):
                    on[at] |= set(swaps.get((shift.id, day), shift.user_ids))
    offset = int((span.begins - start) / MINUTE)
    return on[offset : offset + int((span.ends - span.begins) / MINUTE)]


a_minute = st.integers(0, MINUTES_A_DAY - 1) | st.sampled_from([0, 60, 90, 120, 150, 180, 1439])
some_people = st.lists(st.integers(1, 3), max_size=2, unique=True)
a_shift = st.builds(
    S, st.just(0), a_minute, a_minute, st.sampled_from(Days), st.lists(st.integers(0, 6), max_size=3, unique=True), some_people
)  # fmt: skip
a_place = st.sampled_from([(zone, day) for zone, days in STARTS.items() for day in days])


@given(
    st.lists(a_shift, max_size=3),
    a_place,
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), some_people), max_size=2),
)
def test_who_is_on_and_when_nobody_is_agrees_with_the_clock_on_the_wall(
    shifts: list[S], place: tuple[ZoneInfo, date], changed: list[tuple[int, int, list[int]]]
) -> None:
    zone, first = place
    for number, shift in enumerate(shifts):
        shift.id = number
    swaps = {(number, first + later * DAY): people for number, later, people in changed}
    calendar, span = Calendar(zone, HOLIDAYS), span_of(first, 2, zone)

    found = turns(shifts, swaps, calendar, span)
    free = gaps(found, span)

    slow = read(shifts, swaps, calendar, span)
    instants = [span.begins + number * MINUTE for number in range(len(slow))]
    assert [set(on_at(found, at)) for at in instants] == slow
    assert [any(one.begins <= at < one.ends for one in free) for at in instants] == [not on for on in slow]
    assert all(one.ends < later.begins for one, later in itertools.pairwise(free))


def test_a_shift_in_the_hour_that_the_clock_leaps_over_does_not_cut_a_gap_in_two() -> None:
    calendar, span = (
        Calendar(ZoneInfo("Europe/Berlin")),
        span_of(date(2026, 3, 28), 2, ZoneInfo("Europe/Berlin")),
    )

    found = turns([S(1, 120, 121)], {}, calendar, span)

    assert [turn.day for turn in found] == [date(2026, 3, 28)]
    assert len(gaps(found, span)) == 2


def test_a_roster_of_day_and_night_has_no_gap_and_covers_nights() -> None:
    calendar, span = Calendar(CHINA), span_of(WEDNESDAY, 7, CHINA)
    found = turns([S(1, 480, 1200), S(2, 1200, 480)], {}, calendar, Span(span.begins, span.ends + 2 * DAY))

    assert gaps(found, span) == []
    assert covers_nights(found, calendar, span)


def test_a_gap_at_three_in_the_morning_is_named() -> None:
    calendar, span = Calendar(CHINA), span_of(WEDNESDAY, 1, CHINA)
    found = turns([S(1, 300, 180)], {}, calendar, span)

    [free] = gaps(found, span)

    assert (free.begins.astimezone(CHINA).hour, free.ends.astimezone(CHINA).hour) == (3, 5)
    assert not covers_nights(found, calendar, span)


def test_who_left_is_not_on_and_leaves_a_gap() -> None:
    span = span_of(WEDNESDAY, 1, CHINA)

    found = turns([S(1, 0, 0, user_ids=[7])], {}, Calendar(CHINA), span, there={8})

    assert gaps(found, span) == [span]


def test_a_unit_without_nights_has_to_cover_working_time_only() -> None:
    calendar, week = Calendar(CHINA), span_of(date(2026, 11, 23), 7, CHINA)
    found = turns([S(1, 540, 1020, weekdays=[0, 1, 2, 3])], {}, calendar, week)

    free = missing(found, calendar, week, nights=False)

    assert [(one.begins.astimezone(CHINA).weekday(), one.ends - one.begins) for one in free] == [
        (4, timedelta(hours=8))
    ]
    assert len(missing(found, calendar, week, nights=True)) > 1


def test_a_shift_follows_the_calendar() -> None:
    calendar, span = Calendar(CHINA, HOLIDAYS), span_of(date(2026, 12, 27), 7, CHINA)

    working = turns([S(1, 540, 1020, Days.WORKING)], {}, calendar, span)
    off = turns([S(1, 540, 1020, Days.OFF)], {}, calendar, span)

    assert [turn.day.day for turn in working if turn.day.year == 2026] == [27, 28, 29, 30, 31]
    assert [turn.day for turn in off] == [date(2027, 1, 1), date(2027, 1, 2)]


def test_the_next_turn_is_one_with_somebody_on() -> None:
    span = span_of(WEDNESDAY, 3, CHINA)
    shifts = [S(1, 480, 1200), S(2, 1200, 480, user_ids=[])]
    found = turns(shifts, {(1, WEDNESDAY + DAY): []}, Calendar(CHINA), span)

    soon = next_on(found, span.begins + timedelta(hours=9))

    assert soon is not None
    assert soon.day == WEDNESDAY + 2 * DAY
    assert next_on([], span.begins) is None


def test_hours_are_read_and_written_alike() -> None:
    assert [clock_of(minute_of(text)) for text in ("00:00", "08:05", "23:59")] == ["00:00", "08:05", "23:59"]
    with pytest.raises(ValueError, match="hour"):
        minute_of("24:00")


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        (BERLIN, date(2026, 3, 29), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),  # 02:30 is jumped over
        (BERLIN, date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # 02:30 comes twice
        (NEW_YORK, date(2026, 3, 8), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
        (CHINA, date(2026, 3, 8), datetime(2026, 3, 7, 18, 30, tzinfo=UTC)),
    ],
)
def test_a_shift_begins_with_the_clock_on_the_wall(zone: ZoneInfo, day: date, begins: datetime) -> None:
    calendar, span = Calendar(zone), span_of(day, 1, zone)
    shift = S(1, 150, 240)

    [turn] = turns([shift], {}, calendar, span)
    slow = read([shift], {}, calendar, span)

    assert turn.begins == begins
    assert [set(on_at([turn], span.begins + number * MINUTE)) for number in range(len(slow))] == slow


def test_a_swap_stands_for_one_shift_on_one_day() -> None:
    span = span_of(WEDNESDAY, 2, CHINA)

    found = turns([S(1, 540, 1020)], {(1, WEDNESDAY): [2, 3]}, Calendar(CHINA), span)

    assert [(turn.user_ids, turn.swapped) for turn in found] == [((2, 3), True), ((1,), False)]
