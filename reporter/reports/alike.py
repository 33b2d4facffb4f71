"""Open cases that may be the same thing as what somebody saw, the likeliest first, and which of them one may join."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reporter.cases.models import Case
from reporter.cases.queries import Pictured, cases_by_ids, categories, open_cases_near, photos_of_each
from reporter.photos.models import Photo
from reporter.photos.queries import photos_by_ids
from reporter.places.geometry import distance_m
from reporter.ports import ports
from reporter.reports.likeness import Ground, likeness, words_alike

NEAR = 120  # metres within which a case may be the same thing
WITHIN = 100  # metres within which a resident may say so
READ = 30  # cases compared at most
SHOWN = 3  # of them to a resident
GRID = 2000  # points of a degree to which a resident's question is moved: some fifty metres apart
PICTURES = 4  # of a case, the oldest, that are compared


@dataclass(frozen=True)
class Sighting:
    """What somebody saw, at a WGS 84 point, in degrees."""

    lon: float
    lat: float
    category_id: int | None
    subcategory_id: int | None = None
    photo_ids: Sequence[int] = ()
    words: str = ""


@dataclass(frozen=True)
class Alike:
    """A case that may be the same thing; `score` is 0..1, `metres` the distance."""

    case: Case
    score: float
    metres: float
    grounds: Sequence[Ground] = ()


def cases_alike(seen: Sighting, *, limit: int = 4) -> list[Alike]:
    """Return open cases near a sighting that may be the same thing, the likeliest first."""
    near = open_cases_near(seen.lon, seen.lat, metres=NEAR, limit=READ)
    return _compared(seen, near)[:limit]


def joinable(seen: Sighting) -> list[Alike]:
    """Return the open cases that whoever saw something may join, the likeliest first; `SHOWN` at most.

    They lie within `WITHIN` metres and are of the kind that was named; or of another one, when a picture shows the same.
    """
    seen = _roughly(seen)
    kinds = [kind.id for kind in categories(active=False, subtypes=False)] if seen.photo_ids else []
    wanted = kinds or [seen.category_id or 0]
    near = open_cases_near(seen.lon, seen.lat, metres=WITHIN, category_ids=wanted, limit=READ)
    return [one for one in _compared(seen, near) if _fits(one, seen)][:SHOWN]


def case_to_join(seen: Sighting, case_id: int) -> Case | None:
    """Return the case that somebody says they saw too, open or not; None when it is not where they were."""
    seen, found = _roughly(seen), cases_by_ids([case_id])
    return next((one.case for one in _compared(seen, list(found.values())) if _fits(one, seen)), None)


def _roughly(seen: Sighting) -> Sighting:
    """Return the sighting at a point of a grid: by moving it a little nobody finds out where a case lies exactly."""
    return replace(seen, lon=round(seen.lon * GRID) / GRID, lat=round(seen.lat * GRID) / GRID)


def _fits(one: Alike, seen: Sighting) -> bool:
    same = one.case.category_id == seen.category_id or Ground.PICTURE in one.grounds
    return same and one.metres <= WITHIN


def _compared(seen: Sighting, near: Sequence[Case]) -> list[Alike]:
    hung = photos_of_each([case.id for case in near]) if seen.photo_ids else {}
    theirs = {case_id: _before(pictured) for case_id, pictured in hung.items()}
    photos = photos_by_ids([*seen.photo_ids, *(photo_id for ids in theirs.values() for photo_id in ids)])
    alike = [_likened(seen, case, _bits(seen, theirs.get(case.id, ()), photos)) for case in near]
    return sorted(alike, key=lambda one: (-one.score, one.metres))


def _before(pictured: Sequence[Pictured]) -> list[int]:
    return [one.photo_id for one in pictured if one.stage == "before"][:PICTURES]


def _bits(seen: Sighting, theirs: Sequence[int], photos: Mapping[int, Photo]) -> int | None:
    """Return in how many bits two pictures differ, one of what was seen and one of a case: the most alike of them."""
    mine = [
        look for photo_id in seen.photo_ids if photo_id in photos for look in photos[photo_id].looked_for_by
    ]
    others = [photos[photo_id].dhash for photo_id in theirs if photo_id in photos]
    return min(((one ^ other).bit_count() for one in mine for other in others), default=None)


def _likened(seen: Sighting, case: Case, bits: int | None) -> Alike:
    metres = distance_m(seen.lon, seen.lat, case.lon, case.lat)
    same_kind = case.category_id == seen.category_id
    found = likeness(
        metres=metres, hours=(ports.clock.now() - case.reported_at).total_seconds() / 3600, same_kind=same_kind,
        same_subtype=bool(same_kind and case.subcategory_id and case.subcategory_id == seen.subcategory_id),
        picture_bits=bits, words=words_alike(seen.words, case.words),
    )  # fmt: skip
    return Alike(case, found.score, metres, found.grounds)
