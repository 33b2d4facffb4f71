"""Sums of whole days, told apart by one thing at a time: what pages add up, for the counters themselves are too many.

They are made of the counters when a day is over, so that no two who count at once wait for each other's row; a day that
something was counted on since is read from its counters until it is summed again. Either way the same comes out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, Subquery, delete, func, insert, literal, select, union_all

from reporter.insight.models import STANDING, DaySum, Tally, UnsummedDay
from reporter.insight.times import SCALE
from reporter.kernel.db import current_city_id, db
from reporter.kernel.dialect import add_up, insert_if_absent

PLACE = ("category_id", "area_id", "unit_id")
KEY = ("city_id", "measure", "day", *PLACE)


@dataclass(frozen=True)
class Facet:
    """What sums are told apart by: columns of `PLACE`. `measures`: which are summed, all when there are none."""

    name: str
    columns: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()


CITY = Facet("city")
KIND = Facet("kind", ("category_id",))
AREA = Facet("area", ("area_id",))
UNIT = Facet("unit", ("unit_id",))
TIMES = Facet("times", ("category_id", "area_id"), tuple(step.measure for step in SCALE))
FACETS = (CITY, KIND, AREA, UNIT, TIMES)


def count(rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows (`KEY` and `n`) to the counters, each counter written once. Inside a command.

    The counters come before the mark: whoever sums the day either waits for this transaction or is found out by the mark.
    """
    sums: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        sums[tuple(row[name] for name in KEY)] += row["n"]
    some = [dict(zip(KEY, key, strict=True)) | {"n": n} for key, n in sorted(sums.items()) if n]
    if some:
        add_up(Tally, some, key=KEY, sums=["n"])
        mark({row["day"] for row in some})


def mark(days: set[date]) -> None:
    """Let these days be read from their counters until they are summed again."""
    for day in sorted(days - {STANDING}):
        insert_if_absent(UnsummedDay, city_id=current_city_id(), day=day)


def sum_up(day: date) -> None:
    """Replace the sums of a day whose counters nobody writes just now."""
    ours = DaySum.city_id == current_city_id(), DaySum.day == day
    db.session.execute(delete(DaySum).where(*ours))
    for facet in FACETS:
        names = ["city_id", "facet", "day", "measure", *PLACE, "n"]
        db.session.execute(insert(DaySum).from_select(names, summed(facet, day)))
    db.session.execute(
        delete(UnsummedDay).where(UnsummedDay.city_id == current_city_id(), UnsummedDay.day == day)
    )


def summed(facet: Facet, day: date) -> Select[Any]:
    """Return what the sums of `day` must be, as rows of `DaySum`; none of them is 0."""
    keys = [getattr(Tally, name) for name in facet.columns]
    place = [getattr(Tally, name) if name in facet.columns else literal(0).label(name) for name in PLACE]
    n = func.sum(Tally.n)
    rows = select(
        Tally.city_id, literal(facet.name).label("facet"), Tally.day, Tally.measure, *place, n.label("n")
    )
    which = [Tally.city_id == current_city_id(), Tally.day == day]
    if facet.measures:
        which.append(Tally.measure.in_(facet.measures))
    return rows.where(*which).group_by(Tally.city_id, Tally.day, Tally.measure, *keys).having(n != 0)


def counted_in(facet: Facet, first: date, last: date) -> Subquery:
    """Return `day`, `measure`, the columns of `facet` and `n` of the days from `first` to `last`: rows to be added up."""
    days = UnsummedDay.city_id == current_city_id(), UnsummedDay.day.between(first, last)
    live = select(UnsummedDay.day).where(*days)
    columns = ("day", "measure", *facet.columns, "n")
    of_sums = [
        DaySum.city_id == current_city_id(),
        DaySum.facet == facet.name,
        DaySum.day.between(first, last),
    ]
    sums = select(*(getattr(DaySum, name) for name in columns)).where(*of_sums, DaySum.day.not_in(live))
    tallies = select(*(getattr(Tally, name) for name in columns)).where(
        Tally.city_id == current_city_id(), Tally.day.in_(live)
    )
    if facet.measures:
        tallies = tallies.where(Tally.measure.in_(facet.measures))
    return union_all(sums, tallies).subquery()
