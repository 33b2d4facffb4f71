"""Which kind a person may mean: by what they wrote, else by what was reported around the place. Pure.

A guess is only a proposal on the form, and a wrong one costs more than none: where two kinds fit alike there is none.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Protocol

FEWEST = 4  # reports around a place before it has a history
MOST_OF = 0.75  # of them that must be of one kind, and of these of one sub-type
GENERAL = "other"  # a kind whose name anybody says
BOTH = "."  # between a kind's slug and its sub-type's in `said.toml`
_APART = re.compile(r"[、，,;；/ ]+")
_SHORTEST = 2  # characters of a part of a name that says something by itself


class Sub(Protocol):
    """A sub-type as far as a guess needs it: `Subcategory` is one."""

    id: int
    slug: str
    name_zh: str
    name_en: str
    active: bool


class Kind(Protocol):
    """A kind as far as a guess needs it: `Category` is one."""

    id: int
    slug: str
    name_zh: str
    name_en: str

    @property
    def subcategories(self) -> Sequence[Sub]:
        """Its sub-types."""


class By(StrEnum):
    """What a guess rests on."""

    WORDS = "words"
    PLACE = "place"


@dataclass(frozen=True)
class Guess:
    """A kind by its id, and a sub-type where that much is clear."""

    by: By
    category_id: int
    subcategory_id: int | None = None


def guess_by_words(text: str, kinds: Iterable[Kind]) -> Guess | None:
    """Return the one kind that `text` names; None when it names none, or several alike.

    Longer words count more: who writes 建筑垃圾 names something else than who writes 垃圾.
    """
    said, weights, subs = text.casefold(), Counter[int](), dict[int, Counter[int]]()
    for kind in kinds:
        named = _parts(kind.name_zh, kind.name_en) if kind.slug != GENERAL else set()
        own = _longest(said, {*named, *_said().get(kind.slug, ())})
        fine = Counter(
            {
                sub.id: _longest(said, {*_parts(sub.name_zh, sub.name_en), *_said().get(kind.slug + BOTH + sub.slug, ())})
                for sub in kind.subcategories
                if sub.active
            }
        )  # fmt: skip
        weights[kind.id], subs[kind.id] = max(own, *fine.values(), 0), fine
    kind_id = _first(weights)
    return Guess(By.WORDS, kind_id, _first(subs[kind_id])) if kind_id else None


def guess_by_place(seen: Sequence[tuple[int, int | None]]) -> Guess | None:
    """Return the kind that nearly all of `seen` are of: (kind, sub-type) by id of what was reported around a place."""
    if len(seen) < FEWEST:
        return None
    kind_id, often = Counter(kind for kind, _ in seen).most_common(1)[0]
    if often < MOST_OF * len(seen):
        return None
    sub_id, so_often = Counter(sub for kind, sub in seen if kind == kind_id).most_common(1)[0]
    return Guess(By.PLACE, kind_id, sub_id if so_often >= MOST_OF * often else None)


def _longest(text: str, words: Iterable[str]) -> int:
    """Return the length of the longest of `words` in `text`, 0 when it has none."""
    return max((len(word) for word in words if word in text), default=0)


def _first(weights: Counter[int]) -> int | None:
    """Return what weighs most, None when nothing does or two weigh alike."""
    leaders = weights.most_common(2)
    if not leaders or not leaders[0][1] or (len(leaders) > 1 and leaders[0][1] == leaders[1][1]):
        return None
    return leaders[0][0]


def _parts(*names: str) -> set[str]:
    parts = {part for name in names if not name.isascii() for part in _APART.split(name)}
    whole = {name.casefold() for name in names}
    return {part for part in parts | whole if len(part) >= _SHORTEST}


@cache
def _said() -> Mapping[str, frozenset[str]]:
    table = tomllib.loads(Path(__file__).with_name("said.toml").read_text(encoding="utf-8"))
    return {slug: frozenset(word.casefold() for word in words) for slug, words in table.items()}
