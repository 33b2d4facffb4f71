"""Every way a picture comes in, is kept, or is given up."""

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from reporter.cities.queries import current_city
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, NotFound, TooMany, WrongStep
from reporter.kernel.policy import Actor
from reporter.photos.commands.originals import delete_original
from reporter.photos.commands.searching import ask_for_search
from reporter.photos.models import PhoneClaims, Photo, Region, View, Way
from reporter.photos.pixels import LARGE, SMALL, Cleaned, Flag, clean, hide
from reporter.photos.queries import shot_before, staff_copy
from reporter.ports import ports

UNUSED_KEPT = timedelta(days=1)
NOTHING_SAID = PhoneClaims()
# Of a picture of which its sender hides parts: all but what names it and its files.
_STAYS = tuple(
    column.key for column in Photo.__table__.columns
    if column.key not in {"id", "city_id", "token", "staff_sha256", "original_gone_at", "flags"}
)  # fmt: skip
_PATIENCE = 60  # seconds an upload waits for its turn
_TURNS = threading.BoundedSemaphore(os.cpu_count() or 1)  # a decoded picture takes up to 400 MB


def take_in(
    upload: bytes, *, by: Actor, uploader_key: str, way: Way = Way.REPORT, phone: PhoneClaims = NOTHING_SAID,
) -> Photo:  # fmt: skip
    """Clean and keep one upload: the only way in for a picture, whoever brings it.

    Slow, so never call it inside a command. A file that cannot be cleaned leaves nothing behind; a picture is
    known only when all its files are on the disk.

    Args:
        upload: the file as it came.
        by: whoever sends it.
        uploader_key: of the browser session or other sender who may take it back until it is used.
        way: the door it came through; it stays in the chain of custody.
        phone: what the sender's phone says of it.

    Raises:
        TooLarge: more than 20 MB.
        UnreadablePhoto: not a photo that can be taken, with the reason; field "photos".
        TooMany: too many pictures are being cleaned at this moment.
    """
    zone = ZoneInfo(current_city().zone)
    with _turn():
        cleaned = clean(upload, zone=zone)
        # Of few drawings the demo makes many pictures: there one drawing twice is no shot sent again.
        older = None if way is Way.DEMO else shot_before(cleaned.looks, cleaned.copies[SMALL])
    photo = _described(cleaned, by=by, uploader_key=uploader_key, way=way)
    photo.phone_at, photo.in_app = phone.at, phone.in_app
    photo.phone_lon, photo.phone_lat = phone.lon, phone.lat
    photo.same_as = older.id if older else None
    _store(photo, upload, cleaned)
    return _write_down(photo)


def _store(photo: Photo, upload: bytes, cleaned: Cleaned) -> None:
    """Write all files or none. Once this returns they stay: a row without its files would be worse."""
    try:
        ports.originals.seal(photo.original.key, upload)
        for side, content in cleaned.copies.items():
            ports.storage.put_if_absent(photo.staff_key(side), content)
    except BaseException:
        _delete([photo])
        raise


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    if not _TURNS.acquire(timeout=_PATIENCE):
        raise TooMany("Very many photos are arriving just now. Please send this one again in a minute.")
    try:
        yield
    finally:
        _TURNS.release()


def _described(cleaned: Cleaned, *, by: Actor, uploader_key: str, way: Way) -> Photo:
    info, claims = cleaned.info, cleaned.info.claims
    band0, band1, band2, band3 = cleaned.bands
    lon, lat = claims.place or (None, None)
    return Photo(
        token=uuid4().hex, uploader_key=uploader_key, uploader_id=by.id, created_at=ports.clock.now(), way=way,
        sealed_with=ports.originals.newest,
        format=info.format, size=info.size, sha256=info.sha256, width=info.width, height=info.height,
        staff_sha256=hashlib.sha256(cleaned.copies[LARGE]).hexdigest(),
        taken_at=claims.taken_at, lon=lon, lat=lat, accuracy=claims.accuracy, datum=claims.datum,
        camera=claims.camera, flags=list(info.flags),
        band0=band0, band1=band1, band2=band2, band3=band3, looks=[f"{look:016x}" for look in cleaned.looks],
    )  # fmt: skip


@command
def _write_down(photo: Photo) -> Photo:
    db.session.add(photo)
    db.session.flush()
    return photo


