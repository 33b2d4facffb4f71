"""A store in a folder: the embedded default."""

import contextlib
import errno
import logging
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from reporter.kernel.errors import ConfigError
from reporter.ports.storage.contract import StorageUnavailable, absent, checked, checked_prefix

log = logging.getLogger(__name__)

_LEFT_OVER_SECONDS = 60 * 60
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})


@contextlib.contextmanager
def _telling() -> Iterator[None]:
    """Say of any trouble with the disk that the store is down; who watches the logs reads why."""
    try:
        yield
    except OSError as error:
        log.warning("store: %s", error)
        raise StorageUnavailable(error.strerror or str(error)) from error


class LocalStorage:
    """A folder. A file appears under its name only when all of it is on the disk."""

    def __init__(self, root: Path, *, setting: str = "UPLOADS") -> None:
        """Make the folder where it is missing; `setting` names it to the operator.

        Raises:
            ConfigError: the folder cannot be made or written.
        """
        self.root = root.resolve()
        self.incoming = self.root / ".incoming"
        try:
            _make_folder(self.incoming)
            self._remove_drafts()
            self._probe()
        except OSError as error:
            raise ConfigError(f"{setting}: the folder {root} cannot be written: {error.strerror}") from error

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return the store in the folder `UPLOADS`."""
        return cls(Path(config["UPLOADS"]))

    @_telling()
    def put_if_absent(self, key: str, content: bytes) -> bool:
        """Write to a temporary file, bring it to the disk, then give it its name."""
        path = self._path(key)
        if path.exists():
            return False
        draft = self.incoming / uuid4().hex
        try:
            _write(draft, content)
            _make_folder(path.parent)
            return _name(draft, path)
        finally:
            draft.unlink(missing_ok=True)

    @_telling()
    def open(self, key: str) -> bytes:
        """Return the content. Raises `NotFound`."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise absent() from error

    @_telling()
    def exists(self, key: str) -> bool:
        """Tell whether `key` is there."""
        return self._path(key).is_file()

    @_telling()
    def delete(self, key: str) -> None:
        """Remove the file, for good once this returns."""
        path = self._path(key)
        try:
            path.unlink()
        except FileNotFoundError:
            return
        _sync_folder(path.parent)

    def iterate(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys folder by folder, so that no listing of everything is held."""
        start = self.root / checked_prefix(prefix).rpartition("/")[0]
        with _telling():
            for path in _files(start):
                key = path.relative_to(self.root).as_posix()
                if key.startswith(prefix):
                    yield key

    def link(self, key: str, *, seconds: int, mimetype: str) -> None:
        """Return None: a folder has no address."""

    @_telling()
    def sweep(self) -> None:
        """Look through the one folder in which files are written before they have their names."""
        self._remove_drafts()

    @_telling()
    def check(self) -> None:
        """Write a small file and remove it."""
        self._probe()

    def _probe(self) -> None:
        probe = self.incoming / uuid4().hex
        try:
            _write(probe, b"ok")
        finally:
            probe.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.root / checked(key)

    def _remove_drafts(self) -> None:
        stale = time.time() - _LEFT_OVER_SECONDS
        for draft in self.incoming.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process sweeps too
                if draft.stat().st_mtime < stale:
                    draft.unlink()


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _name(draft: Path, path: Path) -> bool:
    """Give `draft` its name unless that is taken; two writers of one key end with one winner."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        draft.replace(path)  # a file system without links: content and key belong together, so no harm
    _sync_folder(path.parent)
    return True


def _make_folder(path: Path) -> None:
    if path.is_dir():
        return
    _make_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below `folder` in the order of their keys; hidden ones are not ours."""
    if not folder.is_dir():
        return
    entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
    for entry in sorted(entries, key=lambda entry: f"{entry.name}/" if entry.is_dir() else entry.name):
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry
