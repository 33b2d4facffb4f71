"""Every way an exposure or an objection changes. One door each: `_move` and `_move_objection`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from reporter.board.checks import Check, Facts, checks
from reporter.board.events import ExposureMoved, ObjectionMoved
from reporter.board.lifecycle import (
    DAYS_AT_MOST,
    DAYS_SHOWN,
    OBJECTION_LIMIT,
    Action,
    ObjectionAction,
    ObjectionKind,
    State,
    days_on_show,
    step_for,
)
from reporter.board.models import Exposure, Objection, PublicPicture
from reporter.board.queries import due_to_expire, get_exposure, grave_objection_open, live_exposure_of
from reporter.board.wording import names_a_dwelling, neutral_title, road_section
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case
from reporter.cases.queries import get_case, get_category, get_subcategory, photos_of
from reporter.kernel import events
from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, Conflict, NotFound, WrongStep
from reporter.kernel.policy import SYSTEM, Actor, require
from reporter.photos.pixels import burn, public_copies
from reporter.photos.queries import get_photo, staff_copy
from reporter.places.geometry import coarsen
from reporter.places.queries import get_area
from reporter.ports import ports
from reporter.ports.queue import enqueue
from reporter.reports.commands import new_code
from reporter.reports.screening import personal_data
from reporter.routing.deadlines import Limit, due_at
from reporter.routing.queries import calendar, get_unit

TITLE_AT_MOST, SUMMARY_AT_MOST, OBJECTION_AT_MOST = 60, 500, 1000


@command
def propose(case: Case, *, by: Actor) -> Exposure | None:
    """Propose a closed case for the board; None when its kind is not shown or it is proposed already."""
    kind = get_category(case.category_id)
    if not kind.exposable or live_exposure_of(case.id) is not None:
        return None
    area = get_area(case.area_id) if case.area_id else None
    unit = get_unit(case.lead_unit_id) if case.lead_unit_id else None
    subtype = get_subcategory(case.subcategory_id)
    road, (lon, lat) = road_section(case.address), coarsen(case.lon, case.lat)
    end = case.closed_at or ports.clock.now()
    exposure = Exposure(
        public_id=new_code()[:10].lower(), case_id=case.id, state=step_for(None, Action.PROPOSE).target,
        kind_slug=kind.slug, kind_zh=kind.name_zh, kind_en=kind.name_en, nature=case.nature,
        area_id=case.area_id, area_zh=area.name_zh if area else "", area_en=area.name_en if area else "",
        road=road, lon=lon, lat=lat,
        happened_at=case.reported_at.replace(minute=0, second=0, microsecond=0),
        unit_zh=unit.name_zh if unit else "", unit_en=unit.name_en if unit else "",
        minutes_taken=int((end - case.registered_at) / timedelta(minutes=1)),
        title=neutral_title(road, subtype.name_zh if subtype else kind.name_zh, nature=case.nature),
        basis=kind.legal_basis, basis_source=kind.legal_source, basis_date=kind.legal_date,
        days=DAYS_SHOWN, proposed_at=ports.clock.now(),
    )  # fmt: skip
    db.session.add(exposure)
    db.session.flush()
    _choose_pictures(exposure)
    _move(exposure, Action.PROPOSE, by=by, step_from_nothing=True)
    return exposure


def _choose_pictures(exposure: Exposure) -> None:
    used: set[str] = set()
    for place, picture in enumerate(photos_of(exposure.case_id)):
        first = picture.stage not in used
        used.add(picture.stage)
        exposure.pictures.append(
            PublicPicture(
                photo_id=picture.photo_id, token=uuid4().hex, stage=picture.stage, sort=place, used=first,
                boxes=[], copies={},
            )
        )  # fmt: skip
    db.session.flush()


def _move(
    exposure: Exposure, action: Action, *, by: Actor, reason: str = "", seen: int | None = None,
    step_from_nothing: bool = False, **facts: Any,
) -> None:  # fmt: skip
    """Move `exposure` one step: the only door."""
    if seen is not None and seen != exposure.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    step = step_for(None if step_from_nothing else exposure.state, action)
    require(by, step.who, exposure)
    if step.reason and not reason.strip():
        raise BadInput("Please give a reason.", field="reason")
    exposure.state = step.target
    entry = record(
        exposure, action, by=by, at=ports.clock.now(), source=step.source or "", target=step.target,
        reason=reason.strip(), facts=facts,
    )  # fmt: skip
    events.publish(ExposureMoved(exposure.id, entry.id, action, step.effect))


@dataclass(frozen=True)
class Box:
    """A part of a picture to burn out, in fractions 0..1 of its width and height."""

    x: float
    y: float
    w: float
    h: float
    kind: str = "other"  # face | plate | text | other

    def __post_init__(self) -> None:
        """Raise `BadInput` when the box is not inside the picture."""
        inside = 0 <= self.x < 1 and 0 <= self.y < 1 and 0 < self.w <= 1 and 0 < self.h <= 1
        if not inside or self.x + self.w > 1.001 or self.y + self.h > 1.001:
            raise BadInput("A box lies outside the picture; please draw it again.", field="boxes")

    def as_dict(self) -> dict[str, Any]:
        """Return the box as it is stored."""
        return {"x": self.x, "y": self.y, "w": self.w, "h": self.h, "kind": self.kind}


@command
def confirm_mask(
    exposure: Exposure, picture_id: int, boxes: Sequence[Box], *, used: bool, by: Actor, seen: int | None = None
) -> PublicPicture:
    """Keep the boxes a person has judged to be all there are, for the very bytes they looked at.

    Raises:
        WrongStep: the exposure is past redaction.
        NotFound: the picture is not of this exposure.
    """
    picture = next((one for one in exposure.pictures if one.id == picture_id), None)
    if picture is None:
        raise NotFound("There is no such picture.")
    _move(exposure, Action.REDACT, by=by, seen=seen, photo_id=picture.photo_id, boxes=len(boxes), used=used)
    exposure.redactor_id = by.id
    picture.boxes, picture.used = [box.as_dict() for box in boxes], used
    picture.confirmed_by, picture.confirmed_at = by.id, ports.clock.now()
    picture.source_sha256 = staff_copy(get_photo(picture.photo_id)).sha256
    picture.copies = {}
    return picture


def masked_preview(picture: PublicPicture, boxes: Sequence[Box] | None = None) -> bytes:
    """Return a JPEG of what the public would see; with `boxes` before they are confirmed."""
    shapes = [box.as_dict() for box in boxes] if boxes is not None else picture.boxes
    return burn(staff_copy(get_photo(picture.photo_id)).content, shapes)


@dataclass(frozen=True)
class Wording:
    """The words of a post, and for how many days it is shown."""

    title: str
    summary: str
    road: str
    basis: str
    basis_source: str
    basis_date: str
    no_minor: bool
    days: int = DAYS_SHOWN


@command
def word(exposure: Exposure, wording: Wording, *, by: Actor, seen: int | None = None) -> None:
    """Keep the post's words while it is being redacted.

    Raises:
        BadInput: a phone, identity or plate number, a dwelling, too long, or days not between 1 and 90.
    """
    for field, text, most in (
        ("title", wording.title, TITLE_AT_MOST),
        ("summary", wording.summary, SUMMARY_AT_MOST),
        ("road", wording.road, TITLE_AT_MOST),
    ):
        _refuse_text(field, text, most)
    try:
        days_on_show(wording.days)
    except ValueError as error:
        raise BadInput("A post is shown for 1 to %(most)s days.", field="days", most=DAYS_AT_MOST) from error
    _move(exposure, Action.REDACT, by=by, seen=seen, words=True)
    exposure.redactor_id = by.id
    for name, value in vars(wording).items():
        setattr(exposure, name, value.strip() if isinstance(value, str) else value)


def _refuse_text(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise BadInput(
            "At most %(most)s characters; yours has %(length)s.", field=field, most=most, length=len(text)
        )
    if personal_data(text):
        raise BadInput("This text seems to hold a phone, identity or plate number; take it out.", field=field)
    if names_a_dwelling(text):
        raise BadInput("This text points at a dwelling; name the road only.", field=field)


def checks_of(exposure: Exposure) -> list[Check]:
    """Return every requirement for publishing with its answer."""
    case, kind = get_case(exposure.case_id), get_category(get_case(exposure.case_id).category_id)
    used = [picture for picture in exposure.pictures if picture.used]
    text = f"{exposure.title} {exposure.summary} {exposure.road}"
    return checks(
        Facts(
            case_closed=case.state in {CaseState.CLOSED, CaseState.ARCHIVED},
            closer_is_not_handler=case.inspector_id is not None and case.inspector_id != case.handler_id,
            kind_exposable=kind.exposable, pictures=len(used),
            masks_confirmed=all(picture.confirmed for picture in used),
            masks_current=all(
                picture.source_sha256 == staff_copy(get_photo(picture.photo_id)).sha256 for picture in used
            ),
            no_minor=exposure.no_minor, personal_data=personal_data(text), dwelling=names_a_dwelling(text),
            has_title=bool(exposure.title),
            has_basis=bool(exposure.basis and exposure.basis_source and exposure.basis_date),
        )
    )  # fmt: skip


def _refuse_unready(exposure: Exposure) -> None:
    missing = [check.name for check in checks_of(exposure) if not check.met]
    if missing:
        raise WrongStep("Not everything needed for publishing is there yet (%(missing)s).", missing=", ".join(missing))


@command
def submit(exposure: Exposure, *, by: Actor, seen: int | None = None) -> None:
    """Hand the redacted post to the first reviewer; its burnt-in copies are made after commit."""
    _refuse_unready(exposure)
    _move(exposure, Action.SUBMIT, by=by, seen=seen)
    enqueue("board.burn", exposure_id=exposure.id)


def burn_pictures(exposure_id: int) -> None:
    """Make the public copies of a post's pictures; doing it twice changes nothing."""
    exposure = get_exposure(exposure_id)
    for picture in exposure.pictures:
        if picture.used and picture.confirmed and not picture.ready:
            _keep_copies(picture, _burnt(picture))


