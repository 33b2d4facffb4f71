"""Every read of units, rules and work orders."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from reporter.cases.lifecycle import OPEN, State
from reporter.cases.models import Case, Source
from reporter.cities.queries import current_city, day_kinds
from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import BadInput, NotFound
from reporter.places.models import Area
from reporter.places.queries import all_areas_around, areas_around
from reporter.places.shapes import Level
from reporter.ports import ports
from reporter.routing.choose import EXAMPLES, Choice, Matter, Past, choose
from reporter.routing.deadlines import Calendar
from reporter.routing.factors import Factor
from reporter.routing.models import LimitFactor, Rule, RuleSet, Unit, Whistle, WhistleUnit, WorkOrder


def units(*, active: bool = True) -> Sequence[Unit]:
    """Return the city's units by code; the inactive ones too when asked."""
    all_units = select(Unit).order_by(Unit.code)
    return db.session.scalars(all_units.where(Unit.active) if active else all_units).all()


def units_by_id() -> dict[int, Unit]:
    """Return every unit of the city by id, in one query."""
    return {unit.id: unit for unit in units(active=False)}


def get_unit(unit_id: int) -> Unit:
    """Return the unit. Raises `NotFound`."""
    unit = db.session.scalar(select(Unit).where(Unit.id == unit_id))
    if unit is None:
        raise NotFound("There is no such unit.")
    return unit


def units_of(unit_ids: Collection[int]) -> Sequence[Unit]:
    """Return the units with these ids, in one query."""
    return db.session.scalars(select(Unit).where(Unit.id.in_(unit_ids)).order_by(Unit.code)).all()


def rule_sets(*, limit: int = 50) -> Sequence[RuleSet]:
    """Return the versions of the city's rules, the one that holds first."""
    return db.session.scalars(select(RuleSet).order_by(RuleSet.number.desc()).limit(limit)).all()


def rule_set(number: int) -> RuleSet:
    """Return one version of the rules. Raises `NotFound`."""
    found = db.session.scalar(select(RuleSet).where(RuleSet.number == number))
    if found is None:
        raise NotFound("There is no such version of the rules.")
    return found


def newest_number() -> int:
    """Return the number of the rules that hold; 0 when there are none yet."""
    return (
        db.session.scalar(select(func.max(RuleSet.number)).where(RuleSet.city_id == current_city_id())) or 0
    )


def rules(number: int | None = None) -> Sequence[Rule]:
    """Return the rules that hold, or those of one version, in the order in which they are tried."""
    wanted = newest_number() if number is None else number
    ordered = select(Rule).join(RuleSet, RuleSet.id == Rule.rule_set_id).where(RuleSet.number == wanted)
    return db.session.scalars(ordered.order_by(Rule.sort, Rule.id)).all()


def fallback_unit_id() -> int:
    """Return the unit that takes what no rule matches.

    Raises:
        BadInput: the city has none (兜底单位) yet.
    """
    fallback = db.session.scalar(select(Unit.id).where(Unit.fallback, Unit.active).limit(1))
    if fallback is None:
        raise BadInput("No fallback unit is named yet; an administrator must choose one.", field="unit_id")
    return fallback


def suggest_unit(
    *, category_id: int, subcategory_id: int | None, area_id: int | None, source: str = Source.RESIDENT,
    at: datetime | None = None, without: Collection[int] = (),
) -> Choice:  # fmt: skip
    """Return the unit a case of this kind and place goes to, with the grounds; rules for closed units are passed over.

    Args:
        category_id: its kind.
        subcategory_id: its sub-type.
        area_id: the finest area of its place.
        source: how it came.
        at: when it is given to a unit; None is now.
        without: units that sent it back.

    Raises:
        BadInput: the city has no fallback unit yet.
    """
    matter = Matter(
        category_id,
        subcategory_id,
        areas_around(area_id),
        calendar().works_at(at or ports.clock.now()),
        source,
    )
    taking = {unit.id for unit in units()}
    return choose(rules(), matter, fallback=fallback_unit_id(), without=without, taking=taking)


def past_matters(*, since: datetime, limit: int = 20_000) -> list[Past]:
    """Return what the newest cases registered after `since` were about, each with how many were like it."""
    newest = (
        select(
            Case.number, Case.category_id, Case.subcategory_id, Case.area_id, Case.source, Case.registered_at
        )
        .where(Case.registered_at >= since, Case.state != State.VOID)
        .order_by(Case.id.desc())
        .limit(limit)
    )
    kept, around = calendar(), all_areas_around()
    numbers: defaultdict[Matter, list[str]] = defaultdict(list)
    for number, kind, sub, area, source, at in db.session.execute(newest):
        matter = Matter(kind, sub, around.get(area or 0, frozenset()), kept.works_at(at), source)
        numbers[matter].append(number)
    return [Past(matter, len(some), tuple(some[:EXAMPLES])) for matter, some in numbers.items()]


