"""How much one sender may send, and what is answered beyond: wait a little, sign in by a code, the side queue, stop.

Nothing is refused for good and nothing of a device is looked at: it is counted by a cookie, an address and the account.
A contact that somebody typed without signing in proves nothing, and may be another person's: see decision 0073.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reporter.accounts.rules import known_as
from reporter.desks.device import device_id
from reporter.desks.errors import limiter, wait_until, whence
from reporter.desks.guard import city, me
from reporter.kernel.policy import STAFF
from reporter.ports import ports
from reporter.reports.appeals import is_trusted

REPORTS = "reports"
TYPED = "typed"  # a contact that somebody typed who has not signed in


class Answer(StrEnum):
    """What is answered to whoever sends too much, from the mildest on."""

    SLOW = "slow"
    PROVE = "prove"
    ASIDE = "aside"
    STOP = "stop"


@dataclass(frozen=True)
class Budget:
    """So many reports of one `device`, `address`, `account` or `typed` contact; beyond them there is this answer."""

    of: str
    limits: str
    answer: Answer


# An address may be that of a whole mobile network: it has room for many people, and is never stopped for long. What
# was typed may be anybody's: its reports wait in the side queue at worst, so that nobody is stopped in another's name.
# fmt: off
BUDGETS = (
    #      of         reports           then
    Budget("device",  "5 per minute",   Answer.SLOW),
    Budget("address", "30 per minute",  Answer.SLOW),
    Budget("device",  "10 per hour",    Answer.PROVE),
    Budget("address", "60 per hour",    Answer.PROVE),
    Budget("device",  "20 per hour",    Answer.ASIDE),
    Budget("account", "20 per hour",    Answer.ASIDE),
    Budget(TYPED,     "20 per hour",    Answer.ASIDE),
    Budget("address", "200 per hour",   Answer.ASIDE),
    Budget("device",  "60 per day",     Answer.STOP),
    Budget("account", "60 per day",     Answer.STOP),
    Budget("address", "1000 per hour",  Answer.STOP),
)
# fmt: on


@dataclass(frozen=True)
class Verdict:
    """What is answered, and until when it would be answered again."""

    answer: Answer
    until: datetime


def verdict_on(contact: str) -> Verdict | None:
    """Count one more report; return what stands in its way, None when nothing does.

    Staff are not counted, and whoever has an account has proven by a code that they can be reached. Whom a moderator
    trusts after an appeal waits like everybody, and is neither asked for proof, nor put aside, nor stopped. What was
    typed as `contact` is only looked at here; `was_taken` counts it.
    """
    if me().roles & STAFF:
        return None
    names = _names(contact)
    stop = _full(Answer.STOP, names, count=False)
    if stop and not _trusted():
        return stop
    if slow := _full(Answer.SLOW, names):
        return slow
    if (prove := _full(Answer.PROVE, names)) and me().id is None and not _trusted():
        return prove
    _full(Answer.STOP, names)
    aside = _full(Answer.ASIDE, names)
    return None if aside is None or _trusted() else aside


def was_taken(contact: str) -> None:
    """Count a report that was taken under the `contact` that somebody typed who has not signed in."""
    if typed := _typed(contact):
        for one in BUDGETS:
            if one.of == TYPED:
                limiter.over(one.limits, *_counter(one, typed))


def sender_name() -> str:
    """Return by which an appeal of this browser is known: a digest."""
    return ports.seals.digest(f"appeal {city().id} {device_id()}")


def _trusted() -> bool:
    return is_trusted([sender_name()])


def _names(contact: str) -> Mapping[str, str]:
    own = me().id
    names = {"device": device_id(), "address": whence(), "account": str(own or ""), TYPED: _typed(contact)}
    return {of: name for of, name in names.items() if name}


def _typed(contact: str) -> str:
    known = known_as(contact)
    return ports.seals.digest(f"typed {known}") if known and me().id is None else ""


def _counter(budget: Budget, name: str) -> tuple[str, ...]:
    return REPORTS, str(city().id), budget.answer, budget.of, name


def _full(answer: Answer, names: Mapping[str, str], *, count: bool = True) -> Verdict | None:
    ends = [
        limiter.over(one.limits, *_counter(one, names[one.of]), count=count and one.of != TYPED)
        for one in BUDGETS
        if one.answer is answer and one.of in names
    ]
    until = max((end for end in ends if end), default=None)
    if until is None:
        return None
    if answer in {Answer.SLOW, Answer.STOP}:
        wait_until(until)
    return Verdict(answer, until)
