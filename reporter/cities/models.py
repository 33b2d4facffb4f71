"""The jurisdiction: what every root row belongs to."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.audit import Trailed
from reporter.kernel.db import InCity, Model


class Jurisdiction(Trailed, Model):
    """One city or district that runs the platform. `code` leads its case numbers."""

    __tablename__ = "jurisdictions"
    trail_subject = "jurisdiction"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    parent_zh: Mapped[str] = mapped_column(default="")
    parent_en: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    lon: Mapped[float]
    lat: Mapped[float]
    hosts: Mapped[list[str]]
    demo: Mapped[bool] = mapped_column(default=False)
    settings: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class Holiday(InCity, Model):
    """A day off on a weekday, or a working Saturday or Sunday (调休)."""

    __tablename__ = "holidays"
    __table_args__ = (UniqueConstraint("city_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(default="")


class Counter(InCity, Model):
    """The last number given out under one name, such as the cases of a day."""

    __tablename__ = "counters"
    __table_args__ = (UniqueConstraint("city_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    last: Mapped[int] = mapped_column(default=0)
