"""Who stands behind a case: its reports with their pictures, the one that it goes by first."""

from collections.abc import Sequence
from dataclasses import dataclass

from reporter.cases.models import Case
from reporter.desks.dossier import SMALL, Reply, address_of, replies_of
from reporter.photos.queries import photos_by_ids
from reporter.reports.models import Report
from reporter.reports.queries import first_ids_of, photo_ids_of_each, reports_of_case

PICTURES = 3  # of each report


@dataclass(frozen=True)
class Behind:
    """A report behind a case. `first`: the case goes by it; `more`: pictures that are not shown here."""

    report: Report
    first: bool
    photos: Sequence[str]
    more: int
    replies: Sequence[Reply]


def behind(case: Case) -> list[Behind]:
    """Return the reports behind `case`, the first one first, in a fixed number of reads."""
    reports = reports_of_case(case.id)
    first = first_ids_of([case.id]).get(case.id)
    hung = photo_ids_of_each([report.id for report in reports])
    photos = photos_by_ids(photo_id for ids in hung.values() for photo_id in ids[:PICTURES])
    rows = [
        Behind(
            report, report.id == first,
            [address_of(photos[one].token, SMALL) for one in hung[report.id][:PICTURES] if one in photos],
            max(0, len(hung[report.id]) - PICTURES),
            replies_of(report.answers),
        )
        for report in reports
    ]  # fmt: skip
    return sorted(rows, key=lambda one: not one.first)
