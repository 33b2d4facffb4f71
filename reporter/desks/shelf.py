"""What a process keeps for a moment, so that what many look at is not made anew for each of them.

Three things are kept: pages of one edition of the board and the lists beside the posts for seconds, the cards of posts
for as long as there is room, since a card is made of one version of a post and that version never changes. Nobody has to
tell the shelf of a change: what is old falls off by itself, and whoever takes a page from it asks first for the edition.
"""

import threading
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from cachetools import LRUCache, TTLCache
from flask import Flask, current_app
from flask_babel import get_locale

from reporter.kernel.db import current_city_id

LIST_SECONDS = 5.0  # names of kinds, areas, units; numbers beside filters
EDITION_SECONDS = 0.5  # for which the edition of the board is not asked for again
LISTS, CARDS = 256, 4096  # how many are kept
PAGES = 16 * 1024 * 1024  # bytes of pages that are kept

Kept = TypeVar("Kept")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Page:
    """A page as it was sent: its body, and its headers as pairs."""

    body: bytes
    headers: list[tuple[str, str]]


class Shelf:
    """Of one process; any number of threads."""

    def __init__(self, *, keeps: bool) -> None:
        self._keeps = keeps
        self._lock = threading.Lock()
        self._lists: TTLCache[Hashable, Any] = TTLCache(LISTS, LIST_SECONDS)
        self._cards: LRUCache[Hashable, Any] = LRUCache(CARDS)
        self._editions: TTLCache[Hashable, Any] = TTLCache(LISTS, EDITION_SECONDS)
        self._pages: TTLCache[Hashable, Page] = TTLCache(
            PAGES, LIST_SECONDS, getsizeof=lambda page: len(page.body)
        )

    def list_of(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return what `make` returned within the last seconds, or what it returns now."""
        return self._kept(self._lists, key, make)

    def edition_of(self, key: Hashable, ask: Callable[[], int]) -> int:
        """Return the edition, half a second old at most."""
        return self._kept(self._editions, key, ask)

    def _kept(self, where: TTLCache[Hashable, Any], key: Hashable, make: Callable[[], Kept]) -> Kept:
        with self._lock:
            found: Kept | None = where.get(key)
        if found is None:
            found = make()
            if self._keeps:
                with self._lock:
                    where[key] = found
        return found

    def page(self, key: Hashable) -> Page | None:
        """Return the page, if it was put here within the last seconds."""
        with self._lock:
            return self._pages.get(key)

    def put(self, key: Hashable, page: Page) -> None:
        """Keep a page for some seconds."""
        if self._keeps and len(page.body) < PAGES:
            with self._lock:
                self._pages[key] = page

    def cards_of(self, keys: Iterable[Key], make: Callable[[list[Key]], dict[Key, Kept]]) -> dict[Key, Kept]:
        """Return a card for each key; `make` is asked once for those that are not kept, and may leave some out."""
        wanted = list(keys)
        with self._lock:
            found: dict[Key, Kept] = {key: self._cards[key] for key in wanted if key in self._cards}
        if missing := [key for key in wanted if key not in found]:
            made = make(missing)
            if self._keeps:
                with self._lock:
                    self._cards.update((key, card) for key, card in made.items())
            found |= made
        return found


def init_app(app: Flask) -> None:
    """Put up the shelf of this process; with `KEEP_SECONDS` 0 nothing stays on it."""
    app.extensions["shelf"] = Shelf(keeps=app.config["KEEP_SECONDS"] > 0)


def shelf() -> Shelf:
    """Return the shelf of this process."""
    found: Shelf = current_app.extensions["shelf"]
    return found


def shelved(name: str, make: Callable[[], Kept]) -> Kept:
    """Return the list called `name` of this city in this language, a few seconds old at most."""
    return shelf().list_of((name, current_city_id(), str(get_locale())), make)
