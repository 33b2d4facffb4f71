"""What the counters must say: counted in SQL from reports, cases, work orders and their trails, never loaded.

A step counts on its own day (of the city's clock), with the kind and the area that the case had then and the unit it was
with. Three things are put right afterwards, on the day on which they were counted: what a case or report was taken for at
first is registered, or reported, as what it is; a case that was opened again did not end; a void case never was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    RowMapping,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy import case as when
from sqlalchemy.orm import aliased

from reporter.cases.lifecycle import OPEN, STEPS, Action, Effect, State
from reporter.cases.models import Case
from reporter.cities.queries import current_city, local
from reporter.insight.models import STANDING, DaySum, Tally, UnsummedDay
from reporter.insight.rates import WEIGHTS
from reporter.insight.sums import FACETS, summed
from reporter.insight.times import EDGES, SCALE
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import current_city_id, db
from reporter.kernel.dialect import seconds
from reporter.reports.lifecycle import Action as ReportAction
from reporter.reports.models import Report
from reporter.routing.models import WorkOrder

KEY = ("measure", "category_id", "area_id", "unit_id")  # of a counter within its day
Where = ColumnElement[bool]
Counted = Select[datetime, str, int, int, int, int]  # a moment, the columns of `KEY`, and how many


@dataclass(frozen=True)
class Difference:
    """A counter that is not what it must be; 0 in the place of an id stands for none."""

    day: date
    measure: str
    category_id: int
    area_id: int
    unit_id: int
    kept: int
    counted: int


def days_counted() -> list[date]:
    """Return every day that has counters or must have some, `STANDING` first."""
    first, last = db.session.execute(select(func.min(TrailEntry.at), func.max(TrailEntry.at))).one()
    days = {STANDING, *db.session.scalars(select(Tally.day).distinct())}
    if first:
        start = local(first).date()
        days |= {start + timedelta(days=step) for step in range((local(last).date() - start).days + 1)}
    return sorted(days)


def differences(day: date) -> list[Difference]:
    """Return the counters of `day` that are not what they must be. One statement, so it may run while the city works."""
    statement = _unlike(db.engine.dialect.name, day == STANDING)
    return [Difference(day, *row) for row in db.session.execute(statement, _of(day))]


def wrong_sums(day: date) -> list[tuple[str, Difference]]:
    """Return the sums of `day` that are not those of its counters, each with the name of its facet; none of a marked day."""
    names = ("facet", *KEY)
    right = union_all(*(summed(facet, day) for facet in FACETS)).subquery()
    of_day = DaySum.city_id == current_city_id(), DaySum.day == day
    kept = select(
        *(getattr(DaySum, name) for name in names), DaySum.n.label("kept"), literal(0).label("counted")
    )
    counted = select(*(right.c[name] for name in names), literal(0), right.c.n)
    both = union_all(kept.where(*of_day), counted).subquery()
    keys, sums = [both.c[name] for name in names], [func.sum(both.c.kept), func.sum(both.c.counted)]
    marked = (
        select(UnsummedDay.id)
        .where(UnsummedDay.city_id == current_city_id(), UnsummedDay.day == day)
        .exists()
    )
    unlike = select(*keys, *sums).where(~marked).group_by(*keys).having(sums[0] != sums[1]).order_by(*keys)
    return [(facet, Difference(day, *about)) for facet, *about in db.session.execute(unlike)]


def counters_of(day: date) -> Sequence[RowMapping]:
    """Return the counters that `day` must have: the columns of `KEY`, and `n`, which is never 0."""
    statement = _open() if day == STANDING else _of_a_day(db.engine.dialect.name)
    return db.session.execute(statement, _of(day)).mappings().all()


def counted_of(case_id: int) -> Sequence[RowMapping]:
    """Return what a case is counted under: rows with the moment `at`, the columns of `KEY`, and `n`."""
    which = {"city": current_city_id(), "case": case_id}
    return db.session.execute(_of_a_case(db.engine.dialect.name), which).mappings().all()


def _of(day: date) -> dict[str, Any]:
    """Return what the statements ask for: the city, and when the day begins and ends on its clock."""
    zone = ZoneInfo(current_city().zone)
    begins, ends = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return {
        "city": current_city_id(),
        "day": day,
        "begins": begins.astimezone(UTC),
        "ends": ends.astimezone(UTC),
    }


# The statements are large, and the same for every day and case: each is written once.
@cache
def _unlike(dialect: str, standing: bool) -> Select[str, int, int, int, int, int]:  # noqa: FBT001 - a key of the cache
    right = (_open() if standing else _of_a_day(dialect)).subquery()
    nothing = literal(0)
    kept = select(*(getattr(Tally, name) for name in KEY), Tally.n.label("kept"), nothing.label("counted"))
    of_day = Tally.city_id == bindparam("city"), Tally.day == bindparam("day")
    counted = select(*(right.c[name] for name in KEY), nothing, right.c.n)
    both = union_all(kept.where(*of_day), counted).subquery()
    keys, sums = [both.c[name] for name in KEY], [func.sum(both.c.kept), func.sum(both.c.counted)]
    return select(*keys, *sums).group_by(*keys).having(sums[0] != sums[1]).order_by(*keys)


@cache
def _of_a_day(dialect: str) -> Select[str, int, int, int, int]:
    within = TrailEntry.at >= bindparam("begins"), TrailEntry.at < bindparam("ends")
    parts = _reported(*within), *_of_steps(dialect, *within, Case.state != State.VOID)
    rows = union_all(*parts).subquery()
    keys, n = [rows.c[name] for name in KEY], func.sum(rows.c.n)
    return select(*keys, n.label("n")).group_by(*keys).having(n != 0)


@cache
def _of_a_case(dialect: str) -> CompoundSelect[datetime, str, int, int, int, int]:
    return union_all(*_of_steps(dialect, TrailEntry.subject_id == bindparam("case")))


@cache
def _open() -> Select[str, int, int, int, int]:
    area = func.coalesce(Case.area_id, 0)
    still = Case.city_id == bindparam("city"), Case.state.in_(OPEN)
    return (
        select(literal("open").label("measure"), Case.category_id, area.label("area_id"),
               literal(0).label("unit_id"), func.count().label("n"))
        .where(*still).group_by(Case.category_id, area)
    )  # fmt: skip


def _reported(*within: Where) -> Counted:
    sent = and_(TrailEntry.subject == Report.trail_subject, TrailEntry.action == ReportAction.SUBMIT)
    return (
        select(TrailEntry.at.label("at"), literal("reported").label("measure"), Report.category_id,
               func.coalesce(Report.area_id, 0).label("area_id"), literal(0).label("unit_id"), literal(1).label("n"))
        .join(Report, Report.id == TrailEntry.subject_id)
        .where(TrailEntry.city_id == bindparam("city"), sent, *within)
    )  # fmt: skip


def _of_steps(dialect: str, *which: Where) -> list[Counted]:
    """Return one select for each measure of the steps that `which` choose, with a row for each time it is counted."""
    steps = _steps(dialect, *which)
    return [
        select(steps.c.at, literal(measure).label("measure"), steps.c.category_id, steps.c.area_id, steps.c.unit_id,
               n.label("n")).where(counts)
        for measure, counts, n in _measures(steps)
    ]  # fmt: skip


def _measures(steps: CTE) -> list[tuple[str, Where, ColumnElement[int]]]:
    action, one = steps.c.action, literal(1)
    closed = and_(action == Action.INSPECT_PASS, steps.c.stands)
    weight = when(*((steps.c.rating == word, weight) for word, weight in WEIGHTS.items()), else_=0)
    took = [
        (step.measure, and_(closed, steps.c.took > low, steps.c.took <= high if high else true()))
        for step, low, high in zip(SCALE, (-1, *EDGES[1:]), (*EDGES[1:], None), strict=True)
    ]
    return [
        ("registered", action == Action.REGISTER, one),
        ("dispatched", _is(Effect.OPEN_ORDER, steps.c), one),
        ("claimed_on_time", and_(_is(Effect.CLAIMED, steps.c), steps.c.at <= steps.c.claim_due_at), one),
        ("reopened", action == Action.REOPEN, one),
        ("ended_elsewhere", action == Action.END_ELSEWHERE, one),
        (
            "rated",
            and_(action == Action.RATE, steps.c.rating.is_not(None)),
            one,
        ),  # not of those who saw it too
        ("rating_weight", and_(action == Action.RATE, weight > 0), weight),
        ("ended", and_(action.in_([Action.INSPECT_PASS, Action.CLOSE_UNFIXED]), steps.c.stands), one),
        ("closed", closed, one),
        ("closed_on_time", and_(closed, steps.c.handled_at <= steps.c.handle_due_at), one),
        *((measure, counts, one) for measure, counts in took),
    ]


def _is(effect: Effect, entry: Any) -> Where:
    """Tell whether an entry of the trail is of a step that has `effect`."""
    return or_(
        *(and_(entry.source == str(step.source or ""), entry.action == step.action) for step in STEPS if effect in step.effect)
    )  # fmt: skip


def _steps(dialect: str, *which: Where) -> CTE:
    """Return the steps of cases that count, each with its kind, area and unit and the times of its work order."""
    corrected, order = aliased(TrailEntry), aliased(WorkOrder)
    category = when(
        (corrected.id.is_not(None), corrected.facts["category_id"].as_integer()), else_=Case.category_id
    )
    area = when((corrected.id.is_not(None), corrected.facts["area_id"].as_integer()), else_=Case.area_id)
    counting = [*(step.action for step in STEPS if step.effect & (Effect.OPEN_ORDER | Effect.CLAIMED)),
                Action.REGISTER, Action.INSPECT_PASS, Action.CLOSE_UNFIXED, Action.REOPEN, Action.RATE,
                Action.END_ELSEWHERE]  # fmt: skip
    columns = select(
        TrailEntry.at, TrailEntry.action, TrailEntry.source, TrailEntry.facts["rating"].as_string().label("rating"),
        category.label("category_id"), func.coalesce(area, 0).label("area_id"),
        func.coalesce(order.unit_id, 0).label("unit_id"),
        order.claim_due_at, order.handled_at, order.handle_due_at, _stands().label("stands"),
        (seconds(TrailEntry.at, dialect=dialect) - seconds(Case.registered_at, dialect=dialect)).label("took"),
    )  # fmt: skip
    joined = (
        columns.join(Case, Case.id == TrailEntry.subject_id)
        .outerjoin(corrected, and_(*_same(corrected), corrected.seq == _next_correction()))
        .outerjoin(order, and_(order.case_id == Case.id, _place_of(order) == _visits()))
    )
    ours = TrailEntry.city_id == bindparam("city"), TrailEntry.subject == Case.trail_subject
    return joined.where(*ours, TrailEntry.action.in_(counting), *which).cte("steps")


def _same(other: Any) -> tuple[Where, Where]:
    """Tell that `other` is in the trail of the same case."""
    return other.subject == Case.trail_subject, other.subject_id == TrailEntry.subject_id


def _next_correction() -> ColumnElement[int]:
    """Return the place of the correction that holds what the case was taken for at the step; a registration has none."""
    later = aliased(TrailEntry)
    after = later.action == Action.CORRECT, later.seq > TrailEntry.seq, TrailEntry.action != Action.REGISTER
    return select(func.min(later.seq)).where(*_same(later), *after).scalar_subquery()


def _stands() -> ColumnElement[bool]:
    """Tell that the case was not opened again after the step."""
    later = aliased(TrailEntry)
    return (
        ~select(later.id)
        .where(*_same(later), later.action == Action.REOPEN, later.seq > TrailEntry.seq)
        .exists()
    )


def _visits() -> ColumnElement[int]:
    """Return how many visits to a unit had begun with the step: each has one work order, in the same order."""
    upto = aliased(TrailEntry)
    begins = or_(_is(Effect.OPEN_ORDER, upto), upto.action == Action.REOPEN)
    return select(func.count()).where(*_same(upto), upto.seq <= TrailEntry.seq, begins).scalar_subquery()


def _place_of(order: Any) -> ColumnElement[int]:
    """Return the place of a work order among those of its case, from 1."""
    upto = aliased(WorkOrder)
    return select(func.count()).where(upto.case_id == order.case_id, upto.id <= order.id).scalar_subquery()
