"""Copy one store into another: file by file, each compared by its digest; stopped anywhere, it goes on from there."""

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from reporter.kernel.errors import NotFound
from reporter.ports.storage.contract import Storage

_AT_ONCE = 8  # files on their way at one time
_ROUND = 200  # files between two words about how far it is


class Result(StrEnum):
    """What came of one file."""

    COPIED = "copied"
    SAME = "there already"
    GONE = "deleted meanwhile"
    DIFFERS = "differs"
    SURPLUS = "only at the target"
    PRUNED = "pruned"


FAULTS = frozenset({Result.DIFFERS, Result.SURPLUS})


@dataclass(frozen=True)
class Moved:
    """One file and what came of it."""

    key: str
    result: Result


def copy_all(source: Storage, target: Storage) -> Iterator[list[Moved]]:
    """Copy what `target` has not, read every file back, and yield what came of each, some hundred at a time.

    Nothing that lies at `target` is overwritten, nothing at `source` is touched.

    Raises:
        StorageUnavailable: one of the two is down; the next call goes on.
    """
    yield from _in_rounds(partial(_copied, source, target), source.iterate())


def surplus(source: Storage, target: Storage, *, prune: bool) -> Iterator[list[Moved]]:
    """Yield the files that lie at `target` only; with `prune` they are deleted there.

    Raises:
        StorageUnavailable: as `copy_all`.
    """
    for moved in _in_rounds(partial(_left_over, source, target, prune), target.iterate()):
        yield [one for one in moved if one.result is not Result.SAME]


def counted(moved: Iterable[Moved]) -> Counter[Result]:
    """Return how many files came to each result."""
    return Counter(one.result for one in moved)


def _in_rounds(act: Callable[[str], Moved], keys: Iterator[str]) -> Iterator[list[Moved]]:
    workers = ThreadPoolExecutor(_AT_ONCE)
    try:
        while some := list(itertools.islice(keys, _ROUND)):
            yield list(workers.map(act, some))
    finally:
        workers.shutdown(cancel_futures=True)  # where one found the store down, the others need not try


def _copied(source: Storage, target: Storage, key: str) -> Moved:
    try:
        content = source.open(key)
    except NotFound:
        return Moved(key, Result.GONE)
    written = target.put_if_absent(key, content)
    if _digest(target.open(key)) != _digest(content):
        return Moved(key, Result.DIFFERS)
    return Moved(key, Result.COPIED if written else Result.SAME)


def _left_over(source: Storage, target: Storage, prune: bool, key: str) -> Moved:  # noqa: FBT001 - a partial fills it
    if source.exists(key):
        return Moved(key, Result.SAME)
    if prune:
        target.delete(key)
    return Moved(key, Result.PRUNED if prune else Result.SURPLUS)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
