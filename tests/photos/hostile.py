"""Files that are not what they say they are: good photos, broken in every way that a seed can think of."""

import struct
import zlib
from collections.abc import Callable, Iterator
from random import Random

from tests.photos import pictures
from tests.photos.marks import KINDS, marked

SIZE = (320, 240)
DENSE = pictures.png(pictures.grain(SIZE).convert("I;16"))
PALETTE = pictures.png(pictures.grain(SIZE).convert("P"), transparency=3)
MAGIC = (
    b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", b"GIF89a",
    b"II*\0", b"%PDF-1.7\n", b"<svg xmlns='http://www.w3.org/2000/svg'>", b"PK\x03\x04", b"<html><script>",
)  # fmt: skip
STEP = 12  # bytes of a chunk besides its body, in a PNG

Change = Callable[[bytes, Random], bytes]


def corpus(seed: int, number: int) -> Iterator[tuple[str, bytes]]:
    """Yield `number` files with the name of what was done to each, the same ones for the same seed."""
    dice = Random(seed)  # noqa: S311 - broken files, not secrets
    honest = {kind: marked(kind, dice.randrange(1000), SIZE) for kind in KINDS} | {
        "16 bits": DENSE,
        "palette": PALETTE,
    }
    for _ in range(number):
        kind = dice.choice(list(honest))
        change = dice.choice(CHANGES)
        yield f"{kind}, {change.__name__}", change(honest[kind], dice)


def mutated(photo: bytes, dice: Random) -> bytes:
    """Write over some bytes, wherever; half the time only among the first, where the sizes stand."""
    changed = bytearray(photo)
    reach = len(photo) if dice.random() < 0.5 else min(len(photo), 600)
    for _ in range(dice.choice((1, 2, 5, 30))):
        changed[dice.randrange(reach)] = dice.choice((0, 0xFF, 0x7F, 0x80, dice.randrange(256)))
    return bytes(changed)


def truncated(photo: bytes, dice: Random) -> bytes:
    """Leave the end away."""
    return photo[: dice.randrange(len(photo))]


def holed(photo: bytes, dice: Random) -> bytes:
    """Leave a part in the middle away, or say it twice."""
    start, length = dice.randrange(len(photo)), dice.choice((1, 4, 64, 4096))
    part = photo[start : start + length] * dice.choice((0, 2, 40))
    return photo[:start] + part + photo[start + length :]


def shuffled(photo: bytes, dice: Random) -> bytes:
    """Exchange the parts that the file is made of: chunks, segments, boxes."""
    head, parts = _parts(photo)
    for _ in range(dice.choice((1, 1, 3, 20))):
        one, other = dice.randrange(len(parts)), dice.randrange(len(parts))
        parts[one], parts[other] = parts[other], parts[one]
    if dice.random() < 0.3:
        parts.insert(dice.randrange(len(parts)), dice.choice(parts))
    return head + b"".join(parts)


def lying(photo: bytes, dice: Random) -> bytes:
    """Let the head tell other sizes, depths or lengths than the picture has."""
    if photo.startswith(b"\x89PNG"):
        fields = struct.pack(
            ">IIBBBBB", _a_side(dice), _a_side(dice), dice.choice((1, 8, 16, 77)), dice.choice((0, 2, 3, 6)), 0, 0,
            dice.randrange(2),
        )  # fmt: skip
        chunk = b"IHDR" + fields
        return photo[:12] + chunk + struct.pack(">I", zlib.crc32(chunk)) + photo[33:]
    changed = bytearray(photo)
    for mark, behind in (
        (b"\xff\xc0", 5),
        (b"\xff\xc2", 5),
        (b"VP8 ", 14),
        (b"VP8X", 12),
        (b"ispe", 8),
        (b"Exif", 6),
    ):
        at = photo.find(mark)
        if at >= 0 and at + behind + 8 < len(photo):
            changed[at + behind : at + behind + 8] = struct.pack(">II", _a_side(dice), _a_side(dice))
    return bytes(changed)


def mislabelled(photo: bytes, dice: Random) -> bytes:
    """Put the beginning of another kind of file before the photo, or in the place of its own."""
    magic = dice.choice(MAGIC)
    return magic + photo[dice.choice((0, 4, len(magic), 64)) :]


def doubled(photo: bytes, dice: Random) -> bytes:
    """Hang another file behind it, as polyglots do."""
    other = marked(dice.choice(KINDS[:2]), 1, SIZE)
    return photo + dice.choice(
        (b"PK\x03\x04" + other, other, b"\n<script>alert(1)</script>", b"%PDF-1.7\n%%EOF", b"\0" * 4096)
    )


CHANGES: tuple[Change, ...] = (mutated, truncated, holed, shuffled, lying, mislabelled, doubled)


def _a_side(dice: Random) -> int:
    return dice.choice((0, 1, 63, 320, 4096, 16_383, 65_535, 2**31 - 1, 2**32 - 1))


def _parts(photo: bytes) -> tuple[bytes, list[bytes]]:
    """Return the file's first bytes and what it is made of behind them, by what its own lengths say."""
    if photo.startswith(b"\x89PNG"):
        return photo[:8], list(_cut(photo, 8, lambda at: STEP + int.from_bytes(photo[at : at + 4], "big")))
    if photo.startswith(b"RIFF"):
        return photo[:12], list(
            _cut(photo, 12, lambda at: 8 + (int.from_bytes(photo[at + 4 : at + 8], "little") + 1 & ~1))
        )
    if photo.startswith(b"\xff\xd8"):
        return photo[:2], list(_cut(photo, 2, lambda at: _segment(photo, at)))
    return b"", list(_cut(photo, 0, lambda at: int.from_bytes(photo[at : at + 4], "big")))


def _segment(photo: bytes, at: int) -> int:
    if photo[at + 1 : at + 2] == b"\xda":  # the picture itself, to the end
        return len(photo)
    return 2 + int.from_bytes(photo[at + 2 : at + 4], "big")


def _cut(photo: bytes, at: int, length: Callable[[int], int]) -> Iterator[bytes]:
    while at < len(photo):
        end = at + max(8, length(at))
        yield photo[at:end]
        at = end
