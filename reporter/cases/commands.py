"""Every way a case changes. One door: `advance`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from reporter.accounts.queries import whole_person
from reporter.cases.events import CaseMoved
from reporter.cases.evidence import Level, lacks, level, shots_of
from reporter.cases.lifecycle import LADDER_AT, Action, Effect, Move, State, Step, step_for
from reporter.cases.models import Case, CasePhoto, CaseRequest, CaseResult, Category, Revocation, Source
from reporter.cases.queries import get_category, get_subcategory, result_of
from reporter.cities.commands import next_number
from reporter.cities.queries import current_city, local
from reporter.kernel import events
from reporter.kernel.audit import TrailEntry, record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, Conflict, WrongStep
from reporter.kernel.policy import Actor, require
from reporter.photos.commands.intake import keep
from reporter.photos.models import Photo
from reporter.photos.queries import photos_by_ids, seen_before
from reporter.places.geometry import Point
from reporter.ports import ports


@dataclass(frozen=True)
class Finding:
    """What is known of a place and its disorder when a case is registered. Points are WGS 84."""

    category_id: int
    subcategory_id: int | None
    area_id: int | None
    lon: float
    lat: float
    address: str
    words: str
    title: str
    photo_ids: Sequence[int]
    reported_at: datetime
    urgent: bool = False
    source: Source = Source.RESIDENT


def take_snapshot(category: Category, handle_limit: str) -> dict[str, str]:
    """Return the limits of `category` as they are now; later edits must not move old deadlines."""
    return {
        "register": category.register_limit,
        "dispatch": category.dispatch_limit,
        "claim": category.claim_limit,
        "handle": handle_limit,
        "inspect": category.inspect_limit,
        "follow_up": category.follow_up_limit,
    }


@command
def register(finding: Finding, *, by: Actor, held: bool = False, **facts: Any) -> Case:
    """Register a case: number, snapshot of limits, pictures, first entry of its trail.

    Args:
        finding: what is known of it.
        by: who registers it.
        held: nobody is told yet, see `CaseMoved`.
        facts: what else its trail keeps.

    Raises:
        NotAllowed: `by` may not register.
        BadInput: the sub-type belongs to another kind.
    """
    category, subcategory = get_category(finding.category_id), get_subcategory(finding.subcategory_id)
    if subcategory is not None and subcategory.category_id != category.id:
        raise BadInput("This sub-type belongs to another kind.", field="subcategory_id")
    urgent = finding.urgent or bool(subcategory and subcategory.urgent)
    limit = category.limit_to_handle(subcategory, urgent=urgent)
    now = ports.clock.now()
    case = Case(
        number=_next_case_number(now), state=State.REGISTERED, category_id=category.id,
        subcategory_id=finding.subcategory_id, nature=category.nature, area_id=finding.area_id, source=finding.source,
        title=finding.title, words=finding.words, address=finding.address, lon=finding.lon, lat=finding.lat,
        urgent=urgent, limits=take_snapshot(category, limit), co_unit_ids=[], refused_unit_ids=[], route_reason={},
        reported_at=finding.reported_at, registered_at=now,
    )  # fmt: skip
    require(by, step_for(None, Action.REGISTER).who, case)
    db.session.add(case)
    db.session.flush()
    attach_photos(case, finding.photo_ids, stage="before")
    _take(case, step_for(None, Action.REGISTER), Move(by=by, at=now, facts=facts), reason="", held=held)
    return case


def _next_case_number(now: datetime) -> str:
    day = local(now).date()
    return f"{current_city().code}-{day:%Y%m%d}-{next_number('case', day=day):06d}"


def require_seen(case: Case, seen: int | None) -> None:
    """Raise `Conflict` unless the case is still what a person saw; `seen` is its version, None when nobody looked."""
    if seen is not None and seen != case.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")


@command
def advance(
    case: Case, action: Action, *, by: Actor, reason: str = "", seen: int | None = None, held: bool = False, **facts: Any
) -> TrailEntry:  # fmt: skip
    """Move `case` one step, write the trail's entry, publish `CaseMoved`.

    Args:
        seen: the version the person looked at; None when nobody looked.
        held: nobody is told yet, see `CaseMoved`.
        facts: what the step's guards ask for.

    Raises:
        WrongStep: no such step from the case's state, or a guard is against it.
        NotAllowed: `by` may not take it.
        BadInput: the step demands a reason and none was given.
        Conflict: the case is no longer what the person saw.
    """
    require_seen(case, seen)
    step = step_for(case.state, action)
    require(whole_person(by), step.who, case)
    if step.reason and not reason.strip():
        raise BadInput("Please give a reason.", field="reason")
    move = Move(by=by, at=ports.clock.now(), facts=facts)
    for guard in step.guards:
        if problem := guard(case, move):
            raise WrongStep(problem)
    return _take(case, step, move, reason=reason.strip(), held=held)


def _take(case: Case, step: Step, move: Move, *, reason: str, held: bool = False) -> TrailEntry:
    case.state = step.target
    escalates = False
    if step.counts:
        reached = getattr(case, step.counts) + 1
        setattr(case, step.counts, reached)
        escalates = step.ladder and reached >= LADDER_AT
        case.escalated = case.escalated or escalates
    _keep_people_and_times(case, step, move)
    _keep_request(case, step, move, reason)
    entry = record(
        case, step.action, by=move.by, at=move.at, source=step.source or "", target=step.target, reason=reason,
        facts=_plain(move.facts) | ({"escalates": True} if escalates else {}),
    )  # fmt: skip
    events.publish(
        CaseMoved(
            case.id, entry.id, step.action, step.effect, step.source, step.target, escalates=escalates, held=held
        )
    )  # fmt: skip
    return entry


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()
    }


def _keep_people_and_times(case: Case, step: Step, move: Move) -> None:
    if step.action is Action.DISPATCH or step.action is Action.REASSIGN:
        case.dispatched_at, case.claimed_at, case.handler_id = move.at, None, None
    elif Effect.CLAIMED in step.effect:
        case.claimed_at, case.handler_id = move.at, move.by.id
    elif step.action is Action.SUBMIT_RESULT:
        case.handled_at, case.handler_id = move.at, move.by.id
    elif step.action is Action.REOPEN:
        case.closed_at, case.inspector_id, case.escalated = None, None, False
    elif step.action is Action.FALL_BACK and step.target is State.DISPATCHED:
        case.dispatched_at, case.claimed_at, case.handler_id = move.at, None, None
    elif step.action is Action.FALL_BACK:
        case.escalated = True
    elif step.action is Action.APPROVE_SEND_BACK and case.lead_unit_id:
        case.refused_unit_ids = list(dict.fromkeys([*case.refused_unit_ids, case.lead_unit_id]))
    rated_beside = step.action is Action.RATE and "rating" not in move.facts  # by somebody who saw it too
    if step.action in {Action.RATE, Action.FOLLOW_UP, Action.REOPEN, Action.ARCHIVE} and not rated_beside:
        case.follow_up_due_at = None
    if Effect.END in step.effect:
        case.closed_at = move.at
        case.inspector_id = move.by.id


def _keep_request(case: Case, step: Step, move: Move, reason: str) -> None:
    if Effect.ASK in step.effect:
        case.open_request = step.action.removeprefix("request_")
        db.session.add(
            CaseRequest(
                case_id=case.id, kind=case.open_request, reason=reason, code=move.facts.get("code", ""),
                minutes=move.facts.get("minutes"), review_at=move.facts.get("review_at"),
                asked_by=move.by.id, asked_at=move.at,
            )
        )  # fmt: skip
    elif case.open_request and (step.effect & (Effect.GRANT | Effect.REFUSE | Effect.END)):
        waiting = select(CaseRequest).where(CaseRequest.case_id == case.id, CaseRequest.decision == "open")
        request = db.session.scalars(waiting).one()
        granted, refused = Effect.GRANT in step.effect, Effect.REFUSE in step.effect
        request.decision = "granted" if granted else "refused" if refused else "moot"
        request.decided_by, request.decided_at, request.note = move.by.id, move.at, reason
        case.open_request = ""


def attach_photos(case: Case, photo_ids: Sequence[int], *, stage: str) -> list[int]:
    """Hang pictures on `case`, the first one before (or after) the work becomes its cover; return those that were new."""
    known = set(db.session.scalars(select(CasePhoto.photo_id).where(CasePhoto.case_id == case.id)))
    fresh = [photo_id for photo_id in photo_ids if photo_id not in known]
    for place, photo_id in enumerate(fresh, start=len(known)):
        db.session.add(CasePhoto(case_id=case.id, photo_id=photo_id, stage=stage, sort=place))
    if stage == "before":
        case.evidence = evidence_of(case, [*known, *fresh])
    if stage == "after" and fresh:
        case.after_photo_id = fresh[0]
    elif fresh and case.cover_photo_id is None:
        case.cover_photo_id = fresh[0]
    return fresh


def evidence_of(case: Case, photo_ids: Sequence[int]) -> Level:
    """Return how good the evidence of `case` is with these pictures from before the work."""
    photos = photos_by_ids(photo_ids).values()
    missing = lacks(
        get_category(case.category_id), shots_of(photos, seen_before(photos)), at=case.reported_at
    )
    return level(missing)


@dataclass(frozen=True)
class Outcome:
    """What a handler hands in. `kind` is repair, penalty or education; a record has a document number."""

    kind: str
    words: str
    document: str = ""
    photo_ids: Sequence[int] = ()


@command
def submit_result(case: Case, outcome: Outcome, *, by: Actor, seen: int | None = None) -> TrailEntry:
    """Hand in the result: after-photos for a condition, a penalty or education record for an act.

    Raises:
        BadInput: a picture is the very same shot as one that hangs on something already; field "photos".
        WrongStep: what this nature of case needs is missing, or the case is not being handled.
        NotAllowed: the case lies with another unit.
        Conflict: the case is no longer what the person saw.
    """
    db.session.refresh(case, with_for_update=True)  # of two at once the second sees what the first did
    require_seen(case, seen)
    require(by, step_for(case.state, Action.SUBMIT_RESULT).who, case)
    _refuse_old_shots(case, keep(outcome.photo_ids))
    record_given = outcome.kind in {"penalty", "education"} and bool(
        outcome.words.strip() or outcome.document
    )
    attach_photos(case, outcome.photo_ids, stage="after")
    db.session.add(
        CaseResult(
            case_id=case.id, kind=outcome.kind, words=outcome.words.strip(), document=outcome.document.strip(),
            handler_id=by.id, at=ports.clock.now(),
        )
    )  # fmt: skip
    return advance(
        case, Action.SUBMIT_RESULT, by=by, seen=seen, reason=outcome.words,
        after_photos=len(outcome.photo_ids), record=record_given,
    )  # fmt: skip


@command
def revoke_penalty(
    case: Case, how: Revocation, *, on: date, words: str, by: Actor, seen: int | None = None
) -> TrailEntry:
    """Write down that the penalty of a closed case does not stand as it was.

    What was published of it goes in the same transaction, with the reason: the law gives three days
    (行政处罚法, article 48).

    Raises:
        BadInput: `on` lies before the report or after today; no words.
        WrongStep: the case has no penalty, or it was written down already.
        NotAllowed: the case lies with another unit.
        Conflict: the case is no longer what the person saw.
    """
    result, today = result_of(case.id), local(ports.clock.now()).date()
    if not local(case.reported_at).date() <= on <= today:
        raise BadInput("Please give a day between the report and today.", field="on")
    stands = result is not None and result.penalty_stands
    if result is not None and stands:
        result.revocation, result.revoked_on = how, on
    return advance(
        case, Action.REVOKE_PENALTY, by=by, reason=words, seen=seen, penalty=stands, how=how, on=f"{on}"
    )


def _refuse_old_shots(case: Case, photos: Sequence[Photo]) -> None:
    again = seen_before(photos)
    if not again:
        return
    here = set(db.session.scalars(select(CasePhoto.photo_id).where(CasePhoto.case_id == case.id)))
    if here & {photo.same_as for photo in photos if photo.id in again}:
        raise BadInput(
            "One of the photos is the same as one that this case has already. Please take a new one on the spot.",
            field="photos",
        )
    raise BadInput(
        "One of the photos was handed in before, for something else. Please take a new one on the spot.",
        field="photos",
    )


@command
def keep_due(case: Case, *, stage: str, due_at: datetime | None, ring_at: datetime | None) -> None:
    """Show on the case's row which clock runs and when it ends; None while nothing runs.

    Args:
        ring_at: when time alone sets off the next thing; None for never.
    """
    case.stage, case.due_at = stage, due_at
    case.ring_at, case.rung = ring_at, 0


@command
def keep_limits(case: Case, changes: Mapping[str, Any]) -> None:
    """Write other limits into the case's snapshot, with the grounds for them."""
    case.limits = case.limits | dict(changes)


