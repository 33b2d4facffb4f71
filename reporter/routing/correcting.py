"""A case was about something else, or somewhere else: kind and place are put right together, and it is routed once."""

from dataclasses import dataclass

from reporter.cases.commands import advance, keep_kind_and_place, require_seen
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import command
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor
from reporter.places.queries import get_area
from reporter.routing.commands import reassign
from reporter.routing.queries import suggest_unit


@dataclass(frozen=True)
class Correction:
    """What a case is about, and where."""

    category_id: int
    subcategory_id: int | None
    area_id: int | None
    address: str


@command
def correct(
    case: Case, correction: Correction, *, reason: str, by: Actor, seen: int | None = None
) -> TrailEntry:
    """Put kind and place right in one step.

    The limits of the new kind hold. When the rules name another unit now, the case goes there, once; else it stays, and
    its deadlines are counted anew from when it was given to the unit, but at least half of the new limit is left.

    Raises:
        BadInput: nothing is different, there is no such kind or area, or a sub-type of another kind.
        WrongStep: the case is handed in already, paused, or a request waits for its answer.
        NotAllowed: `by` may not dispatch.
        Conflict: the case is no longer what the person saw.
    """
    require_seen(case, seen)
    before = Correction(case.category_id, case.subcategory_id, case.area_id, case.address)
    if before == correction:
        raise BadInput("Nothing is different from before.", field="category_id")
    if correction.area_id is not None:
        get_area(correction.area_id)
    keep_kind_and_place(
        case, category_id=correction.category_id, subcategory_id=correction.subcategory_id,
        area_id=correction.area_id, address=correction.address,
    )  # fmt: skip
    entry = advance(
        case, Action.CORRECT, by=by, reason=reason, category_id=before.category_id,
        subcategory_id=before.subcategory_id, area_id=before.area_id, address=before.address,
    )  # fmt: skip
    if case.state is not State.REGISTERED:
        _route_again(case, reason, by)
    return entry


def _route_again(case: Case, reason: str, by: Actor) -> None:
    choice = suggest_unit(
        category_id=case.category_id,
        subcategory_id=case.subcategory_id,
        area_id=case.area_id,
        source=case.source,
    )
    if choice.lead_unit_id != case.lead_unit_id:
        reassign(case, unit_id=choice.lead_unit_id, reason=reason, by=by)
