"""The unit a report would go to, and why, in words; how long it will have."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.cases.models import Source
from reporter.desks.errors import words_of
from reporter.desks.limits import grounds, limit_words
from reporter.desks.triage.lookups import Lookups, Placed
from reporter.desks.words import named
from reporter.kernel.errors import BadInput
from reporter.ports import ports
from reporter.routing.choose import Choice
from reporter.routing.limits import limits_at
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
        choice = suggest_unit(
            category_id=thing.category_id, subcategory_id=thing.subcategory_id, area_id=thing.area_id,
            source=getattr(thing, "source", Source.RESIDENT), without=getattr(thing, "refused_unit_ids", ()),
        )  # fmt: skip
    except BadInput as error:
        return Suggested(problem=words_of(error))
    unit_id = chosen if chosen in found.units else choice.lead_unit_id  # what is not offered the form refuses
    kind, sub = found.kind(thing), found.sub(thing)
    by_hand = unit_id != choice.lead_unit_id
    limits = limits_at(
        found.units[unit_id], None if by_hand else choice, claim=kind.claim_limit,
        handle=kind.limit_to_handle(sub, urgent=urgent), area_id=thing.area_id, at=ports.clock.now(),
    )  # fmt: skip
    why = _by_hand(choice, found) if by_hand else _by_rule(choice, thing, found)
    return Suggested(
        name=found.unit_name(unit_id), reasons=[why, _load(open_load(unit_id))], chosen=by_hand,
        co_units=", ".join(found.unit_name(other) for other in choice.co_unit_ids if other != unit_id),
        claim=limit_words(limits.claim), handle=limit_words(limits.handle),
    )  # fmt: skip


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
