"""Who is on duty, and when nobody is: shifts by the city's wall clock, made into stretches of real time. Pure.

A shift runs from `starts` to `ends`, minutes after midnight; one that does not end later than it starts runs into the
next day, so 480 to 480 is a whole day. Where the clock is put forward, a time that does not exist is the moment of
the jump; where it is put back, a time that comes twice is the first one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from reporter.routing.deadlines import Calendar

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MINUTES_A_DAY = 1440
NIGHT = (22 * 60, 6 * 60)  # what a unit with a night shift covers


class Days(StrEnum):
    """On which days a shift runs, by the city's calendar."""

    EVERY = "every"
    WORKING = "working"  # with the Saturdays and Sundays worked for a holiday
    OFF = "off"  # weekends and holidays


class ShiftLike(Protocol):
    """What the roster needs of a shift. No weekdays: on all of them; 0 is Monday."""

    id: int
    starts: int
    ends: int
    days: Days
    weekdays: list[int]
    user_ids: list[int]


Swaps = Mapping[tuple[int, date], Sequence[int]]  # who is on instead, by the shift's id and the day it begins


@dataclass(frozen=True)
class Turn:
    """One shift on one day, from `begins` up to `ends` (UTC), with those who are on."""

    shift_id: int
    day: date
    begins: datetime
    ends: datetime
    user_ids: tuple[int, ...]
    swapped: bool = False


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of time (UTC); `ends` is no longer in it."""

    begins: datetime
    ends: datetime


def moment(day: date, minute: int, calendar: Calendar) -> datetime:
    """Return the first instant (UTC) at which the clock of the city reads `minute` of `day`, or later."""
    wall = datetime.combine(day, time(0)) + minute * MINUTE
    found = wall.replace(tzinfo=calendar.zone).astimezone(UTC)
    while _reads(found - MINUTE, calendar) >= wall:  # a time that was jumped over
        found -= MINUTE
    return found


def _reads(instant: datetime, calendar: Calendar) -> datetime:
    return instant.astimezone(calendar.zone).replace(tzinfo=None)


def runs(shift: ShiftLike, day: date, calendar: Calendar) -> bool:
    """Tell whether `shift` begins on `day`."""
    fits = shift.days is Days.EVERY or calendar.works(day) == (shift.days is Days.WORKING)
    return fits and (not shift.weekdays or day.weekday() in shift.weekdays)


def turns(
    shifts: Iterable[ShiftLike], swaps: Swaps, calendar: Calendar, span: Span, *, there: Collection[int] | None = None
) -> list[Turn]:  # fmt: skip
    """Return every turn that touches `span`, the earliest first, with those who are on; some have nobody.

    Args:
        there: who can be on at all; None leaves in whoever is named.
    """
    first = span.begins.astimezone(calendar.zone).date() - DAY
    last = span.ends.astimezone(calendar.zone).date()
    found = []
    for shift in shifts:
        for day in (first + number * DAY for number in range((last - first).days + 1)):
            if runs(shift, day, calendar):
                turn = _turn(shift, day, swaps, calendar, there)
                # A turn within the hour that the clock leaps over in spring is none.
                if turn.begins < min(turn.ends, span.ends) and turn.ends > span.begins:
                    found.append(turn)
    return sorted(found, key=lambda turn: (turn.begins, turn.shift_id))


def _turn(
    shift: ShiftLike, day: date, swaps: Swaps, calendar: Calendar, there: Collection[int] | None
) -> Turn:
    instead = swaps.get((shift.id, day))
    named = shift.user_ids if instead is None else instead
    last = shift.ends + (MINUTES_A_DAY if shift.ends <= shift.starts else 0)
    return Turn(
        shift.id, day, moment(day, shift.starts, calendar), moment(day, last, calendar),
        tuple(one for one in named if there is None or one in there), swapped=instead is not None,
    )  # fmt: skip


def on_at(found: Iterable[Turn], at: datetime) -> list[int]:
    """Return who is on at the instant `at`, each once, in the order of the turns."""
    on = (one for turn in found if turn.begins <= at < turn.ends for one in turn.user_ids)
    return list(dict.fromkeys(on))


def gaps(found: Iterable[Turn], span: Span) -> list[Span]:
    """Return the stretches of `span` in which nobody is on, in their order."""
    left, free = span.begins, []
    for turn in sorted((turn for turn in found if turn.user_ids), key=lambda turn: turn.begins):
        if turn.begins > left:
            free.append(Span(left, min(turn.begins, span.ends)))
        left = max(left, turn.ends)
        if left >= span.ends:
            break
    if left < span.ends:
        free.append(Span(left, span.ends))
    return [one for one in free if one.begins < one.ends]


def within(free: Iterable[Span], wanted: Iterable[Span]) -> list[Span]:
    """Return what of `free` lies in `wanted`, in its order."""
    wanted = list(wanted)
    shared = (
        Span(max(one.begins, other.begins), min(one.ends, other.ends)) for one in free for other in wanted
    )
    return sorted(span for span in shared if span.begins < span.ends)


def working_spans(calendar: Calendar, span: Span) -> list[Span]:
    """Return the working time that lies in `span`: what a unit without nights has to cover."""
    first, last = (at.astimezone(calendar.zone).date() for at in (span.begins, span.ends))
    days = (first + number * DAY for number in range((last - first).days + 1))
    windows = (calendar.window(day) for day in days if calendar.works(day))
    return within([Span(opens.astimezone(UTC), closes.astimezone(UTC)) for opens, closes in windows], [span])


def missing(found: Sequence[Turn], calendar: Calendar, span: Span, *, nights: bool) -> list[Span]:
    """Return when somebody should be on in `span` and nobody is.

    Args:
        nights: the unit works nights and weekends; one that does not has to cover working time only.
    """
    free = gaps(found, span)
    return free if nights else within(free, working_spans(calendar, span))


def covers_nights(found: Sequence[Turn], calendar: Calendar, span: Span) -> bool:
    """Tell whether somebody is on through every night that begins on a day of `span`."""
    first, last = (at.astimezone(calendar.zone).date() for at in (span.begins, span.ends - MINUTE))
    days = [first + number * DAY for number in range((last - first).days + 1)]
    nights = [
        Span(moment(day, NIGHT[0], calendar), moment(day, MINUTES_A_DAY + NIGHT[1], calendar)) for day in days
    ]
    return bool(found) and not any(gaps(found, night) for night in nights)


def next_on(found: Iterable[Turn], at: datetime) -> Turn | None:
    """Return the next turn with somebody on that begins after `at`, else None."""
    later = [turn for turn in found if turn.begins > at and turn.user_ids]
    return min(later, key=lambda turn: (turn.begins, turn.shift_id), default=None)


def minute_of(text: str) -> int:
    """Return the minute of the day that "HH:MM" names. Raises `ValueError`."""
    hour, _, minute = text.partition(":")
    at = time(int(hour), int(minute))
    return at.hour * 60 + at.minute


def clock_of(minute: int) -> str:
    """Return a minute of the day as "HH:MM"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
