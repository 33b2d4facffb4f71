"""A whole installation as one archive, while it runs: the database as it is at one moment, then the files of both stores.

The database first: a row is written after its files, so every file of a row of the copy is there when the stores are
read. What came after that moment may be in the archive without a row; what the city deleted after it is missing.
"""

import itertools
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from reporter.kernel.errors import NotFound
from reporter.ports.storage import Storage
from reporter.transfer.archive import FORMAT, Writing, written
from reporter.transfer.databases import Copied, copy_database

WHAT = "reporter backup"
ABOUT = "backup.json"
DATABASE = "database"  # the copy, in the form of its database
_AT_ONCE = 8  # files on their way at one time, each held whole

Told = Callable[[str], None]


@dataclass
class Files:
    """Of one store: how many files, of how many bytes, were written; how many were deleted meanwhile."""

    files: int = 0
    bytes: int = 0
    gone: int = 0


def back_up(
    path: Path,
    engine: Engine,
    stores: Mapping[str, Storage],
    *,
    at: datetime,
    about: Mapping[str, Any],
    told: Told,
) -> tuple[Copied, dict[str, Files]]:
    """Write database and stores into the archive `path`; return what it holds.

    Args:
        stores: by the folder in the archive.
        about: what else the archive says of itself.
        told: hears how far it is, a line at a time.

    Raises:
        Unwritable: there is something of that name, or the disk is full.
        ConfigError, ReporterError: as `copy_database`.
        StorageUnavailable: a store is down.
    """
    with (
        written(path, at=at.timestamp()) as archive,
        tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as folder,
    ):
        copy = Path(folder, DATABASE)
        copied = copy_database(engine, copy, told=partial(_far, told))
        facts = {
            "what": WHAT,
            "format": FORMAT,
            "made_at": at.isoformat(),
            **about,
            "database": asdict(copied),
        }
        archive.add_json(ABOUT, facts)
        archive.add_file(DATABASE, copy)
        copy.unlink()
        counts = {
            name: add_files(archive, name, store, store.iterate(), told) for name, store in stores.items()
        }
        archive.add_json("files.json", {name: asdict(files) for name, files in counts.items()})
    return copied, counts


def _far(told: Told, left: int, all_: int) -> None:
    told(f"database: {100 * (all_ - left) // max(all_, 1)} %")


def add_files(archive: Writing, folder: str, store: Storage, keys: Iterator[str], told: Told) -> Files:
    """Write these files of a store into a folder of the archive; return how many there were."""
    files = Files()
    for key, content in _read_all(store, keys):
        if content is None:
            files.gone += 1
            continue
        archive.add(f"{folder}/{key}", content)
        files.files += 1
        files.bytes += len(content)
        if files.files % 1000 == 0:
            told(f"{folder}: {files.files} files")
    return files


def _read_all(store: Storage, keys: Iterator[str]) -> Iterator[tuple[str, bytes | None]]:
    """Yield each key with its content, in their order; None for one that was deleted meanwhile.

    Raises:
        StorageUnavailable: the store is down.
    """
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        while some := list(itertools.islice(keys, _AT_ONCE)):
            yield from zip(some, workers.map(partial(_content, store), some), strict=True)


def _content(store: Storage, key: str) -> bytes | None:
    try:
        return store.open(key)
    except NotFound:
        return None
