"""A unit sends a case back (退单): the next candidate takes it, and after three the units talk about it together (会商)."""

from collections.abc import Sequence

from reporter.cases.commands import advance
from reporter.cases.lifecycle import LADDER_AT, Action
from reporter.cases.models import Case
from reporter.cases.queries import requests_of
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import command
from reporter.kernel.policy import SYSTEM, Actor
from reporter.routing.commands import dispatch
from reporter.routing.queries import fallback_unit_id, open_whistle, suggest_unit
from reporter.routing.whistles import Purpose, call_together


@command
def approve_send_back(case: Case, *, by: Actor, reason: str = "", seen: int | None = None) -> TrailEntry:
    """Take a case from its unit and give it to the next candidate at once.

    When three units sent it back, it goes to the fallback unit, and those three are called to settle whose it is. When
    the fallback unit itself sent it back and no rule names another one, the case waits for a dispatcher.

    Raises:
        What `advance` raises.
    """
    entry = advance(
        case, Action.APPROVE_SEND_BACK, by=by, reason=reason, seen=seen, unit_id=case.lead_unit_id
    )
    fallback = fallback_unit_id()
    if case.send_back_count >= LADDER_AT:
        dispatch(case, by=SYSTEM, unit_id=fallback)
        _settle_whose(case, [unit for unit in case.refused_unit_ids if unit != fallback])
    elif next_candidate(case) is not None:
        dispatch(case, by=SYSTEM)
    return entry


def next_candidate(case: Case) -> int | None:
    """Return the unit that takes a case when the one that has it now, and those before, sent it back; None for nobody."""
    refused = list(
        dict.fromkeys([*case.refused_unit_ids, *([case.lead_unit_id] if case.lead_unit_id else [])])
    )
    if len(refused) >= LADDER_AT:
        return fallback_unit_id()
    found = suggest_unit(
        category_id=case.category_id, subcategory_id=case.subcategory_id, area_id=case.area_id,
        source=case.source, without=refused,
    )  # fmt: skip
    return None if found.lead_unit_id in refused else found.lead_unit_id


def _settle_whose(case: Case, unit_ids: Sequence[int]) -> None:
    """Call those who sent it back, unless they are called together already; the last one's words say what about."""
    if unit_ids and open_whistle(case.id) is None:
        reason = requests_of(case.id)[-1].reason
        call_together(case, unit_ids, purpose=Purpose.OWNERSHIP, reason=reason, by=SYSTEM)
