"""What a subscription is called, and what a digest tells, in the language that is spoken."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import get_locale, gettext

from reporter.board.models import Exposure
from reporter.board.shown import kinds, posts_by_ids
from reporter.following.models import Digest, Follow
from reporter.following.queries import follows_of
from reporter.following.rules import What
from reporter.places.models import Area
from reporter.places.queries import area_ids_at, areas_by_id
from reporter.places.shapes import Level

A_KILOMETRE = 1000


@dataclass(frozen=True)
class Title:
    """A subscription in words. `narrow`: how the board is narrowed to it, as its address says it; None: it cannot be."""

    words: str
    narrow: dict[str, str | int] | None


def titles_of(follows: Iterable[Follow]) -> dict[int, Title]:
    """Return what these subscriptions are called, by id, in a fixed number of reads."""
    areas, named = areas_by_id(), {kind.slug: _named(kind) for kind in kinds()}
    return {follow.id: _title(follow, areas, named) for follow in follows}


def _title(follow: Follow, areas: dict[int, Area], kinds_named: dict[str, str]) -> Title:
    where = _where(follow, areas)
    kind = kinds_named.get(follow.kind_slug, follow.kind_slug)
    words = str(gettext("%(place)s: %(kind)s", place=where, kind=kind)) if kind else where
    narrow: dict[str, str | int] = {"kind": follow.kind_slug} if follow.kind_slug else {}
    area = areas.get(follow.area_id or 0)
    if area and area.level is Level.STREET:
        return Title(words, narrow | {"area": area.id})
    return Title(words, narrow if follow.what is What.CITY else None)


def _where(follow: Follow, areas: dict[int, Area]) -> str:
    if follow.what is What.CITY:
        return str(gettext("The whole city"))
    if follow.what is What.AREA:
        area = areas.get(follow.area_id or 0)
        return _named(area) if area else ""
    if follow.point is None:
        return str(gettext("A place that cannot be read any more: please mark it again"))
    around = next((areas[one] for one in area_ids_at(*follow.point) if one in areas), None)
    place = follow.name or (_named(around) if around else gettext("A place"))
    return str(gettext("%(place)s, %(radius)s around it", place=place, radius=radius_words(follow.radius_m)))


def radius_words(metres: int) -> str:
    """Return a radius as people say it."""
    if metres < A_KILOMETRE:
        return str(gettext("%(metres)s m", metres=metres))
    return str(gettext("%(kilometres)s km", kilometres=metres // A_KILOMETRE))


def _named(thing: object) -> str:
    """Return one of the two names that kinds and areas have."""
    chinese = str(get_locale() or "zh").startswith("zh")
    return str(getattr(thing, "name_zh" if chinese else "name_en") or getattr(thing, "name_zh", ""))


@dataclass(frozen=True)
class Told:
    """What a digest tells of one subscription: the newest posts that are still on show, and how many there were.

    `follow_id` is None once it is followed no more.
    """

    title: Title
    follow_id: int | None
    number: int
    posts: list[Exposure]

    @property
    def more(self) -> int:
        """Return how many are not named."""
        return self.number - len(self.posts)


def told_of(digest: Digest) -> list[Told]:
    """Return what a digest tells, without what is not on show any more, in a fixed number of reads."""
    follows = {follow.id: follow for follow in follows_of(digest.user_id)}
    titles = titles_of(follows.values())
    shown = posts_by_ids([post_id for group in digest.groups for post_id in group["posts"]])
    gone = Title(str(gettext("What you follow no more")), None)
    return [
        Told(
            titles.get(group["follow"], gone), group["follow"] if group["follow"] in follows else None,
            group["number"], posts,
        )
        for group in digest.groups
        if (posts := [shown[post_id] for post_id in group["posts"] if post_id in shown])
    ]  # fmt: skip
