"""Keep a row for every report that the outside may know of, and one for every step that it is told."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from reporter.cases.models import Case
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.dialect import insert_if_absent
from reporter.open311.models import RequestUpdate, ServiceRequest
from reporter.open311.progress import Progress
from reporter.open311.truth import SAID, Facts, differs, facts_of, facts_of_one, rows_of, said_of_case
from reporter.ports import ports
from reporter.reports.models import Report


def project(report: Report, case: Case | None) -> None:
    """Write the row of one report as it is at this moment; strike it when the outside may not know of it.

    Inside a command; doing it twice changes nothing.
    """
    facts = facts_of_one(report, case)
    row = db.session.scalar(select(ServiceRequest).where(ServiceRequest.report_id == report.id))
    if facts is None:
        _strike(ServiceRequest.report_id == report.id)
    elif row is None:
        _write(facts)
    else:
        _renew([row], facts.said)


def project_case(case: Case) -> None:
    """Write the rows of all reports behind a case as the case is at this moment. Inside a command, as `project`."""
    behind = ServiceRequest.case_id == case.id
    said = said_of_case(case)
    if said is None:
        _strike(behind)
        return
    _renew(db.session.scalars(select(ServiceRequest).where(behind)).all(), said)


def _write(facts: Facts) -> None:
    insert_if_absent(
        ServiceRequest, city_id=current_city_id(), report_id=facts.report_id, number=facts.number,
        requested_at=facts.requested_at, updated_at=facts.moved_at, changed_at=max(facts.moved_at, ports.clock.now()), **facts.said,
    )  # fmt: skip


def _renew(rows: Sequence[ServiceRequest], said: Mapping[str, Any]) -> None:
    now = ports.clock.now()
    for row in rows:
        if all(getattr(row, name) == said[name] for name in SAID):
            continue
        if row.progress != said["progress"]:
            row.updated_at = now
        row.changed_at = now
        for name in SAID:
            setattr(row, name, said[name])


def _strike(which: Any) -> None:
    gone = delete(ServiceRequest).where(which, ServiceRequest.city_id == current_city_id())
    db.session.flush()
    db.session.execute(gone, execution_options={"synchronize_session": "fetch"})


def note_change(case_id: int) -> None:
    """Let whoever asks for what changed read the requests of a case again. Inside a command."""
    behind = update(ServiceRequest).where(
        ServiceRequest.case_id == case_id, ServiceRequest.city_id == current_city_id()
    )
    db.session.execute(behind.values(changed_at=ports.clock.now()))


def tell(which: Any, entry_id: int, *, at: datetime) -> None:
    """Write down a step for each of the requests that stand elsewhere than the outside was told. Inside a command.

    Args:
        which: the condition that says which rows of `ServiceRequest`.
        entry_id: the step in a trail: for one step nothing is told twice.
    """
    some = select(ServiceRequest.report_id, ServiceRequest.number, ServiceRequest.progress).where(which)
    held = some.order_by(ServiceRequest.id).with_for_update()
    rows = db.session.execute(held).all()  # held: of two steps at once the second counts the first
    told = _told([row.report_id for row in rows])
    for row in rows:
        before = told.get(row.report_id, [])
        if (before[-1] if before else Progress.OPEN) is row.progress:
            continue
        insert_if_absent(
            RequestUpdate, city_id=current_city_id(), key=f"{row.number}.{len(before) + 1}", report_id=row.report_id,
            entry_id=entry_id, progress=row.progress, at=at,
        )  # fmt: skip


def _told(report_ids: Collection[int]) -> dict[int, list[Progress]]:
    """Return what was told of each report, oldest first."""
    found: dict[int, list[Progress]] = {}
    if not report_ids:
        return found
    told = select(RequestUpdate.report_id, RequestUpdate.progress).where(
        RequestUpdate.report_id.in_(report_ids)
    )
    for report_id, progress in db.session.execute(told.order_by(RequestUpdate.id)):
        found.setdefault(report_id, []).append(progress)
    return found


@command
def build_anew(after: int, *, size: int) -> tuple[int, int]:
    """Write the rows of the next `size` reports anew; return the id of the last one (0 at the end), and how many differed.

    What the outside was told stays as it is, so that its keys stay good. The reports and their cases stand still meanwhile:
    one that is declined between reading and writing would be public.
    """
    reports = _held(after, size)
    wanted, kept = facts_of(reports), rows_of([report.id for report in reports])
    changed = 0
    for report_id, facts in wanted.items():
        row = kept.get(report_id)
        if not differs(row, facts):
            continue
        changed += 1
        if facts is None:
            db.session.delete(row)
        elif row is None:
            _write(facts)
        else:
            row.number, row.requested_at = facts.number, facts.requested_at
            _renew([row], facts.said)
    return (reports[-1].id if reports else 0), changed


def _held(after: int, size: int) -> Sequence[Report]:
    """Return the next reports as they are now; nobody changes them or their cases before the command ends.

    Cases come first, as in most commands, so that two rarely wait for each other.
    """
    some = select(Report).where(Report.id > after).order_by(Report.id).limit(size)
    _hold_cases(
        {case_id for case_id in db.session.scalars(some.with_only_columns(Report.case_id)) if case_id}
    )
    held = some.with_for_update(key_share=True).execution_options(populate_existing=True)
    reports = db.session.scalars(held).all()
    _hold_cases({report.case_id for report in reports if report.case_id})
    return reports


def _hold_cases(case_ids: Collection[int]) -> None:
    """Let nobody change these cases before the command ends, and know them as they are now."""
    held = select(Case).where(Case.id.in_(case_ids)).order_by(Case.id).with_for_update(key_share=True)
    db.session.scalars(held.execution_options(populate_existing=True)).all()
