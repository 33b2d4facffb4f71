"""What may be followed, how much of it, and when its digest is written. Pure."""

from datetime import datetime, time, timedelta
from enum import StrEnum

RADII = (100, 200, 500, 1000, 2000)  # metres
NEAR = 500  # metres, when nobody chose
MOST = 20  # of one person
LONGEST_NAME = 30
HOURS = range(7, 22)  # of the city's day, at which digests are written; never at night
HOUR, MONDAY = 8, 0
WEEK = 7  # days


class What(StrEnum):
    """What a subscription is about."""

    PLACE = "place"  # and what lies around it
    AREA = "area"
    CITY = "city"


class Rhythm(StrEnum):
    """How often a digest tells of a subscription."""

    DAILY = "daily"
    WEEKLY = "weekly"


def next_time(now: datetime, *, hour: int, weekday: int, daily: bool) -> datetime:
    """Return when the next digest is due, always after `now`.

    Args:
        now: on the city's clock, aware.
        hour: one of `HOURS`.
        weekday: 0 for Monday; of the digest of the week.
        daily: on every day.
    """
    days = (_at(now, hour, days) for days in range(WEEK + 1))
    return next(at for at in days if at > now and (daily or at.weekday() == weekday))


def week_is_over(due: datetime, now: datetime, *, weekday: int) -> bool:
    """Tell whether the hour of the digest of the week came between `due`, included, and `now`.

    A server that stood still is caught up with so.

    Args:
        due: when a digest was due, on the city's clock.
        now: on the same clock.
        weekday: of the digest of the week.
    """
    passed = (_at(due, due.hour, days) for days in range(WEEK))
    return any(at <= now and at.weekday() == weekday for at in passed)


def may_write(now: datetime) -> bool:
    """Tell whether digests are written at this hour of the city's day."""
    return now.hour in HOURS


def _at(begin: datetime, hour: int, days: int) -> datetime:
    return datetime.combine(begin.date() + timedelta(days=days), time(hour), begin.tzinfo)
