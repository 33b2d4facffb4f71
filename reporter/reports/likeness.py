"""How likely two submissions are the same thing, and why. Pure."""

from enum import StrEnum
from itertools import pairwise
from math import exp
from typing import NamedTuple

from reporter.reports.mentions import SHORTEST, bare

HALF_DISTANCE = 60.0  # metres at which nearness counts half
HALF_AGE = 72.0  # hours at which recency counts half
SAME_PICTURE = 10  # differing bits up to which two pictures show the same thing
SAME_SPOT = 30.0  # metres: as exact as a phone is between houses
SAME_DAY = 24.0  # hours
SAME_WORDS = 0.5  # of `words_alike`: from here on two texts speak of the same
WORDS_ADD = 0.1  # to the score, at most


class Ground(StrEnum):
    """What speaks for two submissions being the same thing."""

    PICTURE = "picture"
    SPOT = "spot"
    SUBTYPE = "subtype"
    WORDS = "words"
    DAY = "day"


class Likeness(NamedTuple):
    """0..1, where 1 is surely the same place and disorder, and the grounds for it, the weightiest first."""

    score: float
    grounds: tuple[Ground, ...]


def likeness(
    *, metres: float, hours: float, same_kind: bool, same_subtype: bool, picture_bits: int | None,
    words: float = 0.0,
) -> Likeness:  # fmt: skip
    """Return how likely two submissions are the same thing.

    Args:
        metres: between the two points.
        hours: between the two submissions.
        same_subtype: both name the same one; of two that name none it says nothing.
        picture_bits: fewest differing bits of two of their pictures, 0..64; None when one has no picture.
        words: as `words_alike` says.
    """
    near = exp(-0.6931 * metres / HALF_DISTANCE)
    recent = exp(-0.6931 * hours / HALF_AGE)
    kind = 1.0 if same_subtype else 0.85 if same_kind else 0.25
    same_picture = picture_bits is not None and picture_bits <= SAME_PICTURE
    score = kind * (0.75 * near + 0.25 * recent) + WORDS_ADD * words
    held = {
        Ground.PICTURE: same_picture,
        Ground.SPOT: metres <= SAME_SPOT,
        Ground.SUBTYPE: same_subtype,
        Ground.WORDS: words >= SAME_WORDS,
        Ground.DAY: hours <= SAME_DAY,
    }
    return Likeness(
        round(min(max(score, 0.9) if same_picture else score, 0.99), 2),
        tuple(ground for ground, holds in held.items() if holds),
    )


def words_alike(one: str, other: str) -> float:
    """Return 0..1: how many of the pairs of neighbouring letters two texts share; 0 when one says next to nothing."""
    first, second = bare(one), bare(other)
    if min(len(first), len(second)) < SHORTEST:
        return 0.0
    mine, theirs = set(pairwise(first)), set(pairwise(second))
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))
