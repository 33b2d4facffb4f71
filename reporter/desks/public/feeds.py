"""The board for feed readers: Atom (RFC 4287, paged as RFC 5005 has it) and JSON Feed 1.1, narrowed as the board is.

What stands in a feed is what stands on the board at that moment: the published copy and its masked pictures.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import url_for
from flask_babel import gettext as _

from reporter.board.models import Exposure
from reporter.desks.public.cards import card_of, whole
from reporter.desks.words import named, speaks_chinese
from reporter.kernel.pages import Page

# What no XML may hold (1.0, 2.2), and what would be half a letter.
UNWRITABLE = dict.fromkeys(
    {*range(0x20), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)} - {ord(sign) for sign in "\t\n\r"}
)
ATOM, ATOM_TYPE = "http://www.w3.org/2005/Atom", "application/atom+xml"
JSON_FEED, JSON_TYPE = "https://jsonfeed.org/version/1.1", "application/feed+json"


@dataclass(frozen=True)
class Entry:
    """One post: `pictures` are addresses of masked JPEGs, before first."""

    url: str
    title: str
    words: str
    kind: str
    slug: str
    published: datetime
    pictures: Sequence[str]


@dataclass(frozen=True)
class Feed:
    """One document of a feed; `next` is the address of the one with the older posts, empty on the last."""

    title: str
    about: str
    author: str
    language: str
    board: str
    own: str
    next: str
    changed: datetime
    entries: Sequence[Entry]


def feed_of(
    page: Page[Exposure], *, city: object, endpoint: str, args: Mapping[str, Any], after: str, now: datetime
) -> Feed:
    """Return `page` as a feed.

    Args:
        endpoint: of the feed.
        args: how the board is narrowed, as its address says it.
        after: the key of this document, empty for the first.
        now: when there is no post.
    """
    entries = [_entry(post) for post in page.rows]
    return Feed(
        title=f"{_('Exposure board')} · {named(city)}",
        about=_("What was put right, and what was not put right in time: about deeds, not people."),
        author=named(city), language="zh-CN" if speaks_chinese() else "en",
        board=url_for("public.board", **{name: value for name, value in args.items() if name != "lang"}, _external=True),
        own=_address(endpoint, args, after), next=_address(endpoint, args, page.after) if page.after else "",
        changed=max((entry.published for entry in entries), default=now), entries=entries,
    )  # fmt: skip


def _address(endpoint: str, args: Mapping[str, Any], after: str) -> str:
    return url_for(endpoint, **args, after=after or None, _external=True)


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


def as_json(feed: Feed) -> bytes:
    """Return the feed as a JSON Feed 1.1 in UTF-8."""
    told: dict[str, Any] = {
        "version": JSON_FEED, "title": feed.title, "description": feed.about, "language": feed.language,
        "home_page_url": feed.board, "feed_url": feed.own, "authors": [{"name": feed.author}],
        "items": [_item(entry) for entry in feed.entries],
    }  # fmt: skip
    return json.dumps(told | ({"next_url": feed.next} if feed.next else {}), ensure_ascii=False).encode()


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.url, "url": entry.url, "title": entry.title, "content_text": entry.words,
        "date_published": entry.published.isoformat(), "tags": [entry.kind],
        "attachments": [{"url": picture, "mime_type": "image/jpeg"} for picture in entry.pictures],
    }  # fmt: skip
    return item | ({"image": entry.pictures[-1]} if entry.pictures else {})


def as_atom(feed: Feed) -> bytes:
    """Return the feed as an Atom document in UTF-8."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    say(root, id=feed.board, title=feed.title, subtitle=feed.about, updated=feed.changed.isoformat())
    _link(root, "self", feed.own, ATOM_TYPE)
    _link(root, "alternate", feed.board, "text/html")
    if feed.next:
        _link(root, "next", feed.next, ATOM_TYPE)
    say(SubElement(root, "author"), name=feed.author)
    for entry in feed.entries:
        one = SubElement(root, "entry")
        at = entry.published.isoformat()
        say(one, id=entry.url, title=entry.title, updated=at, published=at, summary=entry.words)
        SubElement(one, "category", {"term": entry.slug, "label": entry.kind})
        _link(one, "alternate", entry.url, "text/html")
        for picture in entry.pictures:
            _link(one, "enclosure", picture, "image/jpeg")
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def say(parent: Element, **words: str) -> None:
    """Add an element with its text for each of `words`, without what no XML may hold."""
    for tag, text in words.items():
        SubElement(parent, tag).text = text.translate(UNWRITABLE)


def _link(parent: Element, rel: str, href: str, mimetype: str) -> None:
    SubElement(parent, "link", {"rel": rel, "href": href, "type": mimetype})
