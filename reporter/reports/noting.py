"""Internal notes: who may read which, until when a writer changes one, and who is named in it. Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from reporter.kernel.policy import Actor, Permission, may

WORDS_AT_MOST = 2000
CHANGED_FOR = timedelta(minutes=10)
NAMED_AT_MOST = 20  # people in one note
_AT = re.compile(r"(?<![A-Za-z0-9._%+-])@")  # not that of a mail address
_GOES_ON = re.compile(r"[A-Za-z0-9]{2}")  # a Latin name ends where its word does


def may_write(actor: Actor, case: Any = None) -> bool:
    """Tell whether somebody may write a note at a case, at a report where `case` is None."""
    if case is None:
        return may(actor, Permission.NOTE_AT_CENTRE)
    return may(actor, Permission.NOTE_AT_CASE) or may(actor, Permission.NOTE_AT_UNIT, case)


def may_read(actor: Actor, case: Any = None, *, for_unit: bool = False) -> bool:
    """Tell whether somebody may read a note: the units of a case only what is meant for them.

    Args:
        case: at which the note is, None for one at a report.
    """
    if case is None:
        return may(actor, Permission.NOTE_AT_CENTRE)
    at_unit = for_unit and may(actor, Permission.NOTE_AT_UNIT, case)
    return at_unit or may(actor, Permission.NOTE_AT_CASE)


def may_change(author_id: int, at: datetime, *, now: datetime, by: Actor) -> bool:
    """Tell whether a note can still be changed: by its writer, for some minutes."""
    return by.id == author_id and now - at < CHANGED_FOR


def named_in(words: str, people: Iterable[tuple[int, str]]) -> list[int]:
    """Return whom `words` name with an @, by id, in the order of the names' length: who is 孟和 is not 孟和平.

    Args:
        people: id and name of those who may read the note; all of one name are meant.
    """
    by_name: dict[str, list[int]] = {}
    for user_id, name in people:
        by_name.setdefault(name, []).append(user_id)
    lengths = sorted({len(name) for name in by_name if name}, reverse=True)
    named = {_name_at(words, at.end(), by_name, lengths) for at in _AT.finditer(words)}
    found = [one for name in sorted(named & by_name.keys(), key=len, reverse=True) for one in by_name[name]]
    return found[:NAMED_AT_MOST]


def _name_at(words: str, begin: int, names: Collection[str], lengths: Sequence[int]) -> str:
    """Return the longest of `names` that stands at a place and does not go on as another word, "" for none."""
    each = (words[begin : begin + length] for length in lengths)
    return next((one for one in each if one in names and not _GOES_ON.match(words, begin + len(one) - 1)), "")
