"""The administrators' desk: one blueprint, its pages by part."""

from reporter.desks.admin import (
    calendar,
    ground,
    jobs,
    members,
    pairings,
    people,
    rosters,
    service,
    trails,
    words,
)
from reporter.desks.admin.door import bp

__all__ = [
    "bp",
    "calendar",
    "ground",
    "jobs",
    "members",
    "pairings",
    "people",
    "rosters",
    "service",
    "trails",
    "words",
]
