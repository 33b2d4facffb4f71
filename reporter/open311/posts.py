"""Every read of what other systems posted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from reporter.cities.queries import current_city
from reporter.kernel.db import current_city_id, db
from reporter.open311.post_models import PostedRequest, PostedUpdate, ServiceType

SAME_FOR = timedelta(minutes=10)  # that the same bytes from the same key are the same request
TYPES = "open311_types"  # in the city's settings: short name of a kind -> `ServiceType`


def service_types() -> dict[str, ServiceType]:
    """Return short name of a kind -> how it is answered; what is not in it is answered at once."""
    return {slug: ServiceType(word) for slug, word in current_city().settings.get(TYPES, {}).items()}


def service_type(slug: str) -> ServiceType:
    """Return how posts of a kind are answered."""
    return service_types().get(slug, ServiceType.REALTIME)


def posted_before(mark: str, *, since: datetime | None = None) -> PostedRequest | None:
    """Return what was posted under `mark`, at `since` or later where one is given."""
    found = db.session.scalar(select(PostedRequest).where(PostedRequest.mark == mark))
    return None if found is None or (since is not None and found.at < since) else found


def post_by_token(token: str) -> PostedRequest | None:
    """Return what was posted and answered with `token`, None when there is none."""
    own = PostedRequest.answered_as == ServiceType.BATCH
    return db.session.scalar(select(PostedRequest).where(PostedRequest.token == token, own))


def get_post(post_id: int) -> PostedRequest | None:
    """Return one of them, None when the city has no such."""
    return db.session.scalar(select(PostedRequest).where(PostedRequest.id == post_id))


def media_of_report(report_id: int) -> Sequence[dict[str, Any]]:
    """Return the pictures of a report that were named by their addresses, see `PostedRequest.media`."""
    found = db.session.scalar(select(PostedRequest.media).where(PostedRequest.report_id == report_id))
    return found or []


def many_wait(key_id: int, *, most: int) -> bool:
    """Tell whether pictures of `most` posts of a key, or of more, are still to be fetched."""
    some = select(PostedRequest.id).where(PostedRequest.key_id == key_id, PostedRequest.waiting > 0)
    return len(db.session.scalars(some.limit(most)).all()) >= most


def faulty_posts(*, limit: int = 50) -> Sequence[PostedRequest]:
    """Return those posts of the city of which no report could be made, the newest first."""
    some = select(PostedRequest).where(PostedRequest.city_id == current_city_id(), PostedRequest.fault != "")
    return db.session.scalars(some.order_by(PostedRequest.id.desc()).limit(limit)).all()


def update_posted_before(key_id: int, update_id: str) -> PostedUpdate | None:
    """Return the update that a key posted under this number of its own, None when it has not."""
    own = PostedUpdate.key_id == key_id, PostedUpdate.update_id == update_id
    return db.session.scalar(select(PostedUpdate).where(*own))
