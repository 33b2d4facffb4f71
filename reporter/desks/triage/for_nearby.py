"""The pictures of a report as people who report the same nearby would see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import lazy_gettext as _l

from reporter.reports.models import Report
from reporter.reports.nearby import Candidate, candidates
from reporter.reports.showable import Hindrance

WHY_NOT: Mapping[Hindrance, object] = {
    Hindrance.OFF: _l("The city shows no pictures to people nearby."),
    Hindrance.KIND: _l("Nothing of this kind is ever published."),
    Hindrance.MINOR: _l("Somebody under age is on it, or the words speak of them."),
    Hindrance.PERSONAL: _l("The words hold a phone, identity or plate number."),
    Hindrance.FLAGGED: _l("The words hold one of the city's own list."),
    Hindrance.UNSEARCHED: _l("No program has looked for faces, plates and writing on it."),
    Hindrance.CROWDED: _l("There is too much on it that would have to be covered."),
}


@dataclass(frozen=True)
class ForNearby:
    """A picture of a report as the dialog shows it. `url`: what people nearby would see, "" where `why_not` says why none.

    `covered`: how many places. `shown`: they see it already, or will once there is a case.
    """

    photo_id: int
    number: int
    url: str
    look: str
    covered: int
    shown: bool
    why_not: str


def for_nearby(report: Report) -> Sequence[ForNearby]:
    """Return the pictures of a report as they would be shown to people nearby."""
    return [_told(report, number, one) for number, one in enumerate(candidates(report), 1)]


def _told(report: Report, number: int, one: Candidate) -> ForNearby:
    why_not = str(WHY_NOT[one.hindrances[0]]) if one.hindrances else ""
    url = url_for("triage.nearby_preview", report_id=report.id, look=one.look)
    return ForNearby(
        one.photo.id, number, "" if why_not else url, one.look, len(one.boxes), one.shown, why_not
    )
