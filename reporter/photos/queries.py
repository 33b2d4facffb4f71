"""Every read of pictures. Nothing here returns a sealed original."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, union_all

from reporter.kernel.db import db
from reporter.kernel.errors import NotFound
from reporter.photos.dhash import NEAR, distance
from reporter.photos.models import Photo, Region
from reporter.photos.pixels import LARGE
from reporter.ports import ports

_CANDIDATES = 64  # per band; a band that very many pictures share tells little


@dataclass(frozen=True)
class StaffCopy:
    """A clean copy as staff see it: JPEG bytes and their SHA-256 in hexadecimal."""

    content: bytes
    sha256: str


def get_photo(photo_id: int) -> Photo:
    """Return the picture. Raises `NotFound`."""
    return _found(db.session.scalar(select(Photo).where(Photo.id == photo_id)))


def by_token(token: str) -> Photo:
    """Return the picture that addresses call `token`. Raises `NotFound`."""
    return _found(db.session.scalar(select(Photo).where(Photo.token == token)))


def _found(photo: Photo | None) -> Photo:
    if photo is None:
        raise NotFound("There is no such photo.")
    return photo


def photos_by_ids(photo_ids: Iterable[int]) -> dict[int, Photo]:
    """Return id -> picture in one query; ids of no picture are left out."""
    wanted = set(photo_ids)
    if not wanted:
        return {}
    return {photo.id: photo for photo in db.session.scalars(select(Photo).where(Photo.id.in_(wanted)))}


def photos_by_tokens(tokens: Sequence[str]) -> list[Photo]:
    """Return the pictures in the order of `tokens`, in one query; tokens of no picture are left out."""
    rows = db.session.scalars(select(Photo).where(Photo.token.in_(set(tokens)))) if tokens else ()
    found = {photo.token: photo for photo in rows}
    return [found[token] for token in dict.fromkeys(tokens) if token in found]


def proposed_regions(photo: Photo) -> Sequence[Region]:
    """Return what a program proposes to hide of the picture; `photo.searched` says whether one has looked at all."""
    return regions_of([photo.id])[photo.id]


def regions_of(photo_ids: Iterable[int]) -> Mapping[int, Sequence[Region]]:
    """Return id -> what a program proposes to hide of that picture, in one query; nothing for ids of no picture."""
    regions: dict[int, list[Region]] = {photo_id: [] for photo_id in photo_ids}
    proposed = select(Region).where(Region.photo_id.in_(list(regions))).order_by(Region.id)
    for region in db.session.scalars(proposed) if regions else ():
        regions[region.photo_id].append(region)
    return regions


def staff_copy(photo: Photo, side: int = LARGE) -> StaffCopy:
    """Return the clean copy with a long side of at most `side` pixels: 1600 or 320.

    Raises:
        NotFound: no such size, or the file is not kept any more.
    """
    content = ports.storage.open(photo.staff_key(side))
    return StaffCopy(content, hashlib.sha256(content).hexdigest())


def staff_picture(token: str, side: int = LARGE) -> bytes:
    """Return the clean copy of the picture called `token`. Raises `NotFound`."""
    return staff_copy(by_token(token), side).content


def same_picture(photo: Photo, *, limit: int = 10) -> list[Photo]:
    """Return other pictures that look the same (at most 3 of 64 bits differ), the most alike first."""
    near = [other for other in _sharing_a_band(photo) if distance(other.bands, photo.bands) <= NEAR]
    return sorted(near, key=lambda other: (distance(other.bands, photo.bands), other.id))[:limit]


def _sharing_a_band(photo: Photo) -> Sequence[Photo]:
    """Return the newest pictures that share a band, each band through its own index."""
    columns = (Photo.band0, Photo.band1, Photo.band2, Photo.band3)
    newest = [
        select(Photo.id)
        .where(Photo.city_id == photo.city_id, column == band, Photo.id != photo.id)
        .order_by(Photo.id.desc())
        .limit(_CANDIDATES)
        .subquery()
        for column, band in zip(columns, photo.bands, strict=True)
    ]
    candidates = union_all(*(select(one.c.id) for one in newest))
    return db.session.scalars(select(Photo).where(Photo.id.in_(candidates))).all()
