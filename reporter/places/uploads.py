"""Files of areas that somebody looks at before they import them: kept in parts for a day, one copy of each."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from reporter.kernel.db import current_city_id
from reporter.kernel.errors import BadInput, NotFound
from reporter.ports import ports

UPLOADS_KEPT = timedelta(days=1)
_NAME = 32  # hexadecimal digits
_PART = 1024 * 1024  # bytes that are in memory at a time


def keep_upload(file: BinaryIO) -> str:
    """Keep a file for its import and return its name; the same file is kept once, its day begins anew.

    A part is called `name-moment-place-number of parts`, so that a copy that was not finished is known as such.
    """
    digest, size = _measured(file)
    name, parts = digest[:_NAME], -(-size // _PART)
    begun, former = f"{_folder()}{name}-{int(ports.clock.now().timestamp())}", _keys_of(name)
    file.seek(0)
    for place in range(parts):
        ports.storage.put_if_absent(f"{begun}-{place:04d}-{parts}", file.read(_PART))
    for key in former:
        if not key.startswith(f"{begun}-"):
            ports.storage.delete(key)
    return name


@contextmanager
def kept_upload(name: str) -> Iterator[BinaryIO]:
    """Lend the file that was kept under `name`.

    Raises:
        BadInput: nobody kept it, it was imported, or it is older than a day; field "file".
    """
    with SpooledTemporaryFile(max_size=_PART) as copy:
        try:
            for key in _whole_copy(name):
                copy.write(ports.storage.open(key))
        except NotFound as error:  # it is dropped at this very moment
            raise _lost() from error
        copy.seek(0)
        yield cast(BinaryIO, copy)


def _whole_copy(name: str) -> list[str]:
    """Return the keys of the newest whole copy, in their order."""
    keys = sorted(_keys_of(name), reverse=True)
    for newest in keys:
        copy = sorted(key for key in keys if key.split("-")[:2] == newest.split("-")[:2])
        if len(copy) == int(newest.rpartition("-")[2]):
            return copy
    raise _lost()


def _lost() -> BadInput:
    return BadInput("The file is no longer there. Please choose it again.", field="file")


def drop_upload(name: str) -> None:
    """Give the file up; one that is not there is no error."""
    for key in _keys_of(name):
        ports.storage.delete(key)


def drop_old_uploads() -> int:
    """Give up the parts of the city's files that nobody has imported within a day; return how many."""
    oldest = (ports.clock.now() - UPLOADS_KEPT).timestamp()
    old = [key for key in ports.storage.iterate(_folder()) if _kept_at(key) < oldest]
    for key in old:
        ports.storage.delete(key)
    return len(old)


def _measured(file: BinaryIO) -> tuple[str, int]:
    file.seek(0)
    digest, size = sha256(), 0
    while piece := file.read(_PART):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _kept_at(key: str) -> int:
    """Return when a file was kept, seconds of the epoch; what is no file of ours was always there."""
    digits = [*key.split("-"), ""][1]
    return int(digits) if digits.isdecimal() else 0


def _folder() -> str:
    return f"imports/{current_city_id()}/"


def _keys_of(name: str) -> list[str]:
    return list(ports.storage.iterate(f"{_folder()}{name}-")) if name else []