@command
def keep_ring(case: Case, *, rung: int, ring_at: datetime | None) -> None:
    """Write down how far up its ladder the running clock has come, and when the next rung is."""
    case.rung, case.ring_at = rung, ring_at


@command
def keep_follow_up(case: Case, due_at: datetime) -> None:
    """Write down until when whoever reported a closed case is asked."""
    case.follow_up_due_at = due_at


@command
def keep_kind_and_place(
    case: Case, *, category_id: int, subcategory_id: int | None, area_id: int | None, address: str, point: Point
) -> None:  # fmt: skip
    """Change what a case is about, with the urgency and the limits that come with it; units that sent it back may be asked again.

    Args:
        point: where it is, WGS 84.

    Raises:
        BadInput: the sub-type belongs to another kind.
    """
    category, subcategory = get_category(category_id), get_subcategory(subcategory_id)
    if subcategory is not None and subcategory.category_id != category.id:
        raise BadInput("This sub-type belongs to another kind.", field="subcategory_id")
    if (case.category_id, case.subcategory_id) != (category_id, subcategory_id):
        case.urgent = bool(subcategory and subcategory.urgent)
    case.category_id, case.subcategory_id, case.nature = category.id, subcategory_id, category.nature
    case.area_id, case.address, case.refused_unit_ids = area_id, address, []
    case.lon, case.lat = point.lon, point.lat
    case.limits = take_snapshot(category, category.limit_to_handle(subcategory, urgent=case.urgent))


@command
def keep_route(
    case: Case,
    *,
    lead_unit_id: int,
    co_unit_ids: Sequence[int],
    reason: Mapping[str, Any],
    limits: Mapping[str, str],
) -> None:
    """Write down to whom the case goes and why, before it is dispatched or reassigned.

    Args:
        limits: those of the rule that stand in the place of the kind's, by stage.
    """
    case.lead_unit_id, case.co_unit_ids, case.route_reason = lead_unit_id, list(co_unit_ids), dict(reason)
    case.limits = case.limits | dict(limits)
