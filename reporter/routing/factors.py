"""What makes a limit longer or shorter where and when a case is registered. Pure.

Standing factors grade areas (the core 100 percent, outer areas up to 200, as the handling limits of GB/T 30428.8 go by level A, B, C);
guarantee periods (重大活动保障) shorten limits in an area between two instants.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

WHOLE = 100  # percent
LEAST, MOST = 10, 400


@dataclass(frozen=True)
class Factor:
    """A factor of the city: percent of the limit, where (None: everywhere) and when (None: always).

    `depth` says how fine its area is, 0 for the whole city.
    """

    id: int
    name: str
    area_id: int | None
    depth: int
    begins_at: datetime | None
    ends_at: datetime | None
    percent: int


def weigh(factors: Iterable[Factor], area_ids: Collection[int], at: datetime) -> Sequence[Factor]:
    """Return what holds for a place at an instant: the standing factor of the finest area, and the strictest period.

    Args:
        factors: of the city.
        area_ids: the area of the place with all the areas that one lies in.
        at: when the case is registered; a period ends before `ends_at`.
    """
    here = [one for one in factors if one.area_id is None or one.area_id in area_ids]
    standing = [one for one in here if one.begins_at is None]
    periods = [
        one
        for one in here
        if one.begins_at is not None and one.ends_at is not None and one.begins_at <= at < one.ends_at
    ]
    chosen = [max(standing, key=lambda one: one.depth)] if standing else []
    return [*chosen, *([min(periods, key=lambda one: one.percent)] if periods else [])]


def percent_of(factors: Iterable[Factor]) -> int:
    """Return what several factors make together, in percent, never less than `LEAST`."""
    share = 1.0
    for one in factors:
        share *= one.percent / WHOLE
    return max(LEAST, round(share * WHOLE))
