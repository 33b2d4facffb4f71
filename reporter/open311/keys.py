"""Every read of the keys of other systems."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select

from reporter.kernel.db import db
from reporter.open311.key_models import ApiKey, ApiSecret, digest_of


def key_of(secret: str, *, now: datetime) -> ApiKey | None:
    """Return the key of the city that `secret` proves; None for what is unknown, revoked, or past its time."""
    good = or_(ApiSecret.good_until.is_(None), ApiSecret.good_until > now)
    proven = (
        select(ApiKey)
        .join(ApiSecret, ApiSecret.key_id == ApiKey.id)
        .where(ApiSecret.digest == digest_of(secret), good)
    )
    found = db.session.scalar(proven)
    return found if found is not None and found.good_at(now) else None


def keys() -> Sequence[ApiKey]:
    """Return the keys of the city by name; they are bounded by `MOST_KEYS`."""
    return db.session.scalars(select(ApiKey).order_by(ApiKey.name)).all()


def find_key(key_id: int) -> ApiKey | None:
    """Return a key, None when the city has no such."""
    return db.session.scalar(select(ApiKey).where(ApiKey.id == key_id))


def key_by_name(name: str) -> ApiKey | None:
    """Return the key of this name, None when there is none."""
    return db.session.scalar(select(ApiKey).where(ApiKey.name == name))


def secrets_of(key_ids: Sequence[int], *, now: datetime) -> Mapping[int, Sequence[ApiSecret]]:
    """Return id of a key -> its secrets that are good at `now`, newest first; in one query."""
    good = or_(ApiSecret.good_until.is_(None), ApiSecret.good_until > now)
    rows = select(ApiSecret).where(ApiSecret.key_id.in_(key_ids), good).order_by(ApiSecret.id.desc())
    found: dict[int, list[ApiSecret]] = {number: [] for number in key_ids}
    for row in db.session.scalars(rows):
        found[row.key_id].append(row)
    return found
