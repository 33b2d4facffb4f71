"""Keep files under names that never change their content: pictures as they came, clean copies, public copies."""

import contextlib
import errno
import os
import re
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, Self
from uuid import uuid4

from reporter.kernel.errors import ConfigError, NotFound

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")
_LONGEST_KEY = 200
_LEFT_OVER_SECONDS = 24 * 60 * 60
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})


class Storage(Protocol):
    """Files by key, such as `staff/3f/3f2c…-1600.jpg`; a key is written once and never changes."""

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
        """Yield the keys that begin with `prefix`, sorted."""
        ...

    def check(self) -> None:
        """Raise `OSError` unless the store can be written and read just now."""
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


def _absent() -> NotFound:
    return NotFound("This file is not kept any more.")


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
            self._sweep()
            self.check()
        except OSError as error:
            raise ConfigError(f"{setting}: the folder {root} cannot be written: {error.strerror}") from error

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return the store in the folder `UPLOADS`."""
        return cls(Path(config["UPLOADS"]))

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

    def open(self, key: str) -> bytes:
        """Return the content. Raises `NotFound`."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise _absent() from error

    def exists(self, key: str) -> bool:
        """Tell whether `key` is there."""
        return self._path(key).is_file()

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
        for path in _files(start):
            key = path.relative_to(self.root).as_posix()
            if key.startswith(prefix):
                yield key

    def check(self) -> None:
        """Write a small file and remove it."""
        probe = self.incoming / uuid4().hex
        try:
            _write(probe, b"ok")
        finally:
            probe.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.root / checked(key)

    def _sweep(self) -> None:
        """Remove what a killed process left half-written."""
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


class MemoryStorage:
    """Keeps files in memory, for tests."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._writing = threading.Lock()

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return an empty store; it has no settings."""
        return cls()

    def put_if_absent(self, key: str, content: bytes) -> bool:
        """Remember the content."""
        with self._writing:
            if checked(key) in self.files:
                return False
            self.files[key] = content
            return True

    def open(self, key: str) -> bytes:
        """Return the content. Raises `NotFound`."""
        if checked(key) not in self.files:
            raise _absent()
        return self.files[key]

    def exists(self, key: str) -> bool:
        """Tell whether `key` is there."""
        return checked(key) in self.files

    def delete(self, key: str) -> None:
        """Forget the content."""
        self.files.pop(checked(key), None)

    def iterate(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that begin with `prefix`, sorted."""
        yield from sorted(key for key in self.files if key.startswith(checked_prefix(prefix)))

    def check(self) -> None:
        """Memory is always there."""
