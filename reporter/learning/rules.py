"""A linear model that names the kind of a report by its words, read from plain numbers. Pure.

What was learnt is a table of pieces of text (one to three characters) with a weight for each kind. Scores are summed,
divided by a temperature that makes them honest, and turned into shares. No code is ever read with it.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reporter.reports.mentions import bare

LONGEST = 3  # characters of a piece
READ = 1000  # characters of a text that are looked at
SHOWN = 3  # pieces that are named as reasons
WORTH = 0.15  # of the score: a piece that gave less is no reason
FIGURES = 4  # digits that a weight is kept with


def pieces_of(text: str) -> Iterator[str]:
    """Yield every piece of one to `LONGEST` characters of a text, without blanks, marks and capitals."""
    said = bare(text)[:READ]
    for length in range(1, LONGEST + 1):
        for start in range(len(said) - length + 1):
            yield said[start : start + length]


def weighed_pieces(text: str, rarity: Mapping[str, float]) -> dict[str, float]:
    """Return the known pieces of a text, rare ones heavier; with those that nobody knows the whole has length one.

    An unknown piece is as rare as the rarest known one: so a text that is mostly unlike what was learnt says little,
    and does not shout by the one character that it shares.
    """
    counts = Counter(pieces_of(text))
    rarest = max(rarity.values(), default=0.0)
    heavy = {piece: (1 + math.log(number)) * rarity.get(piece, rarest) for piece, number in counts.items()}
    length = math.sqrt(sum(weight * weight for weight in heavy.values()))
    return {piece: weight / length for piece, weight in heavy.items() if piece in rarity}


@dataclass(frozen=True)
class Guess:
    """A kind, how sure it is (0..1), and the pieces of text that speak for it."""

    category_id: int
    sure: float
    because: Sequence[str] = ()


@dataclass(frozen=True)
class Model:
    """What was learnt.

    Attributes:
        kinds: ids of the kinds, in the order of the weights.
        rarity: of each known piece.
        weights: piece -> {place of a kind: weight}.
        offsets: one for each kind.
        temperature: by which scores are divided.
        seen: piece -> {place of a kind: in how many decided reports of it}.
    """

    kinds: Sequence[int]
    rarity: Mapping[str, float]
    weights: Mapping[str, Mapping[int, float]]
    offsets: Sequence[float]
    temperature: float
    seen: Mapping[str, Mapping[int, int]]

    def kept(self) -> dict[str, Any]:
        """Return the model as it is stored: numbers and texts alone."""
        return {
            "kinds": list(self.kinds), "offsets": [round(one, FIGURES) for one in self.offsets],
            "temperature": self.temperature,
            "pieces": [
                [
                    piece, round(self.rarity[piece], FIGURES),
                    [[at, round(weight, FIGURES)] for at, weight in self.weights[piece].items()],
                    [[at, number] for at, number in self.seen.get(piece, {}).items()],
                ]
                for piece in self.rarity
            ],
        }  # fmt: skip

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Model":
        """Return a model that was stored."""
        rows = kept["pieces"]
        return cls(
            kinds=tuple(kept["kinds"]), offsets=tuple(kept["offsets"]), temperature=float(kept["temperature"]),
            rarity={piece: rare for piece, rare, _, _ in rows},
            weights={piece: {int(at): weight for at, weight in some} for piece, _, some, _ in rows},
            seen={piece: {int(at): number for at, number in some} for piece, _, _, some in rows},
        )  # fmt: skip

    def guess(self, text: str) -> Guess | None:
        """Return the likeliest kind of a text; None where it says nothing that is known."""
        parts = weighed_pieces(text, self.rarity)
        if not parts:
            return None
        scores = list(self.offsets)
        for piece, weight in parts.items():
            for at, factor in self.weights[piece].items():
                scores[at] += weight * factor
        shares = softmax([score / self.temperature for score in scores])
        best = max(range(len(shares)), key=shares.__getitem__)
        return Guess(self.kinds[best], shares[best], self._reasons(parts, best))

    def how_many(self, piece: str, category_id: int) -> tuple[int, int]:
        """Return in how many decided reports a piece stood, of this kind and of any."""
        seen = self.seen.get(piece, {})
        return seen.get(self.kinds.index(category_id), 0), sum(seen.values())

    def _reasons(self, parts: Mapping[str, float], best: int) -> Sequence[str]:
        """Return the pieces that gave most, none within another; single characters say nothing to a reader."""
        given = {piece: weight * self.weights[piece].get(best, 0.0) for piece, weight in parts.items()}
        whole = sum(gain for gain in given.values() if gain > 0)
        found: list[str] = []
        for piece in sorted(given, key=lambda one: (-given[one] * len(one), one)):
            if len(piece) > 1 and given[piece] > 0 and not any(piece in one or one in piece for one in found):
                found.append(piece)
        return [one for one in found[:SHOWN] if whole and given[one] * len(one) >= WORTH * given[found[0]]]


def softmax(scores: Sequence[float]) -> list[float]:
    """Return shares that sum to one."""
    top = max(scores)
    raised = [math.exp(score - top) for score in scores]
    whole = sum(raised)
    return [one / whole for one in raised]


@dataclass(frozen=True)
class Tried:
    """What was guessed about a held-back report, and what was decided about it."""

    guessed: int
    sure: float
    decided: int

    @property
    def right(self) -> bool:
        """Tell whether they are the same."""
        return self.guessed == self.decided


@dataclass(frozen=True)
class Learnt:
    """A model, how many reports it was made of, and what it said of those that settled its surety and of those held back."""

    model: Model
    learnt: int
    settled: Sequence[Tried]
    held: Sequence[Tried]


BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)  # where a line of the calibration table begins
LEAST_SURE = 50  # percent, below which nothing is suggested whatever was right
WANTED = 0.9  # of the suggestions that are shown have to be right
LEAST_SHOWN = 20  # held-back reports above a threshold, or it is by chance
LEAST_OF_KIND = 5
OF_KIND = 0.75  # of the suggestions of one kind have to be right, or that kind is never suggested


def threshold_of(tried: Sequence[Tried]) -> float | None:
    """Return the lowest surety from which nine of ten are right; None: nothing may be suggested at all."""
    for percent in range(LEAST_SURE, 100):
        shown = [one for one in tried if one.sure >= percent / 100]
        if len(shown) < LEAST_SHOWN:
            return None
        if sum(one.right for one in shown) >= WANTED * len(shown):
            return percent / 100
    return None


def silent_kinds(tried: Sequence[Tried], threshold: float) -> list[int]:
    """Return the kinds that are guessed too badly to be suggested, or too seldom to know."""
    shown: dict[int, list[bool]] = {one.decided: [] for one in tried}
    for one in tried:
        if one.sure >= threshold:
            shown.setdefault(one.guessed, []).append(one.right)
    return sorted(
        kind
        for kind, right in shown.items()
        if len(right) < LEAST_OF_KIND or sum(right) < OF_KIND * len(right)
    )


def calibration(tried: Sequence[Tried]) -> list[dict[str, float]]:
    """Return how often it was right where it was so sure: one line for each of `BINS` that has reports."""
    lines = []
    for place, start in enumerate(BINS):
        end = BINS[place + 1] if place + 1 < len(BINS) else 1.01
        inside = [one for one in tried if start <= one.sure < end]
        if inside:
            lines.append(
                {
                    "from": start, "to": min(end, 1.0), "reports": len(inside),
                    "sure": sum(one.sure for one in inside) / len(inside),
                    "right": sum(one.right for one in inside) / len(inside),
                }
            )  # fmt: skip
    return lines


def by_kind(tried: Sequence[Tried], threshold: float) -> list[dict[str, int]]:
    """Return for each kind how many held-back reports it had, how many were recognised, suggested, and rightly so."""
    kinds = sorted({one.decided for one in tried} | {one.guessed for one in tried})
    lines = []
    for kind in kinds:
        own = [one for one in tried if one.decided == kind]
        shown = [one for one in tried if one.guessed == kind and one.sure >= threshold]
        lines.append(
            {
                "kind": kind, "reports": len(own), "recognised": sum(one.right for one in own),
                "suggested": len(shown), "rightly": sum(one.right for one in shown),
            }
        )  # fmt: skip
    return lines
