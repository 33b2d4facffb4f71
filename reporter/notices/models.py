"""Who is told what: one row for one person or one unit, read in the app or sent after commit."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.db import InCity, Model


class Notice(InCity, Model):
    """One thing told to one audience.

    Exactly one of `user_id`, `unit_id`, `report_id` or `desk` (centre, editors) names who reads it.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix__notices__user", "city_id", "user_id", "id"),
        Index("ix__notices__unit", "city_id", "unit_id", "id"),
        Index("ix__notices__desk", "city_id", "desk", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"), index=True)
    desk: Mapped[str] = mapped_column(default="")
    what: Mapped[str]  # the action, such as case.dispatch
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
