"""Write the counters anew, and count what happened before it came here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from reporter.cities.queries import current_city
from reporter.insight.models import STANDING, Tally, UnsummedDay
from reporter.insight.queries import today
from reporter.insight.sums import count, mark, sum_up
from reporter.insight.truth import counters_of
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.dialect import hold_writers

DAYS_AT_A_TIME = 100


@command
def count_anew(day: date) -> int:
    """Replace the counters of `day` by what they must be; return how many there are.

    A step that somebody takes meanwhile waits until this is done and is then counted once: either it is seen here, or
    it adds itself to what was written here.
    """
    hold_writers(Tally)
    db.session.execute(delete(Tally).where(Tally.day == day, Tally.city_id == current_city_id()))
    right = [{"city_id": current_city_id(), "day": day, **row} for row in counters_of(day)]
    if right:
        db.session.execute(insert(Tally), right)
    mark({day})
    return len(right)


def sum_days(most: int = DAYS_AT_A_TIME) -> int:
    """Sum up days that are over and not summed, the oldest first, each in a transaction of its own; return how many."""
    over = select(UnsummedDay.day).where(UnsummedDay.day < today()).order_by(UnsummedDay.day).limit(most)
    days = db.session.scalars(over).all()
    for day in days:
        _sum_day(day)
    return len(days)


@command
def _sum_day(day: date) -> None:
    hold_writers(Tally)
    sum_up(day)


@dataclass(frozen=True)
class Past:
    """A case of another system, to be counted as of the days on which things happened."""

    category_id: int
    area_id: int | None
    requested_at: datetime
    ended_at: datetime | None


@command
def count_past(cases: Sequence[Past]) -> None:
    """Count cases that were brought over, as `count_case` and `count_report` would have at those times.

    Their ends are counted apart: no inspection passed here, and no deadline was kept or missed.
    """
    zone, counted = ZoneInfo(current_city().zone), Counter[tuple[Any, ...]]()
    for one in cases:
        place = one.category_id, one.area_id or 0
        requested = one.requested_at.astimezone(zone).date()
        counted.update([("reported", requested, *place), ("registered", requested, *place)])
        end = (
            ("ended_elsewhere", one.ended_at.astimezone(zone).date()) if one.ended_at else ("open", STANDING)
        )
        counted[*end, *place] += 1
    rows = [
        {
            "city_id": current_city_id(), "measure": measure, "day": day, "category_id": category_id,
            "area_id": area_id, "unit_id": 0, "n": n,
        }
        for (measure, day, category_id, area_id), n in counted.items()
    ]  # fmt: skip
    count(rows)
