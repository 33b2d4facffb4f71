"""Posts as entries of a feed, each made once for each version of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from reporter.board.models import Exposure
from reporter.board.shown import PostKey, posts_by_ids
from reporter.desks.public.cards import card_of, whole
from reporter.desks.public.feeds import Entry
from reporter.desks.shelf import shelf
from reporter.desks.words import named


@dataclass(frozen=True)
class EntryKey:
    """An entry is made of one version of a post, in one language, with addresses that begin with `root`."""

    id: int
    version: int
    locale: str
    root: str


def post_entries(keys: Sequence[PostKey]) -> list[Entry]:
    """Return the entries of the posts, each made once for each version of it."""
    locale, root = str(get_locale()), request.url_root
    wanted = [EntryKey(key.id, key.version, locale, root) for key in keys]

    def make(missing: list[EntryKey]) -> dict[EntryKey, Entry]:
        rows = posts_by_ids([key.id for key in missing])
        return {key: _entry(rows[key.id]) for key in missing if key.id in rows}

    found = shelf().cards_of(wanted, make)
    return [found[key] for key in wanted if key in found]


def _entry(post: Exposure) -> Entry:
    card = card_of(post)
    pictures = [whole(image.url) for image in (card.before, card.after) if image]
    corrected = _("Correction: %(words)s", words=post.correction) if post.correction else ""
    words = [post.summary, corrected, " · ".join(word for word in (card.place, card.unit, card.took) if word)]
    if post.published_at is None:
        raise RuntimeError(f"exposure {post.id} is published without a date")
    return Entry(
        url=url_for("public.exposure", public_id=post.public_id, _external=True), title=post.title,
        words="\n".join(word for word in words if word), kind=named(card.kind), slug=post.kind_slug,
        published=post.published_at, pictures=pictures,
    )  # fmt: skip
