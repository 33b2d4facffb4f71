"""How long decisions take, in figures: one's own, and of the desk only when nobody can be told from it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from itertools import groupby
from statistics import median

STEPS = (5, 10, 20, 40, 60, 120)  # seconds: ends of the classes of the distribution; the last class is open
PEOPLE_AT_LEAST, DECISIONS_AT_LEAST = 5, 50  # behind a figure of the desk
SECONDS_AT_MOST, PRESSES_AT_MOST = 3600.0, 999


@dataclass(frozen=True)
class Effort:
    """One decision: by whom, when, seconds, and presses of keys and buttons."""

    user_id: int
    at: datetime
    seconds: float
    presses: int


@dataclass(frozen=True)
class Summary:
    """Of some decisions: how many, the middle one's seconds and presses, and how many fall into each class of `STEPS`."""

    number: int
    seconds: float
    presses: float
    classes: Sequence[int]


def summary(efforts: Sequence[Effort]) -> Summary | None:
    """Return the figures of some decisions, None where there are none."""
    if not efforts:
        return None
    classes = [0] * (len(STEPS) + 1)
    for one in efforts:
        classes[sum(one.seconds >= end for end in STEPS)] += 1
    seconds = median(one.seconds for one in efforts)
    return Summary(len(efforts), seconds, median(one.presses for one in efforts), classes)


def by_day(efforts: Sequence[Effort], zone: tzinfo) -> list[tuple[date, Summary]]:
    """Return the figures of each local day on which something was decided, the newest first."""
    newest = sorted(efforts, key=lambda one: one.at, reverse=True)
    days = [
        (day, summary(list(some)))
        for day, some in groupby(newest, lambda one: one.at.astimezone(zone).date())
    ]
    return [(day, figures) for day, figures in days if figures]


def of_the_desk(efforts: Sequence[Effort]) -> Summary | None:
    """Return the figures of everybody together; None when so few stand behind them that one could be told from it."""
    people = {one.user_id for one in efforts}
    few = len(people) < PEOPLE_AT_LEAST or len(efforts) < DECISIONS_AT_LEAST
    return None if few else summary(efforts)
