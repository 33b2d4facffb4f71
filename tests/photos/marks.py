"""Pictures that carry marks wherever a file can hold more than pixels; no mark may ever leave the house."""

import struct
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.photos.pictures import jpeg, street

MARK = "wallcreeper"
SIZE = (640, 480)
LAT, LON = (41.0, 1.0, 57.3219), (113.0, 6.0, 41.8764)  # degrees, minutes, seconds; in the city
SECONDS = ("41.03258", "113.11163")  # how the place begins in decimal degrees
KINDS = ("JPEG", "progressive", "CMYK", "MPO", "PNG", "APNG", "WEBP", "HEIF")

_ASCII, _SHORT, _LONG, _RATIONAL, _BYTES = 2, 3, 4, 5, 7


def marked(kind: str, seed: int = 0, size: tuple[int, int] = SIZE) -> bytes:
    """Return a picture of `kind` with marks in EXIF (name, comment, GPS, thumbnail), XMP, IPTC and what else it has."""
    scene, exif, xmp = street(seed, size), _exif(), _xmp()
    file = BytesIO()
    if kind in {"JPEG", "progressive", "CMYK"}:
        picture = scene.convert("CMYK") if kind == "CMYK" else scene
        picture.save(
            file, "JPEG", progressive=kind == "progressive", exif=exif, xmp=xmp, comment=MARK, quality=90
        )
        return _with_iptc(file.getvalue()) + MARK.encode()
    if kind == "MPO":
        scene.save(file, "MPO", save_all=True, append_images=[street(seed + 1, size)], exif=exif)
        return _with_iptc(file.getvalue())
    if kind in {"PNG", "APNG"}:
        more: dict[str, Any] = (
            {"save_all": True, "append_images": [street(seed + 1, size)]} if kind == "APNG" else {}
        )
        scene.save(file, "PNG", exif=exif, pnginfo=_texts(xmp.decode()), compress_level=1, **more)
        return file.getvalue() + MARK.encode()
    if kind == "WEBP":
        scene.save(file, "WEBP", exif=exif, xmp=xmp)
        return file.getvalue()
    pillow_heif.from_pillow(scene).save(file, quality=80, exif=exif, xmp=xmp)
    return file.getvalue()


def _texts(xmp: str) -> PngInfo:
    texts = PngInfo()
    texts.add_text("Author", MARK)
    texts.add_text("Comment", MARK, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", xmp)
    return texts


def _xmp() -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="{MARK}"/></rdf:RDF></x:xmpmeta>'
    ).encode()


def _with_iptc(photo: bytes) -> bytes:
    """Return the JPEG with a by-line and a caption as newspapers write them."""
    lines = b"".join(
        struct.pack(">BBBH", 0x1C, 2, field, len(MARK)) + MARK.encode() for field in (80, 116, 120)
    )
    block = (
        b"Photoshop 3.0\x008BIM\x04\x04\0\0"
        + struct.pack(">I", len(lines))
        + lines
        + b"\0" * (len(lines) % 2)
    )
    return photo[:2] + b"\xff\xed" + struct.pack(">H", len(block) + 2) + block + photo[2:]


def _exif() -> bytes:
    """Return an EXIF block with names, a comment, a place and a thumbnail that carries a mark itself."""
    thumbnail = jpeg(Image.new("RGB", (160, 120), (200, 30, 30)), comment=MARK)
    words = [(tag, _ASCII, MARK.encode() + b"\0") for tag in (0x010E, 0x013B, 0x8298)]
    comment = [(0x9286, _BYTES, b"ASCII\0\0\0" + MARK.encode())]
    place = [
        (1, _ASCII, b"N\0"), (2, _RATIONAL, _degrees(LAT)), (3, _ASCII, b"E\0"), (4, _RATIONAL, _degrees(LON)),
        (27, _BYTES, b"ASCII\0\0\0" + MARK.encode()), (28, _BYTES, b"ASCII\0\0\0" + MARK.encode()),
    ]  # fmt: skip
    head = 8
    first = _size(words) + 2 * 12  # two pointers stand in it besides
    shot, where = head + first, head + first + _size(comment)
    second = where + _size(place)
    picture = second + 2 + 3 * 12 + 4
    pointers = [(0x8769, _LONG, struct.pack("<I", shot)), (0x8825, _LONG, struct.pack("<I", where))]
    small = [
        (0x0103, _SHORT, struct.pack("<H", 6)), (0x0201, _LONG, struct.pack("<I", picture)),
        (0x0202, _LONG, struct.pack("<I", len(thumbnail))),
    ]  # fmt: skip
    return b"".join(
        [
            b"Exif\0\0II*\0", struct.pack("<I", head), _directory([*words, *pointers], head, second),
            _directory(comment, shot, 0), _directory(place, where, 0), _directory(small, second, 0), thumbnail,
        ]
    )  # fmt: skip


Field = tuple[int, int, bytes]
_WIDTHS = {_ASCII: 1, _SHORT: 2, _LONG: 4, _RATIONAL: 8, _BYTES: 1}


def _degrees(parts: tuple[float, ...]) -> bytes:
    return b"".join(struct.pack("<II", round(part * 10_000), 10_000) for part in parts)


def _size(fields: list[Field]) -> int:
    return 2 + 12 * len(fields) + 4 + sum(len(body) for _, _, body in fields if len(body) > 4)


def _directory(fields: list[Field], at: int, following: int) -> bytes:
    """Return a directory that begins `at` so many bytes behind the head; its long values lie behind it."""
    entries, behind = b"", b""
    values = at + 2 + 12 * len(fields) + 4
    for tag, kind, body in sorted(fields):
        entries += struct.pack("<HHI", tag, kind, len(body) // _WIDTHS[kind])
        entries += body.ljust(4, b"\0") if len(body) <= 4 else struct.pack("<I", values + len(behind))
        behind += body if len(body) > 4 else b""
    return struct.pack("<H", len(fields)) + entries + struct.pack("<I", following) + behind
