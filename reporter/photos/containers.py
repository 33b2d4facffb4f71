"""Take a photo's file apart before a decoder sees it: size, EXIF block, and the bare picture. Pure.

The decoder gets a file without EXIF, XMP, comments, thumbnails, animation frames and trailers, so none of
its metadata readers ever meets a hostile byte, and the size is known before it reserves any memory.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import SEEK_CUR, SEEK_SET, BufferedReader, BytesIO, RawIOBase
from itertools import accumulate
from typing import Any

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifFile, open_heif

from reporter.photos.kinds import Kind, UnreadablePhoto, damaged
from reporter.photos.polyglots import refuse_polyglot

PIXEL_LIMIT = 64_000_000
LONGEST_TO_SHORTEST = 20
SHORTEST_SIDE = 64  # pixels
MOST_PARTS = 20_000  # segments or chunks; a camera writes some hundreds at most
WORK_LIMIT = 1_000_000_000  # pixels x scans: ten scans of the largest photo and a reserve

_MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])", re.DOTALL)  # with a length behind it
_SOI, _EOI, _SOS, _APP1, _APP2 = 0xD8, 0xD9, 0xDA, 0xE1, 0xE2
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD})
# Of all application segments only these change what the pixels mean: how colours are coded.
_COLOUR_MARKS = {0xE0: b"JFIF\0", _APP2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_STRIP = 32  # rows of a picture that is put together in strips
_NEVER = b"\0not a mark"
_PNG_KEPT = frozenset({b"PLTE", b"tRNS", b"iCCP", b"IDAT", b"IEND"})


@dataclass(frozen=True)
class Container:
    """A photo's file, taken apart.

    Attributes:
        format: as people call it; MPO is a JPEG with further frames behind it.
        size: width and height as stored, in pixels.
        exif: the EXIF block as it came; empty when there is none.
        turned: the decoder itself turns the picture upright.
        more: further pictures lie behind the one that is taken.
        end: of the picture in the file; what lies behind it belongs to something else.
        open: returns the bare picture, not yet decoded, or decoded and scaled by a whole number, but not below the
            long side it is given, in pixels.
    """

    kind: Kind
    format: str
    size: tuple[int, int]
    exif: bytes
    turned: bool
    more: bool
    end: int
    open: Callable[[int], Image.Image]


class Pieces(RawIOBase):
    """A file made of `pieces`, one behind another, that are never joined: a photo's bytes lie in memory once."""

    def __init__(self, pieces: Iterable[memoryview]) -> None:
        """Begin at the first byte of `pieces`."""
        self._pieces = list(pieces)
        self._ends = list(accumulate(map(len, self._pieces)))
        self._at = 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that any place can be read."""
        return True

    def tell(self) -> int:
        """Return how many bytes lie before the place that is read next."""
        return self._at

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Go to `offset`, counted from the beginning, from here or from the end; return the place."""
        from_where = {SEEK_SET: 0, SEEK_CUR: self._at}.get(whence, self._ends[-1])
        self._at = max(0, from_where + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer` from one piece, as far as it goes; return how many bytes those were."""
        number = bisect_right(self._ends, self._at)
        if number == len(self._pieces):
            return 0
        piece = self._pieces[number]
        start = self._at - (self._ends[number] - len(piece))
        part = piece[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


def take_apart(upload: bytes, kind: Kind) -> Container:
    """Return the parts of `upload`, which begins as a file of `kind` does; nothing is decoded.

    Raises:
        UnreadablePhoto: broken before the picture begins, too many pixels, too long or too small, or a file of another
            kind at the same time.
    """
    container = _READERS[kind](upload)
    check_size(container.size)
    refuse_polyglot(upload, container.end)
    return container


def check_size(size: tuple[int, int]) -> None:
    """Raise `UnreadablePhoto` unless `size` (pixels) is that of a photo."""
    width, height = size
    if width * height > PIXEL_LIMIT:
        raise UnreadablePhoto(
            "This photo has %(width)s by %(height)s pixels, more than %(limit)s million. "
            "Please send a smaller version of it.",
            width=width,
            height=height,
            limit=PIXEL_LIMIT // 1_000_000,
        )
    if min(size) < SHORTEST_SIDE:
        raise UnreadablePhoto(
            "This picture is too small to show anything: each side needs at least %(side)s pixels.",
            side=SHORTEST_SIDE,
        )
    if max(size) > LONGEST_TO_SHORTEST * min(size):
        raise UnreadablePhoto("This picture is too long and narrow. Please send the photo uncropped.")


def _jpeg(upload: bytes) -> Container:
    whole = memoryview(upload)
    kept, exif, name, size = [whole[:2]], b"", "JPEG", None
    for code, start, end in _segments(upload):
        body = upload[start + 4 : end]
        if code in _FRAMES:
            size = _frame(body)
        elif code == _APP1 and body.startswith(b"Exif\0\0"):
            exif = exif or body
        elif code == _APP2 and body.startswith(b"MPF\0"):
            name = "MPO"
        if code in _FRAMES | _TABLES or body.startswith(_COLOUR_MARKS.get(code, _NEVER)):
            kept.append(whole[start:end])
    if size is None:
        raise damaged()
    check_size(size)
    kept.append(_scans(upload, end, size[0] * size[1]))
    return Container(
        Kind.JPEG, name, size, exif, turned=False, more=name == "MPO", end=end + len(kept[-1]),
        open=lambda _: JpegImageFile(BufferedReader(Pieces(kept))),
    )  # fmt: skip


def _segments(upload: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (marker, start, end) of each segment up to the first scan, whose own is (SOS, start, start)."""
    at = 2
    for _ in range(MOST_PARTS):
        marker = _MARKER.search(upload, at)
        if marker is None or marker[1][0] in {_SOI, _EOI}:
            break
        code, start = marker[1][0], marker.start()
        if code == _SOS:
            yield code, start, start
            return
        at = _behind(upload, start)
        if at > len(upload):
            break
        yield code, start, at
    raise damaged()


def _behind(upload: bytes, start: int) -> int:
    """Return where the segment at `start` ends; its length counts its own two bytes."""
    return start + 2 + max(2, int.from_bytes(upload[start + 2 : start + 4], "big"))


def _frame(body: bytes) -> tuple[int, int]:
    if len(body) < 6:  # noqa: PLR2004 - precision, height, width, layers
        raise damaged()
    if body[0] != 8:  # noqa: PLR2004 - bits
        raise UnreadablePhoto(
            "This photo has %(bits)s bits per colour, which cannot be read. Please send it as an ordinary JPEG.",
            bits=body[0],
        )
    return int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")


def _scans(upload: bytes, start: int, pixels: int) -> memoryview:
    """Return the picture from its first scan at `start` to its end mark, or to the end of the file.

    A photo with hundreds of scans is decoded hundreds of times over, however few bytes it has.
    """
    at, work = start, 0
    for _ in range(MOST_PARTS):
        marker = _MARKER.search(upload, at)
        if marker is None:
            return memoryview(upload)[start:]
        if marker[1][0] == _EOI:
            return memoryview(upload)[start : marker.end()]
        work += pixels if marker[1][0] == _SOS else 0
        if work > WORK_LIMIT:
            raise UnreadablePhoto(
                "This photo is stored in a way that takes too long to read. "
                "Please send it as an ordinary JPEG."
            )
        at = _behind(upload, marker.start())
    raise damaged()


def _png(upload: bytes) -> Container:
    if upload[8:16] != b"\0\0\0\x0dIHDR":
        raise damaged()
    whole = memoryview(upload)
    kept, exif, more = [whole[:33]], b"", False
    for name, start, end in _png_chunks(upload):
        more |= name == b"fdAT"
        if name == b"eXIf":
            exif = exif or upload[start + 8 : end - 4]
        elif name in _PNG_KEPT:
            kept.append(whole[start:end])
    size = int.from_bytes(upload[16:20], "big"), int.from_bytes(upload[20:24], "big")
    return Container(
        Kind.PNG, "PNG", size, exif, turned=False, more=more, end=end,
        open=lambda _: PngImageFile(BufferedReader(Pieces(kept))),
    )  # fmt: skip


def _png_chunks(upload: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield (name, start, end) of each chunk behind the header, up to and with the end mark."""
    at = 33
    for _ in range(MOST_PARTS):
        name, start = upload[at + 4 : at + 8], at
        at += 12 + int.from_bytes(upload[at : at + 4], "big")
        if not name or at > len(upload):
            break
        yield name, start, at
        if name == b"IEND":
            return
    raise damaged()


def _webp(upload: bytes) -> Container:
    size, exif, frames = (0, 0), b"", 0
    for name, start, end in _webp_chunks(upload):
        body = upload[start + 8 : end]
        frames += name == b"ANMF"
        if name == b"VP8X":
            size = int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
        elif name == b"VP8 " and size == (0, 0):
            size = int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
        elif name == b"VP8L" and size == (0, 0):
            packed = int.from_bytes(body[1:5], "little")
            size = (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
        elif name == b"EXIF":
            exif = exif or body
    return Container(
        Kind.WEBP, "WEBP", size, exif, turned=False, more=frames > 1, end=8 + int.from_bytes(upload[4:8], "little"),
        open=lambda _: WebPImageFile(BytesIO(upload)),
    )  # fmt: skip


def _webp_chunks(upload: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield (name, start, end) of each chunk."""
    at = 12
    for _ in range(MOST_PARTS):
        if at >= len(upload):
            return
        name, start = upload[at : at + 4], at
        at += 8 + int.from_bytes(upload[at + 4 : at + 8], "little")
        yield name, start, at
        at += at & 1
    raise damaged()


def _heif(upload: bytes) -> Container:
    file = open_heif(BytesIO(upload))
    return Container(
        Kind.HEIF, "HEIF", file.size, file.info.get("exif") or b"", turned=True, more=len(file) > 1, end=_last_box(upload),
        open=lambda side: _from_heif(file, side),
    )  # fmt: skip


def _last_box(upload: bytes) -> int:
    """Return where the last of the boxes ends that the file consists of (ISO/IEC 14496-12, 4.2)."""
    at = 0
    for _ in range(MOST_PARTS):
        length = int.from_bytes(upload[at : at + 4], "big")
        if length == 1:  # too long for four bytes
            length = int.from_bytes(upload[at + 8 : at + 16], "big")
        if length < 8 or at + length > len(upload) or not upload[at + 4 : at + 8].isalnum():  # noqa: PLR2004 - its head
            return at if length else len(upload)
        at += length
    return at


def _from_heif(file: HeifFile, side: int) -> Image.Image:
    """Return the picture, halved or more if that leaves `side`: its pixels exist once whole, never twice."""
    (width, height), mode, stride = file.size, file.mode, file.stride
    by = max(1, max(width, height) // side)
    picture = Image.new(mode, (-(-width // by), -(-height // by)))
    rows = _STRIP * by
    for top in range(0, height, rows):
        deep = min(rows, height - top)
        part = bytes(memoryview(file.data)[top * stride : (top + deep) * stride])
        strip = Image.frombuffer(mode, (width, deep), part, "raw", mode, stride, 1)
        picture.paste(strip.reduce(by), (0, top // by))
    picture.info = {"icc_profile": file.info.get("icc_profile")}
    return picture


_READERS: dict[Kind, Callable[[bytes], Container]] = {
    Kind.JPEG: _jpeg,
    Kind.PNG: _png,
    Kind.WEBP: _webp,
    Kind.HEIF: _heif,
}
