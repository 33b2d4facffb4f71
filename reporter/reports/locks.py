"""Who looks at which report just now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from reporter.accounts.models import User
from reporter.kernel.db import db
from reporter.kernel.policy import Actor, Permission, Role, may
from reporter.ports import ports
from reporter.reports.desk_models import ReportLock


@dataclass(frozen=True)
class Holder:
    """A moderator at a report: since when, and when they last moved."""

    user_id: int
    name: str
    since: datetime
    moved_at: datetime


def holders_of(report_ids: Collection[int], *, idle: timedelta) -> dict[int, Holder]:
    """Return report id -> who looks at it and has moved within `idle`; in one query.

    Whose account was stopped, or who decides about reports no more, holds nothing.
    """
    if not report_ids:
        return {}
    columns = ReportLock.report_id, User.id, User.name, ReportLock.since, ReportLock.moved_at, User.roles
    moving = select(*columns).join(User, User.id == ReportLock.user_id).where(
        ReportLock.report_id.in_(report_ids), ReportLock.moved_at > ports.clock.now() - idle, User.active
    )  # fmt: skip
    return {
        report_id: Holder(user_id, name, since, moved_at)
        for report_id, user_id, name, since, moved_at, roles in db.session.execute(moving)
        if may(Actor(user_id, frozenset(map(Role, roles))), Permission.REPORT_TRIAGE)
    }
