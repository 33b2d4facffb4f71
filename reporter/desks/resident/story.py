"""All that is known of one report, read once: what the pages of a resident are told from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from reporter.board.lifecycle import State as Shown
from reporter.board.models import Exposure
from reporter.board.queries import live_exposure_of
from reporter.cases import queries as cases
from reporter.cases.lifecycle import PAUSED
from reporter.cases.models import Case, Category, Subcategory
from reporter.desks.words import named
from reporter.kernel.audit import TrailEntry
from reporter.photos.models import Photo
from reporter.photos.pixels import LARGE, SMALL
from reporter.photos.queries import photos_by_ids
from reporter.places.queries import get_area
from reporter.reports import queries as reports
from reporter.reports.models import Report, ReportMessage
from reporter.routing.deadlines import Calendar, Limit, due_at
from reporter.routing.models import Unit
from reporter.routing.queries import calendar, units_by_id


@dataclass(frozen=True)
class Picture:
    """One of the resident's own pictures: the small copy, and the large one behind it."""

    url: str
    href: str


@dataclass(frozen=True)
class Story:
    """A report with everything that hangs on it. Trails and messages are oldest first.

    `first`: the case goes by this report, whose sender is asked and rates for the figures; true without a case.
    """

    report: Report
    kind: Category
    sub: Subcategory | None
    area: str
    case: Case | None
    report_trail: Sequence[TrailEntry]
    case_trail: Sequence[TrailEntry]
    messages: Sequence[ReportMessage]
    photos: Mapping[int, Photo]
    photo_ids: Sequence[int]
    units: Mapping[int, Unit]
    calendar: Calendar
    review_at: datetime | None
    exposure: Exposure | None
    first: bool

    @property
    def code(self) -> str:
        """The query code."""
        return self.report.code

    @property
    def others(self) -> int:
        """How many other people saw the same thing."""
        return self.case.report_count - 1 if self.case else 0

    def unit_name(self, unit_id: object) -> str:
        """Return what the unit is called; "" when it is unknown."""
        return named(self.units.get(unit_id)) if isinstance(unit_id, int) else ""

    def own_entry(self, entry: TrailEntry) -> bool:
        """Tell whether this reporter, not another one of the same case, took the step."""
        return entry.facts.get("report_id") == self.report.id

    def shares(self) -> dict[int, list[Picture]]:
        """Return trail entry -> the pictures that came with it; those of the submission under 0."""
        later = [entry for entry in self.report_trail if entry.action in {"answer", "add"}]
        later += [
            entry
            for entry in self.case_trail
            if entry.action in {"reopen", "say_unfixed"} and self.own_entry(entry)
        ]
        rest, shares = list(self.photo_ids), {}
        for entry in sorted(later, key=lambda entry: entry.at, reverse=True):
            number = int(entry.facts.get("photos", 0))
            rest, came = rest[: len(rest) - number], rest[len(rest) - number :]
            shares[entry.id] = self.pictures(came)
        return shares | {0: self.pictures(rest)}

    def pictures(self, photo_ids: Sequence[int]) -> list[Picture]:
        """Return the resident's own pictures among `photo_ids`."""
        own = [self.photos[photo_id] for photo_id in photo_ids if photo_id in self.photos]
        return [Picture(self._address(photo, SMALL), self._address(photo, LARGE)) for photo in own]

    def _address(self, photo: Photo, size: int) -> str:
        return url_for("resident.picture", code=self.code, token=photo.token, size=size)

    def promised(self, start: datetime, clock: str) -> datetime | None:
        """Return when `clock` (claim, handle …) that began at `start` ends by the case's own limits."""
        if self.case is None or clock not in self.case.limits:
            return None
        return due_at(start, Limit.parse(self.case.limits[clock]), self.calendar)


def read_story(report: Report) -> Story:
    """Return everything that `report`'s pages tell, in a fixed number of reads."""
    case = cases.get_case(report.case_id) if report.case_id else None
    photo_ids = reports.photo_ids_of(report.id)
    return Story(
        report=report, kind=cases.get_category(report.category_id), sub=cases.get_subcategory(report.subcategory_id),
        area=named(get_area(report.area_id)) if report.area_id else "",
        case=case, report_trail=reports.without_undone(reports.history(report)), case_trail=cases.history(case) if case else (),
        messages=reports.messages_of(report.id), photos=photos_by_ids(photo_ids), photo_ids=photo_ids,
        units=units_by_id() if case else {}, calendar=calendar(), review_at=_review_at(case),
        exposure=_published(case), first=case is None or reports.first_ids_of([case.id]).get(case.id) == report.id,
    )  # fmt: skip


def _review_at(case: Case | None) -> datetime | None:
    return case.ring_at if case is not None and case.state in PAUSED else None


def _published(case: Case | None) -> Exposure | None:
    found = live_exposure_of(case.id) if case else None
    return found if found is not None and found.state is Shown.PUBLISHED else None
