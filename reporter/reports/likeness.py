"""How likely two submissions are the same thing. Pure."""

from math import exp

HALF_DISTANCE = 60.0  # metres at which nearness counts half
HALF_AGE = 72.0  # hours at which recency counts half
SAME_PICTURE = 10  # differing bits up to which two pictures show the same thing


def likeness(
    *, metres: float, hours: float, same_kind: bool, same_subtype: bool, picture_bits: int | None
) -> float:
    """Return 0..1: 1 is surely the same place and disorder.

    Args:
        metres: between the two points.
        hours: between the two submissions.
        picture_bits: differing bits of the two difference hashes, 0..64; None when one has no picture.
    """
    near = exp(-0.6931 * metres / HALF_DISTANCE)
    recent = exp(-0.6931 * hours / HALF_AGE)
    kind = 1.0 if same_subtype else 0.85 if same_kind else 0.25
    score = kind * (0.75 * near + 0.25 * recent)
    if picture_bits is not None and picture_bits <= SAME_PICTURE:
        score = max(score, 0.9)
    return round(min(score, 0.99), 2)
