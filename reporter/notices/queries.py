"""Every read of notices."""

from collections.abc import Sequence

from sqlalchemy import or_, select

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
