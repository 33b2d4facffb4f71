"""How long it took, as a distribution. Pure.

Counted in natural time from registration to the end, in steps that the limits of the kinds fall on: hours, one to three
working days, and five and fifteen working days, which are one and three weeks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, pairwise


@dataclass(frozen=True)
class Step:
    """One step of the scale: what took longer than the step before and `within` this; None has no end."""

    measure: str
    within: timedelta | None


SCALE = (
    Step("took_4h", timedelta(hours=4)),
    Step("took_1d", timedelta(days=1)),
    Step("took_3d", timedelta(days=3)),
    Step("took_7d", timedelta(days=7)),
    Step("took_21d", timedelta(days=21)),
    Step("took_longer", None),
)
EDGES = (0, *(int(step.within.total_seconds()) for step in SCALE if step.within))  # seconds


def measure_of(began: datetime, ended: datetime) -> str:
    """Return the measure under which the time from `began` to `ended` is counted; both are taken to the whole second."""
    took = int(ended.timestamp()) - int(began.timestamp())
    return next(step.measure for step in SCALE if step.within is None or took <= step.within.total_seconds())


@dataclass(frozen=True)
class Times:
    """How many took how long: one number for each step of `SCALE`."""

    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """Return how many there are."""
        return sum(self.counts)

    @property
    def half(self) -> timedelta | None:
        """Return within what time half of them were done, as if those of one step were spread over it evenly.

        None of nothing, and when half took longer than the last step that has an end.
        """
        middle = self.n / 2
        upto = (0, *accumulate(self.counts))
        for (low, high), before, n in zip(pairwise(EDGES), upto, self.counts, strict=False):
            if n and before + n >= middle:
                return timedelta(seconds=low + (high - low) * (middle - before) / n)
        return None


def times_of(n: Mapping[str, int]) -> Times:
    """Return the distribution from the sums of the measures in `n`; a missing measure is zero."""
    return Times(tuple(n.get(step.measure, 0) for step in SCALE))
