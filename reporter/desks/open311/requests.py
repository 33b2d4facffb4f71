"""The requests as clients read them: a list, one, and what became of them. All that is said of them is public on the web."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from reporter.board.behind import ShownPicture, ShownWords, shown_behind
from reporter.cases.queries import categories
from reporter.cities.models import Jurisdiction
from reporter.cities.queries import city_for_host
from reporter.desks.georeport import Items, answer
from reporter.desks.open311 import asked
from reporter.desks.open311.door import serve
from reporter.desks.open311.words import note_of, notice_of_unshown
from reporter.desks.shelf import shelf, shelved
from reporter.desks.words import named
from reporter.open311.models import RequestUpdate, ServiceRequest
from reporter.open311.progress import Progress
from reporter.open311.queries import Span, request_called, requests, updates_of, updates_within
from reporter.places.queries import AreaName, area_names
from reporter.ports import ports

UPDATES = timedelta(days=1)  # of which updates are given when no dates are


@serve("requests")
def list_requests() -> ResponseReturnValue:
    """List requests, newest first. Raises `Faults`."""
    wanted = asked.wanted()
    size, before = asked.page_asked() if wanted.numbers is None else (asked.MOST, 0)
    return _answered(requests(wanted, limit=size, offset=before))


@serve("requests/<number>")
def one_request(number: str) -> ResponseReturnValue:
    """Return one request in a list. Raises `NotFound`."""
    return _answered([request_called(number)])


def _answered(rows: Sequence[ServiceRequest]) -> ResponseReturnValue:
    """Return the requests with all that stands around them, read in a handful of queries however many they are."""
    kinds = _kinds({row.category_id for row in rows})
    areas = area_names({row.area_id for row in rows if row.area_id})
    shown = shown_behind({row.case_id for row in rows if row.case_id})
    extended = asked.wants_extensions()
    told = updates_of([row.report_id for row in rows]) if extended else {}
    pictures = _picture_root() if shown else ""
    words = _Words.of_request(rows, kinds, areas)
    trees = []
    for row in rows:
        post = shown.get(row.case_id or 0)
        tree = _told_of(row, words, post, pictures)
        if extended:
            tree |= _extended(row, post, told.get(row.report_id, []), pictures)
        trees.append(tree)
    return answer("service_requests", Items("request", trees))


@dataclass(frozen=True)
class Kind:
    """What a kind is called, whether it is still offered or not."""

    slug: str
    name_zh: str
    name_en: str


def _kinds(needed: Collection[int]) -> Mapping[int, Kind]:
    """Return all kinds by their id, some seconds old unless one of those that are needed was made since."""

    def read() -> dict[int, Kind]:
        kinds = categories(active=False, subtypes=False)
        return {kind.id: Kind(kind.slug, kind.name_zh, kind.name_en) for kind in kinds}

    kept: Mapping[int, Kind] = shelved("open311 kinds", read)
    return kept if kept.keys() >= set(needed) else read()


@dataclass(frozen=True)
class _Words:
    """What is said again and again in one answer, in its language; looked up once."""

    notes: Mapping[Progress, str]
    kinds: Mapping[int, tuple[str, str]]
    areas: Mapping[int | None, str]
    city: str
    notice: str

    @classmethod
    def of_request(
        cls, rows: Sequence[ServiceRequest], kinds: Mapping[int, Kind], areas: Mapping[int, AreaName]
    ) -> "_Words":
        """Return the words that the rows need."""
        return cls(
            {progress: note_of(progress) for progress in {row.progress for row in rows}},
            {
                number: (named(kinds[number]), kinds[number].slug)
                for number in {row.category_id for row in rows}
            },
            {number: named(area) for number, area in areas.items()},
            named(g.city),
            notice_of_unshown(),
        )


def _told_of(row: ServiceRequest, words: _Words, post: ShownWords | None, pictures: str) -> dict[str, Any]:
    """Return the parts of the standard; what is not known and may be left out is left out."""
    first = post.pictures[0] if post and post.pictures else None
    tree: dict[str, Any] = {
        "service_request_id": row.number,
        "status": str(row.status),
        "status_notes": words.notes[row.progress],
        "service_name": words.kinds[row.category_id][0],
        "service_code": words.kinds[row.category_id][1],
        "description": _description(post) if post else None,
    }
    if post and (unit := named(post, "unit")):
        tree["agency_responsible"] = unit
    if post is None:
        tree["service_notice"] = words.notice
    tree |= {"requested_datetime": row.requested_at, "updated_datetime": row.updated_at}
    if row.expected_at:
        tree["expected_datetime"] = row.expected_at
    return tree | {
        "address": words.areas.get(row.area_id) or words.city,
        "address_id": None,
        "zipcode": None,
        "lat": row.lat,
        "long": row.lon,
        "media_url": _picture_address(first, pictures) if first else None,
    }


def _description(post: ShownWords) -> str:
    """Return what a post says, and what was put right in it since: a copy without that would go on saying what is wrong."""
    corrected = gettext("Correction: %(words)s", words=post.correction) if post.correction else ""
    return "\n".join(filter(None, (post.title, post.summary, corrected)))


def _extended(
    row: ServiceRequest, post: ShownWords | None, told: Sequence[RequestUpdate], pictures: str
) -> dict[str, Any]:
    """Return what is said beyond the standard: the finer status, all pictures on show, what the outside was told."""
    photos = [
        {
            "media_url": _picture_address(picture, pictures),
            "title": picture.stage,
            "width": picture.width,
            "height": picture.height,
            "created_at": picture.made_at,
        }
        for picture in (post.pictures if post else ())
    ]
    notes = [
        {"datetime": one.at, "description": note_of(one.progress), "type": str(one.progress)} for one in told
    ]
    return {
        "extended_attributes": {"detailed_status": str(row.progress), "photos": Items("photo", photos)},
        "attributes": Items("attribute", []),
        "notes": Items("note", notes),
    }


def _picture_root() -> str:
    """Return where the public pages of this city are, which may be another host than the endpoint's."""
    city: Jurisdiction = g.city
    host = request.host.rsplit(":", 1)[0]
    served = shelf().list_of(("host", host), lambda: getattr(city_for_host(host), "id", 0))
    if served == city.id or not city.hosts:
        return request.url_root.rstrip("/")
    return f"{request.scheme}://{city.hosts[0]}"


def _picture_address(picture: ShownPicture, root: str) -> str:
    return root + url_for("public.picture", token=picture.token, name=picture.name)


@serve("servicerequestupdates")
def updates() -> ResponseReturnValue:
    """List what became of requests, oldest first. Raises `Faults`."""
    told = updates_within(_updates_span(), limit=asked.MOST)
    trees = [
        {
            "update_id": one.key,
            "service_request_id": one.number,
            "status": str(one.update.progress),
            "updated_datetime": one.update.at,
            "description": note_of(one.update.progress),
            "media_url": None,
        }
        for one in told
    ]
    return answer("service_request_updates", Items("request_update", trees))


def _updates_span() -> Span:
    arguments = asked.Arguments()
    start, end = arguments.instant("start_date"), arguments.instant("end_date", ends=True)
    given = [bool(arguments.text(name)) for name in ("start_date", "end_date")]
    if any(given) and not all(given):
        arguments.fault("The argument %(name)s and end_date belong together.", "start_date")
    else:
        asked.bound(arguments, ("start_date", start), ("end_date", end))
    arguments.refuse()
    return Span(start, end) if start else Span(ports.clock.now() - UPDATES)
