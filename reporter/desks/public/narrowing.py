"""How the board is narrowed: by its address, in a form, and in what stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request
from flask_babel import gettext as _

from reporter.board.lifecycle import Outcome
from reporter.board.shown import (
    WORDS_AT_MOST,
    Filter,
    Kind,
    Numbers,
    kinds,
    months_shown,
    numbers_shown,
    units_shown,
)
from reporter.desks.incoming import an_id
from reporter.desks.public.cards import streets
from reporter.desks.shelf import shelved
from reporter.desks.words import named
from reporter.insight.queries import Honour, honours

LIST = "list"  # how the board is looked at, when not as cards side by side


def asked() -> Filter:
    """Return how the address narrows the board; what no board can be narrowed by is left out."""
    outcome = request.args.get("outcome", "")
    return Filter(
        kind=request.args.get("kind", "")[:40], area_id=request.args.get("area", type=an_id),
        unit_id=request.args.get("unit", type=an_id),
        outcome=Outcome(outcome) if outcome in set(Outcome) else None,
        month=request.args.get("month", "")[:10],
        words=" ".join(request.args.get("q", "").split())[:WORDS_AT_MOST],
    )  # fmt: skip


def address_of(narrow: Filter, **other: Any) -> dict[str, str | int]:
    """Return how the board is narrowed, as its address says it; `other` is put over it, None takes a part away."""
    said = {
        "kind": narrow.kind, "area": narrow.area_id, "unit": narrow.unit_id, "outcome": narrow.outcome,
        "month": narrow.month, "q": narrow.words, **other,
    }  # fmt: skip
    return {
        name: str(value) if isinstance(value, Outcome) else value for name, value in said.items() if value
    }


def without_words(narrow: Filter) -> Filter:
    """Return the same without what was searched for."""
    return replace(narrow, words="")


Row = tuple[int | str, str]  # what is said in the address, and its words


@dataclass(frozen=True)
class Beside:
    """What stands above and beside the posts, a few seconds old at most."""

    kinds: Sequence[Kind]
    streets: Sequence[Row]
    units: Sequence[Row]
    months: Sequence[Row]
    numbers: Numbers
    honours: Sequence[Honour]


def beside() -> Beside:
    """Return what stands above and beside the posts."""
    return shelved("beside", _beside)


def _beside() -> Beside:
    numbers = numbers_shown()
    return Beside(
        kinds=kinds(), streets=[(one.id, named(one)) for one in streets()],
        units=[(one.id, named(one)) for one in units_shown(numbers)],
        months=[(month, month) for month in months_shown()], numbers=numbers, honours=honours(),
    )  # fmt: skip


def outcomes() -> list[tuple[str, str]]:
    """Return value and words of each outcome by which the board can be narrowed."""
    words = {
        Outcome.PUT_RIGHT: _("Put right"),
        Outcome.DEALT_WITH: _("Dealt with"),
        Outcome.OVERDUE: _("Not put right in time"),
    }
    return [(str(one), words[one]) for one in Outcome]
