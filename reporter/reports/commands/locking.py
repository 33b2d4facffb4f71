"""A moderator comes to a report, goes on, or takes it over from somebody: short writes, none of which refuses a decision."""

from datetime import timedelta

from sqlalchemy import delete, select

from reporter.kernel.db import command, current_city_id, db, passed_over_when_busy
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports
from reporter.reports.desk_models import ReportLock
from reporter.reports.locks import holders_of
from reporter.reports.queries import get_report

KEPT = timedelta(hours=1)  # after the last sign of life


@passed_over_when_busy
@command
def come_to(report_id: int, *, by: Actor, idle: timedelta, take_over: bool = False) -> bool:
    """Note that `by` looks at a report and moves; return whether they hold it now.

    It is held by whoever came first, until they have not moved for `idle`, go on to another one, or somebody takes it
    over. Coming to a report that a colleague holds leaves the one held before.

    Raises:
        NotFound: there is no such report.
        NotAllowed: `by` does not decide about reports.
    """
    require(by, Permission.REPORT_TRIAGE)
    get_report(report_id)
    holder = holders_of([report_id], idle=idle).get(report_id)
    if holder and holder.user_id != by.id and not take_over:
        _strike(ReportLock.user_id == by.id)
        return False
    _strike(ReportLock.report_id == report_id, ReportLock.user_id != by.id)
    own = db.session.scalar(select(ReportLock).where(ReportLock.user_id == by.id))
    now = ports.clock.now()
    if own is None:
        db.session.add(ReportLock(report_id=report_id, user_id=by.id, since=now, moved_at=now))
        return True
    if own.report_id != report_id or now - own.moved_at >= idle:
        own.since = now
    own.report_id, own.moved_at = report_id, now
    return True


@passed_over_when_busy
@command
def leave(report_id: int, *, by: Actor) -> bool:
    """Let go of a report; nothing happens when `by` is at another one already."""
    _strike(ReportLock.report_id == report_id, ReportLock.user_id == by.id)
    return True


@passed_over_when_busy
@command
def leave_all(*, by: Actor) -> bool:
    """Let go of whatever `by` holds: they stop working."""
    let_go(by.id or 0)
    return True


def let_go(user_id: int) -> None:
    """Strike whatever somebody holds, in the caller's transaction."""
    _strike(ReportLock.user_id == user_id)


@command
def forget_locks() -> None:
    """Strike what nobody has moved at for an hour."""
    _strike(ReportLock.moved_at <= ports.clock.now() - KEPT)


def _strike(*which: object) -> None:
    gone = delete(ReportLock).where(ReportLock.city_id == current_city_id(), *which)  # type: ignore[arg-type]
    db.session.execute(gone.execution_options(synchronize_session=False))
