"""How pressing a report is and why, and whether it looks like spam. Pure.

The numbers are few and small on purpose: a moderator can say them by heart, and the reasons stand beside them in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from reporter.reports.mentions import bare, says_nothing

CALM = 9  # nothing stands out; the queue begins with 0
MANY, PER_PERSON = 4, 3  # reports that make an attack, and how many of them each person sent
BURST, FLOOD = 6, 30  # reports of one sender around one hour
HOUR = timedelta(hours=1)
TELLING = 10  # characters below which many people write the same
AGAIN = 3  # earlier reports with the same words, or the same picture
SHOWN = 2  # earlier reports with the same picture that are worth a look
FLAGGED_AT_MOST = 3  # words of the city's list that are named
SIGNS = 2  # of spam that are enough; a flood is by itself


class Mark(StrEnum):
    """By what a report is known again among others."""

    SENDER = "sender"
    WORDS = "words"
    PICTURE = "picture"
    PLACE = "place"
    PLATE = "plate"
    SHOP = "shop"


class Why(StrEnum):
    """What stands out about a report."""

    URGENT = "urgent"
    MINOR_SEEN = "minor_seen"
    MINORS = "minors"
    FLAGGED = "flagged"
    REPEATED_PLATE = "repeated_plate"
    REPEATED_SHOP = "repeated_shop"
    REPEATED_PLACE = "repeated_place"
    BURST = "burst"
    PERSONAL = "personal"
    ELSEWHERE = "photo_elsewhere"
    OLD = "photo_old"
    SEEN = "photo_seen"
    NEWCOMER = "newcomer"
    SAME_WORDS = "same_words"
    SAME_PICTURE = "same_picture"
    NO_MEANING = "no_meaning"
    SHORT_LIVED = "short_lived_contact"
    OVER_BUDGET = "over_budget"


POINTS: Mapping[Why, int] = {
    Why.URGENT: CALM,  # whatever else there is
    Why.MINOR_SEEN: 4,
    Why.MINORS: 3,
    Why.FLAGGED: 3,
    Why.REPEATED_PLATE: 3,
    Why.REPEATED_SHOP: 3,
    Why.REPEATED_PLACE: 3,
    Why.BURST: 2,
    Why.SAME_PICTURE: 2,
    Why.PERSONAL: 1,
    Why.ELSEWHERE: 1,
    Why.OLD: 1,
    Why.SEEN: 1,
    Why.NEWCOMER: 1,
    Why.SHORT_LIVED: 1,
}


ATTACKED: Mapping[Mark, Why] = {
    Mark.PLATE: Why.REPEATED_PLATE,
    Mark.SHOP: Why.REPEATED_SHOP,
    Mark.PLACE: Why.REPEATED_PLACE,
}


@dataclass(frozen=True)
class Reason:
    """One thing that stands out.

    Attributes:
        reports, people: how many reports of how many people, 0 where none are counted.
        word: of the text, by which it was noticed, "" where it was by something else.
    """

    why: Why
    reports: int = 0
    people: int = 0
    word: str = ""

    def kept(self) -> dict[str, Any]:
        """Return the reason as it is stored."""
        facts = {"why": str(self.why), "reports": self.reports, "people": self.people}
        return facts | ({"word": self.word} if self.word else {})

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Reason":
        """Return a reason that was stored."""
        return cls(Why(kept["why"]), kept["reports"], kept["people"], kept.get("word", ""))


@dataclass(frozen=True)
class Other:
    """Another report that carries the same mark. `sender` is "" for one that nobody knows again."""

    mark: Mark
    report_id: int
    sender: str
    at: datetime


@dataclass(frozen=True)
class Facts:
    """What is known of a report when it is weighed.

    Attributes:
        flags: of its pictures, see `Report.flags`.
        held: kinds of personal data in its words.
        minors: the word by which its text speaks of people under age, "" where it does not.
        minor_seen: a moderator marked that somebody under age can be seen on a picture.
        flagged: of the city's own words, those in its text.
        newcomer: somebody signed in, who has reported nothing before.
        short_lived: the mail address is one that lasts for minutes.
        over_budget: more came from there than one sender has within an hour.
        sender: as in `Other`.
        others: of the days around it.
    """

    at: datetime
    urgent: bool = False
    flags: Sequence[str] = ()
    held: Sequence[str] = ()
    words: str = ""
    minors: str = ""
    minor_seen: bool = False
    flagged: Sequence[str] = ()
    newcomer: bool = False
    short_lived: bool = False
    over_budget: bool = False
    sender: str = ""
    others: Sequence[Other] = ()


@dataclass(frozen=True)
class Risk:
    """The place in the queue, 0 (the most pressing) to `CALM`, and what speaks for it, the weightiest first."""

    rank: int
    reasons: Sequence[Reason]


def weighed(facts: Facts) -> Risk:
    """Return how pressing a report is."""
    reasons = sorted(_pressing(facts), key=lambda reason: -POINTS[reason.why])
    points = sum(POINTS[reason.why] for reason in reasons)
    least = 0 if facts.urgent else 1
    return Risk(max(CALM - points, least), reasons)


def _pressing(facts: Facts) -> Iterator[Reason]:
    if facts.urgent:
        yield Reason(Why.URGENT)
    if facts.minor_seen:
        yield Reason(Why.MINOR_SEEN)
    if facts.minors:
        yield Reason(Why.MINORS, word=facts.minors)
    yield from (Reason(Why.FLAGGED, word=word) for word in facts.flagged[:FLAGGED_AT_MOST])
    for mark in ATTACKED:
        yield from _attacked(facts, mark)
    yield from _burst(facts)
    yield from _shown_again(facts)
    if facts.held:
        yield Reason(Why.PERSONAL)
    yield from (Reason(why) for why in (Why.ELSEWHERE, Why.OLD, Why.SEEN) if why in facts.flags)
    if facts.newcomer:
        yield Reason(Why.NEWCOMER)
    if facts.short_lived:
        yield Reason(Why.SHORT_LIVED)


def _attacked(facts: Facts, mark: Mark) -> Iterator[Reason]:
    """Yield the reason "many reports by few people name this". Whoever is not known again counts as one more person."""
    reports, people = _counted(facts, mark)
    if reports >= MANY and reports >= PER_PERSON * people:
        yield Reason(ATTACKED[mark], reports, people)


def _counted(facts: Facts, mark: Mark) -> tuple[int, int]:
    """Return how many reports carry the mark, this one with them, and of how many people."""
    senders = {other.report_id: other.sender for other in facts.others if other.mark is mark}
    everybody = [*senders.values(), facts.sender]
    return len(everybody), len(set(filter(None, everybody))) + everybody.count("")


def _burst(facts: Facts) -> Iterator[Reason]:
    near = {
        other.report_id
        for other in facts.others
        if other.mark is Mark.SENDER and abs(other.at - facts.at) <= HOUR
    }
    if len(near) + 1 >= BURST:
        yield Reason(Why.BURST, len(near) + 1)


def suspicions(facts: Facts) -> list[Reason]:
    """Return why a report looks like spam, [] when it does not. What is urgent never does: a mistake would be dear."""
    if facts.urgent:
        return []
    signs = [
        *_burst(facts),
        *_again(facts, Mark.WORDS, Why.SAME_WORDS, of_one=len(bare(facts.words)) < TELLING),
        *(sign for sign in _shown_again(facts) if sign.reports > AGAIN),
    ]
    if says_nothing(facts.words):
        signs.append(Reason(Why.NO_MEANING))
    if facts.short_lived:
        signs.append(Reason(Why.SHORT_LIVED))
    if facts.over_budget:
        return [Reason(Why.OVER_BUDGET), *signs]
    flood = any(sign.why is Why.BURST and sign.reports >= FLOOD for sign in signs)
    return signs if flood or len(signs) >= SIGNS else []


def _shown_again(facts: Facts) -> Iterator[Reason]:
    """Yield the reason "the same picture again", in how many reports of how many people: few of one, or one of many."""
    reports, people = _counted(facts, Mark.PICTURE)
    if reports > SHOWN:
        yield Reason(Why.SAME_PICTURE, reports, people)


def _again(facts: Facts, mark: Mark, why: Why, *, of_one: bool = False) -> Iterator[Reason]:
    """Yield the reason "the same as before", before by anybody or by this sender alone."""
    own = (other for other in facts.others if not of_one or (other.sender and other.sender == facts.sender))
    reports = {other.report_id for other in own if other.mark is mark}
    if len(reports) >= AGAIN:
        yield Reason(why, len(reports) + 1)
