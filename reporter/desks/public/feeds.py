"""Public lists for feed readers: Atom (RFC 4287, paged as RFC 5005 has it) and JSON Feed 1.1.

What stands in a feed is what stands on its page at that moment: the published words and the masked pictures.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response, request, url_for
from flask_babel import force_locale

from reporter.desks.words import named, speaks_chinese
from reporter.kernel.pages import Page
from reporter.ports import ports

# What no XML may hold (1.0, 2.2), and what would be half a letter.
UNWRITABLE = dict.fromkeys(
    {*range(0x20), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)} - {ord(sign) for sign in "\t\n\r"}
)
ATOM, ATOM_TYPE = "http://www.w3.org/2005/Atom", "application/atom+xml"
JSON_FEED, JSON_TYPE = "https://jsonfeed.org/version/1.1", "application/feed+json"
FEED_SIZE = 30  # entries in one document of a feed


@dataclass(frozen=True)
class Entry:
    """One entry: `pictures` are addresses of masked JPEGs; `language` is that of its words, empty for the feed's own."""

    url: str
    title: str
    words: str
    kind: str
    slug: str
    published: datetime
    pictures: Sequence[str] = ()
    language: str = ""


@dataclass(frozen=True)
class Place:
    """What a feed is of: `home` is the address of the page, `endpoint` and `args` make the feed's own."""

    title: str
    about: str
    home: str
    endpoint: str
    args: Mapping[str, Any]

    def address(self, after: str) -> str:
        """Return the address of the document that begins at the key `after`, of the first when it is empty."""
        return url_for(self.endpoint, **self.args, after=after or None, _external=True)


@dataclass(frozen=True)
class Feed:
    """One document of a feed; `next` is the address of the one with the older entries, empty on the last."""

    title: str
    about: str
    author: str
    language: str
    home: str
    own: str
    next: str
    changed: datetime
    entries: Sequence[Entry]


@contextmanager
def language_asked() -> Iterator[dict[str, str]]:
    """Speak Chinese, or English when the address says `lang=en`; yield how the address says it."""
    english = request.args.get("lang") == "en"
    with force_locale("en" if english else "zh_Hans_CN"):
        yield {"lang": "en"} if english else {}


def feed_of(place: Place, page: Page[Entry], *, city: object, after: str) -> Feed:
    """Return `page` as a feed in the language of the moment; `after`: the key of this document, empty for the first."""
    return Feed(
        title=f"{place.title} · {named(city)}", about=place.about, author=named(city),
        language="zh-CN" if speaks_chinese() else "en", home=place.home,
        own=place.address(after), next=place.address(page.after) if page.after else "",
        changed=max((one.published for one in page.rows), default=ports.clock.now()), entries=page.rows,
    )  # fmt: skip


def sent(feed: Feed, kind: str) -> Response:
    """Return the answer with the feed as `kind`: atom, or json."""
    write, mimetype = KINDS[kind]
    answer = Response(write(feed), mimetype=mimetype)
    answer.last_modified = feed.changed
    return answer


def as_json(feed: Feed) -> bytes:
    """Return the feed as a JSON Feed 1.1 in UTF-8."""
    told: dict[str, Any] = {
        "version": JSON_FEED, "title": feed.title, "description": feed.about, "language": feed.language,
        "home_page_url": feed.home, "feed_url": feed.own, "authors": [{"name": feed.author}],
        "items": [_item(entry) for entry in feed.entries],
    }  # fmt: skip
    return json.dumps(told | ({"next_url": feed.next} if feed.next else {}), ensure_ascii=False).encode()


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.url, "url": entry.url, "title": entry.title, "content_text": entry.words,
        "date_published": entry.published.isoformat(), "tags": [entry.kind],
        "attachments": [{"url": picture, "mime_type": "image/jpeg"} for picture in entry.pictures],
    }  # fmt: skip
    own = {"language": entry.language} if entry.language else {}
    return item | own | ({"image": entry.pictures[-1]} if entry.pictures else {})


def as_atom(feed: Feed) -> bytes:
    """Return the feed as an Atom document in UTF-8."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    say(root, id=feed.home, title=feed.title, subtitle=feed.about, updated=feed.changed.isoformat())
    _link(root, "self", feed.own, ATOM_TYPE)
    _link(root, "alternate", feed.home, "text/html")
    if feed.next:
        _link(root, "next", feed.next, ATOM_TYPE)
    say(SubElement(root, "author"), name=feed.author)
    for entry in feed.entries:
        one = SubElement(root, "entry", {"xml:lang": entry.language} if entry.language else {})
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


KINDS: Mapping[str, tuple[Callable[[Feed], bytes], str]] = {
    "atom": (as_atom, ATOM_TYPE),
    "json": (as_json, JSON_TYPE),
}
