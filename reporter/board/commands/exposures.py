"""Every step of an exposure from its proposal to its end; masks, words and objections have files of their own."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy.exc import IntegrityError

from reporter.board.boxes import Box
from reporter.board.commands.door import enter, move, refuse_stale
from reporter.board.commands.showing import note_change, show_when_due, take_off_show
from reporter.board.commands.words import SUMMARY_AT_MOST, refuse_text
from reporter.board.editing import checks_of, is_owed, was_decided
from reporter.board.lifecycle import DAYS_SHOWN, ON_BOARD, Action, Outcome, State, days_on_show, step_for
from reporter.board.models import Exposure, PublicPicture
from reporter.board.queries import due_to_expire, get_exposure, hold, last_exposure_of, live_exposure_of
from reporter.board.wording import neutral_title, road_section
from reporter.cases.models import Case
from reporter.cases.queries import get_category, get_subcategory, photos_of, result_of
from reporter.cities.queries import local
from reporter.kernel.db import command, db, passed_over_when_busy
from reporter.kernel.errors import Conflict, WrongStep
from reporter.kernel.policy import SYSTEM, Actor, Permission, require
from reporter.photos.queries import get_photo, staff_copy
from reporter.places.geometry import coarsen
from reporter.places.queries import get_area
from reporter.ports import ports
from reporter.ports.queue import enqueue
from reporter.reports.commands.intake import new_public_id
from reporter.routing.queries import get_unit

PUT_RIGHT, DEALT_WITH = Outcome.PUT_RIGHT, Outcome.DEALT_WITH


@command
def propose(case: Case, *, by: Actor) -> Exposure | None:
    """Propose a closed case for the board; None when its kind is not shown, its penalty fell, or it is proposed already.

    Boxes drawn for an earlier proposal of the same case come back as proposals, to be judged anew.
    """
    return _proposed(case, DEALT_WITH if case.nature == "act" else PUT_RIGHT, by=by)


@command
def propose_overdue(case: Case, *, by: Actor) -> Exposure:
    """Propose work that a unit owes for longer than its limit: a place and its unit, never a person.

    When the work is put right after all, the post goes by itself and the case is proposed as any other.

    Raises:
        NotAllowed: `by` does not propose.
        WrongStep: the case is not overdue, is about what somebody did, or is proposed already; or its kind is not shown.
    """
    require(by, Permission.EXPOSURE_PROPOSE)
    if not is_owed(case):
        raise WrongStep(
            "Only work that a unit has not done in time is shown as such, and never what a person did."
        )
    exposure = _proposed(case, Outcome.OVERDUE, by=by)
    if exposure is None:
        raise WrongStep("This case cannot be proposed now: it is proposed already, or its kind is not shown.")
    return exposure


def _proposed(case: Case, outcome: Outcome, *, by: Actor) -> Exposure | None:
    result = result_of(case.id)
    fell = result is not None and result.revoked_on is not None
    if fell or not get_category(case.category_id).exposable or live_exposure_of(case.id) is not None:
        return None
    before = last_exposure_of(case.id)
    exposure = _copied(case, outcome)
    try:
        with db.session.begin_nested():
            db.session.add(exposure)
    except IntegrityError:  # proposed twice at the same instant
        if live_exposure_of(case.id) is None:
            raise
        return None
    _choose_pictures(exposure, {one.photo_id: one.mask for one in before.pictures} if before else {})
    enter(exposure, step_for(None, Action.PROPOSE), by=by)
    return exposure


def _copied(case: Case, outcome: Outcome) -> Exposure:
    kind, subtype = get_category(case.category_id), get_subcategory(case.subcategory_id)
    area = get_area(case.area_id) if case.area_id else None
    unit = get_unit(case.lead_unit_id) if case.lead_unit_id else None
    road, (lon, lat) = road_section(case.address), coarsen(case.lon, case.lat)
    area_zh, area_en = (area.name_zh, area.name_en) if area else ("", "")
    end = case.closed_at or ports.clock.now()
    return Exposure(
        public_id=new_public_id(), case_id=case.id,
        state=step_for(None, Action.PROPOSE).target,
        kind_slug=kind.slug, kind_zh=kind.name_zh, kind_en=kind.name_en, nature=case.nature,
        outcome=outcome, unit_id=case.lead_unit_id,
        area_id=case.area_id, area_zh=area_zh, area_en=area_en, road=road, lon=lon, lat=lat,
        happened_at=_hour(case.reported_at),
        unit_zh=unit.name_zh if unit else "", unit_en=unit.name_en if unit else "",
        minutes_taken=int((end - case.registered_at) / timedelta(minutes=1)),
        title=neutral_title(road or area_zh, (subtype or kind).name_zh, outcome=outcome, decided=was_decided(case)),
        basis=kind.legal_basis, basis_source=kind.legal_source, basis_date=kind.legal_date,
        days=DAYS_SHOWN, redactor_ids=[], proposed_at=ports.clock.now(),
    )  # fmt: skip


def _hour(instant: datetime) -> datetime:
    """Return the beginning of the hour on the city's wall clock: the sharpest time the public is shown."""
    return local(instant).replace(minute=0, second=0, microsecond=0)


def _choose_pictures(exposure: Exposure, masks: dict[int, list[Box]]) -> None:
    """Hang the case's pictures on `exposure`; the first before and the first after are to be shown."""
    stages: set[str] = set()
    for place, picture in enumerate(photos_of(exposure.case_id)):
        proposed = [
            Box(box.x, box.y, box.w, box.h, box.kind, judged=False) for box in masks.get(picture.photo_id, ())
        ]
        exposure.pictures.append(
            PublicPicture(
                photo_id=picture.photo_id, token=uuid4().hex, stage=picture.stage, sort=place,
                used=picture.stage not in stages, boxes=[box.as_dict() for box in proposed], copies={},
            )
        )  # fmt: skip
        stages.add(picture.stage)
    db.session.flush()


