"""Every read of units, rules and work orders."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from reporter.cases.lifecycle import OPEN
from reporter.cases.models import Case
from reporter.cities.queries import current_city, day_kinds
from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import BadInput, NotFound
from reporter.routing.choose import Choice, choose
from reporter.routing.deadlines import Calendar
from reporter.routing.models import Rule, Unit, WorkOrder


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


def rules() -> Sequence[Rule]:
    """Return the active rules in the order in which they are tried."""
    return db.session.scalars(select(Rule).where(Rule.active).order_by(Rule.sort, Rule.id)).all()


def suggest_unit(*, category_id: int, subcategory_id: int | None, area_id: int | None) -> Choice:
    """Return the unit a case of this kind and place goes to, with the grounds.

    Raises:
        BadInput: the city has no fallback unit (兜底单位) yet.
    """
    fallback = db.session.scalar(select(Unit.id).where(Unit.fallback, Unit.active).limit(1))
    if fallback is None:
        raise BadInput("No fallback unit is named yet; an administrator must choose one.", field="unit_id")
    return choose(
        rules(), category_id=category_id, subcategory_id=subcategory_id, area_id=area_id, fallback=fallback
    )


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
