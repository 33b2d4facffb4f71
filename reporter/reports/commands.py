"""Every way a report changes. One door: `_move`."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reporter.cases import commands as cases
from reporter.cases.lifecycle import Action as CaseAction
from reporter.cases.models import Case
from reporter.cases.queries import get_case, get_category, get_subcategory
from reporter.cities.commands import next_number
from reporter.cities.queries import current_city, local
from reporter.kernel import events
from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, Conflict, WrongStep
from reporter.kernel.policy import Actor, Permission, Role, require
from reporter.photos.commands import keep
from reporter.photos.queries import photos_by_ids
from reporter.places.geometry import Datum, distance_m, to_wgs84
from reporter.places.queries import area_at, get_area, refuse_outside
from reporter.ports import ports
from reporter.reports.events import ReportMoved
from reporter.reports.lifecycle import Action, Step, step_for
from reporter.reports.models import Report, ReportMessage, ReportPhoto
from reporter.reports.queries import photo_ids_of, report_by_client_id
from reporter.routing.commands import dispatch
from reporter.routing.deadlines import Limit, due_at
from reporter.routing.queries import calendar

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, 1/I
CODE_LENGTH = 16  # letters of 5 bits: 80 random bits
WORDS_AT_MOST = 1000
PHOTOS_AT_MOST = 9
EXIF_FAR = 1000.0  # metres between the pin and the picture's own place that raise a flag
URGENT_REGISTER = "15m"
RATINGS = ("satisfied", "mostly", "neutral", "dissatisfied")


@dataclass(frozen=True)
class Spot:
    """A place as the resident gave it.

    `lon`, `lat` are degrees in `datum`; both None when only an area was chosen and an address typed.
    """

    source: str  # gps | exif | picked | typed
    lon: float | None = None
    lat: float | None = None
    datum: Datum = Datum.WGS84
    accuracy: float | None = None
    area_id: int | None = None
    address: str = ""


@dataclass(frozen=True)
class Submission:
    """What a resident sends. `client_id` is chosen by the phone: the same id is the same report."""

    client_id: str
    category_id: int
    subcategory_id: int | None
    spot: Spot
    words: str = ""
    photo_ids: Sequence[int] = ()
    anonymous: bool = True
    contact: str = ""
    notify: bool = False
    joins_case_id: int | None = None
    locale: str = "zh_Hans_CN"


@command
def submit(submission: Submission, *, by: Actor) -> Report:
    """Take a resident's report in; the same client id returns the report that is there already.

    Raises:
        BadInput: no or too many pictures, a place outside the city, an unknown kind, too long a text.
    """
    if known := report_by_client_id(submission.client_id):
        return known
    _refuse_bad_shape(submission)
    category = get_category(submission.category_id)
    subcategory = get_subcategory(submission.subcategory_id)
    if not category.active or (subcategory and subcategory.category_id != category.id):
        raise BadInput("Please choose one of the kinds shown.", field="category")
    keep(submission.photo_ids)
    now, urgent = ports.clock.now(), bool(subcategory and subcategory.urgent)
    limit = URGENT_REGISTER if urgent else category.register_limit
    report = Report(
        **_located(submission.spot), **_claims(submission),
        number=_next_report_number(now), code=new_code(), client_id=submission.client_id,
        category_id=category.id, subcategory_id=submission.subcategory_id, words=submission.words.strip(),
        anonymous=submission.anonymous, contact=submission.contact.strip(), notify=submission.notify,
        reporter_id=by.id, locale=submission.locale, urgent=urgent, risk=0 if urgent else 1,
        joins_case_id=submission.joins_case_id, submitted_at=now,
        due_at=due_at(now, Limit.parse(limit), calendar()), state=step_for(None, Action.SUBMIT).target,
    )  # fmt: skip
    report.flags = _flags(report, submission)
    db.session.add(report)
    db.session.flush()
    _hang(report, submission.photo_ids)
    _move(report, Action.SUBMIT, by=by, step=step_for(None, Action.SUBMIT))
    return report


def new_code() -> str:
    """Return a fresh query code."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def _next_report_number(now: datetime) -> str:
    day = local(now).date()
    return f"R-{current_city().code}-{day:%Y%m%d}-{next_number('report', day=day):06d}"


def _refuse_bad_shape(submission: Submission) -> None:
    if not submission.photo_ids:
        raise BadInput("Please add at least one photo.", field="photos")
    if len(submission.photo_ids) > PHOTOS_AT_MOST:
        raise BadInput("At most %(most)s photos; please take some away.", field="photos", most=PHOTOS_AT_MOST)
    if len(submission.words) > WORDS_AT_MOST:
        raise BadInput(
            "At most %(most)s characters; yours has %(length)s.", field="words",
            most=WORDS_AT_MOST, length=len(submission.words),
        )  # fmt: skip


