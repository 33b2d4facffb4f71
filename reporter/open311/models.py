"""The requests of GeoReport v2: a flat row of each report that the outside may know of, and what became of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.db import InCity, Model
from reporter.open311.progress import Progress, Status


class ServiceRequest(InCity, Model):
    """A report as every client may read it; there is none of a report that is declined, withdrawn or set aside.

    It holds only what is public whatever happens: no words, no address, no picture, nothing of whoever sent it. `lon`,
    `lat` are WGS 84 rounded to three decimals (about 100 m). `category_id` is the kind of the case once there is one.
    `updated_at` is when the work was last moved on, of what is closed when it was closed; `changed_at` is later where
    the kind was corrected or a post on the board came or went.
    """

    __tablename__ = "service_requests"
    __table_args__ = (
        UniqueConstraint("report_id"),
        UniqueConstraint("city_id", "number"),
        # With the place: a box is looked through from the newest on, however many lie in it.
        Index("ix__service_requests__newest", "city_id", "requested_at", "id", "lat", "lon"),
        Index("ix__service_requests__kind", "city_id", "category_id", "requested_at", "id"),
        Index("ix__service_requests__status", "city_id", "status", "requested_at", "id"),
        Index("ix__service_requests__changed", "city_id", "changed_at", "id", "lat", "lon"),
        Index("ix__service_requests__case", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[str]
    status: Mapped[Status]
    progress: Mapped[Progress]
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    lon: Mapped[float]
    lat: Mapped[float]
    requested_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    expected_at: Mapped[datetime | None]


class RequestUpdate(InCity, Model):
    """One step of a request that the outside is told of. Never changed, so that its `key` stays good for ever.

    `entry_id` is the step in the trail of the report or of its case: the same step is told once.
    """

    __tablename__ = "request_updates"
    __table_args__ = (
        UniqueConstraint("city_id", "key"),
        UniqueConstraint("report_id", "entry_id"),
        Index("ix__request_updates__at", "city_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    entry_id: Mapped[int]
    progress: Mapped[Progress]
    at: Mapped[datetime]
