"""What a resident does: report something, follow it by its code, see their own reports."""

from reporter.desks.resident import (
    appealing,
    following,
    hints,
    keeping,
    nearby_picture,
    points,
    reporting,
    tracking,
)
from reporter.desks.resident.door import bp

__all__ = [
    "appealing",
    "bp",
    "following",
    "hints",
    "keeping",
    "nearby_picture",
    "points",
    "reporting",
    "tracking",
]
