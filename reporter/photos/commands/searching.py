"""Look through pictures for what may have to be hidden: after commit, outside any transaction, twice if need be."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select

from reporter.kernel.db import command, db
from reporter.photos.models import Photo, Region, Search
from reporter.photos.queries import staff_copy
from reporter.photos.regions import RULES
from reporter.ports import ports
from reporter.ports.queue import enqueue

JOB = "photos.search"


def searcher() -> str:
    """Return which programs and rules look through pictures here; another name may propose something else."""
    return f"{ports.finder.name}, rules {RULES}"


def ask_for_search(photo: Photo) -> None:
    """Have the picture looked through after the current transaction, where there is something that can."""
    if ports.finder.available():
        enqueue(JOB, key=f"{JOB}:{photo.token}:{searcher()}", photo_id=photo.id)


def search(photo_id: int) -> None:
    """Write down what in a picture may have to be hidden; doing it twice changes nothing.

    Raises:
        Unfound: it could not be looked through, which is written down as well.
    """
    photo = db.session.scalar(select(Photo).where(Photo.id == photo_id))
    if photo is None or not ports.finder.available():
        return
    by = searcher()
    if photo.searched is Search.DONE and photo.searched_by == by:
        return
    try:
        found = _found(photo)
    except Exception:
        _note(photo_id, Search.FAILED, by=by)
        raise
    _note(photo_id, Search.DONE, by=by, found=found)


def note_known(photo_id: int, found: Sequence[Mapping[str, Any]], *, by: str) -> None:
    """Write down what in a picture may have to be hidden, where that is known without looking: of drawings alone.

    Args:
        found: as `ports.finder` returns it.
        by: who knows it.
    """
    _note(photo_id, Search.DONE, by=by, found=found)


def _found(photo: Photo) -> Sequence[Mapping[str, Any]]:
    picture = staff_copy(photo).content
    db.session.rollback()  # looking takes seconds: no snapshot is held for so long
    return ports.finder.find(picture)


@command
def _note(photo_id: int, searched: Search, *, by: str, found: Sequence[Mapping[str, Any]] = ()) -> None:
    """Write down how a search went; what it found takes the place of what the one before did."""
    photo = db.session.scalar(select(Photo).where(Photo.id == photo_id).with_for_update())
    if photo is None:
        return
    photo.searched, photo.searched_by, photo.searched_at = searched, by, ports.clock.now()
    if searched is Search.DONE:
        db.session.execute(delete(Region).where(Region.photo_id == photo_id))
        db.session.add_all(Region(photo_id=photo_id, **one) for one in found)


def unsearched(*, after: int = 0, limit: int = 100) -> list[int]:
    """Return ids of kept pictures, ascending, that the programs and rules of today have not looked through.

    Args:
        after: only greater ids.
        limit: at most so many.
    """
    done = (Photo.searched == Search.DONE) & (Photo.searched_by == searcher())
    kept = select(Photo.id).where(Photo.used, Photo.id > after, ~done).order_by(Photo.id).limit(limit)
    return list(db.session.scalars(kept))
