"""What happens to originals: opened for a purpose, sealed anew under another key, given up when their time is over."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select

from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, NotFound
from reporter.kernel.policy import SYSTEM, Actor, Permission, require
from reporter.photos.models import Original, Photo
from reporter.ports import ports

BEFORE = "sealed/"  # where originals lay, in the store of the copies, before they had one of their own


@command
def open_original(photo: Photo, purpose: str, *, by: Actor) -> bytes:
    """Return the original as it came; who opened it and for what stays in its trail.

    Raises:
        NotAllowed: `by` may not open originals.
        BadInput: no purpose was given; field "purpose".
        NotFound: the original is not kept any more.
        Unopenable: its key is not in use any more, or its file was changed.
    """
    require(by, Permission.ORIGINAL_OPEN, photo)
    if not purpose.strip():
        raise BadInput("Please say what the original is needed for.", field="purpose")
    original = _read(photo)
    intact = hashlib.sha256(original).hexdigest() == photo.sha256
    record(
        photo, "open_original", by=by, at=ports.clock.now(), reason=purpose.strip(),
        facts={"sha256": photo.sha256, "intact": intact},
    )  # fmt: skip
    return original


def _read(photo: Photo) -> bytes:
    if photo.original_gone_at:
        raise NotFound("This original is not kept any more.")
    key, sealed_with = photo.original
    return ports.originals.open(key, sealed_with) if sealed_with else ports.storage.open(f"{BEFORE}{key}")


def delete_original(original: Original) -> None:
    """Delete the file, and what a sealing that was killed left beside it; one that is gone already is no fault."""
    ports.originals.forget(original.key)
    if not original.sealed_with:
        ports.storage.delete(f"{BEFORE}{original.key}")


def sealed_otherwise(*, after: int = 0, limit: int = 100) -> list[int]:
    """Return the ids above `after` of the city's pictures whose original another than the newest key sealed."""
    other = select(Photo.id).where(
        Photo.sealed_with != ports.originals.newest, Photo.original_gone_at.is_(None), Photo.id > after
    )
    return list(db.session.scalars(other.order_by(Photo.id).limit(limit)))


def seal_anew(photo_id: int) -> None:
    """Seal one original under the newest key.

    Killed at any step it loses nothing: the old file goes when the row names the new one.

    Raises:
        NotFound: the file is lost.
        Unopenable: the key it was sealed with is not among the settings, or the file was changed.
    """
    newest = ports.originals.newest
    photo = db.session.scalars(select(Photo).where(Photo.id == photo_id)).one()
    old = photo.original
    if old.sealed_with == newest:
        return
    ports.originals.seal(old.key, _read(photo))
    _write_seal(photo_id, newest)
    if old.sealed_with:
        ports.originals.delete(*old)
    else:
        ports.storage.delete(f"{BEFORE}{old.key}")


@command
def _write_seal(photo_id: int, name: str) -> None:
    db.session.scalars(select(Photo).where(Photo.id == photo_id).with_for_update()).one().sealed_with = name


def drop_old_originals(*, kept: timedelta, limit: int = 100) -> int:
    """Give up originals that came in longer than `kept` ago, oldest first; return how many.

    The clean copies stay; what is known of the original (its digest, size, way in) stays with them.
    """
    gone = _mark_gone(ports.clock.now() - kept, limit)
    for original in gone:
        delete_original(original)
    return len(gone)


@command
def _mark_gone(before: datetime, limit: int) -> list[Original]:
    old = select(Photo).where(Photo.original_gone_at.is_(None), Photo.created_at < before)
    photos = list(
        db.session.scalars(old.order_by(Photo.created_at).limit(limit).with_for_update(skip_locked=True))
    )
    now = ports.clock.now()
    for photo in photos:
        photo.original_gone_at = now
        record(photo, "drop_original", by=SYSTEM, at=now, facts={"sha256": photo.sha256})
    return [photo.original for photo in photos]
