"""What happens to originals: opened for a purpose, sealed anew under another key, given up when their time is over."""

import hashlib
from datetime import timedelta

from sqlalchemy import select

from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, NotFound
from reporter.kernel.policy import SYSTEM, Actor, Permission, require
from reporter.photos.commands.tidying import BEFORE, ask_to_tidy, tidy
from reporter.photos.models import Photo
from reporter.ports import ports


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


def sealed_otherwise(*, after: int = 0, limit: int = 100) -> list[int]:
    """Return the ids above `after` of the city's pictures whose original another than the newest key sealed."""
    other = select(Photo.id).where(
        Photo.sealed_with != ports.originals.newest, Photo.original_gone_at.is_(None), Photo.id > after
    )
    return list(db.session.scalars(other.order_by(Photo.id).limit(limit)))


def seal_anew(photo_id: int) -> None:
    """Seal one original under the newest key.

    Killed at any step it loses nothing: the old file goes when the row names the new one, after commit if not here.

    Raises:
        NotFound: the file is lost.
        Unopenable: the key it was sealed with is not among the settings, or the file was changed.
    """
    newest = ports.originals.newest
    photo = db.session.scalars(select(Photo).where(Photo.id == photo_id)).one()
    if photo.sealed_with == newest:
        return
    picture = photo.token, photo.sha256
    ports.originals.seal(photo.original.key, _read(photo))
    _write_seal(photo_id, newest)
    tidy([picture])


@command
def _write_seal(photo_id: int, name: str) -> None:
    """Let the row name the new file, unless row or original were given up in the meantime."""
    photo = db.session.scalar(select(Photo).where(Photo.id == photo_id).with_for_update())
    if photo is not None and photo.original_gone_at is None:
        photo.sealed_with = name
        ask_to_tidy([photo])


@command
def drop_old_originals(*, kept: timedelta, limit: int = 100) -> int:
    """Give up originals that came in longer than `kept` ago, oldest first; return how many. Files go after commit.

    The clean copies stay; what is known of the original (its digest, size, way in) stays with them.
    """
    now = ports.clock.now()
    old = select(Photo).where(Photo.original_gone_at.is_(None), Photo.created_at < now - kept)
    oldest = old.order_by(Photo.created_at).limit(limit).with_for_update(skip_locked=True)
    photos = db.session.scalars(oldest).all()
    for photo in photos:
        photo.original_gone_at = now
        record(photo, "drop_original", by=SYSTEM, at=now, facts={"sha256": photo.sha256})
    ask_to_tidy(photos)
    return len(photos)