def _burnt(picture: PublicPicture) -> dict[str, str]:
    """Write the copies to the store, outside any transaction; return name to key."""
    source = staff_copy(get_photo(picture.photo_id))
    if source.sha256 != picture.source_sha256:
        raise RuntimeError(f"public picture {picture.id} was judged on other bytes")
    keys = {}
    for (width, form), content in public_copies(burn(source.content, picture.boxes)).items():
        name = f"{width}.{form}"
        keys[name] = f"public/{picture.token}/{name}"
        ports.storage.put_if_absent(keys[name], content)
    return keys


@command
def _keep_copies(picture: PublicPicture, keys: Mapping[str, str]) -> None:
    picture.copies = dict(keys)


@command
def pass_first(exposure: Exposure, *, by: Actor, note: str = "", seen: int | None = None) -> None:
    """Pass the first review: by somebody who did not redact."""
    _refuse_unready(exposure)
    _move(exposure, Action.PASS_FIRST, by=by, reason=note, seen=seen)
    exposure.first_reviewer_id = by.id


@command
def publish(exposure: Exposure, *, by: Actor, note: str = "", seen: int | None = None) -> None:
    """Pass the second review and show the post: by a third person.

    Raises:
        WrongStep: a requirement is not met, or the copies are still being made.
    """
    _refuse_unready(exposure)
    if not all(picture.ready for picture in exposure.pictures if picture.used):
        raise WrongStep("The masked pictures are still being made; please try again in a moment.")
    _move(exposure, Action.PUBLISH, by=by, reason=note, seen=seen)
    exposure.second_reviewer_id = by.id
    exposure.published_at = ports.clock.now()
    exposure.expires_at = exposure.published_at + days_on_show(exposure.days)


