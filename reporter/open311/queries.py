"""What clients ask of the requests: some of them, one of them, what became of them."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute

from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import NotFound
from reporter.open311.models import RequestUpdate, ServiceRequest
from reporter.open311.progress import Status
from reporter.places.geometry import Box
from reporter.places.near import lies_within

SECOND = timedelta(seconds=1)
LAST = datetime.max.replace(tzinfo=UTC) - SECOND
METRES = 111_195.0  # of a degree of latitude


@dataclass(frozen=True)
class Span:
    """From an instant to another, both within; None where it has no such end."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Circle:
    """Around a WGS 84 point, `radius` in metres."""

    lon: float
    lat: float
    radius: float


@dataclass(frozen=True)
class Wanted:
    """Which requests are asked for; what is None narrows nothing, what is empty matches nothing."""

    numbers: Sequence[str] | None = None
    category_ids: Sequence[int] | None = None
    statuses: Collection[Status] | None = None
    requested: Span = Span()
    changed: Span = Span()
    box: Box | None = None
    circle: Circle | None = None


def requests(wanted: Wanted, *, limit: int, offset: int = 0) -> Sequence[ServiceRequest]:
    """Return the requests in two queries: what is passed over is read from the index alone.

    The newest come first; where it is asked for what changed, what changed last.
    """
    narrowed = _narrowed(wanted)
    if not narrowed:
        return []
    changed = wanted.changed.start is not None or wanted.changed.end is not None
    first = ServiceRequest.changed_at if changed else ServiceRequest.requested_at
    newest = first.desc(), ServiceRequest.id.desc()
    ids = select(ServiceRequest.id).where(*narrowed).order_by(*newest).limit(limit).offset(offset)
    found = db.session.scalars(ids).all()
    if not found:
        return []
    # Put in order here: asked for in order, SQLite reads the whole city's index instead of so many rows by their ids.
    rows = {
        row.id: row for row in db.session.scalars(select(ServiceRequest).where(ServiceRequest.id.in_(found)))
    }
    return [rows[number] for number in found if number in rows]


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return the conditions, the city's own first; none when nothing can match."""
    row, found = ServiceRequest, [ServiceRequest.city_id == current_city_id()]
    for column, values in (
        (row.number, wanted.numbers), (row.category_id, wanted.category_ids), (row.status, wanted.statuses),
    ):  # fmt: skip
        if values is not None and not values:
            return []
        if values is not None:
            found.append(column.in_(values))
    for moment, span in ((row.requested_at, wanted.requested), (row.changed_at, wanted.changed)):
        found += _within(moment, span)
    if (box := wanted.box) is not None:
        found += [row.lat.between(box.south, box.north), row.lon.between(box.west, box.east)]
    if (circle := wanted.circle) is not None:
        found.append(_inside(circle))
    return found


def _within(moment: InstrumentedAttribute[datetime], span: Span) -> list[ColumnElement[bool]]:
    """Return the conditions "within the span", its last second whole: rows hold parts of a second, clients ask in whole ones."""
    found = [moment >= span.start] if span.start else []
    if span.end and span.end <= LAST:
        found.append(moment < span.end + SECOND)
    return found


def _inside(circle: Circle) -> ColumnElement[bool]:
    """Return the condition "within the circle", on a plane: at its largest it is wrong by some metres."""
    box = lies_within(ServiceRequest, circle.lon, circle.lat, metres=circle.radius)
    wide = METRES * math.cos(math.radians(circle.lat))
    north, east = (ServiceRequest.lat - circle.lat) * METRES, (ServiceRequest.lon - circle.lon) * wide
    return and_(box, north * north + east * east <= circle.radius * circle.radius)


def request_called(number: str) -> ServiceRequest:
    """Return the request with this number. Raises `NotFound`."""
    row = db.session.scalar(select(ServiceRequest).where(ServiceRequest.number == number))
    if row is None:
        raise NotFound("There is no service request %(number)s here.", number=number)
    return row


@dataclass(frozen=True)
class Told:
    """A step of a request that the outside was told of."""

    key: str
    number: str
    update: RequestUpdate


def updates_within(span: Span, *, limit: int) -> Sequence[Told]:
    """Return what was told within a span of time, oldest first; nothing of requests that nobody may know of any more."""
    known = ServiceRequest.report_id == RequestUpdate.report_id
    told = select(RequestUpdate, ServiceRequest.number).join(ServiceRequest, known)
    told = told.where(RequestUpdate.city_id == current_city_id())
    told = told.where(*_within(RequestUpdate.at, span))
    rows = db.session.execute(told.order_by(RequestUpdate.at, RequestUpdate.id).limit(limit))
    return [Told(row[0].key, row[1], row[0]) for row in rows]


def updates_of(report_ids: Collection[int]) -> dict[int, list[RequestUpdate]]:
    """Return what was told of each of the reports, oldest first, in one query."""
    found: dict[int, list[RequestUpdate]] = {}
    if report_ids:
        own = select(RequestUpdate).where(RequestUpdate.report_id.in_(report_ids))
        for one in db.session.scalars(own.order_by(RequestUpdate.at, RequestUpdate.id)):
            found.setdefault(one.report_id, []).append(one)
    return found
