"""The city's areas as a tree: county, street or township, community, grid."""

from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.audit import Trailed
from reporter.kernel.db import InCity, Model
from reporter.places.shapes import Level


class Area(Trailed, InCity, Model):
    """One area. `geometry` is GeoJSON in degrees WGS 84; `lon`, `lat` a point inside it; the bounds enclose it."""

    __tablename__ = "areas"
    __table_args__ = (
        UniqueConstraint("city_id", "code"),
        Index("ix__areas__level", "city_id", "active", "level", "code"),
    )
    trail_subject = "area"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    level: Mapped[Level]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    name_zh: Mapped[str]
    name_en: Mapped[str]
    geometry: Mapped[dict[str, Any]]
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    lon: Mapped[float]
    lat: Mapped[float]
    approximate: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