@command
def reject(exposure: Exposure, reason: str, *, by: Actor, seen: int | None = None) -> None:
    """Refuse the post in either review."""
    _end(exposure, Action.REJECT, reason, by=by, seen=seen)


@command
def withdraw(exposure: Exposure, reason: str, *, by: Actor, seen: int | None = None) -> None:
    """Take the post down; its page answers 410 and its pictures are deleted."""
    _end(exposure, Action.WITHDRAW, reason, by=by, seen=seen)


def _end(exposure: Exposure, action: Action, reason: str, *, by: Actor, seen: int | None = None) -> None:
    _move(exposure, action, by=by, reason=reason, seen=seen)
    exposure.ended_at, exposure.end_words = ports.clock.now(), reason.strip()
    enqueue("board.drop", exposure_id=exposure.id)


@command
def correct(exposure: Exposure, note: str, *, by: Actor, seen: int | None = None) -> None:
    """Add a public correction; the post stays."""
    _refuse_text("reason", note, SUMMARY_AT_MOST)
    _move(exposure, Action.CORRECT, by=by, reason=note, seen=seen)
    exposure.correction = note.strip()


def drop_pictures(exposure_id: int) -> None:
    """Delete the public copies of a post that has ended; doing it twice changes nothing."""
    exposure = get_exposure(exposure_id)
    for picture in exposure.pictures:
        for key in picture.copies.values():
            ports.storage.delete(key)
        _keep_copies(picture, {})


