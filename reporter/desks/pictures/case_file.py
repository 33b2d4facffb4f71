"""A case on paper: what it is about, every photo with its chain of custody, and what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from reporter.cases.models import Case
from reporter.cases.queries import get_category, history, photos_of
from reporter.desks.dates import plain_moment
from reporter.desks.dossier import AFTER, Happened, timeline_of
from reporter.desks.evidence import level_words
from reporter.desks.pictures.custody import Fact, Opening, facts_of, openings_of
from reporter.desks.states import state_word
from reporter.desks.words import named
from reporter.photos.models import Photo
from reporter.photos.queries import photos_by_ids
from reporter.ports import ports
from reporter.routing.queries import units_by_id


@dataclass(frozen=True)
class Shot:
    """One photo of the case, what it shows, and its chain of custody."""

    photo: Photo
    stage: str
    facts: Sequence[Fact]
    openings: Sequence[Opening]


@dataclass(frozen=True)
class CaseFile:
    """All that is printed."""

    case: Case
    facts: Sequence[Fact]
    shots: Sequence[Shot]
    timeline: Sequence[Happened]
    printed: str


def file_of(case: Case) -> CaseFile:
    """Return the case as it stands now; the number of queries does not grow with its photos."""
    hung = photos_of(case.id)
    photos = photos_by_ids([one.photo_id for one in hung])
    openings = openings_of(list(photos.values()))
    shots = [
        Shot(photos[one.photo_id], _stage(one.stage), facts_of(photos[one.photo_id]), openings[one.photo_id])
        for one in hung if one.photo_id in photos
    ]  # fmt: skip
    return CaseFile(
        case, _facts(case), shots, timeline_of(case, history(case)), plain_moment(ports.clock.now())
    )


def _stage(stage: str) -> str:
    return _("after") if stage == AFTER else _("before")


def _facts(case: Case) -> list[Fact]:
    unit = units_by_id().get(case.lead_unit_id or 0)
    told: Mapping[str, str] = {
        _("Kind"): named(get_category(case.category_id)),
        _("Place"): f"{case.address} · {case.lat:.5f}, {case.lon:.5f}"
        if case.address
        else f"{case.lat:.5f}, {case.lon:.5f}",
        _("Unit"): named(unit) or _("none yet"),
        _("State"): state_word("case", case.state),
        _("Evidence"): level_words(case.evidence) if case.evidence else _("not rated"),
        _("Reported"): plain_moment(case.reported_at),
        _("Registered"): plain_moment(case.registered_at),
        _("Closed"): plain_moment(case.closed_at) if case.closed_at else _("not yet"),
    }
    return [Fact(term, text) for term, text in told.items()]
