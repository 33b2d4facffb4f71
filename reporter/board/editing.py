"""What only editors read: lists and numbers of what waits, the checks before publishing, masked previews."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, and_, func, or_, select

from reporter.accounts.queries import whole_person
from reporter.board.boxes import Box
from reporter.board.checks import Check, Facts, PictureFacts, checks
from reporter.board.lifecycle import (
    ENDED,
    OBJECTION_OPEN,
    Action,
    ObjectionAction,
    ObjectionState,
    State,
    step_for,
)
from reporter.board.masked import Masked
from reporter.board.models import Exposure, Objection
from reporter.board.wording import names_a_dwelling, not_neutral, says_alleged
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case, Nature
from reporter.cases.queries import get_case, get_category, result_of
from reporter.cases.queries import history as case_history
from reporter.kernel.audit import TrailEntry, trail_of
from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import WrongStep
from reporter.kernel.pages import Page, page_of, read_key
from reporter.kernel.policy import Actor, Permission, may
from reporter.photos.pixels import SMALL, burn, public_copy
from reporter.photos.queries import get_photo, photos_by_ids, staff_copy
from reporter.ports import ports
from reporter.reports.screening import personal_data

SEEN = "1600.jpeg"


def masked_preview(picture: Masked, boxes: Sequence[Box] | None = None) -> bytes:
    """Return the very JPEG, 1600 pixels long at most, that the public sees or will see.

    Args:
        boxes: as they are drawn at this moment; the kept ones when left out.
    """
    if boxes is None and picture.ready:
        return ports.storage.open(picture.copies[SEEN])
    mask = picture.boxes if boxes is None else [box.as_dict() for box in boxes]
    return public_copy(burn(staff_copy(get_photo(picture.photo_id)).content, mask))


def masked_thumb(picture: Masked) -> bytes:
    """Return a small JPEG for lists, 320 pixels long at most; its boxes grow to the coarser grid of that size."""
    return burn(staff_copy(get_photo(picture.photo_id), SMALL).content, picture.boxes)


def exposures_in(states: Collection[State], *, after: str = "", size: int = 30) -> Page[Exposure]:
    """Return exposures in `states`, the longest waiting first."""
    waiting = select(Exposure).where(Exposure.state.in_(states))
    if key := read_key(after, int):
        waiting = waiting.where(Exposure.id > key[0])
    rows = db.session.scalars(waiting.order_by(Exposure.id).limit(size + 1)).all()
    return page_of(rows, size=size, key=lambda row: (row.id,))


def newest_exposures_in(states: Collection[State], *, after: str = "", size: int = 30) -> Page[Exposure]:
    """Return exposures in `states`, the one proposed last first."""
    found = select(Exposure).where(Exposure.state.in_(states))
    if key := read_key(after, int):
        found = found.where(Exposure.id < key[0])
    rows = db.session.scalars(found.order_by(Exposure.id.desc()).limit(size + 1)).all()
    return page_of(rows, size=size, key=lambda row: (row.id,))


def numbers_waiting(*, limit: int = 1000) -> dict[State | ObjectionState, int]:
    """Return how many exposures and objections stand in each state that is not an end, in one query.

    Args:
        limit: counted up to here and no further; `limit + 1` says that there are more.
    """
    every: list[tuple[Any, Any]] = [(Exposure, state) for state in State if state not in ENDED]
    every += [(Objection, state) for state in ObjectionState if state in OBJECTION_OPEN]
    numbers = [_bounded(model, state, limit) for model, state in every]
    row = db.session.execute(select(*numbers)).one()
    return {state: number for (_, state), number in zip(every, row, strict=True)}


def _bounded(model: Any, state: State | ObjectionState, limit: int) -> ScalarSelect[int]:
    some = select(model.id).where(model.city_id == current_city_id(), model.state == state).limit(limit + 1)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def checks_of(exposure: Exposure) -> list[Check]:
    """Return every requirement for publishing with its answer."""
    case = get_case(exposure.case_id)
    photos = photos_by_ids(picture.photo_id for picture in exposure.used)
    text = f"{exposure.title}\n{exposure.summary}\n{exposure.road}"
    facts = Facts(
        outcome=exposure.outcome, owed=is_owed(case), case_closed=was_closed(case), closer_is_not_handler=case.inspector_id not in {None, case.handler_id},
        kind_exposable=get_category(case.category_id).exposable,
        pictures=[
            PictureFacts(
                one.stage,
                one.confirmed and bool(one.boxes or not photos[one.photo_id].minor),
                one.source_sha256 == photos[one.photo_id].staff_sha256,
            )
            for one in exposure.used
        ],
        no_minor=exposure.no_minor, title=exposure.title, personal_data=personal_data(text),
        not_neutral=not_neutral(text), asserted=not (says_alleged(exposure.title) or was_decided(case)), dwelling=names_a_dwelling(text),
        basis=exposure.basis, basis_source=exposure.basis_source, basis_date=exposure.basis_date,
    )  # fmt: skip
    return checks(facts)


def was_decided(case: Case) -> bool:
    """Tell whether a penalty says who did it, or nobody need have: the post is about a place."""
    if case.nature != Nature.ACT:
        return True
    result = result_of(case.id)
    return result is not None and result.penalty_stands


def is_owed(case: Case) -> bool:
    """Tell whether a unit has not put a condition right in time; never of what a person did."""
    in_hand = case.state in {CaseState.DISPATCHED, CaseState.HANDLING} and case.nature == Nature.CONDITION
    return in_hand and case.due_at is not None and case.due_at <= ports.clock.now()


def was_closed(case: Case) -> bool:
    """Tell whether an inspector passed the work; an archived case may have ended without repair."""
    if case.state is not CaseState.ARCHIVED:
        return case.state is CaseState.CLOSED
    ends = [
        entry.target
        for entry in case_history(case)
        if entry.target in {CaseState.CLOSED, CaseState.CLOSED_UNFIXED}
    ]
    return ends[-1:] == [CaseState.CLOSED]


def opened_by(exposure: Exposure, user_id: int | None, action: str) -> TrailEntry | None:
    """Return the trail's last entry of `action` on `exposure` by this person, else None."""
    own = [entry for entry in trail_of(exposure) if entry.action == action and entry.actor_id == user_id]
    return own[-1] if own else None


