"""Areas of a city, the lines of its map, and the edition that says when either changed."""

from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from reporter.kernel.audit import Trailed
from reporter.kernel.db import InCity, Model
from reporter.places.geometry import Box
from reporter.places.lines import LineKind
from reporter.places.shapes import Level


class Area(InCity, Model):
    """A county-level division, street, community or unit grid. Degrees WGS 84; `lon`, `lat` lie well inside."""

    __tablename__ = "areas"
    __table_args__ = (UniqueConstraint("city_id", "code"), Index(None, "city_id", "level", "code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    level: Mapped[Level]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    name_zh: Mapped[str]
    name_en: Mapped[str]
    geometry: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    lon: Mapped[float]
    lat: Mapped[float]
    approximate: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def box(self) -> Box:
        """Return the bounds."""
        return Box(self.west, self.south, self.east, self.north)


class MapLine(InCity, Model):
    """A road, railway or river, drawn where the map has no tiles. Degrees WGS 84, approximate."""

    __tablename__ = "map_lines"
    __table_args__ = (Index(None, "city_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LineKind]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    geometry: Mapped[dict[str, Any]]


class AreaEdition(Trailed, InCity, Model):
    """One row per city: `number` counts the changes of its areas and lines, `stamp` names the last one."""

    __tablename__ = "area_editions"
    __table_args__ = (UniqueConstraint("city_id"),)
    trail_subject: ClassVar[str] = "areas"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    stamp: Mapped[str] = mapped_column(default="")


@event.listens_for(Session, "before_flush")
def _count_editions(session: Session, _context: object, _instances: object) -> None:
    """Name a new edition whenever areas or lines change, however that came about: maps are kept by it."""
    changed = [row for row in (*session.new, *session.deleted) if isinstance(row, Area | MapLine)]
    changed += [row for row in session.dirty if isinstance(row, Area | MapLine) and session.is_modified(row)]
    for city_id in {row.city_id for row in changed}:
        edition = session.scalar(select(AreaEdition).where(AreaEdition.city_id == city_id))
        if edition is None:
            edition = AreaEdition(city_id=city_id, number=0)
            session.add(edition)
        edition.number += 1
        edition.stamp = uuid4().hex
