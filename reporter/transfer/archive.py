"""One archive: a tar of named files, the digest of each behind them, and a last word without which it is not whole.

What the digests hold against is damage: a disk, a line, a copy that was cut. Who has the archive can write another one;
against that stand the signed seals of the trail.
"""

import contextlib
import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from reporter.kernel.errors import ReporterError

FORMAT = 1
SUMS = "SHA256SUMS"  # as the program sha256sum writes and checks it
END = "END"  # the digest of SUMS
_CHUNK = 1024 * 1024
_PACKED = (".tar.gz", ".tgz")
_BROKEN = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile)


class Damaged(ReporterError):
    """The archive is not as it was written."""


class Unwritable(ReporterError):
    """The archive cannot be written where it was asked for."""


class Writing:
    """An archive that is being written."""

    def __init__(self, tar: tarfile.TarFile, sums: Any, at: float) -> None:
        self._tar, self._sums, self._at = tar, sums, at

    def add(self, name: str, content: bytes) -> None:
        """Write one file."""
        self._note(hashlib.sha256(content).hexdigest(), name)
        self._tar.addfile(self._entry(name, len(content)), io.BytesIO(content))

    def add_json(self, name: str, facts: Any) -> None:
        """Write one file of facts that a person can read."""
        self.add(name, json.dumps(facts, ensure_ascii=False, indent=1).encode() + b"\n")

    def add_file(self, name: str, path: Path) -> None:
        """Write one file of any size, which does not change meanwhile."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            self._tar.addfile(self._entry(name, path.stat().st_size), file)
        self._note(digest, name)

    def finish(self) -> None:
        """Write the digests, and the word that this is all."""
        size = self._sums.tell()
        self._sums.seek(0)
        digest = hashlib.file_digest(self._sums, "sha256").hexdigest()
        self._sums.seek(0)
        self._tar.addfile(self._entry(SUMS, size), self._sums)
        last = f"{digest}\n".encode()
        self._tar.addfile(self._entry(END, len(last)), io.BytesIO(last))

    def _note(self, digest: str, name: str) -> None:
        self._sums.write(_line(digest, name))

    def _entry(self, name: str, size: int) -> tarfile.TarInfo:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = size, int(self._at), 0o600
        return entry


@contextlib.contextmanager
def written(path: Path, *, at: float) -> Iterator[Writing]:
    """Yield an archive to fill; it has its name only when all of it is on the disk.

    Args:
        path: ends with .tar, or with .tar.gz or .tgz, and then it is packed.
        at: seconds since 1970 that its files are marked with.

    Raises:
        Unwritable: there is something of that name, or nothing can be written there.
    """
    mode = _mode(path)
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".part")
    except OSError as error:
        raise Unwritable(f"{path.parent} cannot be written: {error.strerror}.") from error
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with (
                tempfile.TemporaryFile(dir=path.parent) as sums,
                tarfile.open(fileobj=file, mode=mode) as tar,
            ):
                writing = Writing(tar, sums, at)
                yield writing
                writing.finish()
            file.flush()
            os.fsync(file.fileno())
        _name(draft, path)
    except OSError as error:
        if isinstance(error, ReporterError):
            raise
        raise Unwritable(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        draft.unlink(missing_ok=True)


def _mode(path: Path) -> Any:
    """Return how tarfile writes such a file. Raises `Unwritable`."""
    if path.exists():
        raise Unwritable(f"{path} is there already. Take another name.")
    if path.name.endswith(_PACKED):
        return "w|gz"
    if path.name.endswith(".tar"):
        return "w|"
    raise Unwritable(f"{path} must end with .tar, or with .tar.gz to be packed.")


def _name(draft: Path, path: Path) -> None:
    """Give `draft` its name, unless that was taken meanwhile."""
    try:
        os.link(draft, path)
    except FileExistsError as error:
        raise Unwritable(f"{path} is there already. Take another name.") from error
    except OSError:  # a file system without links
        draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@dataclass
class Member:
    """One file of an archive that is being read."""

    name: str
    size: int
    _stream: IO[bytes]

    def __post_init__(self) -> None:
        """Begin to add up."""
        self._hash, self._left = hashlib.sha256(), self.size

    def chunks(self) -> Iterator[bytes]:
        """Yield the content, some at a time. Raises `Damaged` when the file ends before it should."""
        while self._left:
            chunk = self._stream.read(min(_CHUNK, self._left))
            if not chunk:
                raise Damaged(f"The archive is cut off within {self.name}.")
            self._hash.update(chunk)
            self._left -= len(chunk)
            yield chunk

    def read(self) -> bytes:
        """Return the content."""
        return b"".join(self.chunks())

    def copy_to(self, path: Path) -> None:
        """Write the content into a new file."""
        with path.open("wb") as file:
            for chunk in self.chunks():
                file.write(chunk)

    def digest(self) -> str:
        """Return the SHA-256 of the content, after reading what nobody has read."""
        for _ in self.chunks():
            pass
        return self._hash.hexdigest()


def members(path: Path) -> Iterator[Member]:
    """Yield every file of an archive in its order, and check all of them: the last look at one ends with the digests.

    What is yielded can be trusted only when the iteration has ended.

    Raises:
        Damaged: it is no archive, was cut off, or a file in it is not what was written.
        ReporterError: it cannot be read.
    """
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r|*") as tar, _sums() as sums:
            yield from _checked(tar, sums)
    except _BROKEN as error:
        raise Damaged(f"{path} is damaged, cut off, or no archive of this program: {error}.") from error
    except OSError as error:
        if isinstance(error, ReporterError):
            raise
        raise ReporterError(f"{path} cannot be read: {error.strerror or error}.") from error


def _sums() -> Any:
    return tempfile.TemporaryFile()


def _checked(tar: tarfile.TarFile, sums: IO[bytes]) -> Iterator[Member]:
    """Yield the files before the digests; then compare. Raises `Damaged`."""
    noted = ""
    for entry in tar:
        stream = tar.extractfile(entry)
        if stream is None:
            raise Damaged(f"The archive holds {entry.name}, which is no file.")
        member = Member(entry.name, entry.size, stream)
        if entry.name == END:
            if not noted or member.read() != f"{noted}\n".encode():
                raise Damaged("The list of digests in the archive is not the one that was written.")
            return
        if entry.name == SUMS:
            noted = _compared(member, sums)
            continue
        yield member
        sums.write(_line(member.digest(), member.name))
    raise Damaged("The archive is cut off: its last file is missing.")


def _compared(listed: Member, sums: IO[bytes]) -> str:
    """Return the digest of the list; the files that were read are those of it. Raises `Damaged`, naming the first other."""
    sums.seek(0)
    rest = b""
    for chunk in listed.chunks():
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        for line in lines:
            found = sums.readline().removesuffix(b"\n")
            if found != line:
                name = found.partition(b"  ")[2].decode(errors="replace") or "a file"
                raise Damaged(f"{name} in the archive is not what was written.")
    if rest or sums.readline():
        raise Damaged("The list of digests in the archive is not whole.")
    return listed.digest()


def _line(digest: str, name: str) -> bytes:
    return f"{digest}  {name}\n".encode()
