"""What every store of files promises: names that never change their content, and one way to say that it is down."""

import re
from collections.abc import Iterator
from typing import Protocol

from reporter.kernel.errors import NotFound, ReporterError

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")
_LONGEST_KEY = 200


class StorageUnavailable(ReporterError, OSError):
    """The store cannot be written or read just now; `reason` is for the operator, the message for everybody."""

    status = 503

    def __init__(self, reason: str) -> None:
        super().__init__("Pictures cannot be kept or read at this moment. Please try again in a few minutes.")
        self.reason = reason


class Storage(Protocol):
    """Files by key, such as `staff/3f/3f2c…-1600.jpg`; a key is written once and never changes.

    Every method raises `StorageUnavailable` when the store does not do its work.
    """

    def put_if_absent(self, key: str, content: bytes) -> bool:
        """Write `content` durably and all at once; return False, writing nothing, when `key` is there."""
        ...

    def open(self, key: str) -> bytes:
        """Return the content. Raises `NotFound`."""
        ...

    def exists(self, key: str) -> bool:
        """Tell whether `key` is there."""
        ...

    def delete(self, key: str) -> None:
        """Remove `key`; one that is not there is no error."""
        ...

    def iterate(self, prefix: str = "") -> Iterator[str]:
        """Yield each key that begins with `prefix` once: sorted, unless a server has its own order."""
        ...

    def link(self, key: str, *, seconds: int, mimetype: str) -> str | None:
        """Return an address at which anybody gets the content for `seconds`; None where the store has none.

        Whether they may have it is judged before; nothing of a link is written down.
        """
        ...

    def sweep(self) -> None:
        """Remove what killed processes left half-written, an hour after; cheap, however much is kept."""
        ...

    def check(self) -> None:
        """Raise `StorageUnavailable` unless the store can be written and read just now."""
        ...


def checked(key: str) -> str:
    """Return `key`. Raises `ValueError` unless it is a plain relative path of lower-case names."""
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        raise ValueError(f"not a storage key: {key!r}")
    return key


def checked_prefix(prefix: str) -> str:
    """Return `prefix`. Raises `ValueError` unless keys can begin so."""
    if prefix:
        checked(prefix.removesuffix("/"))
    return prefix


def absent() -> NotFound:
    """Return what is raised for a key that is not there."""
    return NotFound("This file is not kept any more.")
