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
from reporter.reports.models import Appeal, Clearing, Report, ReportTrace
from reporter.reports.risk import Mark

CLEARED_AT_MOST = 100_000  # reports that a clearing counts to
MOST = 500  # what a tab counts to; above it stands "500+"
SAME_SPOT = 60.0  # metres within which an open case of the same kind may be the same thing
METRES_PER_DEGREE = 111_320


class AtTriage(StrEnum):
    """The lists of the moderators."""

    WAITING = "waiting"
    URGENT = "urgent"
    ALIKE = "alike"
    ASKED = "asked"
    ASIDE = "aside"


def triage_list(
    which: AtTriage,
    *,
    area_id: int | None = None,
    like: Report | None = None,
    after: str = "",
    size: int = 20,
) -> Page[Report]:
    """Return a list of reports, the riskiest first, then the soonest due, or by age where no clock runs.

    Args:
        like: only what is of its kind on its spot, or carries a mark of it: sender, words, picture, plate, shop.
    """
    reports = _at_triage(which)
    if area_id:
        reports = reports.where(Report.area_id == area_id)
    if like:
        reports = reports.where(_is_like(like))
    if key := read_key(after, int, None, int):
        risk, due, last = key
        reports = reports.where(or_(Report.risk > risk, and_(Report.risk == risk, _later(due, last))))
    pressing = reports.order_by(Report.risk, Report.due_at, Report.id).limit(size + 1)
    return page_of(
        db.session.scalars(pressing).all(), size=size,
        key=lambda row: (row.risk, row.due_at.isoformat() if row.due_at else "", row.id),
    )  # fmt: skip


def _is_like(report: Report) -> ColumnElement[bool]:
    south, east = _on_the_spot()
    marks = select(ReportTrace.key).where(ReportTrace.report_id == report.id, ReportTrace.mark != Mark.PLACE)
    marked = select(ReportTrace.report_id).where(
        ReportTrace.city_id == current_city_id(), ReportTrace.key.in_(marks)
    )
    here = and_(
        Report.category_id == report.category_id,
        Report.lat.between(report.lat - south, report.lat + south),
        Report.lon.between(report.lon - east, report.lon + east),
    )
    return or_(here, Report.id.in_(marked))


def _on_the_spot() -> tuple[float, float]:
    """Return how many degrees to the south and to the east are the same spot still."""
    south = SAME_SPOT / METRES_PER_DEGREE
    return south, south / cos(radians(current_city().lat))


def _later(due: datetime | None, last: int) -> ColumnElement[bool]:
    if due is None:
        return Report.id > last
    return or_(Report.due_at > due, and_(Report.due_at == due, Report.id > last))


def _at_triage(which: AtTriage) -> Select[Report]:
    conditions: dict[AtTriage, tuple[ColumnElement[bool], ...]] = {
        AtTriage.WAITING: (Report.state == State.SUBMITTED,),
        AtTriage.URGENT: (Report.state == State.SUBMITTED, Report.risk == 0),
        AtTriage.ALIKE: (Report.state == State.SUBMITTED, _there_already()),
        AtTriage.ASKED: (Report.state == State.INFO_REQUESTED,),
        AtTriage.ASIDE: (Report.state == State.ASIDE,),
    }
    return select(Report).where(Report.city_id == current_city_id(), *conditions[which])


def _there_already() -> ColumnElement[bool]:
    """Return the condition "the resident joined an open case, or one of the same kind lies on the same spot"."""
    south, east = _on_the_spot()
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


def last_aside() -> int | None:
    """Return the id of the newest report in the side queue that is declined with the others, None when there is none."""
    return db.session.scalar(_aside().with_only_columns(Report.id).order_by(Report.id.desc()).limit(1))


def number_aside() -> int:
    """Return how many reports of the side queue are declined with the others, counted to `CLEARED_AT_MOST`."""
    some = _aside().with_only_columns(Report.id).limit(CLEARED_AT_MOST).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def aside_upto(last_report_id: int, *, limit: int) -> Sequence[Report]:
    """Return the reports of the side queue that came no later than one of them, some of them, in no order."""
    return db.session.scalars(_aside().where(Report.id <= last_report_id).limit(limit)).all()


def _aside() -> Select[Report]:
    """Return what is declined all at once: the side queue without what somebody appealed about."""
    appealed = exists().where(Appeal.report_id == Report.id, Appeal.decided_at.is_(None))
    return _at_triage(AtTriage.ASIDE).where(~appealed)


def running_clearing() -> Clearing | None:
    """Return the clearing of the side queue that is under way, else None."""
    newest = select(Clearing).where(Clearing.city_id == current_city_id()).order_by(Clearing.began_at.desc())
    clearing = db.session.scalar(newest.limit(1))
    return clearing if clearing and clearing.ended_at is None else None


def versions_on(
    which: AtTriage, *, area_id: int | None = None, like: Report | None = None, limit: int
) -> Sequence[tuple[int, int]]:
    """Return id and version of the first `limit` reports of a list, in its order."""
    rows = triage_list(which, area_id=area_id, like=like, size=limit).rows
    return [(report.id, report.version) for report in rows]
