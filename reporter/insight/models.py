"""Counters kept by reactions, so that no page counts a big table."""

from datetime import date

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.db import InCity, Model

STANDING = date(1970, 1, 1)  # the day of counters that go up and down, such as open cases


class Tally(InCity, Model):
    """How often one measure happened on one day in one kind, area and unit; 0 stands for none."""

    __tablename__ = "tallies"
    __table_args__ = (
        UniqueConstraint("city_id", "measure", "day", "category_id", "area_id", "unit_id"),
        # Holds all that a page of figures asks about some days, the numbers too: the rows themselves are not read.
        Index("ix__tallies__days", "city_id", "day", "measure", "category_id", "area_id", "unit_id", "n"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure: Mapped[str]
    day: Mapped[date]
    category_id: Mapped[int] = mapped_column(default=0)
    area_id: Mapped[int] = mapped_column(default=0)
    unit_id: Mapped[int] = mapped_column(default=0)
    n: Mapped[int] = mapped_column(default=0)
