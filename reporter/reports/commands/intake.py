"""Take a resident's report in."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from sqlalchemy.exc import IntegrityError

from reporter.cases.models import Case
from reporter.cases.queries import get_category, get_subcategory
from reporter.cases.questions import answers_or_refuse
from reporter.cities.commands import next_number
from reporter.cities.queries import current_city, local
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import SYSTEM, Actor
from reporter.photos.commands.intake import keep
from reporter.photos.models import Photo, View
from reporter.photos.queries import seen_before
from reporter.places.geometry import Datum, distance_m, to_wgs84
from reporter.places.queries import area_within, get_area
from reporter.ports import ports
from reporter.reports.alike import Sighting, case_to_join
from reporter.reports.commands.alike import mark_alike
from reporter.reports.commands.aside import set_aside
from reporter.reports.commands.calm import ask_to_take
from reporter.reports.commands.door import PARTNER_WORDS, PHOTOS_AT_MOST, WORDS_AT_MOST, hang, move, run_clock
from reporter.reports.commands.flagging import note_minors
from reporter.reports.commands.joining import join, locked, reason_apart, refuse_second
from reporter.reports.commands.weighing import Origin, weigh
from reporter.reports.lifecycle import Action, step_for
from reporter.reports.models import Report
from reporter.reports.queries import report_by_client_id

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, 1/I
PUBLIC_ID_LENGTH = 10
CODE_LENGTH = 16  # letters of 5 bits: 80 random bits
FAR = 1000.0  # metres between two claims of one place that raise a flag
LONG = timedelta(hours=24)  # between two claims of one time


@dataclass(frozen=True)
class Spot:
    """A place as the resident gave it.

    `lon`, `lat` are degrees in `datum`; both None when only an area was chosen and an address typed.
    """

    source: str  # gps | exif | picked | address | typed
    lon: float | None = None
    lat: float | None = None
    datum: Datum = Datum.WGS84
    accuracy: float | None = None
    area_id: int | None = None
    address: str = ""


@dataclass(frozen=True)
class Submission:
    """What a resident sends. `client_id` is chosen by the phone: the same id is the same report.

    `sent_through` names the system of somebody else through which it comes: it need not have a picture, and its words
    may be longer.

    `joins_case_id`: the case that they say they saw too; one that is not where they were says nothing.
    """

    client_id: str
    category_id: int
    subcategory_id: int | None
    spot: Spot
    words: str = ""
    photo_ids: Sequence[int] = ()
    views: Mapping[int, View] = field(default_factory=dict)  # what each picture is of, by its id
    minors: bool = False  # whoever sends it says that somebody under age can be seen
    anonymous: bool = True
    contact: str = ""
    notify: bool = False
    joins_case_id: int | None = None
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)  # to what the kind asks, by code
    more_answers: bool = False  # another system sends it: what answers no question is kept as well
    locale: str = "zh_Hans_CN"
    origins: Sequence[str] = ()  # what the address is called today and was on the days before
    device: str = ""  # what the browser is called
    sent_through: str = ""
    over_budget: bool = False  # more came from there than one sender has within an hour


@command
def submit(submission: Submission, *, by: Actor) -> Report:
    """Take a resident's report in; the same client id, even at the same instant, is the same report.

    Raises:
        BadInput: no or too many pictures, a place outside the city, an unknown kind, too long a text, a question of
            the kind without its answer (field "answers"; none is needed for a case that is there); or whoever sends stands behind the case already that they say they saw too (field "joins").
    """
    if known := report_by_client_id(submission.client_id):
        return known
    try:
        with db.session.begin_nested():
            return _taken_in(submission, by=by)
    except (BadInput, IntegrityError):  # sent twice at the same instant, the other one may be there by now
        if known := report_by_client_id(submission.client_id):
            return known
        raise


def _taken_in(submission: Submission, *, by: Actor) -> Report:
    _refuse_bad_shape(submission)
    category = get_category(submission.category_id)
    subcategory = get_subcategory(submission.subcategory_id)
    if not category.active:
        raise BadInput("Please choose one of the kinds shown.", field="category")
    if subcategory and subcategory.category_id != category.id:
        raise BadInput("This sub-type belongs to another kind.", field="subcategory_id")
    photos = keep(submission.photo_ids, submission.views)
    now, urgent = ports.clock.now(), bool(subcategory and subcategory.urgent)
    located, origin = _located(submission.spot), Origin.of(submission.origins, submission.device, by)
    case = _joined(submission, located)
    if case is not None:
        refuse_second(case, origin.person, by=by)
    answers = answers_or_refuse(
        category.id, submission.answers, english=submission.locale == "en", needed=case is None,
        unknown=submission.more_answers,
    )  # fmt: skip
    report = Report(
        **located, taken_at=min((photo.taken_at for photo in photos if photo.taken_at), default=None), answers=answers,
        number=_next_report_number(now), code=new_code(), client_id=submission.client_id,
        category_id=category.id, subcategory_id=submission.subcategory_id, words=submission.words.strip(),
        anonymous=submission.anonymous, contact=submission.contact.strip(), notify=submission.notify,
        sent_through=submission.sent_through,
        reporter_id=by.id, locale=submission.locale, urgent=urgent,
        joins_case_id=case.id if case else None, submitted_at=now, state=step_for(None, Action.SUBMIT).target,
    )  # fmt: skip
    run_clock(report, category)
    report.flags = _flags(report, photos)
    db.session.add(report)
    db.session.flush()
    mark_alike(Report.id == report.id)
    hang(report, submission.photo_ids)
    if submission.minors:
        note_minors(report, by=by)
    apart = reason_apart(report, case) if case else None
    facts: dict[str, Any] = {"apart": apart} if apart else {}
    move(report, Action.SUBMIT, by=by, step=step_for(None, Action.SUBMIT), **facts)
    if doubts := weigh(report, origin, over_budget=submission.over_budget):
        set_aside(report, by=SYSTEM, why=doubts)
    elif case is not None and apart is None:
        join(report, case, by=by)
    else:
        ask_to_take(report)
    return report


def _joined(submission: Submission, located: Mapping[str, Any]) -> Case | None:
    if (
        submission.joins_case_id is None or located["place_source"] == "typed"
    ):  # of a street only the middle is known
        return None
    seen = Sighting(
        located["lon"],
        located["lat"],
        submission.category_id,
        submission.subcategory_id,
        submission.photo_ids,
    )
    case = case_to_join(seen, submission.joins_case_id)
    return case and locked(case)


def new_code() -> str:
    """Return a fresh query code."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def new_public_id() -> str:
    """Return a fresh short name for a public address: ten letters of five bits."""
    return new_code()[:PUBLIC_ID_LENGTH].lower()


