"""What the people of the desk keep among themselves: notes, who looks at what, and what a shift leaves to the next."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.audit import Trailed
from reporter.kernel.db import InCity, Model
from reporter.reports.handing import RECEIVED_WITHIN


class Note(InCity, Model):
    """What staff write to each other about a report or a case: exactly one of `report_id` and `case_id` is there.

    `for_unit`: the units that work on the case read it too. The words of one that was taken away are gone; that it was
    there, by whom and until when, stays.
    """

    __tablename__ = "notes"
    __table_args__ = (
        Index("ix__notes__report", "report_id"),
        Index("ix__notes__case", "case_id"),
        Index("ix__notes__own", "city_id", "author_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    words: Mapped[str]
    for_unit: Mapped[bool]
    named_ids: Mapped[list[int]]
    at: Mapped[datetime]
    changed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    version: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two people, one winner


class ReportLock(InCity, Model):
    """Where a moderator is: the report they look at, since when, and when they last moved.

    One row for each moderator: whoever goes on takes it along. It is soft: nobody who decides is refused because of it.
    """

    __tablename__ = "report_locks"
    __table_args__ = (UniqueConstraint("city_id", "user_id"), UniqueConstraint("city_id", "report_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    since: Mapped[datetime]
    moved_at: Mapped[datetime]


class Handover(Trailed, InCity, Model):
    """What one shift leaves to the next, as it stood when it was handed over; changed by nothing but its receipt.

    `heaps`: for each `handing.Heap` its name, how much is on it, and the numbers of the first reports or cases.
    `doubts` is what whoever received it wrote.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        Index("ix__handovers__newest", "city_id", "id"),
        Index("ix__handovers__waiting", "city_id", "received_at", "id"),
        Index("ix__handovers__own", "city_id", "given_by_id", "id"),
    )
    trail_subject = "handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    given_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    given_at: Mapped[datetime]
    heaps: Mapped[list[dict[str, Any]]]
    words: Mapped[str] = mapped_column(default="")
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    received_at: Mapped[datetime | None]
    doubts: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two people, one winner

    def unreceived(self, now: datetime) -> bool:
        """Tell whether it is closed because nobody received it within `RECEIVED_WITHIN`."""
        return self.received_at is None and now - self.given_at >= RECEIVED_WITHIN
