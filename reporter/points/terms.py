"""What points are given for, how many, and how far a day and a month go. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MOST = 1000  # points for one thing
MOST_IN_A_MONTH = 100_000


class Occasion(StrEnum):
    """What points are given for. Never for sending: whoever sends more would only have more."""

    REGISTERED = "registered"  # the report was the first of a case
    JOINED = "joined"  # a moderator found that the report tells of a case; who joins one alone gets none
    PUT_RIGHT = "put_right"  # the case ended with the thing put right


# As Wuhan gives them: ten to the first, one to those after. Three full reports a day and thirty a month are what
# cities of such schemes let one person be rewarded for.
AMOUNTS: dict[Occasion, int] = {Occasion.REGISTERED: 10, Occasion.JOINED: 1, Occasion.PUT_RIGHT: 0}
A_DAY, A_MONTH = 30, 300


@dataclass(frozen=True)
class Terms:
    """One version of a city's terms.

    Attributes:
        number: of the version; 0 where nobody has set any, and then nothing is given.
        given: whether points are given at all.
        amounts: points for each occasion.
        kinds: by id of a kind, points for its first report where they are others.
        a_day, a_month: points at most for what one person sends on one day, and in one month.
    """

    number: int = 0
    given: bool = False
    amounts: Mapping[Occasion, int] = field(default_factory=lambda: AMOUNTS)
    kinds: Mapping[int, int] = field(default_factory=dict)
    a_day: int = A_DAY
    a_month: int = A_MONTH

    def worth(self, occasion: Occasion, category_id: int) -> int:
        """Return the points for one thing of a kind, before anything is held against the caps."""
        usual = self.amounts[occasion]
        return self.kinds.get(category_id, usual) if occasion is Occasion.REGISTERED else usual

    def within(self, wanted: int, *, day: int, month: int) -> int:
        """Return how much of `wanted` is given to somebody who has `day` points for that day and `month` for its month."""
        return max(0, min(wanted, self.a_day - day, self.a_month - month))