@command
def submit(exposure: Exposure, *, by: Actor, seen: int | None = None) -> None:
    """Hand the redacted post to the first reviewer.

    Raises:
        WrongStep: a requirement is not met.
    """
    move(exposure, Action.SUBMIT, by=by, seen=seen)
    _refuse_unready(exposure)
    exposure.add_redactor(by.id)


def _refuse_unready(exposure: Exposure) -> None:
    missing = [check.name for check in checks_of(exposure) if not check.met]
    if missing:
        raise WrongStep(
            "Not everything that publishing needs is there: %(number)s checks are open.", number=len(missing)
        )


@command
def pass_first(exposure: Exposure, *, by: Actor, note: str = "", seen: int | None = None) -> None:
    """Pass the first review: by somebody who did not redact.

    Raises:
        WrongStep: a requirement is not met.
    """
    move(exposure, Action.PASS_FIRST, by=by, reason=note, seen=seen)
    _refuse_unready(exposure)
    exposure.first_reviewer_id = by.id


@command
def publish(exposure: Exposure, *, by: Actor, note: str = "", seen: int | None = None) -> None:
    """Pass the second review: by a third person. After the city's hold its public copies are made, then it is shown.

    Raises:
        WrongStep: a requirement is not met.
        Conflict: a picture in the store is not the one that was judged.
    """
    move(exposure, Action.PUBLISH, by=by, reason=note, seen=seen)
    _refuse_unready(exposure)
    if any(staff_copy(get_photo(one.photo_id)).sha256 != one.source_sha256 for one in exposure.used):
        raise Conflict("A picture in the store is not the one that was judged; nothing is published.")
    exposure.second_reviewer_id = by.id
    exposure.published_at = ports.clock.now() + hold()
    exposure.expires_at = exposure.published_at + days_on_show(exposure.days)
    show_when_due(exposure)


@command
def reject(exposure: Exposure, reason: str, *, by: Actor, seen: int | None = None) -> None:
    """Refuse the post in either review; its pictures are deleted."""
    _end(exposure, Action.REJECT, reason, by=by, seen=seen)


@command
def withdraw(exposure: Exposure, reason: str, *, by: Actor, seen: int | None = None) -> None:
    """Take the post down; its page answers 410 and its pictures are deleted."""
    _end(exposure, Action.WITHDRAW, reason, by=by, seen=seen)


@command
def withdraw_revoked(exposure: Exposure, *, on: date) -> None:
    """Take down a post whose penalty ceased to stand on the day `on`; its page answers 410 and says so."""
    exposure.revoked_on = on
    _end(exposure, Action.WITHDRAW, "The penalty behind this post does not stand any more.", by=SYSTEM)


def _end(exposure: Exposure, action: Action, reason: str, *, by: Actor, seen: int | None = None) -> None:
    refuse_stale(exposure, seen)
    take_off_show(exposure)
    move(exposure, action, by=by, reason=reason)
    exposure.ended_at, exposure.end_words = ports.clock.now(), reason.strip()
    if exposure.published_at is not None and exposure.published_at > exposure.ended_at:
        exposure.published_at = exposure.expires_at = None  # in its hold: the public never saw it
    enqueue("board.drop", exposure_id=exposure.id)


@command
def correct(exposure: Exposure, note: str, *, by: Actor, seen: int | None = None) -> None:
    """Add a public correction; the post stays.

    Raises:
        BadInput: no note, too long, or it holds what a post must not.
    """
    refuse_text("reason", note, SUMMARY_AT_MOST)
    move(exposure, Action.CORRECT, by=by, reason=note, seen=seen)
    exposure.correction = note.strip()
    note_change()


@command
def hide(exposure: Exposure, *, objection_id: int) -> None:
    """Hide the post while a grave objection to it is open; its pictures go. Doing it twice changes nothing."""
    if exposure.state is State.PUBLISHED:
        take_off_show(exposure)
        enqueue("board.drop", exposure_id=exposure.id)
        move(exposure, Action.HIDE, by=SYSTEM, facts={"objection_id": objection_id})


@command
def show_again(exposure: Exposure, *, objection_id: int) -> None:
    """Show a hidden post again, its pictures under new addresses. Doing it twice changes nothing."""
    if exposure.state is not State.HIDDEN:
        return
    move(exposure, Action.SHOW, by=SYSTEM, facts={"objection_id": objection_id})
    enqueue("board.drop", exposure_id=exposure.id, tokens=[picture.token for picture in exposure.pictures])
    for picture in exposure.pictures:  # what is still being deleted is then never what is being made
        picture.token, picture.copies, picture.width, picture.height = uuid4().hex, {}, 0, 0
    show_when_due(exposure)


def tick() -> int:
    """Take down the posts whose time is over; return how many."""
    return sum(_expire(exposure_id) for exposure_id in due_to_expire(ports.clock.now()))


@passed_over_when_busy
@command
def _expire(exposure_id: int) -> bool:
    exposure, now = get_exposure(exposure_id), ports.clock.now()
    db.session.refresh(exposure, with_for_update=True)
    over = exposure.state in ON_BOARD and exposure.expires_at is not None and exposure.expires_at <= now
    if over:
        _end(exposure, Action.EXPIRE, "", by=SYSTEM)
    return over