def _located(spot: Spot) -> dict[str, Any]:
    if spot.lon is None or spot.lat is None:
        if not spot.area_id or not spot.address.strip():
            raise BadInput("Please mark the place, or choose an area and type the address.", field="place")
        area = get_area(spot.area_id)
        return {
            "lon": area.lon, "lat": area.lat, "given_lon": area.lon, "given_lat": area.lat, "datum": "wgs84",
            "accuracy": None, "place_source": "typed", "address": spot.address.strip(), "area_id": area.id,
        }  # fmt: skip
    lon, lat = to_wgs84(spot.lon, spot.lat, spot.datum)
    refuse_outside(lon, lat)
    found = area_at(lon, lat)
    return {
        "lon": lon, "lat": lat, "given_lon": spot.lon, "given_lat": spot.lat, "datum": spot.datum,
        "accuracy": spot.accuracy, "place_source": spot.source, "address": spot.address.strip(),
        "area_id": found.id if found else spot.area_id,
    }  # fmt: skip


def _claims(submission: Submission) -> dict[str, Any]:
    photos = photos_by_ids(submission.photo_ids)
    taken = [photos[number].taken_at for number in submission.photo_ids if number in photos]
    return {"taken_at": min((at for at in taken if at), default=None)}


def _flags(report: Report, submission: Submission) -> list[str]:
    flags = []
    for photo in photos_by_ids(submission.photo_ids).values():
        if photo.lon is not None and photo.lat is not None:
            far = distance_m(report.lon, report.lat, photo.lon, photo.lat) > EXIF_FAR
            flags += ["photo_elsewhere"] if far and "photo_elsewhere" not in flags else []
    if report.area_id is None:
        flags.append("no_area")
    return flags


def _hang(report: Report, photo_ids: Sequence[int]) -> None:
    start = report.photo_count
    db.session.add_all(
        ReportPhoto(report_id=report.id, photo_id=photo_id, sort=place)
        for place, photo_id in enumerate(photo_ids, start=start)
    )
    report.photo_count = start + len(photo_ids)
    if report.cover_photo_id is None and photo_ids:
        report.cover_photo_id = photo_ids[0]


def _move(
    report: Report, action: Action, *, by: Actor, reason: str = "", seen: int | None = None,
    step: Step | None = None, **facts: Any,
) -> None:  # fmt: skip
    """Move `report` one step: the only door."""
    if seen is not None and seen != report.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    step = step or step_for(report.state, action)
    require(by, step.who, report)
    if step.reason and not reason.strip():
        raise BadInput("Please give a reason.", field="reason")
    report.state = step.target
    entry = record(
        report, action, by=by, at=ports.clock.now(), source=step.source or "", target=step.target,
        reason=reason.strip(), facts=facts,
    )  # fmt: skip
    events.publish(ReportMoved(report.id, entry.id, action, step.effect))


@dataclass(frozen=True)
class Judgement:
    """What the moderator settles when accepting; None keeps what the resident said."""

    category_id: int | None = None
    subcategory_id: int | None = None
    area_id: int | None = None
    title: str = ""
    unit_id: int | None = None


@command
def accept(report: Report, judgement: Judgement, *, by: Actor, seen: int | None = None) -> Case:
    """Accept, register and dispatch in one step; return the new case.

    A person who may not dispatch leaves the case registered for the dispatcher.

    Raises:
        WrongStep, NotAllowed, Conflict: as the tables say.
        BadInput: the place lies in no area and none was chosen.
    """
    if seen is not None and seen != report.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    _apply(report, judgement, by=by)
    if report.area_id is None:
        raise BadInput("The place lies in no area; please choose one.", field="area_id")
    case = cases.register(
        cases.Finding(
            category_id=report.category_id, subcategory_id=report.subcategory_id, area_id=report.area_id,
            lon=report.lon, lat=report.lat, address=report.address, words=report.words,
            title=judgement.title.strip() or title_of(report), photo_ids=photo_ids_of(report.id),
            reported_at=report.submitted_at, urgent=report.urgent,
        ), by=by,
    )  # fmt: skip
    _move(report, Action.ACCEPT, by=by, case_id=case.id)
    report.case_id = case.id
    if Role.DISPATCHER in by.roles:
        dispatch(case, by=by, unit_id=judgement.unit_id)
    return case


def _apply(report: Report, judgement: Judgement, *, by: Actor) -> None:
    require(by, step_for(report.state, Action.ACCEPT).who, report)
    if judgement.category_id and judgement.category_id != report.category_id:
        report.category_id, report.subcategory_id = judgement.category_id, None
    if judgement.subcategory_id:
        report.subcategory_id = judgement.subcategory_id
    if judgement.area_id:
        report.area_id = get_area(judgement.area_id).id


def title_of(report: Report) -> str:
    """Return a plain title made of place and kind, in Chinese: the register's language."""
    subcategory = get_subcategory(report.subcategory_id)
    kind = subcategory.name_zh if subcategory else get_category(report.category_id).name_zh
    return f"{report.address[:40]}{kind}"


@command
def merge(report: Report, case: Case, *, by: Actor, seen: int | None = None) -> Case:
    """Join `report` to an open case; its reporter is told like the first.

    Raises:
        WrongStep: the case has ended, or the report is settled.
    """
    if not case.is_open:
        raise WrongStep("This case has ended; a report can only join an open one.")
    _move(report, Action.MERGE, by=by, seen=seen, case_id=case.id)
    report.case_id = case.id
    cases.attach_photos(case, photo_ids_of(report.id), stage="before")
    cases.advance(case, CaseAction.JOIN, by=by, report_id=report.id)
    return case


