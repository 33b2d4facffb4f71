"""Every read of notices."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from reporter.kernel.db import db
from reporter.notices.models import Notice


def notices_for(
    *, user_id: int | None = None, unit_id: int | None = None, desk: str = "", limit: int = 20
) -> Sequence[Notice]:
    """Return the newest notices to a person, to their unit or to a desk."""
    mine = []
    if user_id:
        mine.append(Notice.user_id == user_id)
    if unit_id:
        mine.append(Notice.unit_id == unit_id)
    if desk:
        mine.append(Notice.desk == desk)
    if not mine:
        return []
    return db.session.scalars(select(Notice).where(or_(*mine)).order_by(Notice.id.desc()).limit(limit)).all()


def cases_called_to(unit_id: int, *, limit: int = 20) -> Sequence[int]:
    """Return ids of the cases to which a unit was lately called together with others, the latest call first."""
    calls = select(Notice.case_id, func.max(Notice.id)).where(
        Notice.unit_id == unit_id, Notice.what == "case.whistle", Notice.case_id.is_not(None)
    )
    latest = calls.group_by(Notice.case_id).order_by(func.max(Notice.id).desc()).limit(limit)
    return [case_id for case_id, _ in db.session.execute(latest) if case_id]
