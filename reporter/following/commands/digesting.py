"""Write the digests that are due: some people at a time, each time in one transaction with what carries them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select, update

from reporter.accounts.queries import active_ids
from reporter.cities.queries import local
from reporter.following.events import DigestWritten
from reporter.following.matching import News, Wanted
from reporter.following.models import Digest, Follow, Follower, ShownPost, point_of
from reporter.following.queries import Due, due_followers, mark_now, news_after, running_follows
from reporter.following.rules import Rhythm, may_write, next_time, week_is_over
from reporter.kernel import events
from reporter.kernel.db import command, current_city_id, db
from reporter.ports import ports

AT_ONCE, BATCHES = 200, 50  # people in one transaction; transactions in one tick
NAMED = 5  # posts of one subscription that a digest names
POSTS_KEPT, DIGESTS_KEPT, STRUCK = timedelta(days=31), timedelta(days=90), 1000


def tick() -> int:
    """Write what is due, never at night; return of how many people. Twice at once, or after a crash, tells nothing twice."""
    if not may_write(local(ports.clock.now())):
        return 0
    seen, news = 0, None
    for _ in range(BATCHES):
        people, news = write_digests(news)
        seen += people
        if people < AT_ONCE:
            break
    forget_told()
    return seen


@command
def write_digests(news: News | None = None) -> tuple[int, News | None]:
    """Write the digests of up to `AT_ONCE` people that are due; return of how many, and the news that were looked through.

    What they were told moves on in the same transaction, whether there was anything or not.

    Args:
        news: of the transaction before; read anew for whoever was told less.
    """
    now = local(ports.clock.now())
    due = due_followers(now, most=AT_ONCE)
    if not due:
        return 0, news
    follows = running_follows([one.user_id for one in due])
    told = {one.user_id: _told_now(one, follows[one.user_id], now) for one in due}
    least = min((row.mark for rows in told.values() for row in rows), default=mark_now())
    if news is None or news.after > least:
        news = news_after(least if news is None else 0)
    active = active_ids(told)
    digests = [
        digest
        for one in due
        if one.user_id in active and (digest := _digest(one, told[one.user_id], news, now))
    ]
    db.session.add_all(digests)
    db.session.flush()
    _move_on(due, follows, told, now=now, up_to=news.up_to)
    for digest in digests:
        events.publish(DigestWritten(digest.id, digest.user_id, digest.number))
    return len(due), news


def _told_now(one: Due, follows: Sequence[Row[Any]], now: datetime) -> list[Row[Any]]:
    """Return of which subscriptions a person is told now."""
    if one.due_at > now:  # written by a clock that was ahead
        return []
    week = week_is_over(one.due_at.astimezone(now.tzinfo), now, weekday=one.weekday)
    return [row for row in follows if week or (row.rhythm or one.rhythm) == Rhythm.DAILY]


def _digest(one: Due, follows: Sequence[Row[Any]], news: News, now: datetime) -> Digest | None:
    """Return what a person is told, None when there is nothing."""
    together, groups = 0, []
    for row in follows:
        wanted = Wanted(row.what, row.kind_slug, row.area_id, point_of(row.place), row.radius_m)
        heap = news.found(wanted, after=row.mark)
        if heap:
            together |= heap
            posts = news.newest(heap, most=NAMED)
            groups.append({"follow": row.id, "number": heap.bit_count(), "posts": posts})
    if not groups:
        return None
    return Digest(user_id=one.user_id, due_at=one.due_at, at=now, number=together.bit_count(), groups=groups)


def _move_on(
    due: Sequence[Due], follows: Any, told: dict[int, list[Row[Any]]], *, now: datetime, up_to: int
) -> None:
    """Note what everybody knows now, and when they are told next: a few statements, however many people."""
    ids = [row.id for rows in told.values() for row in rows]
    _write(update(Follow).where(Follow.id.in_(ids), Follow.mark < up_to).values(mark=up_to))
    times: dict[datetime | None, list[int]] = {}
    for one in due:
        rhythms = {row.rhythm or one.rhythm for row in follows[one.user_id]}
        daily = Rhythm.DAILY in rhythms
        following = next_time(now, hour=one.hour, weekday=one.weekday, daily=daily) if rhythms else None
        times.setdefault(following, []).append(one.id)
    for at, those in times.items():
        _write(update(Follower).where(Follower.id.in_(those)).values(next_at=at))


@command
def forget_told() -> None:
    """Strike digests that nobody opens any more, and posts that are no news to anybody, some at a time."""
    now, own = ports.clock.now(), current_city_id()
    unopened = select(Digest.id).where(Digest.city_id == own, Digest.at < now - DIGESTS_KEPT).limit(STRUCK)
    _write(delete(Digest).where(Digest.id.in_(unopened)))
    first = select(ShownPost.id, ShownPost.at).where(ShownPost.city_id == own).order_by(ShownPost.id)
    oldest = first.limit(STRUCK).subquery().c  # by the index of their order, which is that of their times
    _write(delete(ShownPost).where(ShownPost.id.in_(select(oldest.id).where(oldest.at < now - POSTS_KEPT))))


def _write(change: Any) -> None:
    db.session.execute(change.execution_options(synchronize_session=False))
