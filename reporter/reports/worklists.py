"""The lists moderators work from: what waits, what is pressing, what may be there already, who was asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, true, tuple_

from reporter.cases.lifecycle import OPEN
from reporter.cases.models import Case
from reporter.cities.queries import current_city
from reporter.kernel.db import current_city_id, db
from reporter.kernel.pages import Page, pack_key, page_of, read_key
from reporter.photos.models import Photo
from reporter.places.geometry import Box
from reporter.places.near import lies_beside, lies_near
from reporter.reports.lifecycle import WAITING, State
from reporter.reports.models import Appeal, Clearing, Report, ReportTrace
from reporter.reports.narrowed import LOOKED_AT, by_index, by_looking, up_to
from reporter.reports.narrowing import EVERYTHING, Narrowing
from reporter.reports.risk import Mark

CLEARED_AT_MOST = 100_000  # reports that a clearing counts to
MOST = 500  # what a tab counts to; above it stands "500+"
LIKE_AT_MOST = 2000  # reports on one spot, and with marks of one report, that are looked at
SAME_SPOT = 60.0  # metres within which an open case of the same kind may be the same thing

Place = tuple[int, datetime | None, int]  # risk, due time and id: where a report stands in a list


class AtTriage(StrEnum):
    """The lists of the moderators."""

    WAITING = "waiting"
    URGENT = "urgent"
    ALIKE = "alike"
    ASKED = "asked"
    ASIDE = "aside"


STATE_ON = dict.fromkeys(AtTriage, State.SUBMITTED) | {
    AtTriage.ASKED: State.INFO_REQUESTED,
    AtTriage.ASIDE: State.ASIDE,
}


@dataclass(frozen=True)
class Line:
    """A report as a list shows it: what a row needs and nothing else.

    `photo`: the token of its first picture, "" where it has none. `reasons` are as they are stored.
    """

    id: int
    version: int
    state: State
    risk: int
    due_at: datetime | None
    submitted_at: datetime
    category_id: int
    subcategory_id: int | None
    area_id: int | None
    address: str
    urgent: bool
    alike: bool
    reasons: Sequence[Mapping[str, Any]]
    photo: str

    @property
    def place(self) -> tuple[int, str, int]:
        """Where it stands in the order of the list, as the address of a page carries it."""
        return _key(self.risk, self.due_at, self.id)


REPORTS, PHOTOS = Report.__table__, Photo.__table__
COLUMNS = (
    *(REPORTS.c[one.name] for one in fields(Line) if one.name != "photo"),
    func.coalesce(PHOTOS.c.token, ""),
)
ORDER = (REPORTS.c.risk, REPORTS.c.due_at, REPORTS.c.id)


def triage_list(
    which: AtTriage,
    *,
    only: Narrowing = EVERYTHING,
    like: Report | None = None,
    after: str = "",
    size: int = 20,
) -> Page[Line]:
    """Return a list of reports, the riskiest first, then the soonest due, or by age where no clock runs.

    A page far down costs what the first one costs: it begins at its place in an index. A list that is narrowed by what
    no index answers is looked through `LOOKED_AT` reports at a time: a page may hold fewer than `size` rows, even none,
    and still have one after it.

    Args:
        like: only what is of its kind on its spot, or carries a mark of it: sender, words, picture, plate, shop.
    """
    wanted, looked = _at_triage(which), list(by_looking(only))
    if (indexed := by_index(only)) is not None:
        wanted = [*wanted, indexed]
    if like:
        wanted = [*wanted, REPORTS.c.id.in_(_ids_like(like))]
    rows: list[Line] = []
    end: Place | None = None
    for beyond in _beyond(read_key(after, int, None, int)):
        stretch = [*wanted, *beyond]
        end = _end_of_stretch(stretch) if looked else None
        if end:
            stretch.append(up_to(end[0], _not_later(*end[1:])))
        some = _lines().where(*stretch, *looked).order_by(*ORDER).limit(size + 1 - len(rows))
        rows += [Line(*row) for row in db.session.execute(some)]
        if end or len(rows) > size:
            break
    page = page_of(rows, size=size, key=lambda line: line.place)
    return replace(page, after=pack_key(_key(*end))) if end and not page.after else page


def _key(risk: int, due: datetime | None, report_id: int) -> tuple[int, str, int]:
    return risk, due.isoformat() if due else "", report_id


def _end_of_stretch(stretch: Sequence[ColumnElement[bool]]) -> Place | None:
    """Return risk, due time and id of the last report that is looked at, None when the list ends before."""
    keys = select(*ORDER).where(*stretch).order_by(*ORDER).offset(LOOKED_AT - 1).limit(1)
    last = db.session.execute(keys).one_or_none()
    return (last[0], last[1], last[2]) if last else None


def _lines() -> Select[Any]:
    return select(*COLUMNS).outerjoin_from(REPORTS, PHOTOS, PHOTOS.c.id == REPORTS.c.cover_photo_id)


def _beyond(place: tuple[Any, ...] | None) -> list[list[ColumnElement[bool]]]:
    """Return what holds of the rows after a place, in parts that follow each other; each is one run of an index."""
    if place is None:
        return [[]]
    risk, due, last = place
    if due is None:
        return [
            [REPORTS.c.risk == risk, REPORTS.c.due_at.is_(None), REPORTS.c.id > last],
            [REPORTS.c.risk > risk],
        ]
    here = tuple_(
        *(literal(value, column.type) for value, column in zip((risk, due, last), ORDER, strict=True))
    )
    return [[tuple_(*ORDER) > here]]


def _ids_like(report: Report) -> set[int]:
    """Return the ids of what is like a report, `LIKE_AT_MOST` at most of each sort; by its marks waiting or not."""
    here = select(REPORTS.c.id).where(
        REPORTS.c.city_id == current_city_id(),
        REPORTS.c.category_id == report.category_id,
        lies_near(REPORTS.c, report.lon, report.lat, metres=SAME_SPOT),
        REPORTS.c.state.in_(WAITING),
    )
    marks = select(ReportTrace.key).where(ReportTrace.report_id == report.id, ReportTrace.mark != Mark.PLACE)
    keys = db.session.scalars(marks).all()
    newest = ReportTrace.at.desc()
    marked = select(ReportTrace.report_id).where(
        ReportTrace.city_id == current_city_id(), ReportTrace.key.in_(keys)
    )
    found = [here.order_by(REPORTS.c.id.desc()).limit(LIKE_AT_MOST)]
    found += [marked.order_by(newest).limit(LIKE_AT_MOST)] if keys else []
    return {report.id}.union(*(db.session.scalars(one) for one in found))


def _at_triage(which: AtTriage) -> list[ColumnElement[bool]]:
    conditions = [REPORTS.c.city_id == current_city_id(), REPORTS.c.state == STATE_ON[which]]
    if which is AtTriage.URGENT:
        conditions.append(REPORTS.c.risk == 0)
    if which is AtTriage.ALIKE:
        conditions.append(REPORTS.c.alike == true())
    return conditions


def _not_later(due: datetime | None, last: int) -> ColumnElement[bool]:
    if due is None:
        return REPORTS.c.id <= last
    return or_(REPORTS.c.due_at < due, and_(REPORTS.c.due_at == due, REPORTS.c.id <= last))


def there_already() -> ColumnElement[bool]:
    """Return the condition "the resident joined an open case, or one of the same kind lies on the same spot"."""
    city = current_city()
    spot = Box.around(city.lon, city.lat, radius_m=SAME_SPOT)
    south, east = (spot.north - spot.south) / 2, (spot.east - spot.west) / 2
    near = exists().where(
        Case.city_id == current_city_id(),
        Case.category_id == Report.category_id,
        lies_beside(Case, Report, south=south, east=east),
        Case.state.in_(OPEN),
    )
    return or_(Report.joins_case_id.is_not(None), near)


def waiting_on_the_spot(
    lon: float, lat: float, category_ids: Collection[int], *, about: float = 0.0
) -> ColumnElement[bool]:
    """Return the condition "it waits, is of one of these kinds and lies on the spot of a WGS 84 point".

    Args:
        about: metres by which the point may be wrong.
    """
    return and_(
        Report.city_id == current_city_id(),
        Report.category_id.in_(category_ids),
        lies_near(Report, lon, lat, metres=SAME_SPOT + about),
        Report.state.in_(WAITING),
    )


def triage_counts() -> dict[AtTriage, int]:
    """Return how many reports are on each list, counted to `MOST` + 1 at most; in one statement."""
    some = [select(REPORTS.c.id).where(*_at_triage(which)).limit(MOST + 1).subquery() for which in AtTriage]
    counts = [select(func.count()).select_from(one).scalar_subquery() for one in some]
    return dict(zip(AtTriage, db.session.execute(select(*counts)).one(), strict=True))


def report_by_number(number: str) -> Report | None:
    """Return the report with this number, else None."""
    return db.session.scalar(select(Report).where(Report.number == number.strip().upper()))


def last_aside() -> int | None:
    """Return the id of the newest report in the side queue that is declined with the others, None when there is none."""
    return db.session.scalar(select(Report.id).where(*_aside()).order_by(Report.id.desc()).limit(1))


def number_aside() -> int:
    """Return how many reports of the side queue are declined with the others, counted to `CLEARED_AT_MOST`."""
    some = select(Report.id).where(*_aside()).limit(CLEARED_AT_MOST).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def aside_upto(last_report_id: int, *, limit: int) -> Sequence[Report]:
    """Return the reports of the side queue that came no later than one of them, some of them, in no order."""
    return db.session.scalars(select(Report).where(*_aside(), Report.id <= last_report_id).limit(limit)).all()


def _aside() -> list[ColumnElement[bool]]:
    """Return what is declined all at once: the side queue without what somebody appealed about."""
    appealed = exists().where(Appeal.report_id == REPORTS.c.id, Appeal.decided_at.is_(None))
    return [*_at_triage(AtTriage.ASIDE), ~appealed]


def running_clearing() -> Clearing | None:
    """Return the clearing of the side queue that is under way, else None."""
    newest = select(Clearing).where(Clearing.city_id == current_city_id()).order_by(Clearing.began_at.desc())
    clearing = db.session.scalar(newest.limit(1))
    return clearing if clearing and clearing.ended_at is None else None


def versions_on(
    which: AtTriage, *, only: Narrowing = EVERYTHING, like: Report | None = None, limit: int
) -> Sequence[tuple[int, int]]:
    """Return id and version of the first `limit` reports of a list, in its order, as far as one look goes."""
    rows = triage_list(which, only=only, like=like, size=limit).rows
    return [(line.id, line.version) for line in rows]
