"""A case was about something else, or somewhere else: kind and place are put right together, and it is routed once."""

from dataclasses import dataclass, replace
from typing import Any

from reporter.cases.commands import advance, keep_kind_and_place, require_seen
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import command
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor
from reporter.places.geometry import Point
from reporter.places.moved import moved
from reporter.places.queries import area_for, get_area
from reporter.routing.commands import reassign
from reporter.routing.queries import suggest_unit


@dataclass(frozen=True)
class Correction:
    """What a case is about, and where.

    `point` is WGS 84; None keeps the case's. `by_point`: the area is the one in which the point lies, whatever `area_id` says.
    """

    category_id: int
    subcategory_id: int | None
    area_id: int | None
    address: str
    point: Point | None = None
    by_point: bool = False


@command
def correct(
    case: Case, correction: Correction, *, reason: str, by: Actor, seen: int | None = None
) -> TrailEntry:
    """Put kind and place right in one step.

    The limits of the new kind hold. When the rules name another unit now, the case goes there, once; else it stays, and
    its deadlines are counted anew from when it was given to the unit, but at least half of the new limit is left.

    Raises:
        BadInput: nothing is different, there is no such kind or area, a sub-type of another kind, or the point lies
            outside the city, or in no area while none was chosen.
        WrongStep: the case is handed in already, paused, or a request waits for its answer.
        NotAllowed: `by` may not dispatch.
        Conflict: the case is no longer what the person saw.
    """
    require_seen(case, seen)
    before = Correction(
        case.category_id, case.subcategory_id, case.area_id, case.address, Point(case.lon, case.lat)
    )
    after, point = _settled(correction, case)
    if before == after:
        raise BadInput("Nothing is different from before.", field="category_id")
    keep_kind_and_place(
        case, category_id=after.category_id, subcategory_id=after.subcategory_id,
        area_id=after.area_id, address=after.address, point=point,
    )  # fmt: skip
    entry = advance(
        case, Action.CORRECT, by=by, reason=reason, category_id=before.category_id,
        subcategory_id=before.subcategory_id, area_id=before.area_id, address=before.address,
        **_move(before, after),
    )  # fmt: skip
    if case.state is not State.REGISTERED:
        _route_again(case, reason, by)
    return entry


def _settled(correction: Correction, case: Case) -> tuple[Correction, Point]:
    """Return the correction with the area and the point that hold."""
    if correction.point is None:
        if correction.area_id is not None:
            get_area(correction.area_id)
        point = Point(case.lon, case.lat)
        return replace(correction, point=point, by_point=False), point
    chosen = None if correction.by_point else correction.area_id
    area_id = area_for(correction.point, chosen)
    return replace(correction, area_id=area_id, by_point=False), correction.point


def _move(before: Correction, after: Correction) -> dict[str, Any]:
    if before.point is None or after.point is None or before.point == after.point:
        return {}
    return {"moved": moved(before.point, after.point, address=before.address, now=after.address)}


def _route_again(case: Case, reason: str, by: Actor) -> None:
    choice = suggest_unit(
        category_id=case.category_id,
        subcategory_id=case.subcategory_id,
        area_id=case.area_id,
        source=case.source,
    )
    if choice.lead_unit_id != case.lead_unit_id:
        reassign(case, unit_id=choice.lead_unit_id, reason=reason, by=by)
