"""What time alone sets off while a clock runs: a reminder, the head of the unit, supervision, the fallback unit. Pure.

The order is the field's own: a reminder before the limit (催办), the head (一把手) at it, a supervision order (督办) after
it, the fallback unit (兜底单位) at last. A rung stands so much of the limit after its end, counted on the limit's own clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from reporter.routing.deadlines import Calendar, Limit, add, counted


class Rung(IntEnum):
    """How far a clock has come; never down again."""

    START = 0
    REMINDER = 1
    HEAD = 2
    SUPERVISION = 3
    FALLBACK = 4


REMINDER_AT = 0.8  # of the time that was left when the clock began to run
AFTER: Mapping[str, Mapping[Rung, float]] = {  # stage: rung, how much of the limit after its end
    "dispatch": {Rung.HEAD: 0, Rung.FALLBACK: 2},
    "claim": {Rung.HEAD: 0, Rung.SUPERVISION: 1, Rung.FALLBACK: 3},
    "handle": {Rung.HEAD: 0, Rung.SUPERVISION: 0.5, Rung.FALLBACK: 1},
    "inspect": {Rung.HEAD: 0, Rung.SUPERVISION: 1},
}


def reminder_at(start: datetime, due: datetime, calendar: Calendar, *, working: bool) -> datetime:
    """Return when to remind of a clock that runs from `start` to `due`; at `due` itself when no time is left."""
    left = counted(start, due, calendar, working=working)
    return min(due, add(start, left * REMINDER_AT, calendar, working=working))


@dataclass(frozen=True)
class Climb:
    """The rung that is due now, None for none, and when the next one is; None when none is left."""

    rung: Rung | None
    next_at: datetime | None


def climb(
    stage: str, reached: Rung, due: datetime, limit: Limit, *, now: datetime, calendar: Calendar
) -> Climb:
    """Return the one rung that is due at `now`: each gives those who are told its whole time.

    A worker that stood still, or a clock that jumped, thereby skips nothing but a reminder of what is over already, and
    takes no two rungs at once.

    Args:
        stage: the clock that runs, a key of `AFTER`.
        reached: the highest rung that was acted on.
        due: when the clock ends.
        limit: by which the rungs after the end are apart.
        now: the present instant.
        calendar: of the city.
    """
    left = [(rung, share) for rung, share in AFTER[stage].items() if rung > reached]
    if not left:
        return Climb(None, None)
    (rung, share), after = left[0], left[1:]
    at = _later(due, limit, share, calendar)
    if at > now:
        return Climb(Rung.REMINDER if reached < Rung.REMINDER else None, at)
    if not after:
        return Climb(rung, None)
    told_first = _later(now, limit, after[0][1] - share, calendar)
    return Climb(rung, max(_later(due, limit, after[0][1], calendar), told_first))


def _later(start: datetime, limit: Limit, share: float, calendar: Calendar) -> datetime:
    return add(start, limit.span * share, calendar, working=limit.working)
