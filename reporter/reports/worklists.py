"""The lists moderators work from: what waits, what is pressing, what may be there already, who was asked."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from math import cos, radians

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from reporter.cases.lifecycle import OPEN
from reporter.cases.models import Case
from reporter.cities.queries import current_city
from reporter.kernel.db import current_city_id, db
from reporter.kernel.pages import Page, page_of, read_key
from reporter.reports.lifecycle import State
from reporter.reports.models import Report

MOST = 500  # what a tab counts to; above it stands "500+"
SAME_SPOT = 60.0  # metres within which an open case of the same kind may be the same thing
METRES_PER_DEGREE = 111_320


class AtTriage(StrEnum):
    """The lists of the moderators."""

    WAITING = "waiting"
    URGENT = "urgent"
    ALIKE = "alike"
    ASKED = "asked"


def triage_list(
    which: AtTriage, *, area_id: int | None = None, after: str = "", size: int = 20
) -> Page[Report]:
    """Return a list of reports, the riskiest first, then the soonest due; those asked about by age."""
    reports = _at_triage(which)
    clock = Report.submitted_at if which is AtTriage.ASKED else Report.due_at
    if area_id:
        reports = reports.where(Report.area_id == area_id)
    if key := read_key(after, int, datetime, int):
        risk, at, last = key
        later = or_(clock > at, and_(clock == at, Report.id > last))
        reports = reports.where(or_(Report.risk > risk, and_(Report.risk == risk, later)))
    pressing = reports.order_by(Report.risk, clock, Report.id).limit(size + 1)
    return page_of(
        db.session.scalars(pressing).all(), size=size,
        key=lambda row: (row.risk, (row.due_at or row.submitted_at).isoformat(), row.id),
    )  # fmt: skip


def _at_triage(which: AtTriage) -> Select[Report]:
    conditions: dict[AtTriage, tuple[ColumnElement[bool], ...]] = {
        AtTriage.WAITING: (Report.state == State.SUBMITTED,),
        AtTriage.URGENT: (Report.state == State.SUBMITTED, Report.risk == 0),
        AtTriage.ALIKE: (Report.state == State.SUBMITTED, _there_already()),
        AtTriage.ASKED: (Report.state == State.INFO_REQUESTED,),
    }
    return select(Report).where(Report.city_id == current_city_id(), *conditions[which])


def _there_already() -> ColumnElement[bool]:
    """Return the condition "the resident joined an open case, or one of the same kind lies on the same spot"."""
    south = SAME_SPOT / METRES_PER_DEGREE
    east = south / cos(radians(current_city().lat))
    near = exists().where(
        Case.city_id == current_city_id(),
        Case.category_id == Report.category_id,
        Case.lat.between(Report.lat - south, Report.lat + south),
        Case.lon.between(Report.lon - east, Report.lon + east),
        Case.state.in_(OPEN),
    )
    return or_(Report.joins_case_id.is_not(None), near)


def triage_counts() -> dict[AtTriage, int]:
    """Return how many reports are on each list, counted to `MOST` + 1 at most; in one statement."""
    some = [_at_triage(which).with_only_columns(Report.id).limit(MOST + 1).subquery() for which in AtTriage]
    counts = [select(func.count()).select_from(one).scalar_subquery() for one in some]
    return dict(zip(AtTriage, db.session.execute(select(*counts)).one(), strict=True))


def alike_among(report_ids: Sequence[int]) -> frozenset[int]:
    """Return which of these reports may be there already, in one query."""
    if not report_ids:
        return frozenset()
    return frozenset(db.session.scalars(select(Report.id).where(Report.id.in_(report_ids), _there_already())))


def report_by_number(number: str) -> Report | None:
    """Return the report with this number, else None."""
    return db.session.scalar(select(Report).where(Report.number == number.strip().upper()))
