"""What people follow, when they are told of it, and what they were told."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.accounts.sealed import Sealed
from reporter.following.rules import HOUR, MONDAY, NEAR, Rhythm, What
from reporter.kernel.db import InCity, Model

PLACE, PLACE_NAME = "followed place", "name of a followed place"


class Follower(InCity, Model):
    """When one person is told of everything they follow; the row is held while any of that changes.

    `rhythm` goes for each subscription without one of its own. `hour` and `weekday` (0 is Monday) are of the city's clock.
    `next_at` is when the next digest is due, empty while nothing is followed.
    """

    __tablename__ = "followers"
    __table_args__ = (
        UniqueConstraint("city_id", "user_id"),
        Index("ix__followers__next_at", "city_id", "next_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    rhythm: Mapped[Rhythm] = mapped_column(default=Rhythm.DAILY)
    hour: Mapped[int] = mapped_column(default=HOUR)
    weekday: Mapped[int] = mapped_column(default=MONDAY)
    next_at: Mapped[datetime | None]


class Follow(InCity, Model):
    """One subscription: a place and what is around it, an area, or the whole city; of one kind, or of all.

    Where somebody lives is theirs: `place` (longitude and latitude, WGS 84, to three decimals, about 100 m) and what
    they call it lie sealed. `key` is a keyed digest of what is followed: nobody follows the same twice. `mark` is the
    place in the order of `ShownPost` up to which the person was told.
    """

    __tablename__ = "follows"
    __table_args__ = (UniqueConstraint("city_id", "user_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    key: Mapped[str]
    what: Mapped[What]
    place: Mapped[str] = mapped_column(Sealed(PLACE), default="")
    name: Mapped[str] = mapped_column(Sealed(PLACE_NAME), default="")
    radius_m: Mapped[int] = mapped_column(default=NEAR)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    kind_slug: Mapped[str] = mapped_column(default="")
    rhythm: Mapped[Rhythm | None]
    paused: Mapped[bool] = mapped_column(default=False)
    mark: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]

    @property
    def point(self) -> tuple[float, float] | None:
        """Return the place, (longitude, latitude) in WGS 84; None for what has none or what cannot be read any more."""
        return point_of(self.place)


def point_of(place: str) -> tuple[float, float] | None:
    """Return what is written in a place."""
    if not place:
        return None
    lon, lat = place.split(",")
    return float(lon), float(lat)


class ShownPost(InCity, Model):
    """A post that came on show: its id says when, in the order in which posts did. One post is here once.

    The id is given while the board's edition is held, so who sees one id sees all the lower ones of the city.
    """

    __tablename__ = "shown_posts"
    __table_args__ = (UniqueConstraint("exposure_id"), Index("ix__shown_posts__order", "city_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    exposure_id: Mapped[int] = mapped_column(ForeignKey("exposures.id"))
    at: Mapped[datetime]


class Digest(InCity, Model):
    """What one person was told at one time.

    `due_at` is when it was due: of one time there is one. `number` is how many posts it tells of; `groups` has for each
    subscription `follow` (its id), `number` and `posts` (the ids of the newest).
    """

    __tablename__ = "digests"
    __table_args__ = (
        UniqueConstraint("city_id", "user_id", "due_at"),
        Index("ix__digests__at", "city_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    due_at: Mapped[datetime]
    at: Mapped[datetime]
    number: Mapped[int]
    groups: Mapped[list[dict[str, Any]]]
