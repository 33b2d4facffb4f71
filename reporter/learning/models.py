"""What was learnt from the city's own decided reports: one row for each time."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.db import InCity, Model


class Lesson(InCity, Model):
    """A model with the figures by which it is judged; the newest one that is in use suggests.

    `learnt`, `settled` and `held` are numbers of reports, in the order of time: learnt from, used to settle surety and
    threshold, and held back for the figures. `threshold` is None where nothing may be suggested. `weights` are plain
    numbers and texts (see `rules.Model.kept`), some hundred kilobytes, and read by the one query that needs them.
    """

    __tablename__ = "lessons"
    __table_args__ = (Index("ix__lessons__newest", "city_id", "in_use", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    learnt: Mapped[int]
    settled: Mapped[int]
    held: Mapped[int]
    right: Mapped[int]
    suggested: Mapped[int]
    rightly: Mapped[int]
    threshold: Mapped[float | None]
    silent: Mapped[list[int]]
    calibration: Mapped[list[dict[str, Any]]]
    kinds: Mapped[list[dict[str, Any]]]
    weights: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    in_use: Mapped[bool] = mapped_column(default=True)
