"""What a run found: how much came over, what was refused and why, which codes have no kind. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from reporter.history.mapping import Code
from reporter.history.requests import Refusal, Why

FIRST = 5  # ids that are named of each reason
MOST_CODES = 10_000  # that are told apart


@dataclass
class Group:
    """Records refused for one reason: how many, and the first of them by id or place in the file."""

    number: int = 0
    first: list[str] = field(default_factory=list)

    def take(self, refusal: Refusal) -> None:
        """Count one more."""
        self.number += 1
        if len(self.first) < FIRST:
            self.first.append(refusal.id or f"record {refusal.number}")


@dataclass
class Findings:
    """The numbers of a run. `broken` says where the file could not be read any further, "" when it was read whole.

    Attributes:
        here: those that came over before.
        skipped: left out, because the mapping says so.
        cut: came over with a text that was too long and is shortened.
        no_area: lie within the city's bounds and in none of its areas.
    """

    read: int = 0
    still_open: int = 0
    ended: int = 0
    here: int = 0
    skipped: int = 0
    cut: int = 0
    no_area: int = 0
    broken: str = ""
    refused: dict[Why, Group] = field(default_factory=dict)
    _codes: Counter[str] = field(default_factory=Counter)
    _names: dict[str, str] = field(default_factory=dict)

    @property
    def new(self) -> int:
        """Return how many came over, or would."""
        return self.still_open + self.ended

    @property
    def number_refused(self) -> int:
        """Return how many were refused."""
        return sum(group.number for group in self.refused.values())

    def refuse(self, refusal: Refusal) -> None:
        """Count a record that cannot come over."""
        self.refused.setdefault(refusal.why, Group()).take(refusal)

    def meet(self, code: str, name: str) -> None:
        """Count a service code."""
        if code and (code in self._codes or len(self._codes) < MOST_CODES):
            self._codes[code] += 1
            self._names.setdefault(code, name)

    def codes(self, services: Mapping[str, str]) -> list[Code]:
        """Return the service codes that were met, the most frequent first, with what they become."""
        return [
            Code(code, self._names[code], number, services.get(code, ""))
            for code, number in sorted(self._codes.items(), key=lambda one: (-one[1], one[0]))
        ]
