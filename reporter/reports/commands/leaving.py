"""Reports whose sender wants to be known no more: they stay, without any way back to the person."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from reporter.kernel import events
from reporter.kernel.db import command, current_city_id, db
from reporter.reports.events import SenderGone
from reporter.reports.models import Report, ReportMessage, ReportTrace
from reporter.reports.queries import own_report_ids
from reporter.reports.risk import Mark

PREFIXES = ("", "+86", "86", "0086")  # of the same number, as people write it
BETWEEN = (" ", "-", "(", ")")


def written_as(column: Any, contacts: Sequence[str]) -> Any:
    """Return the condition that a column holds one of these contacts, in whatever way it was typed."""
    bare = func.lower(column)
    for sign in BETWEEN:
        bare = func.replace(bare, sign, "")
    forms = [prefix + one.lower() for one in contacts for prefix in (PREFIXES if "@" not in one else ("",))]
    return bare.in_(["".join(sign for sign in form if sign not in BETWEEN) for form in forms])


@command
def let_go_of(user_id: int, contacts: Sequence[str]) -> None:
    """Cut what leads from reports to a person: the account, the contact, the digests by which senders are known again."""
    own, here = own_report_ids(user_id), current_city_id()
    theirs = (
        Report.city_id == here,
        or_(Report.reporter_id == user_id, written_as(Report.contact, contacts)),
    )
    events.publish(SenderGone(tuple(db.session.scalars(select(Report.id).where(*theirs)))))
    quietly: dict[str, Any] = {"synchronize_session": False}
    traces = ReportTrace.report_id.in_(own)
    for change in (
        delete(ReportTrace).where(traces, ReportTrace.mark == Mark.SENDER),
        update(ReportTrace).where(traces).values(sender=""),
        update(ReportMessage).where(ReportMessage.author_id == user_id).values(author_id=None),
        update(Report).where(*theirs).values(reporter_id=None, contact="", notify=False),
    ):
        db.session.execute(change.execution_options(**quietly))