def _next_report_number(now: datetime) -> str:
    day = local(now).date()
    return f"R-{current_city().code}-{day:%Y%m%d}-{next_number('report', day=day):06d}"


def _refuse_bad_shape(submission: Submission) -> None:
    if not submission.photo_ids and not submission.sent_through:
        raise BadInput("Please add at least one photo.", field="photos")
    if len(submission.photo_ids) > PHOTOS_AT_MOST:
        raise BadInput("At most %(most)s photos; please take some away.", field="photos", most=PHOTOS_AT_MOST)
    most = PARTNER_WORDS if submission.sent_through else WORDS_AT_MOST
    if len(submission.words) > most:
        raise BadInput(
            "At most %(most)s characters; yours has %(length)s.", field="words",
            most=most, length=len(submission.words),
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
    found = area_within(lon, lat)
    return {
        "lon": lon, "lat": lat, "given_lon": spot.lon, "given_lat": spot.lat, "datum": spot.datum,
        "accuracy": spot.accuracy, "place_source": spot.source, "address": spot.address.strip(),
        "area_id": found.id if found else spot.area_id,
    }  # fmt: skip


def _flags(report: Report, photos: Sequence[Photo]) -> list[str]:
    raised = {
        "photo_elsewhere": any(_elsewhere(photo, report) for photo in photos),
        "photo_old": any(_at_another_time(photo, report) for photo in photos),
        "photo_seen": bool(seen_before(photos)),
        "no_area": report.area_id is None,
        "no_photo": not photos,
    }
    return [flag for flag, up in raised.items() if up]


def _elsewhere(photo: Photo, report: Report) -> bool:
    """Tell whether the camera, the phone and the pin name places that lie far apart."""
    claimed = [(photo.lon, photo.lat), (photo.phone_lon, photo.phone_lat)]
    places = [(lon, lat) for lon, lat in claimed if lon is not None and lat is not None]
    far = max(FAR, report.accuracy or 0.0) if report.place_source == "address" else FAR
    return any(
        distance_m(*one, *other) > far for one, other in combinations([*places, (report.lon, report.lat)], 2)
    )


def _at_another_time(photo: Photo, report: Report) -> bool:
    """Tell whether camera, phone and the moment of sending lie far apart."""
    times = [at for at in (photo.taken_at, photo.phone_at, report.submitted_at) if at]
    return max(times) - min(times) > LONG