def _delete(photos: Iterable[Photo]) -> None:
    """Delete the files of `photos`, whose rows are gone for good or were never written."""
    for photo in photos:
        delete_original(photo.original)
        for side in (LARGE, SMALL):
            ports.storage.delete(photo.staff_key(side))


@command
def keep(photo_ids: Sequence[int], views: Mapping[int, View] | None = None) -> list[Photo]:
    """Mark pictures as hanging on a report or a case; return them in the order given.

    Only now are they looked through: most of those that are never sent would be looked through for nothing.

    Args:
        photo_ids: of the pictures.
        views: what each is of, by its id, where the sender says so.

    Raises:
        BadInput: one is gone, or hangs on something already; field "photos".
    """
    rows = db.session.scalars(select(Photo).where(Photo.id.in_(set(photo_ids))).with_for_update())
    found = {photo.id: photo for photo in rows}
    photos = [found[photo_id] for photo_id in dict.fromkeys(photo_ids) if photo_id in found]
    if len(photos) < len(set(photo_ids)):
        raise BadInput("One of the photos is no longer there. Please add it again.", field="photos")
    if any(photo.used for photo in photos):
        raise BadInput("One of the photos has been sent before. Please choose another one.", field="photos")
    for photo in photos:
        photo.used = True
        photo.view = (views or {}).get(photo.id, photo.view)
        ask_for_search(photo)
    return photos


def discard(token: str, *, uploader_key: str) -> None:
    """Give up a picture that hangs on nothing, with its files; only its sender may.

    Raises:
        NotFound: no such picture of this sender.
        WrongStep: it hangs on a report or a case already.
    """
    _delete([_forget(token, uploader_key)])


@command
def _forget(token: str, uploader_key: str) -> Photo:
    return _removed(_unused_of(token, uploader_key))


def _unused_of(token: str, uploader_key: str) -> Photo:
    photo = db.session.scalar(select(Photo).where(Photo.token == token).with_for_update())
    if photo is None or photo.uploader_key != uploader_key:
        raise NotFound("There is no such photo.")
    if photo.used:
        raise WrongStep("This photo has been sent already and stays with the report.")
    return photo


def _removed(photo: Photo) -> Photo:
    """Delete the rows and return what the files are named by; they go only when the rows are gone for good."""
    db.session.execute(delete(Region).where(Region.photo_id == photo.id))
    db.session.delete(photo)
    return photo


def hide_parts(token: str, boxes: Sequence[Mapping[str, Any]], *, uploader_key: str) -> Photo:
    """Put a picture of which parts are burnt over in the place of one that hangs on nothing; return it.

    What its sender hides is kept nowhere, not by us either: the original goes, its digest and its claims stay.
    The new picture has a token of its own, so that no address ever showed both.

    Args:
        token: of the picture.
        boxes: as `pixels.burn` takes them.
        uploader_key: of its sender; nobody else may.

    Raises:
        NotFound: no such picture of this sender.
        WrongStep: it hangs on a report or a case already.
        BadInput: no box, or as `pixels.burn` says; field "boxes".
    """
    if not boxes:
        raise BadInput("Please draw a box over what is to be hidden.", field="boxes")
    seen = _unused_of(token, uploader_key)
    copies = hide(staff_copy(seen).content, boxes)
    kept = {column: getattr(seen, column) for column in _STAYS}
    hidden = Photo(
        **kept, token=uuid4().hex, staff_sha256=hashlib.sha256(copies[LARGE]).hexdigest(),
        original_gone_at=ports.clock.now(), flags=sorted({*seen.flags, Flag.PARTS_HIDDEN}),
    )  # fmt: skip
    for side, content in copies.items():
        ports.storage.put_if_absent(hidden.staff_key(side), content)
    _delete([_put_in_place(token, hidden)])
    return hidden


@command
def _put_in_place(token: str, hidden: Photo) -> Photo:
    bare = _removed(_unused_of(token, hidden.uploader_key))
    db.session.add(hidden)
    db.session.flush()
    return bare


def drop_unused(*, limit: int = 100) -> int:
    """Give up the pictures that nobody has used within a day, oldest first; return how many."""
    removed = _forget_unused(limit)
    _delete(removed)
    return len(removed)


@command
def _forget_unused(limit: int) -> list[Photo]:
    left = select(Photo).where(Photo.used.is_(False), Photo.created_at < ports.clock.now() - UNUSED_KEPT)
    oldest = left.order_by(Photo.created_at).limit(limit).with_for_update(skip_locked=True)
    return [_removed(photo) for photo in db.session.scalars(oldest)]
