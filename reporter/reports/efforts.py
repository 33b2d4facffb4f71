"""Reads of how long decisions took."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from reporter.kernel.db import db
from reporter.reports.effort import Effort
from reporter.reports.models import DecisionTime

OWN_AT_MOST, DESK_AT_MOST = 5000, 2000  # decisions that are looked at
COLUMNS = (DecisionTime.user_id, DecisionTime.at, DecisionTime.seconds, DecisionTime.presses)


def own_efforts(user_id: int, *, since: datetime) -> Sequence[Effort]:
    """Return what one person decided since then, the newest first, `OWN_AT_MOST` at most."""
    own = select(*COLUMNS).where(DecisionTime.user_id == user_id, DecisionTime.at >= since)
    newest = own.order_by(DecisionTime.at.desc()).limit(OWN_AT_MOST)
    return [Effort(*row) for row in db.session.execute(newest)]


def desk_efforts(*, since: datetime) -> Sequence[Effort]:
    """Return what everybody decided since then, the newest first, `DESK_AT_MOST` at most."""
    newest = select(*COLUMNS).where(DecisionTime.at >= since).order_by(DecisionTime.at.desc())
    return [Effort(*row) for row in db.session.execute(newest.limit(DESK_AT_MOST))]