def masks_kept(entries: Sequence[TrailEntry]) -> list[tuple[int, TrailEntry]]:
    """Return photo id and entry of each mask that was kept, draft or judged, oldest first.

    Args:
        entries: the trail of an exposure, oldest first.
    """
    return [
        (int(one.facts["photo_id"]), one)
        for one in entries
        if one.action == Action.REDACT and "boxes" in one.facts
    ]


def actions_open_to(actor: Actor, thing: Exposure | Objection) -> frozenset[Action | ObjectionAction]:
    """Return the actions that the table and the policy leave to `actor` now."""
    person, possible = whole_person(actor), actions_possible(thing)
    return frozenset(action for action in possible if _may(person, thing, action))


def actions_possible(thing: Exposure | Objection) -> frozenset[Action | ObjectionAction]:
    """Return the actions that the table allows from where `thing` stands, whoever takes them."""
    every: tuple[Action | ObjectionAction, ...] = (*Action, *ObjectionAction)
    return frozenset(action for action in every if _leads_somewhere(thing, action))


def _leads_somewhere(thing: Exposure | Objection, action: Action | ObjectionAction) -> bool:
    try:
        step_for(thing.state, action)
    except WrongStep:
        return False
    return True


def _may(actor: Actor, thing: Exposure | Objection, action: Action | ObjectionAction) -> bool:
    return may(actor, step_for(thing.state, action).who, thing)


def sees_evidence(actor: Actor, objection: Objection) -> bool:
    """Tell whether `actor` may see the pictures that came with the objection: whoever may decide it."""
    return may(whole_person(actor), Permission.OBJECTION_REVIEW, objection)


def objections_in(states: Collection[ObjectionState], *, after: str = "", size: int = 30) -> Page[Objection]:
    """Return objections in `states`: what is grave and still on show, what is grave, the rest; the soonest due first."""
    waiting = select(Objection).where(Objection.state.in_(states))
    if key := read_key(after, int, datetime, int):
        rank, due, last = key
        later = or_(Objection.due_at > due, and_(Objection.due_at == due, Objection.id > last))
        waiting = waiting.where(or_(Objection.rank > rank, and_(Objection.rank == rank, later)))
    in_order = waiting.order_by(Objection.rank, Objection.due_at, Objection.id)
    rows = db.session.scalars(in_order.limit(size + 1)).all()
    return page_of(rows, size=size, key=lambda row: (row.rank, row.due_at.isoformat(), row.id))


def exposures_by_ids(ids: Collection[int]) -> dict[int, Exposure]:
    """Return the exposures with these ids, in one query."""
    if not ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(Exposure).where(Exposure.id.in_(ids)))}


def objections_to(exposure_id: int, *, limit: int = 20) -> Sequence[Objection]:
    """Return the newest objections to an exposure."""
    own = select(Objection).where(Objection.exposure_id == exposure_id)
    return db.session.scalars(own.order_by(Objection.id.desc()).limit(limit)).all()
