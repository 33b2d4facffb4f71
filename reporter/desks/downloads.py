"""Files that are handed out: under which name, and piece by piece."""

from collections.abc import Iterator
from typing import IO
from urllib.parse import quote

PIECE = 64 * 1024  # bytes sent at a time


def handed_out(name: str) -> str:
    """Return the header that hands a file out under `name`, in any letters (RFC 6266 and RFC 5987)."""
    ending = name.rpartition(".")[2]
    return f"attachment; filename=\"file.{ending}\"; filename*=UTF-8''{quote(name, safe='')}"


def in_pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Yield what `file` holds from where it stands; it is closed with the last piece."""
    with file:
        while piece := file.read(PIECE):
            yield piece
