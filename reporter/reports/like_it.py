"""The waiting reports that are like one of them: by a mark they share, or of its kind on its spot."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reporter.kernel.db import current_city_id, db
from reporter.places.geometry import distance_m
from reporter.places.near import lies_near
from reporter.reports.lifecycle import State
from reporter.reports.models import Report, ReportTrace
from reporter.reports.risk import Mark

SPOT = 50.0  # metres within which a report of the same kind is about the same thing
ALIKE_AT_MOST = 60  # reports on one page
EACH_AT_MOST = 120  # rows read of each mark, and of the spot
SHARED = (Mark.WORDS, Mark.PICTURE, Mark.PLATE, Mark.SHOP)  # marks of what a report shows and says


@dataclass(frozen=True)
class Like:
    """A waiting report that is like another.

    Attributes:
        marks: what both carry, in the order of `SHARED`.
        here: whether it is of the same kind and lies within `SPOT`.
        metres: between the two.
    """

    report: Report
    marks: Sequence[Mark]
    here: bool
    metres: float


def reports_alike(report: Report) -> tuple[list[Like], bool]:
    """Return the waiting reports like this one, those that share most first, then the nearest; and whether there are more."""
    marks = _marked(report)
    near = _near(report)
    known = {other.id: other for other in near}
    others = select(Report).where(Report.id.in_(marks.keys() - known.keys()), Report.state == State.SUBMITTED)
    known |= {other.id: other for other in db.session.scalars(others)}
    found = [_like(report, other, marks.get(other.id, set())) for other in known.values()]
    wanted = sorted(
        (one for one in found if one.here or one.marks), key=lambda one: (-len(one.marks), one.metres, one.report.id)
    )  # fmt: skip
    return wanted[:ALIKE_AT_MOST], len(wanted) > ALIKE_AT_MOST


def _like(report: Report, other: Report, marks: set[Mark]) -> Like:
    metres = distance_m(report.lon, report.lat, other.lon, other.lat)
    here = other.category_id == report.category_id and metres <= SPOT
    return Like(other, [mark for mark in SHARED if mark in marks], here, metres)


def _marked(report: Report) -> dict[int, set[Mark]]:
    """Return which of the marks of a report each of the others carries, the newest of each mark."""
    own = select(ReportTrace.key).where(ReportTrace.report_id == report.id, ReportTrace.mark.in_(SHARED))
    found: defaultdict[int, set[Mark]] = defaultdict(set)
    for key in db.session.scalars(own).all():
        carrying = (
            select(ReportTrace.report_id, ReportTrace.mark)
            .where(ReportTrace.city_id == current_city_id(), ReportTrace.key == key)
            .order_by(ReportTrace.at.desc())
            .limit(EACH_AT_MOST)
        )
        for report_id, mark in db.session.execute(carrying):
            found[report_id].add(mark)
    found.pop(report.id, None)
    return dict(found)


def _near(report: Report) -> Sequence[Report]:
    box = select(Report).where(
        Report.city_id == current_city_id(),
        Report.category_id == report.category_id,
        lies_near(Report, report.lon, report.lat, metres=SPOT),
        Report.state == State.SUBMITTED,
        Report.id != report.id,
    )
    return db.session.scalars(box.order_by(Report.lat, Report.lon, Report.id).limit(EACH_AT_MOST)).all()