def areas_within() -> set[tuple[int, int]]:
    """Return pairs of areas, the first of which lies within the second."""
    return {(area, other) for area, around in all_areas_around().items() for other in around if other != area}


def limit_factors() -> list[Factor]:
    """Return the city's factors of limits: the standing ones first, then the periods, the latest first; in one query."""
    rows = (
        select(LimitFactor, Area.level)
        .outerjoin(Area, Area.id == LimitFactor.area_id)
        .where(LimitFactor.active)
    )
    found = [
        Factor(
            one.id, one.name, one.area_id, 1 + list(Level).index(level) if level else 0,
            one.begins_at, one.ends_at, one.percent,
        )
        for one, level in db.session.execute(rows.order_by(LimitFactor.begins_at.desc(), LimitFactor.id))
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.begins_at is not None)


def get_limit_factor(factor_id: int) -> LimitFactor:
    """Return one factor of limits. Raises `NotFound`."""
    found = db.session.scalar(select(LimitFactor).where(LimitFactor.id == factor_id, LimitFactor.active))
    if found is None:
        raise NotFound("There is no such factor.")
    return found


def open_load(unit_id: int) -> int:
    """Return how many open cases lie with a unit, counted to 100 at most."""
    here = Case.city_id == current_city_id()  # said aloud: nobody adds it to a count of a subquery
    some = select(Case.id).where(here, Case.lead_unit_id == unit_id, Case.state.in_(OPEN)).limit(100)
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def calendar() -> Calendar:
    """Return the city's calendar."""
    return Calendar(zone=ZoneInfo(current_city().zone), days=day_kinds())


def open_order(case_id: int) -> WorkOrder | None:
    """Return the running visit of a case to a unit, else None."""
    running = select(WorkOrder).where(WorkOrder.case_id == case_id, WorkOrder.closed_at.is_(None))
    return db.session.scalar(running.order_by(WorkOrder.id.desc()).limit(1))


def last_order(case_id: int) -> WorkOrder | None:
    """Return the latest visit of a case to a unit, running or over, else None."""
    own = select(WorkOrder).where(WorkOrder.case_id == case_id)
    return db.session.scalar(own.order_by(WorkOrder.id.desc()).limit(1))


def last_orders_of(case_ids: Collection[int]) -> dict[int, WorkOrder]:
    """Return the newest order of each case that had one, in one query."""
    if not case_ids:
        return {}
    own = select(WorkOrder).where(WorkOrder.case_id.in_(case_ids)).order_by(WorkOrder.id)
    return {order.case_id: order for order in db.session.scalars(own)}


def last_closed_order(case_id: int) -> WorkOrder | None:
    """Return the latest visit of a case to a unit that is over, else None."""
    over = select(WorkOrder).where(WorkOrder.case_id == case_id, WorkOrder.closed_at.is_not(None))
    return db.session.scalar(over.order_by(WorkOrder.id.desc()).limit(1))


def open_whistle(case_id: int) -> Whistle | None:
    """Return the call of units to a case that has no conclusion yet, else None."""
    calls = select(Whistle).where(Whistle.case_id == case_id, Whistle.concluded_at.is_(None))
    return db.session.scalar(calls.order_by(Whistle.id.desc()).limit(1))


def whistles_of(case_id: int) -> Sequence[Whistle]:
    """Return every call of units to a case, oldest first."""
    own = select(Whistle).where(Whistle.case_id == case_id)
    return db.session.scalars(own.order_by(Whistle.id)).all()


def units_called(whistle_id: int) -> Sequence[WhistleUnit]:
    """Return the units of one call, in the order in which they were called."""
    own = select(WhistleUnit).where(WhistleUnit.whistle_id == whistle_id)
    return db.session.scalars(own.order_by(WhistleUnit.id)).all()


def calls_waiting(case_ids: Collection[int], unit_id: int) -> set[int]:
    """Return those of the cases to which a unit is called and has not come yet, in one query."""
    waiting = (
        select(Whistle.case_id)
        .join(WhistleUnit, WhistleUnit.whistle_id == Whistle.id)
        .where(Whistle.case_id.in_(case_ids), Whistle.concluded_at.is_(None))
        .where(WhistleUnit.unit_id == unit_id, WhistleUnit.came_at.is_(None))
    )
    return set(db.session.scalars(waiting))


def cases_called_late(now: datetime, *, limit: int = 200) -> Sequence[int]:
    """Return ids of the cases to which units were called that should have come by `now`, the longest due first."""
    late = select(Whistle.case_id).where(Whistle.ring_at <= now)
    return db.session.scalars(late.order_by(Whistle.ring_at).limit(limit)).all()
