"""What the outside may be told of reports, as it follows from the reports and cases themselves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from reporter.cases.lifecycle import PAUSED, Action
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case, Source
from reporter.cases.queries import cases_by_ids
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import db
from reporter.open311.models import ServiceRequest
from reporter.open311.progress import ENDED, OF_CASE, Progress, progress_of, status_of
from reporter.places.geometry import coarsen
from reporter.reports.lifecycle import State
from reporter.reports.models import Report
from reporter.routing.models import WorkOrder
from reporter.routing.queries import last_orders_of

SAID = ("case_id", "status", "progress", "category_id", "area_id", "lon", "lat", "expected_at")
ENDS = (Action.INSPECT_PASS, Action.CLOSE_UNFIXED)


@dataclass(frozen=True)
class Facts:
    """What the row of one report holds.

    Attributes:
        moved_at: when it was moved on last, as far as report and case know it; of what is closed, when it was closed.
        said: the columns that change, by name.
    """

    report_id: int
    number: str
    requested_at: datetime
    moved_at: datetime
    said: Mapping[str, Any]


def facts_of(reports: Sequence[Report]) -> dict[int, Facts | None]:
    """Return what may be told of each report by its id, None of those of which nobody may know; in a few queries."""
    joined = {report.case_id for report in reports if report.case_id and report.state in OF_CASE}
    cases = cases_by_ids(sorted(joined))
    orders, unfixed = last_orders_of(cases), unfixed_among(cases.values())
    found: dict[int, Facts | None] = {}
    for report in reports:
        case = cases.get(report.case_id or 0) if report.state in OF_CASE else None
        own = (orders.get(case.id), case.id in unfixed) if case else (None, False)
        found[report.id] = _facts(report, case, *own)
    return found


def facts_of_one(report: Report, case: Case | None) -> Facts | None:
    """Return what may be told of a report that goes as `case` goes; None when nobody may know of it."""
    case = case if report.state in OF_CASE else None
    return _facts(report, case, *_of_case(case))


def said_of_case(case: Case) -> Mapping[str, Any] | None:
    """Return what the rows of all reports behind a case say; None when nobody may know of them."""
    return _said(State.ACCEPTED, case, case, *_of_case(case))


def _of_case(case: Case | None) -> tuple[WorkOrder | None, bool]:
    if case is None:
        return None, False
    return last_orders_of([case.id]).get(case.id), bool(unfixed_among([case]))


def _facts(report: Report, case: Case | None, order: WorkOrder | None, unfixed: bool) -> Facts | None:  # noqa: FBT001 - as its callers have it
    said = _said(report.state, case, case or report, order, unfixed)
    if said is None:
        return None
    times: list[datetime | None] = [report.submitted_at]
    if case is not None:
        times += [case.registered_at, case.dispatched_at, case.claimed_at, case.handled_at]
    closed = case.closed_at if case is not None and said["progress"] in ENDED else None
    moved = closed or max(time for time in times if time is not None)
    return Facts(report.id, report.number, report.submitted_at, moved, said)


def _said(
    state: State,
    case: Case | None,
    placed: Report | Case,
    order: WorkOrder | None,
    unfixed: bool,  # noqa: FBT001 - as above
) -> Mapping[str, Any] | None:
    reopened = case is not None and case.reopen_count > 0
    progress = progress_of(state, case.state if case else None, reopened=reopened, unfixed=unfixed)
    if progress is None:
        return None
    if (
        case is not None
        and case.state is CaseState.ARCHIVED
        and case.source is Source.PARTNER
        and not case.lead_unit_id
    ):
        progress = Progress.CLOSED
    lon, lat = coarsen(placed.lon, placed.lat)
    return {
        "case_id": case.id if case else None, "status": status_of(progress), "progress": progress,
        "category_id": placed.category_id, "area_id": placed.area_id, "lon": lon, "lat": lat,
        "expected_at": _promised(case, order),
    }  # fmt: skip


def _promised(case: Case | None, order: WorkOrder | None) -> datetime | None:
    """Return until when the unit in charge has time; None while no clock runs for it."""
    if case is None or order is None or case.state in PAUSED | {CaseState.REGISTERED}:
        return None
    return order.handle_due_at


def unfixed_among(cases: Collection[Case]) -> set[int]:
    """Return the ids of those archived cases that were closed without having been put right."""
    archived = [case.id for case in cases if case.state is CaseState.ARCHIVED]
    if not archived:
        return set()
    ends = select(TrailEntry.subject_id, TrailEntry.action).where(
        TrailEntry.subject == Case.trail_subject,
        TrailEntry.subject_id.in_(archived),
        TrailEntry.action.in_(ENDS),
    )
    last = {row.subject_id: row.action for row in db.session.execute(ends.order_by(TrailEntry.seq))}
    return {case_id for case_id, action in last.items() if action == Action.CLOSE_UNFIXED}


def rows_of(report_ids: Sequence[int]) -> dict[int, ServiceRequest]:
    """Return the rows that are kept of reports, by the report's id."""
    kept = select(ServiceRequest).where(ServiceRequest.report_id.in_(report_ids))
    return {row.report_id: row for row in db.session.scalars(kept)}


def differs(row: ServiceRequest | None, facts: Facts | None) -> bool:
    """Tell whether what is kept is not what it should be."""
    if row is None or facts is None:
        return (row is None) != (facts is None)
    if (row.number, row.requested_at) != (facts.number, facts.requested_at):
        return True
    return any(getattr(row, name) != facts.said[name] for name in SAID)


@dataclass(frozen=True)
class Difference:
    """A report whose row is not what it should be: missing, one too many, or other than it."""

    number: str
    fault: str


def differences(after: int, *, size: int) -> tuple[int, list[Difference]]:
    """Compare the rows of the next `size` reports; return the id of the last report, 0 at the end, and what differs."""
    some = select(Report).where(Report.id > after).order_by(Report.id).limit(size)
    reports = db.session.scalars(some).all()
    wanted, kept = facts_of(reports), rows_of([report.id for report in reports])
    found = [
        Difference(report.number, _fault(kept.get(report.id), wanted[report.id]))
        for report in reports
        if differs(kept.get(report.id), wanted[report.id])
    ]
    return (reports[-1].id if reports else 0), found


def _fault(row: ServiceRequest | None, facts: Facts | None) -> str:
    if row is None:
        return "missing"
    if facts is None:
        return "must not be there"
    unlike = [name for name in SAID if getattr(row, name) != facts.said[name]]
    return f"other {', '.join(unlike) or 'number or time'}"
