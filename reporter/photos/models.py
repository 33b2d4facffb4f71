"""A picture and what it claims; its files lie in the store under the keys named here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.audit import Trailed
from reporter.kernel.db import InCity, Model
from reporter.photos.dhash import Bands, whole
from reporter.photos.regions import RegionKind


class Way(StrEnum):
    """The door through which a picture came in."""

    REPORT = "report"  # a resident's report, or an addition to one
    RESULT = "result"  # a unit's work
    OBJECTION = "objection"  # what somebody shows who objects to a post
    ARTICLE = "article"  # an editor's, for an article
    DEMO = "demo"  # drawn for the demo city


class View(StrEnum):
    """What a picture is of, as its sender says."""

    NEAR = "near"  # the problem, close up
    FAR = "far"  # the place, with something to find it by


@dataclass(frozen=True)
class PhoneClaims:
    """What the phone said when it sent a picture; kept beside what the camera wrote, and believed as little.

    Attributes:
        at: when the picture was taken or its file last changed, aware.
        lon: degrees east, WGS 84, of where the phone was then.
        lat: degrees north, WGS 84.
        in_app: the picture came straight from the camera into the page.
    """

    at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    in_app: bool = False


class Search(StrEnum):
    """Whether a program has looked for what may have to be hidden; finding nothing is not the same as not looking."""

    NONE = "none"
    DONE = "done"
    FAILED = "failed"


class Original(NamedTuple):
    """A file in the store of originals: its key there, and the name of the key that it was sealed with."""

    key: str
    sealed_with: str


def original_key(token: str, sha256: str) -> str:
    """Return where the original lies, in the store of originals, of the picture that is called `token`."""
    return f"{sha256[:2]}/{sha256}-{token}"


def staff_key(token: str, side: int) -> str:
    """Return where the clean copy lies of the picture that is called `token`."""
    return f"staff/{token[:2]}/{token}-{side}.jpg"


def _by_band(number: int) -> Index:
    """Return the index of a band; it holds the others too, so that looking for a picture reads no row."""
    others = [f"band{other}" for other in range(4) if other != number]
    return Index(f"ix__photos__band{number}", "city_id", f"band{number}", "id", *others)


class Photo(Trailed, InCity, Model):
    """One picture, taken in and cleaned.

    `format`, `size` and `sha256` are the original's; `width` and `height` its upright pixels. `taken_at`,
    `lon`, `lat` (WGS 84, made from a place measured against `datum`), `accuracy` (metres) and `camera` are what the
    camera wrote: claims, not facts. `flags` are as `pixels.Flag` names them. `staff_sha256` is of the
    1600 pixel copy, the very bytes staff look at. `used` once it hangs on a report or a case; a picture that
    is not used within a day is discarded. The original is sealed under the key that
    `sealed_with` names until `original_gone_at`; the trail holds each opening of it. `searched` says whether its
    regions were looked for, last at `searched_at` by the programs and rules that `searched_by` names.
    """

    __tablename__ = "photos"
    __table_args__ = (
        UniqueConstraint("city_id", "token"),
        Index("ix__photos__original", "city_id", "original_gone_at", "created_at"),
        Index("ix__photos__seal", "city_id", "sealed_with", "id"),
        Index("ix__photos__unused", "city_id", "used", "created_at"),
        *(_by_band(number) for number in range(4)),
        Index("ix__photos__same_as", "city_id", "same_as"),
    )
    trail_subject = "photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str]  # names the picture in addresses
    uploader_key: Mapped[str]  # of the browser session that may still take it back
    uploader_id: Mapped[int | None]
    created_at: Mapped[datetime]
    used: Mapped[bool] = mapped_column(default=False)

    format: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    staff_sha256: Mapped[str]
    sealed_with: Mapped[str] = mapped_column(
        default=""
    )  # names the key; empty: it came before there were keys
    original_gone_at: Mapped[datetime | None]

    way: Mapped[Way]  # in which it came
    taken_at: Mapped[datetime | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy: Mapped[float | None]
    datum: Mapped[str] = mapped_column(default="")
    camera: Mapped[str]
    phone_at: Mapped[datetime | None]  # as `PhoneClaims` says
    phone_lon: Mapped[float | None]
    phone_lat: Mapped[float | None]
    in_app: Mapped[bool] = mapped_column(default=False)
    view: Mapped[str] = mapped_column(default="")  # a `View`, or empty: its sender did not say
    flags: Mapped[list[str]]
    minor: Mapped[bool] = mapped_column(default=False)  # a moderator saw somebody under age on it

    searched: Mapped[Search] = mapped_column(default=Search.NONE)
    searched_at: Mapped[datetime | None]
    searched_by: Mapped[str] = mapped_column(default="")

    band0: Mapped[int]  # unsigned, 16 bits each
    band1: Mapped[int]
    band2: Mapped[int]
    band3: Mapped[int]
    looks: Mapped[list[str]]  # the further hashes it is looked for by, 16 hexadecimal digits each
    same_as: Mapped[int | None]  # the id of the older picture that is the very same shot

    @property
    def bands(self) -> Bands:
        """Return the difference hash as its four bands."""
        return self.band0, self.band1, self.band2, self.band3

    @property
    def dhash(self) -> int:
        """Return the difference hash as 64 bits."""
        return whole(self.bands)

    @property
    def looked_for_by(self) -> list[int]:
        """Return the hashes by which pictures like this one are found; its own stands first."""
        return [self.dhash, *(int(look, 16) for look in self.looks)]

    @property
    def original(self) -> Original:
        """Return where the original lies. No page serves it."""
        return Original(original_key(self.token, self.sha256), self.sealed_with)

    def staff_key(self, side: int) -> str:
        """Return where the clean copy lies whose long side is at most `side` pixels."""
        return staff_key(self.token, side)


class Region(InCity, Model):
    """A part of a picture that a program proposes to hide. What a text or a plate says is kept nowhere.

    `x`, `y`, `w` and `h` are fractions 0..1 of the picture's width and height from the upper left corner, `score` how
    sure the program `finder` was, 0..1, and `threshold` the score from which it proposes.
    """

    __tablename__ = "photo_regions"
    __table_args__ = (Index("ix__photo_regions__photo_id", "photo_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"))
    kind: Mapped[RegionKind]
    x: Mapped[float]
    y: Mapped[float]
    w: Mapped[float]
    h: Mapped[float]
    score: Mapped[float]
    threshold: Mapped[float]
    finder: Mapped[str]


class Arriving(InCity, Model):
    """A picture on its way in parts, as tus sends it: bytes that nobody has checked yet, sealed part by part.

    `length` bytes were announced and the first `arrived` of them are there, in `parts`: their names, in order, each
    with the name of its sealing key. `over` once it was taken in as the photo `photo_token`, refused, or given up.
    """

    __tablename__ = "arriving_photos"
    __table_args__ = (
        UniqueConstraint("city_id", "token"),
        Index("ix__arriving_photos__age", "city_id", "created_at"),
        Index("ix__arriving_photos__sender", "city_id", "uploader_key", "over"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str]  # names it in addresses
    uploader_key: Mapped[str]  # of the only one who may go on with it
    created_at: Mapped[datetime]
    way: Mapped[Way]
    length: Mapped[int]
    arrived: Mapped[int]
    parts: Mapped[list[str]]
    phone_at: Mapped[datetime | None]  # as `PhoneClaims` says
    phone_lon: Mapped[float | None]
    phone_lat: Mapped[float | None]
    in_app: Mapped[bool] = mapped_column(default=False)
    over: Mapped[bool] = mapped_column(default=False)
    photo_token: Mapped[str] = mapped_column(default="")

    @property
    def prefix(self) -> str:
        """Return how the keys of all its parts begin."""
        return f"arriving/{self.token[:2]}/{self.token}-"

    def part_key(self, part: str) -> str:
        """Return under which key a part is sealed."""
        return f"{self.prefix}{part}"

    @property
    def sealed_parts(self) -> list[Original]:
        """Return where its parts lie, in order."""
        named = [part.partition(".") for part in self.parts]
        return [Original(self.part_key(part), sealed_with) for part, _, sealed_with in named]
