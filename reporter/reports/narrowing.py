"""What a list of reports is narrowed to. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from reporter.reports.risk import Why

WORDS_AT_MOST = 40  # characters that are looked for
HOURS = (2, 8, 24, 72)  # that a report may have waited at least


class Sender(StrEnum):
    """Whether whoever reported is known: signed in, or not."""

    KNOWN = "known"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Narrowing:
    """What is left of a list; a part that is empty leaves everything in.

    Attributes:
        why: what stands out.
        hours: since when it waits at least, one of `HOURS`.
        words: what its words or its address contain, in capitals or not.
    """

    category_id: int | None = None
    area_id: int | None = None
    why: Why | None = None
    hours: int | None = None
    sender: Sender | None = None
    words: str = ""

    def __bool__(self) -> bool:
        """Tell whether anything is left out at all."""
        return self != EVERYTHING

    def kept(self) -> dict[str, Any]:
        """Return it as it is stored: what is not empty."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name))}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Narrowing":
        """Return one that was stored."""
        facts = dict(kept)
        if "why" in facts:
            facts["why"] = Why(facts["why"])
        if "sender" in facts:
            facts["sender"] = Sender(facts["sender"])
        return cls(**facts)


EVERYTHING = Narrowing()
