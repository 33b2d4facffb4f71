"""What one shift leaves to the next: which heaps there are, and what of them is kept. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

RECEIVED_WITHIN = timedelta(hours=12)  # afterwards a handover is closed: nobody received it
WORDS_AT_MOST = 2000
SHOWN = 8  # numbers of each heap: fifty at most in one handover
MOST = 500  # what a heap counts to; above it stands "500+"
AHEAD = timedelta(hours=8)  # the next shift
SHIFT = timedelta(hours=12)  # for which one's own steps are looked for


class Heap(StrEnum):
    """What is left to the next shift."""

    MINE = "mine"  # reports that wait, and that whoever goes is at, did something to or noted something at
    URGENT = "urgent"
    DUE = "due"  # reports that wait, due within `AHEAD` or overdue
    CASES = "cases"  # open cases, due within `AHEAD` or overdue
    ASKED = "asked"
    ASIDE = "aside"


@dataclass(frozen=True)
class Thing:
    """A report, or a case where `is_case`, as a heap shows it."""

    id: int
    number: str
    category_id: int
    subcategory_id: int | None
    area_id: int | None
    address: str
    due_at: datetime | None
    is_case: bool = False


@dataclass(frozen=True)
class Stand:
    """A heap: how much is on it, counted to `MOST` + 1, and its first `SHOWN`."""

    heap: Heap
    number: int
    things: Sequence[Thing]

    @property
    def frozen(self) -> dict[str, Any]:
        """Return what a handover keeps of it: numbers, nobody's words or name."""
        return {"heap": self.heap, "number": self.number, "shown": [one.number for one in self.things]}


def seal_of(heaps: Sequence[Mapping[str, Any]], words: str) -> str:
    """Return the digest by which the trail knows what was handed over."""
    canonical = json.dumps([list(heaps), words], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
