"""The ledger of points: an account for each person, entries that are never changed, versions of the terms."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.db import InCity, Model
from reporter.kernel.dialect import append_only
from reporter.points.terms import Occasion


class PointTerms(InCity, Model):
    """One version of the city's terms. The one with the highest number holds; none is ever changed.

    `kinds` holds points by id of a kind, written as text: JSON has no other keys.
    """

    __tablename__ = "point_terms"
    __table_args__ = (UniqueConstraint("city_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    given: Mapped[bool]
    registered: Mapped[int]
    joined: Mapped[int]
    put_right: Mapped[int]
    kinds: Mapped[dict[str, Any]]
    a_day: Mapped[int]
    a_month: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class PointAccount(InCity, Model):
    """What one account has: the sum of its entries, and how many there are."""

    __tablename__ = "point_accounts"
    __table_args__ = (UniqueConstraint("city_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    balance: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)


class PointEntry(InCity, Model):
    """One line of the ledger. Inserted, never changed and never deleted: the database itself refuses both.

    `seq` counts the entries of one account from 1, `balance` is what it has after this one. `amount` is less than
    `worth` where a cap was reached, and 0 where nothing was left. `day` is the city's day on which the report was
    sent: the caps of that day and its month count it. An entry that takes back names the one it takes back and counts
    for the same day. `cause_id` is the entry of the trail that it answers.
    """

    __tablename__ = "point_entries"
    __table_args__ = (
        UniqueConstraint("user_id", "seq"),
        UniqueConstraint("report_id", "occasion", "cause_id"),
        UniqueConstraint("reverses_id"),
        Index("ix__point_entries__at", "city_id", "at"),
        Index("ix__point_entries__day", "user_id", "day"),
        Index("ix__point_entries__case", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    seq: Mapped[int]
    at: Mapped[datetime]
    day: Mapped[date]
    occasion: Mapped[Occasion]
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    worth: Mapped[int]
    amount: Mapped[int]
    balance: Mapped[int]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("point_entries.id"))
    cause_id: Mapped[int] = mapped_column(ForeignKey("trail_entries.id"))
    reason: Mapped[str] = mapped_column(default="")  # why it was taken back


append_only(PointEntry)
