"""When a limit ends, counted on the real calendar. Pure.

A limit is written `30m` (minutes), `4h` (natural hours), `90wm` (working minutes), `4wh` (working hours) or `5wd`
(working days). Minutes and natural hours run day and night; working minutes and hours run from 9 to 17 on working days; a working day is
the same time of day on the next working day. Days off and make-up working days (调休) come as data.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(9), time(17)
HOURS_A_DAY = 8
SATURDAY = 5
UNITS = ("m", "h", "wm", "wh", "wd")
MINUTES = {"m": 1, "h": 60, "wm": 1, "wh": 60, "wd": 60 * HOURS_A_DAY}
_LIMIT = re.compile(r"([1-9][0-9]{0,5})(m|h|wm|wh|wd)")


@dataclass(frozen=True)
class Limit:
    """A number of minutes, natural hours, working hours or working days."""

    amount: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Return the limit written as `text`. Raises `ValueError`."""
        match = _LIMIT.fullmatch(text.strip())
        if match is None:
            raise ValueError(text)
        return cls(int(match[1]), match[2])

    @property
    def working(self) -> bool:
        """Tell whether the clock stands still outside working time."""
        return self.unit in {"wm", "wh", "wd"}

    @property
    def span(self) -> timedelta:
        """Return how much time counts: natural time, or working time at eight hours a day."""
        return timedelta(minutes=self.amount * MINUTES[self.unit])

    def scaled(self, percent: int) -> "Limit":
        """Return so much of the limit on the same clock, to the minute and at least one, in its largest whole unit."""
        minutes = max(1, round(self.amount * MINUTES[self.unit] * percent / 100))
        units = ("wd", "wh", "wm") if self.working else ("h", "m")
        unit = next(unit for unit in units if minutes % MINUTES[unit] == 0)
        return Limit(minutes // MINUTES[unit], unit)

    def __str__(self) -> str:
        """Return the limit as it is written."""
        return f"{self.amount}{self.unit}"


@dataclass(frozen=True)
class Calendar:
    """The city's zone and the days that differ from the week's rhythm (True: a working day)."""

    zone: ZoneInfo
    days: Mapping[date, bool] = field(default_factory=dict)

    def works(self, day: date) -> bool:
        """Tell whether `day` is a working day."""
        return self.days.get(day, day.weekday() < SATURDAY)

    def works_at(self, moment: datetime) -> bool:
        """Tell whether `moment` lies within working time."""
        here = moment.astimezone(self.zone)
        opens, closes = self.window(here.date())
        return self.works(here.date()) and opens <= here < closes

    def window(self, day: date) -> tuple[datetime, datetime]:
        """Return when work opens and closes on `day`."""
        opens = datetime.combine(day, OPENS, self.zone)
        return opens, datetime.combine(day, CLOSES, self.zone)


def due_at(start: datetime, limit: Limit, calendar: Calendar) -> datetime:
    """Return the instant at which `limit`, counted from `start`, is over; same zone as `start`."""
    return add(start, limit.span, calendar, working=limit.working)


def add(start: datetime, span: timedelta, calendar: Calendar, *, working: bool) -> datetime:
    """Return `start` plus `span` of natural or of working time; never before `start`.

    Natural time goes on where a zone's clock is put forward or back.
    """
    if not working:
        return (start.astimezone(UTC) + span).astimezone(start.tzinfo)
    moment, left = start.astimezone(calendar.zone), span
    while True:
        if calendar.works(moment.date()):
            opens, closes = calendar.window(moment.date())
            moment = max(moment, opens)
            if moment < closes or not left:
                if moment + left <= closes:
                    return (moment + left).astimezone(start.tzinfo)
                left -= closes - moment
        moment = datetime.combine(moment.date() + timedelta(days=1), time(0), calendar.zone)


@dataclass(frozen=True)
class Stretch:
    """A piece of time between two instants of the city's clock that counts, or does not."""

    begins: datetime
    ends: datetime
    counts: bool


def stretches(start: datetime, limit: Limit, calendar: Calendar) -> list[Stretch]:
    """Return how `limit` is counted from `start`: what counts adds up to its span, the last piece ends when it is due."""
    first, due = start.astimezone(calendar.zone), due_at(start, limit, calendar).astimezone(calendar.zone)
    if not limit.working:
        return [Stretch(first, due, counts=True)]
    found, moment, day = [], first, first.date()
    while moment < due:
        opens, closes = calendar.window(day)
        begins, ends = max(moment, opens), min(closes, due)
        if calendar.works(day) and begins < ends:
            if moment < begins:
                found.append(Stretch(moment, begins, counts=False))
            found.append(Stretch(begins, ends, counts=True))
            moment = ends
        day += timedelta(days=1)
    return found


def counted(start: datetime, end: datetime, calendar: Calendar, *, working: bool) -> timedelta:
    """Return how much natural or working time lies between `start` and `end`; zero when `end` is earlier."""
    if end <= start:
        return timedelta(0)
    if not working:
        return end.astimezone(UTC) - start.astimezone(UTC)
    first, last = start.astimezone(calendar.zone), end.astimezone(calendar.zone)
    total, day = timedelta(0), first.date()
    while day <= last.date():
        if calendar.works(day):
            opens, closes = calendar.window(day)
            total += max(timedelta(0), min(closes, last) - max(opens, first))
        day += timedelta(days=1)
    return total
