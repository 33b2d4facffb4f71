"""Every read of pictures. Nothing here returns a sealed original."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, bindparam, cast, func, literal_column, or_, select, union_all

from reporter.kernel.db import current_city_id, db
from reporter.kernel.dialect import bits_apart, listed
from reporter.kernel.errors import NotFound
from reporter.photos.dhash import BITS, NEAR, bands, plain
from reporter.photos.models import Photo, Region, Way
from reporter.photos.pixels import LARGE, SMALL
from reporter.photos.sameshot import same_shot
from reporter.ports import ports

_SHIFTS = (48, 32, 16, 0)  # of the four bands in the hash


class LookAlike(NamedTuple):
    """A picture and in how many of 64 bits it differs from what was looked for."""

    bits: int
    photo_id: int


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
    """Return other pictures that look like `photo` or a part or a mirror image of it, the most alike first.

    What came with an objection is nobody's business but that of those who decide it, and is left out.
    """
    alike = look_alikes(photo.looked_for_by, besides=photo.id, limit=limit)
    found = photos_by_ids(one.photo_id for one in alike)
    return [found[one.photo_id] for one in alike if found[one.photo_id].way is not Way.OBJECTION]


def look_alikes(hashes: Sequence[int], *, besides: int | None = None, limit: int = 10) -> list[LookAlike]:
    """Return the pictures of this city whose hash is near to one of `hashes`, the most alike first.

    Args:
        hashes: as `dhash.looks` makes them.
        besides: a picture that is not looked for.
    """
    asking = db.session.connection()
    wanted = {f"band{number}": some for number, some in enumerate(_worth_asking(hashes))}
    rest = {"city_id": current_city_id(), "besides": besides or 0, "limit": limit}
    return [
        LookAlike(apart, photo_id)
        for photo_id, apart in asking.execute(_nearest(asking.dialect.name), wanted | rest)
    ]


@cache
def _nearest(dialect: str) -> Any:
    """Return the statement, made once: of a search among a million most of the time would else go into writing it.

    A picture is compared with those of the hashes that it shares a band with, which is what the indexes hold.
    """
    table = Photo.__table__.c
    columns = [table[f"band{number}"] for number in range(4)]
    parts = [
        cast(column, BigInteger).bitwise_lshift(literal_column(str(shift)))
        for column, shift in zip(columns, _SHIFTS, strict=True)
    ]
    whole = reduce(lambda one, other: one.bitwise_or(other), parts)
    near = []
    for column, shift in zip(columns, _SHIFTS, strict=True):
        asked = listed(column.name, dialect=dialect).c.value
        shared = asked.bitwise_rshift(literal_column(str(shift))).bitwise_and(literal_column("65535"))
        apart = bits_apart(asked, whole, dialect=dialect)
        near.append(
            select(table.id, apart.label("apart"))
            .where(table.city_id == bindparam("city_id"), column == shared, table.id != bindparam("besides"))
            .where(apart <= literal_column(str(NEAR)))
        )
    found = union_all(*near).subquery()
    fewest = func.min(found.c.apart)
    return (
        select(found.c.id, fewest).group_by(found.c.id).order_by(fewest, found.c.id).limit(bindparam("limit"))
    )


def _worth_asking(hashes: Sequence[int]) -> list[list[int]]:
    """Return, for each band, the hashes to look for by it, as the database knows numbers: with a sign.

    A plain band, which any sky shares, is asked for only where a hash has nothing else.
    """
    asked = [(bits - (bits >> BITS - 1 << BITS), bands(bits)) for bits in dict.fromkeys(hashes)]
    return [
        [signed for signed, parts in asked if not plain(parts[number]) or all(map(plain, parts))]
        for number in range(4)
    ]


def shot_before(looks: Sequence[int], small: bytes) -> Photo | None:
    """Return the oldest picture of this city that is the very same shot, or None; none that came with an objection.

    Slow where many pictures look alike (0.1 s for each, ten at most), so never call it inside a command.

    Args:
        looks: as `dhash.looks` makes them.
        small: its clean copy, 320 pixels long.
    """
    alike = photos_by_ids(one.photo_id for one in look_alikes(looks))
    shown = [photo for photo in alike.values() if photo.way is not Way.OBJECTION]
    for photo in sorted(shown, key=lambda photo: (not photo.used, photo.id)):
        try:
            theirs = staff_copy(photo, SMALL).content
        except NotFound:  # given up in the meantime
            continue
        if same_shot(theirs, small):
            return photo
    return None


def seen_before(photos: Iterable[Photo]) -> set[int]:
    """Return the ids of those of `photos` that are the very same shot as another picture that hangs on something."""
    mine = {photo.id: photo.same_as for photo in photos}
    if not mine:
        return set()
    firsts = set(filter(None, mine.values()))
    others = select(Photo.id, Photo.same_as).where(
        Photo.used.is_(True), Photo.id.not_in(mine), or_(Photo.id.in_(firsts), Photo.same_as.in_(mine))
    )
    found = db.session.execute(others).all()
    older, made_from = {photo_id for photo_id, _ in found}, {first for _, first in found}
    return {photo_id for photo_id, first in mine.items() if first in older or photo_id in made_from}
