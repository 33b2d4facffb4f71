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


class DaySum(InCity, Model):
    """How often one measure happened on one day, told apart by one `Facet` only; what it does not tell apart is 0.

    A page of figures adds up some thousand of these whatever the size of the city; of `Tally` it would be millions. A day
    that has a row in `UnsummedDay` is read from `Tally` instead.
    """

    __tablename__ = "day_sums"
    __table_args__ = (
        # All about some days, and all of one kind and area about some days: both are read from an index alone.
        Index(
            "ix__day_sums__days",
            "city_id",
            "facet",
            "day",
            "measure",
            "category_id",
            "area_id",
            "unit_id",
            "n",
        ),
        Index("ix__day_sums__place", "city_id", "facet", "category_id", "area_id", "day", "measure", "n"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    facet: Mapped[str]
    day: Mapped[date]
    measure: Mapped[str]
    category_id: Mapped[int] = mapped_column(default=0)
    area_id: Mapped[int] = mapped_column(default=0)
    unit_id: Mapped[int] = mapped_column(default=0)
    n: Mapped[int]


class UnsummedDay(InCity, Model):
    """A day on which something was counted since its sums were made: today, and now and then one that was put right."""

    __tablename__ = "unsummed_days"
    __table_args__ = (UniqueConstraint("city_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
