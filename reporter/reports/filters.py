"""The filters of the moderators: their own, and those that the whole desk shares."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import NotFound
from reporter.reports.models import SavedFilter

OWN_AT_MOST = 30  # filters that one person keeps
SHARED_SHOWN = 60


def filters_for(user_id: int) -> Sequence[SavedFilter]:
    """Return a person's own filters in their order, then those that others share, the oldest first."""
    own = (
        select(SavedFilter).where(SavedFilter.owner_id == user_id).order_by(SavedFilter.sort, SavedFilter.id)
    )
    shared = (
        select(SavedFilter)
        .where(SavedFilter.city_id == current_city_id(), SavedFilter.shared, SavedFilter.owner_id != user_id)
        .order_by(SavedFilter.id)
    )
    return [
        *db.session.scalars(own.limit(OWN_AT_MOST)),
        *db.session.scalars(shared.limit(SHARED_SHOWN)),
    ]


def filter_seen_by(user_id: int, filter_id: int) -> SavedFilter:
    """Return a filter that is the person's own or shared. Raises `NotFound`, also for what others keep to themselves."""
    seen = or_(SavedFilter.owner_id == user_id, SavedFilter.shared)
    found = db.session.scalar(select(SavedFilter).where(SavedFilter.id == filter_id, seen))
    if found is None:
        raise NotFound("There is no such filter any more.")
    return found


def own_filters(owner_id: int) -> Sequence[SavedFilter]:
    """Return the filters that a person keeps, in their order."""
    own = select(SavedFilter).where(SavedFilter.owner_id == owner_id)
    return db.session.scalars(own.order_by(SavedFilter.sort, SavedFilter.id)).all()
