"""Every read of appeals: whoever was slowed, stopped or put aside says why that is a mistake."""

from collections.abc import Sequence

from sqlalchemy import func, select

from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import NotFound
from reporter.kernel.pages import Page, page_of, read_key
from reporter.ports import ports
from reporter.reports.models import Appeal

MOST = 500  # what is counted


def appeal_of(appeal_id: int) -> Appeal:
    """Return the appeal. Raises `NotFound`."""
    found = db.session.scalar(select(Appeal).where(Appeal.id == appeal_id))
    if found is None:
        raise NotFound("There is no such appeal.")
    return found


def open_appeals(*, after: str = "", size: int = 20) -> Page[Appeal]:
    """Return what nobody has decided yet, the oldest first."""
    waiting = select(Appeal).where(Appeal.city_id == current_city_id(), Appeal.decided_at.is_(None))
    if key := read_key(after, int):
        waiting = waiting.where(Appeal.id > key[0])
    rows = db.session.scalars(waiting.order_by(Appeal.id).limit(size + 1)).all()
    return page_of(rows, size=size, key=lambda appeal: (appeal.id,))


def number_open() -> int:
    """Return how many wait, counted to `MOST` + 1 at most."""
    some = (
        select(Appeal.id)
        .where(Appeal.city_id == current_city_id(), Appeal.decided_at.is_(None))
        .limit(MOST + 1)
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def last_appeal(*, report_id: int | None = None, sender: str = "") -> Appeal | None:
    """Return the newest appeal about a report, or of a sender about none; else None."""
    about = (
        Appeal.report_id == report_id if report_id else (Appeal.sender == sender) & Appeal.report_id.is_(None)
    )
    newest = select(Appeal).where(Appeal.city_id == current_city_id(), about).order_by(Appeal.id.desc())
    return db.session.scalar(newest.limit(1))


def is_trusted(senders: Sequence[str]) -> bool:
    """Tell whether a moderator agreed, some days ago at most, that one of these may send more than others."""
    if not senders:
        return False
    agreed = select(Appeal.id).where(
        Appeal.city_id == current_city_id(),
        Appeal.sender.in_(senders),
        Appeal.trusted_until > ports.clock.now(),
    )
    return db.session.scalar(agreed.limit(1)) is not None
