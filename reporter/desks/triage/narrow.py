"""What a list is narrowed to, in the address and in words: its choices, and what of it is no longer there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from reporter.desks.incoming import an_id
from reporter.desks.triage.lookups import Lookups
from reporter.desks.triage.standing_out import SENTENCES
from reporter.desks.words import named
from reporter.reports.narrowing import HOURS, WORDS_AT_MOST, Narrowing, Sender
from reporter.reports.risk import Why

DAY = 24  # hours
Word = TypeVar("Word", bound=StrEnum)


def narrowing_in(args: Mapping[str, str] | MultiDict[str, str]) -> Narrowing:
    """Return what an address asks for; what it says wrongly is left out."""
    hours = _an_id(args.get("hours", ""))
    return Narrowing(
        category_id=_an_id(args.get("kind", "")) or None, area_id=_an_id(args.get("area", "")) or None,
        why=_one_of(Why, args.get("why", "")), hours=hours if hours in HOURS else None,
        sender=_one_of(Sender, args.get("sender", "")), words=args.get("words", "").strip()[:WORDS_AT_MOST],
    )  # fmt: skip


def _an_id(text: str) -> int | None:
    try:
        return an_id(text)
    except ValueError:
        return None


def _one_of(words: type[Word], text: str) -> Word | None:
    return words(text) if text in list(words) else None


def narrowing_args(only: Narrowing) -> dict[str, Any]:
    """Return the arguments of an address that ask for it; nothing for what is empty."""
    said = {
        "kind": only.category_id, "area": only.area_id, "why": only.why, "hours": only.hours,
        "sender": only.sender, "words": only.words,
    }  # fmt: skip
    return {name: str(value) for name, value in said.items() if value}


def nothing_left(*, looked_further: bool) -> tuple[str, str]:
    """Return what is said where nothing on a list is as it was asked for."""
    if looked_further:
        return (
            _("Nothing found so far"),
            _("The first ten thousand reports of the list were looked through. “Show more” looks further."),
        )
    return _("Nothing matches"), _("No report on this list is as the filter wants it.")


@dataclass(frozen=True)
class Choice:
    """A line to choose: value as it stands in the address."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Choices:
    """What a list can be narrowed by, with what it is narrowed by now."""

    kinds: Sequence[Choice]
    areas: Sequence[Choice]
    whys: Sequence[Choice]
    hours: Sequence[Choice]
    senders: Sequence[Choice]
    words: str
    most: int = WORDS_AT_MOST


def choices_for(only: Narrowing, found: Lookups) -> Choices:
    """Return the choices; what is chosen stays among them also when it is offered no more."""
    kinds = [(one.id, named(one)) for one in found.kinds.values() if one.active or one.id == only.category_id]
    areas = {one.id: named(one) for one in found.areas_in_use}
    if only.area_id in found.areas:
        areas[only.area_id] = named(found.areas[only.area_id])
    return Choices(
        kinds=_choices(kinds, only.category_id), areas=_choices(areas.items(), only.area_id),
        whys=_choices(((one, str(text)) for one, text in SENTENCES.items()), only.why),
        hours=_choices(((one, waits_words(one)) for one in HOURS), only.hours),
        senders=_choices(_senders(), only.sender), words=only.words,
    )  # fmt: skip


def _choices(pairs: Iterable[tuple[object, str]], chosen: object) -> list[Choice]:
    return [Choice(str(value), text, value == chosen) for value, text in pairs]


def _senders() -> Iterator[tuple[object, str]]:
    yield Sender.KNOWN, _("Signed in")
    yield Sender.UNKNOWN, _("Not signed in")


def waits_words(hours: int) -> str:
    """Return "2 hours or longer", in days from one day on."""
    if hours % DAY:
        return ngettext("%(num)d hour or longer", "%(num)d hours or longer", hours)
    return ngettext("%(num)d day or longer", "%(num)d days or longer", hours // DAY)


def in_words(only: Narrowing, found: Lookups) -> list[str]:
    """Return what a list is narrowed to, part by part; what is no longer there has a sentence of its own (`gone`)."""
    said = [
        named(found.kinds.get(only.category_id or 0)),
        named(found.areas.get(only.area_id or 0)),
        str(SENTENCES[only.why]) if only.why else "",
        waits_words(only.hours) if only.hours else "",
        next((text for one, text in _senders() if one == only.sender), ""),
        _("“%(words)s”", words=only.words) if only.words else "",
    ]
    return [part for part in said if part]


def gone(only: Narrowing, found: Lookups) -> list[str]:
    """Return, in sentences, what the list is narrowed to and is no longer there."""
    said = []
    kind, area = found.kinds.get(only.category_id or 0), found.areas.get(only.area_id or 0)
    if only.category_id and (kind is None or not kind.active):
        said.append(_missing_kind(named(kind)))
    if only.area_id and (area is None or not area.active):
        said.append(_missing_area(named(area)))
    return said


def _missing_kind(name: str) -> str:
    if not name:
        return _("The kind that this filter asks for is no longer there. Please choose another one.")
    return _("The kind “%(name)s” is no longer offered: new reports do not have it.", name=name)


def _missing_area(name: str) -> str:
    if not name:
        return _("The area that this filter asks for is no longer there. Please choose another one.")
    return _("The area “%(name)s” is closed: new reports do not lie in it.", name=name)
