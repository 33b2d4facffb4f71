"""Kind and place of a report, as it was reported and as they stand in the form."""

from dataclasses import dataclass, replace

from reporter.desks.triage.forms import AcceptForm
from reporter.desks.triage.place_forms import spot_of
from reporter.places.geometry import Point
from reporter.places.moved import Spotted
from reporter.reports.models import Report


@dataclass(frozen=True)
class Judged:
    """Kind and place as they stand in the form: what the suggestion is made for. `moved`: the place was put right there."""

    category_id: int
    subcategory_id: int | None
    area_id: int | None
    address: str
    spot: Spotted
    moved: bool = False

    @property
    def point(self) -> Point:
        """Where it is, WGS 84."""
        return self.spot.point


def as_reported(report: Report) -> Judged:
    """Return kind and place as the report has them."""
    spot = Spotted(Point(report.lon, report.lat), report.place_source, report.accuracy)
    return Judged(report.category_id, report.subcategory_id, report.area_id, report.address, spot)


def judged_in(form: AcceptForm, report: Report, kind_id: int) -> Judged:
    """Return kind and place as they stand in the form, the kind as it was found to be."""
    own = as_reported(report)
    spot = spot_of(form) or own.spot
    return replace(
        own, category_id=kind_id, subcategory_id=form.subcategory_id.data,
        area_id=form.area_id.data or (None if spot.point != own.point else report.area_id),
        address=form.address.data or "", spot=spot, moved=spot.point != own.point,
    )  # fmt: skip
