"""Pictures of open cases for people who report the same: what could be shown, and what a moderator lets be shown.

See docs/decisions/0054-a-picture-beside-i-saw-it-too.md. No copy is kept: what is sent is burnt from the clean copy on
the way, over what the programs of today propose, and only while that is the very look that a person judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from reporter.cases.models import Case
from reporter.cases.queries import categories, photos_of_each
from reporter.cities.queries import current_city
from reporter.kernel.db import db
from reporter.kernel.errors import NotFound
from reporter.photos.models import Photo, Search
from reporter.photos.pixels import burn, public_copy
from reporter.photos.queries import photos_by_ids, regions_of, staff_copy
from reporter.photos.regions import MOST_REGIONS
from reporter.reports.minors import flagged_in, speaks_of_minors
from reporter.reports.models import NearbyPicture, Report
from reporter.reports.queries import flagged_words, messages_of_each, photo_ids_of, reports_by_ids
from reporter.reports.screening import personal_data
from reporter.reports.showable import Facts, Hindrance, hindrances, look

SETTING = "nearby_pictures"
SIDE = 640  # pixels of the long side: enough to know a place again
BEFORE = 4  # pictures of a case that are looked at, the oldest


@dataclass(frozen=True)
class Candidate:
    """A picture of a report as it would be shown: `boxes` burnt in, `look` what a person judges, and what forbids it."""

    photo: Photo
    boxes: Sequence[Mapping[str, Any]]
    hindrances: Sequence[Hindrance]
    shown: bool = False

    @property
    def look(self) -> str:
        """Return what tells this very picture with these very boxes from any other."""
        return look(self.photo.staff_sha256, self.boxes)

    def copy(self) -> bytes:
        """Return the JPEG, 640 pixels long at most, that people nearby see.

        Raises:
            NotFound: its file is not kept any more, or is another one than was looked through.
        """
        source = staff_copy(self.photo)
        if source.sha256 != self.photo.staff_sha256:
            raise NotFound("There is no such picture.")
        return public_copy(burn(source.content, self.boxes), SIDE)


def pictures_wanted() -> bool:
    """Tell whether the city lets pictures be shown to people who report the same."""
    return bool(current_city().settings.get(SETTING, True))


def candidates(report: Report) -> list[Candidate]:
    """Return the pictures of a report in their order, and what forbids each to be shown."""
    ids = photo_ids_of(report.id)
    found = _candidates(dict.fromkeys(ids, report))
    return [found[photo_id] for photo_id in ids if photo_id in found]


def shown_nearby(cases: Sequence[Case]) -> dict[int, Candidate]:
    """Return case id -> the oldest of its pictures that people who report the same may see; in a fixed number of queries."""
    hung = photos_of_each([case.id for case in cases])
    ids = {
        case_id: [one.photo_id for one in pictured if one.stage == "before"][:BEFORE]
        for case_id, pictured in hung.items()
    }
    rows = _let_pass([photo_id for some in ids.values() for photo_id in some])
    reports = reports_by_ids([row.report_id for row in rows])
    found = _candidates({row.photo_id: reports[row.report_id] for row in rows}) if rows else {}
    seen = {
        case_id: [found[one] for one in some if one in found and found[one].shown]
        for case_id, some in ids.items()
    }
    return {case_id: some[0] for case_id, some in seen.items() if some}


def _let_pass(photo_ids: Sequence[int]) -> Sequence[NearbyPicture]:
    if not photo_ids:
        return ()
    return db.session.scalars(select(NearbyPicture).where(NearbyPicture.photo_id.in_(photo_ids))).all()


def _candidates(sources: Mapping[int, Report]) -> dict[int, Candidate]:
    """Return photo id -> candidate. Args: sources: photo id -> the report that it came with."""
    photos, regions = photos_by_ids(sources), regions_of(sources)
    judged = {row.photo_id: row.look for row in _let_pass(list(sources))}
    kinds = {kind.id: kind.exposable for kind in categories(active=False, subtypes=False)}
    spoken = _spoken({report.id: report for report in sources.values()})
    found = {}
    for photo_id, photo in photos.items():
        boxes = [{side: getattr(region, side) for side in "xywh"} for region in regions[photo_id]]
        report = sources[photo_id]
        said = spoken[report.id]
        against = hindrances(
            Facts(
                wanted=pictures_wanted(), exposable=kinds.get(report.category_id, False),
                minor=photo.minor or bool(speaks_of_minors(said)), personal=bool(personal_data(said)),
                flagged=bool(flagged_in(said, flagged_words())), searched=photo.searched is Search.DONE,
                crowded=len(boxes) >= MOST_REGIONS,
            )
        )  # fmt: skip
        passed = not against and judged.get(photo_id) == look(photo.staff_sha256, boxes)
        found[photo_id] = Candidate(photo, boxes, against, shown=passed)
    return found


def _spoken(reports: Mapping[int, Report]) -> dict[int, str]:
    """Return report id -> all that its sender wrote."""
    messages = messages_of_each(list(reports))
    return {
        one.id: " ".join(
            [one.words, one.address, *(said.words for said in messages[one.id] if not said.from_centre)]
        )
        for one in reports.values()
    }
