"""Every read of the figures."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import case as when
from sqlalchemy import func, select

from reporter.cases.models import Case
from reporter.cities.queries import local
from reporter.insight.models import STANDING, Tally
from reporter.insight.rates import Rates, rates_of
from reporter.kernel.db import db
from reporter.ports import ports
from reporter.routing.queries import units_by_id


def today() -> date:
    """Return the city's date."""
    return local(ports.clock.now()).date()


def sums(*, days: int = 30) -> dict[str, int]:
    """Return the sum of each measure over the last `days` days."""
    recent = select(Tally.measure, func.sum(Tally.n)).where(Tally.day > today() - timedelta(days=days))
    return {measure: int(n) for measure, n in db.session.execute(recent.group_by(Tally.measure))}


def rates(*, days: int = 30) -> Rates:
    """Return the three rates over the last `days` days."""
    return rates_of(sums(days=days))


def per_day(measure: str, *, days: int = 30) -> list[tuple[date, int]]:
    """Return a measure for each of the last `days` days, days without any as 0, oldest first."""
    first = today() - timedelta(days=days - 1)
    rows = select(Tally.day, func.sum(Tally.n)).where(Tally.measure == measure, Tally.day >= first)
    known = {day: int(n) for day, n in db.session.execute(rows.group_by(Tally.day))}
    return [
        (first + timedelta(days=step), known.get(first + timedelta(days=step), 0)) for step in range(days)
    ]


def by_kind(measure: str, *, days: int = 30) -> dict[int, int]:
    """Return a measure over the last `days` days by category id."""
    return _grouped(Tally.category_id, measure, today() - timedelta(days=days))


def by_area(measure: str, *, days: int = 30) -> dict[int, int]:
    """Return a measure over the last `days` days by area id."""
    return _grouped(Tally.area_id, measure, today() - timedelta(days=days))


def _grouped(column: "object", measure: str, after: date) -> dict[int, int]:
    rows = select(column, func.sum(Tally.n)).where(Tally.measure == measure, Tally.day > after)  # type: ignore[call-overload]
    return {key: int(n) for key, n in db.session.execute(rows.group_by(column))}


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
    late = when((Case.due_at <= now, 1), else_=0)
    pressing = select(Case.area_id, func.count(), func.sum(late)).where(Case.due_at <= now + soon)
    near = {
        area: (n - int(over), int(over))
        for area, n, over in db.session.execute(pressing.group_by(Case.area_id))
    }
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
    after = today() - timedelta(days=days)
    given, taken = (_grouped(Tally.unit_id, measure, after) for measure in ("dispatched", "claimed_on_time"))
    units = units_by_id()
    rows = [
        Honour(units[unit].name_zh, units[unit].name_en, taken.get(unit, 0), n)
        for unit, n in given.items() if unit in units and n >= HONOUR_FROM
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.in_time / row.dispatched, -row.dispatched))[:most]
