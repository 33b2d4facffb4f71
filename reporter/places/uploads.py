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
    """Keep a file for its import and return its name; the same file is kept once."""
    name = sha256(content).hexdigest()[:_NAME]
    if _key_of(name) is None:
        ports.storage.put_if_absent(f"{_folder()}{name}-{int(ports.clock.now().timestamp())}", content)
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
    old = [key for key in ports.storage.iterate(_folder()) if int(key.rpartition("-")[2]) < oldest]
    for key in old:
        ports.storage.delete(key)
    return len(old)


def _folder() -> str:
    return f"imports/{current_city_id()}/"


def _key_of(name: str) -> str | None:
    if not name:
        return None
    return next(ports.storage.iterate(f"{_folder()}{name}-"), None)
