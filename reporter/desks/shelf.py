"""What a process keeps for a moment, so that what many look at is not made anew for each of them.

Three things are kept: whole pages (`desks.kept_pages`) and the lists beside them for seconds, the cards of posts for
as long as there is room, since a card is made of one version of a post and that version never changes. Nobody has to
tell the shelf of a change: what is old falls off by itself, and a post that was hidden is in no list of posts.
"""

import threading
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from cachetools import LRUCache, TTLCache
from flask import Flask, current_app
from flask_babel import get_locale

from reporter.kernel.db import current_city_id

LIST_SECONDS = 5.0  # names of kinds, areas, units; numbers beside filters
LISTS, CARDS = 256, 4096  # how many are kept

Kept = TypeVar("Kept")
Key = TypeVar("Key", bound=Hashable)


class Shelf:
    """Of one process; any number of threads."""

    def __init__(self, *, keeps: bool) -> None:
        self._keeps = keeps
        self._lock = threading.Lock()
        self._lists: TTLCache[Hashable, Any] = TTLCache(LISTS, LIST_SECONDS)
        self._cards: LRUCache[Hashable, Any] = LRUCache(CARDS)

    def list_of(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return what `make` returned within the last seconds, or what it returns now."""
        with self._lock:
            found: Kept | None = self._lists.get(key)
        if found is None:
            found = make()
            if self._keeps:
                with self._lock:
                    self._lists[key] = found
        return found

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
