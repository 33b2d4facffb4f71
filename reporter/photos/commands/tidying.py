"""Let the stores hold of each picture what its row says, whatever was killed halfway: after commit, twice if need be.

Rows and files change in an order of their own. Files are written before their row, so a note to remove them is
written before both and struck in the transaction that writes the row. Files are deleted after their row, so that
transaction asks for it.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from reporter.kernel.db import command, db
from reporter.photos.models import Photo, original_key, staff_key
from reporter.photos.pixels import LARGE, SMALL
from reporter.photos.queries import photos_by_tokens
from reporter.ports import ports
from reporter.ports.queue import enqueue, strike

JOB = "photos.tidy"
BEFORE = "sealed/"  # where originals lay, in the store of the copies, before they had one of their own
_WRITTEN_WITHIN = timedelta(hours=1)


@command
def foresee(photo: Photo) -> None:
    """Note, before any file of a picture is written, that they go unless its row is written within an hour."""
    enqueue(JOB, key=_note(photo), after=_WRITTEN_WITHIN, pictures=[(photo.token, photo.sha256)])


def confirm(photo: Photo) -> bool:
    """Strike the note, in the transaction that writes the row; return False when the files have been given up."""
    return strike(_note(photo))


def _note(photo: Photo) -> str:
    return f"{JOB}:{photo.token}"


def ask_to_tidy(photos: Iterable[Photo]) -> None:
    """Have the stores follow the rows of `photos` after the current transaction."""
    if pictures := [(photo.token, photo.sha256) for photo in photos]:
        enqueue(JOB, pictures=pictures)


def tidy(pictures: Sequence[tuple[str, str]]) -> None:
    """Delete what the rows of pictures want no more; doing it twice changes nothing.

    All of a picture without a row; the original of one whose time is over; of others the original as an older key
    sealed it. What the newest key sealed stays: its row may be about to name it.

    Args:
        pictures: token and SHA-256 of each.
    """
    seals = {
        photo.token: {photo.sealed_with, ports.originals.newest} if photo.original_gone_at is None else set()
        for photo in photos_by_tokens([token for token, _ in pictures])
    }
    db.session.rollback()  # a store may be slow: no snapshot is held for so long
    for token, sha256 in pictures:
        forget_original(token, sha256, but=seals.get(token, set()))
        if token not in seals:
            for side in (LARGE, SMALL):
                ports.storage.delete(staff_key(token, side))


def forget_original(token: str, sha256: str, *, but: set[str]) -> None:
    """Delete the files of an original, but those sealed with the keys that `but` names."""
    key = original_key(token, sha256)
    ports.originals.forget(key, but=but)
    if "" not in but:
        ports.storage.delete(f"{BEFORE}{key}")
