"""Every read of what people follow and of what they were told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, or_, select

from reporter.board.models import Exposure
from reporter.following.matching import NewPost, News
from reporter.following.models import Digest, Follow, Follower, ShownPost
from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import NotFound
from reporter.places.queries import all_areas_around

LONGEST_WAIT = timedelta(days=8)  # a week, and what a change of clocks can add


def follower_of(user_id: int) -> Follower | None:
    """Return when a person is told, None when they never followed anything."""
    return db.session.scalar(select(Follower).where(Follower.user_id == user_id))


def held_follower(user_id: int) -> Follower:
    """Return the same, held until the end of the transaction. There must be one."""
    return db.session.scalars(select(Follower).where(Follower.user_id == user_id).with_for_update()).one()


def follows_of(user_id: int) -> Sequence[Follow]:
    """Return what a person follows, in the order in which they began to; they are `MOST` at most."""
    return db.session.scalars(select(Follow).where(Follow.user_id == user_id).order_by(Follow.id)).all()


def find_follow(follow_id: int, *, user_id: int) -> Follow | None:
    """Return the person's subscription, None when they have none such (any more)."""
    return db.session.scalar(select(Follow).where(Follow.id == follow_id, Follow.user_id == user_id))


def get_follow(follow_id: int, *, user_id: int) -> Follow:
    """Return the person's subscription. Raises `NotFound`."""
    follow = find_follow(follow_id, user_id=user_id)
    if follow is None:
        raise NotFound("You do not follow this any more.")
    return follow


def mark_now() -> int:
    """Return the mark of the post that came on show last; 0 before any did."""
    return (
        db.session.scalar(select(func.max(ShownPost.id)).where(ShownPost.city_id == current_city_id())) or 0
    )


def news_after(mark: int) -> News:
    """Return the posts that came on show after a mark and are on show now."""
    up_to = max(mark, mark_now())
    columns = (
        ShownPost.id, Exposure.id, Exposure.kind_slug, Exposure.area_id, Exposure.lon, Exposure.lat,
    )  # fmt: skip
    newer = (
        select(*columns)
        .join(Exposure, Exposure.id == ShownPost.exposure_id)
        .where(
            ShownPost.city_id == current_city_id(),
            ShownPost.id > mark,
            ShownPost.id <= up_to,
            Exposure.on_show,
        )
        .order_by(ShownPost.id)
    )
    around: Mapping[int, frozenset[int]] = all_areas_around()
    posts = [
        NewPost(number, post_id, kind, around.get(area_id or 0, frozenset()), lon, lat)
        for number, post_id, kind, area_id, lon, lat in db.session.execute(newer)
    ]
    return News(posts, after=mark, up_to=up_to)


@dataclass(frozen=True)
class Due:
    """Somebody whose digest is due. `due_at` later than anything is ever due: it was written by a clock that was ahead."""

    id: int
    user_id: int
    rhythm: str
    hour: int
    weekday: int
    due_at: datetime


def due_followers(now: datetime, *, most: int) -> list[Due]:
    """Return whose digest is due, the longest first, held until the end of the transaction.

    Whoever is held by somebody else is left to them.
    """
    columns = (
        Follower.id, Follower.user_id, Follower.rhythm, Follower.hour, Follower.weekday, Follower.next_at,
    )  # fmt: skip
    due = or_(Follower.next_at <= now, Follower.next_at > now + LONGEST_WAIT)
    own = Follower.city_id == current_city_id()
    rows = select(*columns).where(own, due).order_by(Follower.next_at, Follower.id).limit(most)
    found: Any = db.session.execute(rows.with_for_update(skip_locked=True))
    return [Due(*row) for row in found]


def running_follows(user_ids: Collection[int]) -> Mapping[int, Sequence[Row[Any]]]:
    """Return by person what they follow and did not pause, in the order in which they began to, in one query."""
    columns = (
        Follow.id, Follow.user_id, Follow.what, Follow.place, Follow.radius_m, Follow.area_id, Follow.kind_slug,
        Follow.rhythm, Follow.mark,
    )  # fmt: skip
    rows = select(*columns).where(Follow.user_id.in_(user_ids), ~Follow.paused).order_by(Follow.id)
    found: dict[int, list[Row[Any]]] = {user_id: [] for user_id in user_ids}
    each: Any = db.session.execute(rows)
    for row in each:
        found[row.user_id].append(row)
    return found


def find_digest(digest_id: int) -> Digest | None:
    """Return the digest, None when it is not kept (any more)."""
    return db.session.scalar(select(Digest).where(Digest.id == digest_id))


def get_digest(digest_id: int, *, user_id: int) -> Digest:
    """Return the person's digest. Raises `NotFound`."""
    digest = find_digest(digest_id)
    if digest is None or digest.user_id != user_id:
        raise NotFound("This digest is not kept any more.")
    return digest


def digests_of(user_id: int, *, limit: int) -> Sequence[Digest]:
    """Return what a person was told, the newest first."""
    own = select(Digest).where(Digest.user_id == user_id)
    return db.session.scalars(own.order_by(Digest.due_at.desc()).limit(limit)).all()
