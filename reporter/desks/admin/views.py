"""The administrators' desk: one blueprint, its pages by part."""

from reporter.desks.admin import (
    board,
    calendar,
    channels,
    factors,
    ground,
    jobs,
    members,
    pairings,
    people,
    points,
    rosters,
    rules,
    service,
    suggestions,
    trails,
    words,
)
from reporter.desks.admin.door import bp

__all__ = [
    "board",
    "bp",
    "calendar",
    "channels",
    "factors",
    "ground",
    "jobs",
    "members",
    "pairings",
    "people",
    "points",
    "rosters",
    "rules",
    "service",
    "suggestions",
    "trails",
    "words",
]
