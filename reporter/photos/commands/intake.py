"""Every way a picture comes in, is kept, or is given up."""

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from reporter.cities.queries import current_city
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, NotFound, TooMany, WrongStep
from reporter.kernel.policy import Actor
from reporter.photos.commands.searching import ask_for_search
from reporter.photos.commands.tidying import ask_to_tidy, confirm, foresee, tidy
from reporter.photos.models import PhoneClaims, Photo, Region, View, Way
from reporter.photos.pixels import LARGE, SMALL, Cleaned, Flag, clean, hide
from reporter.photos.queries import get_photo, shot_before, staff_copy
from reporter.ports import ports
from reporter.ports.storage import StorageUnavailable

UNUSED_KEPT = timedelta(days=1)
NOTHING_SAID = PhoneClaims()
# Of few drawings the demo makes many pictures: there one drawing twice is no shot sent again. What came with an
# objection stays apart from what came with reports.
NOT_COMPARED = frozenset({Way.DEMO, Way.OBJECTION})
_TOO_SLOW = "the files of a picture took longer than an hour and were given up"  # for the operator
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
        StorageUnavailable: the stores do not work, or took more than an hour.
    """
    zone = ZoneInfo(current_city().zone)
    with _turn():
        cleaned = clean(upload, zone=zone)
        older = None if way in NOT_COMPARED else shot_before(cleaned.looks, cleaned.copies[SMALL])
    photo = _described(cleaned, by=by, uploader_key=uploader_key, way=way)
    photo.phone_at, photo.in_app = phone.at, phone.in_app
    photo.phone_lon, photo.phone_lat = phone.lon, phone.lat
    photo.same_as = older.id if older else None
    return _stored(photo, cleaned.copies, original=upload)


def _stored(
    photo: Photo, copies: Mapping[int, bytes], *, original: bytes | None = None, instead_of: str = "",
) -> Photo:  # fmt: skip
    """Write all files and the row, or nothing; the row of `instead_of` goes with it."""
    foresee(photo)
    try:
        if original is not None:
            ports.originals.seal(photo.original.key, original)
        for side, content in copies.items():
            ports.storage.put_if_absent(photo.staff_key(side), content)
    except BaseException:
        _give_up(photo)
        raise
    # Once the files are written they stay: a row without its files would be worse.
    if not _write_down(photo, instead_of):
        _give_up(photo)
        raise StorageUnavailable(_TOO_SLOW)
    return photo


def _give_up(photo: Photo) -> None:
    """Delete the files of a picture that has no row."""
    tidy([(photo.token, photo.sha256)])


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
def _write_down(photo: Photo, instead_of: str) -> bool:
    """Write the row, unless the files have been given up meanwhile."""
    if not confirm(photo):
        return False
    if instead_of:
        _remove([_unused_of(instead_of, photo.uploader_key)])
    db.session.add(photo)
    db.session.flush()
    return True


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


@command
def let_go(photo_id: int) -> None:
    """Mark a picture as hanging on nothing any more; it is given up with those that were never used.

    Raises:
        NotFound: there is no such picture.
    """
    get_photo(photo_id).used = False


@command
def discard(token: str, *, uploader_key: str) -> None:
    """Give up a picture that hangs on nothing; only its sender may. Its files go after commit.

    Raises:
        NotFound: no such picture of this sender.
        WrongStep: it hangs on a report or a case already.
    """
    _remove([_unused_of(token, uploader_key)])


@command
def give_back(photo_ids: Sequence[int]) -> None:
    """Give up pictures that hung on what needs them no more; nothing may refer to them. Their files go after commit."""
    rows = select(Photo).where(Photo.id.in_(photo_ids)).order_by(Photo.id).with_for_update()
    _remove(db.session.scalars(rows).all())


def _unused_of(token: str, uploader_key: str, *, locked: bool = True) -> Photo:
    sought = select(Photo).where(Photo.token == token)
    photo = db.session.scalar(sought.with_for_update() if locked else sought)
    if photo is None or photo.uploader_key != uploader_key:
        raise NotFound("There is no such photo.")
    if photo.used:
        raise WrongStep("This photo has been sent already and stays with the report.")
    return photo


def hide_parts(token: str, boxes: Sequence[Mapping[str, Any]], *, uploader_key: str) -> Photo:
    """Put a picture of which parts are burnt over in the place of one that hangs on nothing; return it.

    What its sender hides is kept nowhere, not by us either: the original goes right after, its digest and its claims
    stay.
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
    seen = _unused_of(token, uploader_key, locked=False)
    if not boxes:
        raise BadInput("Please draw a box over what is to be hidden.", field="boxes")
    copies = hide(staff_copy(seen).content, boxes)
    hidden = Photo(
        **{column: getattr(seen, column) for column in _STAYS}, token=uuid4().hex,
        staff_sha256=hashlib.sha256(copies[LARGE]).hexdigest(), original_gone_at=ports.clock.now(),
        flags=sorted({*seen.flags, Flag.PARTS_HIDDEN}),
    )  # fmt: skip
    return _stored(hidden, copies, instead_of=token)


@command
def drop_unused(*, limit: int = 100) -> int:
    """Give up the pictures that nobody has used within a day, oldest first; return how many. Files go after commit."""
    left = select(Photo).where(Photo.used.is_(False), Photo.created_at < ports.clock.now() - UNUSED_KEPT)
    oldest = left.order_by(Photo.created_at).limit(limit).with_for_update(skip_locked=True)
    photos = db.session.scalars(oldest).all()
    _remove(photos)
    return len(photos)


def _remove(photos: Sequence[Photo]) -> None:
    """Delete the rows; the files go only when these are gone for good."""
    ask_to_tidy(photos)
    db.session.execute(delete(Region).where(Region.photo_id.in_([photo.id for photo in photos])))
    for photo in photos:
        db.session.delete(photo)
