"""When a report is taken in without a moderator: the rule, its conditions, the draw of the sample. Pure."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt
from typing import Any

from reporter.reports.risk import CALM

FIRE = re.compile(r"消防|火灾|疏散|安全出口|逃生|生命通道|应急车道")
EXACT = 50.0  # metres within which a place is known
DRAWN_FROM = 10_000  # what a report draws is one of so many numbers
CHECKED_AT_LEAST = 20  # below this many nothing is concluded
Z = 1.96  # of the normal distribution: 95 of 100 intervals hold the true share


class Need(StrEnum):
    """What must be so, in the order in which it is read."""

    KIND = "kind"
    HOURS = "hours"
    CALM = "calm"
    GRAVE = "grave"
    SENDER = "sender"
    SUBTYPE = "subtype"
    PLACE = "place"
    ALONE = "alone"
    UNIT = "unit"


class Verdict(StrEnum):
    """What a moderator says of a report that was taken in without one."""

    RIGHT = "right"
    KIND = "kind"
    PLACE = "place"
    UNIT = "unit"
    NOT_AT_ALL = "not_at_all"


@dataclass(frozen=True)
class Terms:
    """What the administrator settles.

    Attributes:
        category_ids: the kinds.
        accepted: reports of the sender that were accepted within ninety days, at least; none was refused.
        from_hour, until_hour: of the city's day, the second one left out; 0 and 24 are the whole day.
        share: of those taken in that a moderator looks at again, in percent.
        most_wrong: share of disagreements above which the rule switches itself off, in percent.
    """

    category_ids: Collection[int]
    accepted: int = 3
    from_hour: int = 0
    until_hour: int = 24
    share: int = 10
    most_wrong: int = 5


@dataclass(frozen=True)
class Known:
    """What is known of a report.

    Attributes:
        hour: of the city's day in which it came.
        grave: what forbids it whatever else holds: marks of risk, personal data, people under age, fire lanes.
        known_sender: whether whoever sent it signed in.
        subtype_settled: the sub-type was chosen, or the kind has none.
        areas: that the place may lie in.
        accuracy: of the place in metres, None when nobody said.
        pinned: the place was measured or set on the map, not only typed.
        alike: open cases that may be the same thing.
        rule_number: the routing rule that names a unit, None when none does.
    """

    category_id: int
    hour: int
    risk: int
    grave: Sequence[str] = ()
    known_sender: bool = False
    accepted: int = 0
    refused: int = 0
    subtype_settled: bool = False
    areas: int = 0
    accuracy: float | None = None
    pinned: bool = False
    alike: int = 0
    rule_number: int | None = None


@dataclass(frozen=True)
class Condition:
    """One condition, whether it holds, and the numbers it was decided on."""

    need: Need
    met: bool
    facts: Mapping[str, Any] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {"need": str(self.need), **self.facts}


_MET: Mapping[Need, Callable[[Terms, Known], bool]] = {
    Need.KIND: lambda terms, known: known.category_id in terms.category_ids,
    Need.HOURS: lambda terms, known: _within(known.hour, terms.from_hour, terms.until_hour),
    Need.CALM: lambda _terms, known: known.risk == CALM,
    Need.GRAVE: lambda _terms, known: not known.grave,
    Need.SENDER: lambda terms, known: (
        known.known_sender and known.accepted >= terms.accepted and known.refused == 0
    ),
    Need.SUBTYPE: lambda _terms, known: known.subtype_settled,
    Need.PLACE: lambda _terms, known: known.areas == 1 and known.pinned and (known.accuracy or 0.0) <= EXACT,
    Need.ALONE: lambda _terms, known: known.alike == 0,
    Need.UNIT: lambda _terms, known: known.rule_number is not None,
}


def _within(hour: int, start: int, end: int) -> bool:
    """Tell whether an hour lies in a stretch of the day, which may go over midnight."""
    return start <= hour < end if start <= end else hour >= start or hour < end


def conditions(terms: Terms, known: Known) -> list[Condition]:
    """Return every condition with its answer."""
    said: dict[Need, Mapping[str, Any]] = {
        Need.HOURS: {"hour": known.hour},
        Need.GRAVE: {"grave": list(known.grave)},
        Need.SENDER: {"accepted": known.accepted, "refused": known.refused},
        Need.PLACE: {"accuracy": known.accuracy},
        Need.UNIT: {"rule": known.rule_number},
    }
    return [Condition(need, met(terms, known), said.get(need, {})) for need, met in _MET.items()]


def grave_in(
    *,
    urgent: bool,
    reasons: Sequence[str],
    held: Sequence[str],
    minors: str,
    flagged: Sequence[str],
    text: str,
) -> Iterator[str]:
    """Yield what forbids that nobody looks, in words of the code: it stays so whatever an administrator settles."""
    if urgent:
        yield "urgent"
    yield from reasons
    if held:
        yield "personal"
    if minors:
        yield "minors"
    if flagged:
        yield "flagged"
    if FIRE.search(text):
        yield "fire"


def drawn(digest: str) -> int:
    """Return the number that a report draws, 0 to `DRAWN_FROM` - 1, by the digest of its number: nobody chooses it."""
    return int(digest[:12], 16) % DRAWN_FROM


def is_in_sample(draw: int, share: int) -> bool:
    """Tell whether a report that drew `draw` is looked at again, when `share` percent are."""
    return draw < share * DRAWN_FROM // 100


def interval(wrong: int, checked: int) -> tuple[float, float]:
    """Return between which shares the true one lies, 0 to 1, when `wrong` of `checked` were found wrong.

    The score interval of E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of
    the American Statistical Association 22 (1927), 209-212; it keeps its word for few trials and shares near nothing.
    """
    if not checked:
        return 0.0, 1.0
    share, spread = wrong / checked, Z**2 / checked
    middle = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * sqrt(share * (1 - share) / checked + spread / (4 * checked))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def goes_too_far(wrong: int, checked: int, most_wrong: int) -> bool:
    """Tell whether the rule has to stop: even the lower end of the interval lies above `most_wrong` percent."""
    return checked >= CHECKED_AT_LEAST and interval(wrong, checked)[0] > most_wrong / 100