@command
def request_info(report: Report, question: str, *, by: Actor, seen: int | None = None) -> None:
    """Ask the reporter something. Raises `BadInput` without a question."""
    _move(report, Action.REQUEST_INFO, by=by, reason=question, seen=seen)
    report.due_at = None
    _say(report, question, by=by, from_centre=True)


@command
def answer(report: Report, words: str, photo_ids: Sequence[int] = (), *, by: Actor) -> None:
    """Answer the centre's question, with pictures or without. Raises `BadInput` when empty."""
    _add_material(report, Action.ANSWER, words, photo_ids, by=by)
    report.due_at = due_at(
        ports.clock.now(), Limit.parse(URGENT_REGISTER if report.urgent else "2h"), calendar()
    )


@command
def add_material(report: Report, words: str, photo_ids: Sequence[int] = (), *, by: Actor) -> None:
    """Add words or pictures to a report that is under way. Raises `BadInput` when empty."""
    _add_material(report, Action.ADD, words, photo_ids, by=by)


def _add_material(report: Report, action: Action, words: str, photo_ids: Sequence[int], *, by: Actor) -> None:
    if not words.strip() and not photo_ids:
        raise BadInput("Please write something or add a photo.", field="words")
    if len(words) > WORDS_AT_MOST:
        raise BadInput(
            "At most %(most)s characters; yours has %(length)s.", field="words",
            most=WORDS_AT_MOST, length=len(words),
        )  # fmt: skip
    if report.photo_count + len(photo_ids) > PHOTOS_AT_MOST:
        raise BadInput("At most %(most)s photos; please take some away.", field="photos", most=PHOTOS_AT_MOST)
    _move(report, action, by=by, photos=len(photo_ids))
    keep(photo_ids)
    _hang(report, photo_ids)
    _say(report, words, by=by, from_centre=False, photo_ids=photo_ids)
    if report.case_id and photo_ids:
        cases.attach_photos(get_case(report.case_id), photo_ids, stage="before")


def _say(report: Report, words: str, *, by: Actor, from_centre: bool, photo_ids: Sequence[int] = ()) -> None:
    db.session.add(
        ReportMessage(
            report_id=report.id, from_centre=from_centre, words=words.strip(), photo_ids=list(photo_ids),
            author_id=by.id, at=ports.clock.now(),
        )
    )  # fmt: skip


@command
def decline(report: Report, reason: str, *, by: Actor, seen: int | None = None) -> None:
    """Decline with a reason that the reporter reads."""
    _move(report, Action.DECLINE, by=by, reason=reason, seen=seen)
    report.due_at = None


@command
def withdraw(report: Report, *, by: Actor) -> None:
    """Take one's own report back before it is accepted."""
    _move(report, Action.WITHDRAW, by=by)
    report.due_at = None


@command
def rate(report: Report, rating: str, *, solved: bool, by: Actor) -> None:
    """Rate the case behind one's report, once, within seven days.

    Raises:
        BadInput: not one of `RATINGS`.
        WrongStep: rated before, too late, or the case is still open.
    """
    require(by, Permission.REPORT_OWN, report)
    if rating not in RATINGS:
        raise BadInput("Please choose one of the four answers.", field="rating")
    case = _case_behind(report)
    cases.advance(
        case, CaseAction.RATE, by=by.lent(Role.REPORTER),
        rating=rating, solved=solved, report_id=report.id, rated_before=bool(report.rating),
    )  # fmt: skip
    report.rating, report.solved, report.rated_at = rating, solved, ports.clock.now()


@command
def reopen(report: Report, reason: str, photo_ids: Sequence[int] = (), *, by: Actor) -> None:
    """Say "not fixed": the case goes back to its unit, once, within seven days."""
    require(by, Permission.REPORT_OWN, report)
    case = _case_behind(report)
    if photo_ids:
        keep(photo_ids)
        _hang(report, photo_ids)
        cases.attach_photos(case, photo_ids, stage="before")
    cases.advance(
        case, CaseAction.REOPEN, by=by.lent(Role.REPORTER), reason=reason,
        report_id=report.id, photos=len(photo_ids),
    )  # fmt: skip


@command
def urge(report: Report, *, by: Actor) -> None:
    """Remind the unit (催办), once a day."""
    require(by, Permission.REPORT_OWN, report)
    today = local(ports.clock.now()).date().isoformat()
    if next_number(f"urge-{report.id}", day=local(ports.clock.now()).date()) > 1:
        raise WrongStep("You have reminded them today already; you can again tomorrow.")
    cases.advance(
        _case_behind(report), CaseAction.URGE, by=by.lent(Role.REPORTER), report_id=report.id, day=today
    )


def _case_behind(report: Report) -> Case:
    if report.case_id is None:
        raise WrongStep("This report has not become a case.")
    return get_case(report.case_id)
