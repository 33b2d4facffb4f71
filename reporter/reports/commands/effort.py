"""Write down how long a decision took, and forget it after some weeks."""

from datetime import timedelta

from sqlalchemy import delete, select

from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports
from reporter.reports.effort import PRESSES_AT_MOST, SECONDS_AT_MOST
from reporter.reports.models import DecisionTime

KEPT = timedelta(days=90)
STRUCK = 5000  # rows taken away at a time


@command
def note_effort(*, seconds: float, presses: int, by: Actor) -> None:
    """Write down how long `by` looked at a report before deciding. What nobody can have measured is not written.

    Raises:
        NotAllowed: `by` does not decide about reports.
    """
    require(by, Permission.REPORT_TRIAGE)
    if not (0 < seconds <= SECONDS_AT_MOST and 0 < presses <= PRESSES_AT_MOST) or by.id is None:
        return
    db.session.add(DecisionTime(user_id=by.id, seconds=seconds, presses=presses, at=ports.clock.now()))


@command
def forget_efforts() -> None:
    """Strike what was written down ninety days ago."""
    old = select(DecisionTime.id).where(
        DecisionTime.city_id == current_city_id(), DecisionTime.at <= ports.clock.now() - KEPT
    )
    gone = delete(DecisionTime).where(DecisionTime.id.in_(old.order_by(DecisionTime.at).limit(STRUCK)))
    db.session.execute(gone.execution_options(synchronize_session=False))
