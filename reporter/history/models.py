"""What was brought over from other systems, and in which run."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.db import InCity, Model


class ImportRun(InCity, Model):
    """One run that brought something over. A run that brought nothing leaves no row.

    `file` is the file's name or address. `clock_at` is when the dispatch clock of its last open request begins;
    `ended_at` is None while it runs, and for ever when it was broken off and never taken up again.
    """

    __tablename__ = "import_runs"
    __table_args__ = (Index("ix__import_runs__began", "city_id", "began_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    file: Mapped[str]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    clock_at: Mapped[datetime]
    still_open: Mapped[int] = mapped_column(default=0)
    ended: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)


class BroughtRequest(InCity, Model):
    """What another system says of a request that is a report and a case here. Read by staff, never public.

    `foreign_id` is its service_request_id; `media_url` is the address of its picture there, which nobody fetches.
    """

    __tablename__ = "brought_requests"
    __table_args__ = (
        UniqueConstraint("city_id", "source", "foreign_id"),
        UniqueConstraint("city_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_runs.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    source: Mapped[str]
    foreign_id: Mapped[str]
    service_code: Mapped[str]
    service_name: Mapped[str]
    notes: Mapped[str]
    media_url: Mapped[str]
