"""The three rates (响应率、解决率、满意率) and what ended in time, with numerators and denominators. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

# Of a rating, in hundredths: satisfied 1.0, mostly 0.8, neutral 0.6, dissatisfied 0.
WEIGHTS = {"satisfied": 100, "mostly": 80, "neutral": 60, "dissatisfied": 0}
FEW = 10  # a share or a middle of fewer says little, and is shown so


@dataclass(frozen=True)
class Rate:
    """A share with what it is made of; `percent` is None when the denominator is empty."""

    numerator: float
    denominator: int

    @property
    def percent(self) -> float | None:
        """Return the share in percent, one decimal; None of nothing."""
        return round(100 * self.numerator / self.denominator, 1) if self.denominator else None

    @property
    def few(self) -> bool:
        """Tell whether it is made of so little that it says little."""
        return 0 < self.denominator < FEW


@dataclass(frozen=True)
class Rates:
    """Response: claimed in time of dispatched. Resolution: put right of ended. Satisfaction: weights of rated.

    On time: put right, the result handed in before its deadline, of ended.
    """

    response: Rate
    resolution: Rate
    satisfaction: Rate
    on_time: Rate
    unrated: int


def rates_of(n: Mapping[str, int]) -> Rates:
    """Return the rates from the sums of the measures in `n`; a missing measure is zero."""
    get = n.get
    return Rates(
        response=Rate(get("claimed_on_time", 0), get("dispatched", 0)),
        resolution=Rate(get("closed", 0), get("ended", 0)),
        satisfaction=Rate(get("rating_weight", 0) / 100, get("rated", 0)),
        on_time=Rate(get("closed_on_time", 0), get("ended", 0)),
        unrated=max(0, get("closed", 0) - get("rated", 0)),
    )
