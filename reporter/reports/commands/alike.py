"""Write down which waiting reports may be there already, so that no list looks for it row by row."""

from sqlalchemy import ColumnElement, update

from reporter.kernel.db import db
from reporter.reports.models import Report
from reporter.reports.worklists import there_already


def mark_alike(which: ColumnElement[bool]) -> None:
    """Write it anew for some reports in the caller's transaction.

    Not a step of theirs, and nobody who has one of them open is disturbed: their versions stay.
    """
    db.session.execute(
        update(Report).where(which).values(alike=there_already()),
        execution_options={"synchronize_session": "fetch"},
    )