def tick() -> int:
    """Take down the posts whose time is over; return how many."""
    over = due_to_expire(ports.clock.now())
    for exposure_id in over:
        _expire(exposure_id)
    return len(over)


@command
def _expire(exposure_id: int) -> None:
    _end(get_exposure(exposure_id), Action.EXPIRE, "", by=SYSTEM)


@command
def file_objection(
    exposure: Exposure, kind: ObjectionKind, words: str, *, contact: str = "", by: Actor
) -> Objection:
    """File an objection, without an account; a grave kind hides the post at once.

    Raises:
        BadInput: no words, or too many.
        WrongStep: the post is not shown.
    """
    if exposure.state not in {State.PUBLISHED, State.HIDDEN}:
        raise WrongStep("This post is no longer shown.")
    if not words.strip():
        raise BadInput("Please say what is wrong with this post.", field="words")
    if len(words) > OBJECTION_AT_MOST:
        raise BadInput(
            "At most %(most)s characters; yours has %(length)s.", field="words",
            most=OBJECTION_AT_MOST, length=len(words),
        )  # fmt: skip
    now = ports.clock.now()
    editors = [exposure.redactor_id, exposure.first_reviewer_id, exposure.second_reviewer_id]
    objection = Objection(
        code=new_code(), exposure_id=exposure.id, kind=kind, words=words.strip(), contact=contact.strip(),
        state=step_for(None, ObjectionAction.FILE).target, editor_ids=[one for one in editors if one],
        filed_at=now, due_at=due_at(now, Limit.parse(OBJECTION_LIMIT), calendar()),
    )  # fmt: skip
    db.session.add(objection)
    db.session.flush()
    _move_objection(objection, ObjectionAction.FILE, by=by, step_from_nothing=True)
    if objection.grave and exposure.state is State.PUBLISHED:
        _move(exposure, Action.HIDE, by=SYSTEM, objection_id=objection.id)
    return objection


def _move_objection(
    objection: Objection, action: ObjectionAction, *, by: Actor, reason: str = "", seen: int | None = None,
    step_from_nothing: bool = False,
) -> None:  # fmt: skip
    """Move `objection` one step: the only door."""
    if seen is not None and seen != objection.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    step = step_for(None if step_from_nothing else objection.state, action)
    require(by, step.who, objection)
    if step.reason and not reason.strip():
        raise BadInput("Please give a reason.", field="reason")
    objection.state = step.target
    entry = record(
        objection, action, by=by, at=ports.clock.now(), source=step.source or "", target=step.target,
        reason=reason.strip(),
    )  # fmt: skip
    events.publish(ObjectionMoved(objection.id, entry.id, action, step.effect))


@command
def take_objection(objection: Objection, *, by: Actor, seen: int | None = None) -> None:
    """Take an objection into review: by somebody who had no hand in publishing."""
    _move_objection(objection, ObjectionAction.TAKE, by=by, seen=seen)
    objection.decider_id = by.id


@command
def decide_objection(
    objection: Objection, action: ObjectionAction, outcome: str, *, by: Actor, seen: int | None = None
) -> None:
    """Decide: upheld withdraws the post, partly adds a correction, dismissed shows it again."""
    _move_objection(objection, action, by=by, reason=outcome, seen=seen)
    objection.decider_id, objection.decided_at, objection.outcome = by.id, ports.clock.now(), outcome.strip()
    exposure = get_exposure(objection.exposure_id)
    if exposure.state not in {State.PUBLISHED, State.HIDDEN}:
        return
    if action is ObjectionAction.UPHOLD:
        _end(exposure, Action.WITHDRAW, outcome, by=SYSTEM)
        return
    if action is ObjectionAction.UPHOLD_PARTLY:
        correct(exposure, outcome, by=by)
    if exposure.state is State.HIDDEN and not grave_objection_open(exposure.id):
        _move(exposure, Action.SHOW, by=SYSTEM, objection_id=objection.id)
