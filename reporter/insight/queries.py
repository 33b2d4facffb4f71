"""Every read of the figures."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import case as when
from sqlalchemy import func, literal, select

from reporter.cases.models import Case
from reporter.cities.queries import local
from reporter.insight.models import STANDING, Tally
from reporter.insight.rates import Rates, rates_of
from reporter.insight.sums import AREA, CITY, KIND, TIMES, UNIT, Facet, counted_in
from reporter.insight.times import Times, times_of
from reporter.kernel.db import current_city_id, db
from reporter.ports import ports
from reporter.routing.queries import units_by_id


def today() -> date:
    """Return the city's date."""
    return local(ports.clock.now()).date()


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both among them."""

    first: date
    last: date


def last_days(days: int = 30) -> Period:
    """Return the last `days` days, today among them."""
    return Period(today() - timedelta(days=days - 1), today())


def month_of(day: date) -> Period:
    """Return the month in which `day` lies."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


Sums = dict[str, int]  # by measure; what is not there is zero


def sums_by_kind(period: Period) -> dict[int, Sums]:
    """Return the sums of all measures by category id."""
    return _sums_by(KIND, period)


def sums_by_area(period: Period) -> dict[int, Sums]:
    """Return the sums of all measures by area id; 0 stands for no area."""
    return _sums_by(AREA, period)


def sums_by_month(*, months: int = 12) -> dict[date, Sums]:
    """Return the sums of all measures by the first day of the month: the last `months`, this one among them."""
    now = today().replace(day=1)
    whole = now.year * 12 + now.month
    firsts = [date((each - 1) // 12, (each - 1) % 12 + 1, 1) for each in range(whole - months + 1, whole + 1)]
    days = counted_in(CITY, firsts[0], today())
    rows = select(days.c.day, days.c.measure, func.sum(days.c.n)).group_by(days.c.day, days.c.measure)
    found: dict[date, Counter[str]] = {first: Counter() for first in firsts}
    for day, measure, n in db.session.execute(rows):
        found[day.replace(day=1)][measure] += int(n)
    return {first: dict(sums) for first, sums in found.items()}


def together(some: Iterable[Sums]) -> Sums:
    """Return the sums of several as one."""
    whole: Counter[str] = Counter()
    for one in some:
        whole.update(one)
    return dict(whole)


def rates(period: Period) -> Rates:
    """Return the rates of the whole city."""
    return rates_of(together(_sums_by(CITY, period).values()))


def times_of_kind(category_id: int, *, area_id: int | None = None, days: int = 90) -> Times:
    """Return how long cases of a kind took that ended within the last `days` days; in one area when it is given."""
    period = last_days(days)
    taken = counted_in(TIMES, period.first, period.last)
    rows = select(taken.c.measure, func.sum(taken.c.n)).where(taken.c.category_id == category_id)
    if area_id is not None:
        rows = rows.where(taken.c.area_id == area_id)
    return times_of({measure: int(n) for measure, n in db.session.execute(rows.group_by(taken.c.measure))})


def _sums_by(facet: Facet, period: Period) -> dict[int, Sums]:
    """Return the sums by what the facet tells apart; by 0 when that is nothing."""
    days = counted_in(facet, period.first, period.last)
    key = days.c[facet.columns[0]] if facet.columns else literal(0)
    rows = select(key, days.c.measure, func.sum(days.c.n)).group_by(*days.c[facet.columns], days.c.measure)
    found: dict[int, Sums] = {}
    for key, measure, n in db.session.execute(rows):
        found.setdefault(key, {})[measure] = int(n)
    return found


def per_day(measure: str, *, days: int = 30) -> list[tuple[date, int]]:
    """Return a measure for each of the last `days` days, days without any as 0, oldest first."""
    first = today() - timedelta(days=days - 1)
    counted = counted_in(CITY, first, today())
    rows = select(counted.c.day, func.sum(counted.c.n)).where(counted.c.measure == measure)
    known = {day: int(n) for day, n in db.session.execute(rows.group_by(counted.c.day))}
    return [
        (first + timedelta(days=step), known.get(first + timedelta(days=step), 0)) for step in range(days)
    ]


@dataclass(frozen=True)
class AreaLoad:
    """What is being handled in one area now: open cases, those due soon, those overdue."""

    area_id: int
    open: int
    due_soon: int
    overdue: int


def open_by_area(*, soon: timedelta = timedelta(hours=1)) -> dict[int, AreaLoad]:
    """Return the load of each area: counters for the open, an index for the late."""
    now = ports.clock.now()
    standing = select(Tally.area_id, func.sum(Tally.n)).where(Tally.measure == "open", Tally.day == STANDING)
    loads = dict(db.session.execute(standing.group_by(Tally.area_id)).all())
    # First the few that press, by their time: grouped at once, SQLite reads every case of the city in order of areas.
    due = select(Case.area_id, Case.due_at).where(
        Case.city_id == current_city_id(), Case.due_at <= now + soon
    )
    pressing = due.cte("pressing").prefix_with("MATERIALIZED")
    late = when((pressing.c.due_at <= now, 1), else_=0)
    counted = select(pressing.c.area_id, func.count(), func.sum(late)).group_by(pressing.c.area_id)
    near = {area: (n - int(over), int(over)) for area, n, over in db.session.execute(counted)}
    return {
        area: AreaLoad(area, int(n), *near.get(area, (0, 0))) for area, n in loads.items() if n > 0
    }  # fmt: skip


HONOUR_FROM = 3  # dispatched cases below which a share says too little


@dataclass(frozen=True)
class Honour:
    """A unit that answered well: how many of its cases it took in time."""

    name_zh: str
    name_en: str
    in_time: int
    dispatched: int


def honours(*, days: int = 30, most: int = 3) -> list[Honour]:
    """Return the units that took the largest share of at least three cases in time, the best first."""
    of_units = _sums_by(UNIT, last_days(days))
    units = units_by_id()
    rows = [
        Honour(units[unit].name_zh, units[unit].name_en, n.get("claimed_on_time", 0), n["dispatched"])
        for unit, n in of_units.items() if unit in units and n.get("dispatched", 0) >= HONOUR_FROM
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.in_time / row.dispatched, -row.dispatched))[:most]
