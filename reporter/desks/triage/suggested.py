"""The unit a report would go to, and why, in words; how long it will have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.cases.models import Source
from reporter.desks.errors import words_of
from reporter.desks.limits import grounds, limit_words
from reporter.desks.shelf import shelf
from reporter.desks.triage.lookups import Lookups, Placed
from reporter.desks.words import named
from reporter.kernel.db import current_city_id
from reporter.kernel.errors import BadInput
from reporter.ports import ports
from reporter.routing.choose import Choice
from reporter.routing.limits import Limits, limits_at
from reporter.routing.queries import open_load, suggest_unit

LOAD_COUNTED = 100


@dataclass(frozen=True)
class Suggested:
    """The unit, the grounds, the co-units and the limits. `problem`: why there is none."""

    name: str = ""
    reasons: Sequence[str] = ()
    chosen: bool = False
    co_units: str = ""
    claim: str = ""
    handle: str = ""
    problem: str = ""


def suggested_unit(thing: Placed, found: Lookups, *, urgent: bool, chosen: int | None = None) -> Suggested:
    """Return the unit the rules name for `thing`, or the one a person chose, with the grounds."""
    try:
        choice, unit_id, limits = _named(thing, found, urgent=urgent, chosen=chosen)
    except BadInput as error:
        return Suggested(problem=words_of(error))
    by_hand = unit_id != choice.lead_unit_id
    why = _by_hand(choice, found) if by_hand else _by_rule(choice, thing, found)
    return Suggested(
        name=found.unit_name(unit_id), reasons=[why, _load(open_load(unit_id))], chosen=by_hand,
        co_units=", ".join(found.unit_name(other) for other in choice.co_unit_ids if other != unit_id),
        claim=limit_words(limits.claim), handle=limit_words(limits.handle),
    )  # fmt: skip


def _named(thing: Placed, found: Lookups, *, urgent: bool, chosen: int | None) -> tuple[Choice, int, Limits]:
    """Return what the rules say of a kind and a place, some seconds old at most: many reports are alike in both."""
    matter = Matter(
        thing.category_id, thing.subcategory_id, thing.area_id, getattr(thing, "source", Source.RESIDENT),
        tuple(getattr(thing, "refused_unit_ids", ())),
    )  # fmt: skip

    def name() -> tuple[Choice, int, Limits]:
        choice = suggest_unit(
            category_id=matter.category_id, subcategory_id=matter.subcategory_id, area_id=matter.area_id,
            source=matter.source, without=matter.refused,
        )  # fmt: skip
        unit_id = (
            chosen if chosen in found.units else choice.lead_unit_id
        )  # what is not offered the form refuses
        kind, rule = found.kind(thing), choice if unit_id == choice.lead_unit_id else None
        handle = kind.limit_to_handle(found.sub(thing), urgent=urgent)
        at = ports.clock.now()
        return (
            choice,
            unit_id,
            limits_at(
                found.unit(unit_id),
                rule,
                claim=kind.claim_limit,
                handle=handle,
                area_id=matter.area_id,
                at=at,
            ),
        )

    return shelf().list_of(("named", current_city_id(), matter, urgent, chosen), name)


class Matter(NamedTuple):
    """What the rules ask about."""

    category_id: int
    subcategory_id: int | None
    area_id: int | None
    source: str
    refused: tuple[int, ...]


def _by_hand(choice: Choice, found: Lookups) -> str:
    return _("You chose it; the rules name %(unit)s", unit=found.unit_name(choice.lead_unit_id))


def _by_rule(choice: Choice, thing: Placed, found: Lookups) -> str:
    reason = {
        "rule": choice.rule_number, "kind": choice.by_kind, "subtype": choice.by_subtype, "area": choice.by_area,
        "when": choice.when, "source": choice.source,
    }  # fmt: skip
    kind = (choice.by_subtype and found.sub(thing)) or found.kind(thing)
    return grounds(reason, kind=named(kind), area=named(found.areas.get(choice.area_id or 0)))


def _load(number: int) -> str:
    if not number:
        return _("Nothing else lies with it now")
    if number >= LOAD_COUNTED:
        return _("%(number)s or more open cases lie with it", number=LOAD_COUNTED)
    return ngettext("%(num)d open case lies with it", "%(num)d open cases lie with it", number)
