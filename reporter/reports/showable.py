"""When a picture of an open case may be shown to people who report the same: never by a program alone. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Hindrance(StrEnum):
    """What forbids it whatever a person says, in the order in which it is read."""

    OFF = "off"  # the city shows none
    KIND = "kind"  # of this kind nothing is ever published
    MINOR = "minor"  # somebody under age is on it, or the words speak of them
    PERSONAL = "personal"  # the words hold a phone, identity or plate number
    FLAGGED = "flagged"  # the words hold one of the city's own list
    UNSEARCHED = "unsearched"  # no program has looked for faces, plates and writing, or it failed
    CROWDED = "crowded"  # it found so much that it may have stopped counting


@dataclass(frozen=True)
class Facts:
    """What is known of a picture and of the report that it came with."""

    wanted: bool
    exposable: bool
    minor: bool
    personal: bool
    flagged: bool
    searched: bool
    crowded: bool


def hindrances(facts: Facts) -> list[Hindrance]:
    """Return what forbids that the picture is shown."""
    held = {
        Hindrance.OFF: not facts.wanted,
        Hindrance.KIND: not facts.exposable,
        Hindrance.MINOR: facts.minor,
        Hindrance.PERSONAL: facts.personal,
        Hindrance.FLAGGED: facts.flagged,
        Hindrance.UNSEARCHED: not facts.searched,
        Hindrance.CROWDED: facts.crowded,
    }
    return [one for one, holds in held.items() if holds]


def look(source_sha256: str, boxes: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256, hexadecimal, of what a person judges: the clean copy's digest and what is covered on it."""
    places = sorted([box[side] for side in "xywh"] for box in boxes)
    return hashlib.sha256(json.dumps([source_sha256, places]).encode()).hexdigest()
