"""Rows of reports that came here all at once."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from reporter.kernel.db import current_city_id, db
from reporter.open311.models import ServiceRequest
from reporter.open311.truth import facts_of
from reporter.ports import ports
from reporter.reports.models import Report


def project_new(report_ids: Sequence[int]) -> None:
    """Write the rows of reports that have none yet, as `project` would one by one. Inside a command.

    What happened to them elsewhere is told as where they stand, not step by step: clients ask for the steps of today.
    """
    reports = db.session.scalars(select(Report).where(Report.id.in_(report_ids)).order_by(Report.id)).all()
    now, city_id = ports.clock.now(), current_city_id()
    rows = [
        {
            "city_id": city_id, "report_id": facts.report_id, "number": facts.number,
            "requested_at": facts.requested_at, "updated_at": facts.moved_at, "changed_at": now, **facts.said,
        }
        for facts in facts_of(reports).values() if facts is not None
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(ServiceRequest), rows)
