"""Which files the rows name, and which rows a file belongs to: the stores follow the rows after a restore too."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Select, select

from reporter.board.models import PublicPicture
from reporter.editorial.models import ArticlePicture
from reporter.kernel.db import db, every_city
from reporter.photos.commands.tidying import BEFORE
from reporter.photos.models import Arriving, Photo, original_key, staff_key
from reporter.photos.pixels import LARGE, SMALL
from reporter.ports.storage import Storage

UPLOADS, ORIGINALS = "uploads", "originals"
_ROUND = 500
_AT_ONCE = 8

Named = tuple[str, str]  # the store, and the key there
Asked = Callable[[Select[Any]], Sequence[Any]]


def drop_strays(stores: Mapping[str, Storage], laid: Iterable[Named]) -> int:
    """Delete the files of pictures that no row knows: they came after the database was copied. Return how many.

    Args:
        laid: the files that were not there before they came out of the archive. Others are not deleted: a store that
            was named by mistake may be that of another city, or of the city itself while it runs.
    """
    dropped, names = 0, iter(laid)
    while some := list(itertools.islice(names, _ROUND)):
        for where, store in stores.items():
            for key in _strays(where, [key for one, key in some if one == where]):
                store.delete(key)
                dropped += 1
    return dropped


def strangers(stores: Mapping[str, Storage]) -> int:
    """Return how many files of pictures lie in the stores that no row knows."""
    number = 0
    for where, store in stores.items():
        keys = store.iterate()
        while some := list(itertools.islice(keys, _ROUND)):
            number += len(_strays(where, some))
    return number


def _strays(where: str, keys: Sequence[str]) -> list[str]:
    owners = {key: owner for key in keys if (owner := _owner(where, key))}
    known = {
        (kind, token)
        for kind in {kind for kind, _ in owners.values()}
        for token in _known(kind, {token for one, token in owners.values() if one == kind})
    }
    return [key for key, owner in owners.items() if owner not in known]


def _owner(where: str, key: str) -> tuple[str, str] | None:
    """Return of which kind of row, and of which token, a file is; None for one that belongs to no picture."""
    first, _, rest = key.partition("/")
    name = rest.rpartition("/")[2]
    if where == ORIGINALS and first == "arriving":
        return "arriving", name.partition("-")[0]
    if where == ORIGINALS or first == "sealed":
        return "photo", name.partition(".")[0].rpartition("-")[2]
    if first == "staff":
        return "photo", name.partition("-")[0]
    if first == "public":
        return "masked", rest.partition("/")[0]
    return None


def _known(kind: str, tokens: Iterable[str]) -> set[str]:
    rows: dict[str, tuple[Any, ...]] = {
        "photo": (Photo,), "arriving": (Arriving,), "masked": (PublicPicture, ArticlePicture),
    }  # fmt: skip
    with every_city():
        return {
            token
            for row in rows[kind]
            for token in db.session.scalars(select(row.token).where(row.token.in_(list(tokens))))
        }


def missing(stores: Mapping[str, Storage]) -> Iterator[Named]:
    """Yield the files that rows name and no store has: they were deleted while the archive was made, or are lost."""
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        for some in _rounds(files_of_rows(_in_every_city)):
            there = workers.map(lambda one: stores[one[0]].exists(one[1]), some)
            yield from (one for one, is_there in zip(some, there, strict=True) if not is_there)


def _rounds(named: Iterator[Named]) -> Iterator[list[Named]]:
    while some := list(itertools.islice(named, _ROUND)):
        yield some


def files_of_rows(asked: Asked, *, city_id: int | None = None) -> Iterator[Named]:
    """Yield every file that a row names, some hundred rows at a time.

    Args:
        asked: answers a question with all its rows.
        city_id: whose rows; None for those of every city.
    """
    of_photo = Photo.token, Photo.sha256, Photo.sealed_with, Photo.original_gone_at
    ways: list[tuple[Any, tuple[Any, ...], Callable[..., Iterator[Named]]]] = [
        (Photo, of_photo, _of_photo),
        (PublicPicture, (PublicPicture.copies,), _of_mask),
        (ArticlePicture, (ArticlePicture.copies,), _of_mask),
    ]
    for row, columns, files in ways:
        last = 0
        wanted = select(row.id, *columns).order_by(row.id).limit(_ROUND)
        if city_id is not None:
            wanted = wanted.where(row.city_id == city_id)
        while rows := asked(wanted.where(row.id > last)):
            last = rows[-1][0]
            for _, *facts in rows:
                yield from files(*facts)


def _in_every_city(question: Select[Any]) -> Sequence[Any]:
    with every_city():
        return db.session.execute(question).all()


def _of_photo(token: str, sha256: str, sealed_with: str, gone_at: object) -> Iterator[Named]:
    for side in (LARGE, SMALL):
        yield UPLOADS, staff_key(token, side)
    if gone_at is None:
        key = original_key(token, sha256)
        yield (ORIGINALS, f"{key}.{sealed_with}") if sealed_with else (UPLOADS, f"{BEFORE}{key}")


def _of_mask(copies: dict[str, str]) -> Iterator[Named]:
    for key in copies.values():
        yield UPLOADS, key
