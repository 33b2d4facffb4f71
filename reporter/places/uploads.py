"""Files of areas that somebody looks at before they import them: kept for a day, one copy of each."""

from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

from reporter.kernel.db import current_city_id
from reporter.kernel.errors import BadInput, NotFound
from reporter.ports import ports

UPLOADS_KEPT = timedelta(days=1)
_NAME = 32  # hexadecimal digits


def keep_upload(content: bytes) -> str:
    """Keep a file for its import and return its name; the same file is kept once, its day begins anew."""
    name = sha256(content).hexdigest()[:_NAME]
    key, former = f"{_folder()}{name}-{int(ports.clock.now().timestamp())}", _key_of(name)
    ports.storage.put_if_absent(key, content)
    if former and former != key:
        ports.storage.delete(former)
    return name


def kept_upload(name: str) -> bytes:
    """Return the file that was kept under `name`.

    Raises:
        BadInput: nobody kept it, it was imported, or it is older than a day; field "file".
    """
    key = _key_of(name)
    if key:
        with suppress(NotFound):  # it is dropped at this very moment
            return ports.storage.open(key)
    raise BadInput("The file is no longer there. Please choose it again.", field="file")


def drop_upload(name: str) -> None:
    """Give the file up; one that is not there is no error."""
    if key := _key_of(name):
        ports.storage.delete(key)


def drop_old_uploads() -> int:
    """Give up the city's files that nobody has imported within a day; return how many."""
    oldest = (ports.clock.now() - UPLOADS_KEPT).timestamp()
    old = [key for key in ports.storage.iterate(_folder()) if _kept_at(key) < oldest]
    for key in old:
        ports.storage.delete(key)
    return len(old)


def _kept_at(key: str) -> int:
    """Return when a file was kept, seconds of the epoch; what is no file of ours was always there."""
    digits = key.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0


def _folder() -> str:
    return f"imports/{current_city_id()}/"


def _key_of(name: str) -> str | None:
    if not name:
        return None
    return next(ports.storage.iterate(f"{_folder()}{name}-"), None)
