"""Areas of a city and its named places, what they were in each version, the lines of its map, and its edition."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from reporter.kernel.audit import Trailed
from reporter.kernel.db import InCity, Model
from reporter.places.geometry import Box
from reporter.places.lines import LineKind
from reporter.places.names import PlaceKind
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
    since: Mapped[int] = mapped_column(
        default=0
    )  # number of the version that brought it, 0: before there were any

    @property
    def box(self) -> Box:
        """Return the bounds."""
        return Box(self.west, self.south, self.east, self.north)


class VersionKind(StrEnum):
    """How a version came about. `FOUND`: the areas that were there before versions were kept."""

    IMPORT = "import"
    BACK = "back"
    FOUND = "found"


class AreaVersion(InCity, Model):
    """One import of a file, or one way back: the areas as they were from then on, until the next number.

    `sha256` and `size` (bytes) are those of the file, `datum` is what somebody said it is measured against;
    `back_to` is the number of the version that was taken up again.
    """

    __tablename__ = "area_versions"
    __table_args__ = (UniqueConstraint("city_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    kind: Mapped[VersionKind]
    at: Mapped[datetime]
    by_id: Mapped[int | None]
    file: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    datum: Mapped[str] = mapped_column(default="")
    back_to: Mapped[int | None]
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)


class FormerArea(InCity, Model):
    """What an area was until the version `until` made it something else. Written once, never changed."""

    __tablename__ = "former_areas"
    __table_args__ = (UniqueConstraint("area_id", "until"), Index(None, "city_id", "until"))

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    until: Mapped[int]
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
    approximate: Mapped[bool]
    active: Mapped[bool]


class MapLine(InCity, Model):
    """A road, railway or river, drawn where the map has no tiles. Degrees WGS 84, approximate."""

    __tablename__ = "map_lines"
    __table_args__ = (Index(None, "city_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LineKind]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    geometry: Mapped[dict[str, Any]]


class Gazetteer(InCity, Model):
    """One import of the city's named places, whole. The one that is `in_force` is searched; a few before it are kept.

    `sha256` and `size` (bytes) are those of the file, `datum` is what somebody said it is measured against; `names` is
    how many places it holds, crossings of its roads included.
    """

    __tablename__ = "gazetteers"
    __table_args__ = (UniqueConstraint("city_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int | None]
    file: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    datum: Mapped[str] = mapped_column(default="")
    names: Mapped[int] = mapped_column(default=0)
    in_force: Mapped[bool] = mapped_column(default=False)


class NamedPlace(InCity, Model):
    """A road, a crossing or a place that people name. Degrees WGS 84.

    `lon`, `lat` lie on it: of a road its middle. Whoever names it means a point within `accuracy` metres of that. Of a
    crossing `name_zh` and `cross_zh` are its two roads; of everything else the latter is empty.
    """

    __tablename__ = "named_places"
    __table_args__ = (
        Index("ix__named_places__point", "city_id", "gazetteer_id", "lat", "lon"),
        Index("ix__named_places__south", "city_id", "gazetteer_id", "kind", "south"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gazetteer_id: Mapped[int] = mapped_column(ForeignKey("gazetteers.id"))
    kind: Mapped[PlaceKind]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    cross_zh: Mapped[str] = mapped_column(default="")
    cross_en: Mapped[str] = mapped_column(default="")
    geometry: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    lon: Mapped[float]
    lat: Mapped[float]
    accuracy: Mapped[float]


class PlacePiece(InCity, Model):
    """A part of a name by which its place is found: what is typed is compared with its beginning.

    `weight` is how far it is from the beginning of the name as it is written, see `places.pieces`. The text is ordered
    by its bytes on every database, so that an ordinary index answers for a beginning.
    """

    __tablename__ = "place_pieces"
    __table_args__ = (
        Index("ix__place_pieces__piece", "city_id", "gazetteer_id", "piece", "weight", "place_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gazetteer_id: Mapped[int] = mapped_column(ForeignKey("gazetteers.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("named_places.id"))
    piece: Mapped[str] = mapped_column(String().with_variant(String(collation="C"), "postgresql"))
    weight: Mapped[int]


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
