"""Pictures made for the tests: small, of every accepted kind, with whatever metadata a test is about."""

import random
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import ExifTags, Image, ImageCms, ImageFilter

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 160, 60), (40, 60, 200), (230, 210, 40)
SIZE = (400, 300)


def quarters(size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a picture whose corners are red, green (above), blue and yellow (below)."""
    width, height = size
    image = Image.new("RGB", size, YELLOW)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def grain(size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a picture full of detail, so that no part of its file is idle."""
    return Image.effect_noise(size, 90).convert("RGB")


def scene(size: tuple[int, int] = (1200, 900)) -> Image.Image:
    """Return a picture with soft shapes, whose look survives compression."""
    return Image.blend(quarters(size), Image.radial_gradient("L").resize(size).convert("RGB"), 0.5)


def street(seed: int = 0, size: tuple[int, int] = (1200, 900)) -> Image.Image:
    """Return a picture of many things of many greys: another one for every seed, and each unlike its mirror image."""
    dice, (width, height) = random.Random(seed), size  # noqa: S311 - a picture, not a secret
    image = Image.new("RGB", size, (128, 128, 128))
    for _ in range(60):
        x, y = dice.randrange(width), dice.randrange(height)
        box = (
            x,
            y,
            x + dice.randrange(width // 12, width // 3),
            y + dice.randrange(height // 12, height // 3),
        )
        image.paste((dice.randrange(256), dice.randrange(256), dice.randrange(256)), box)
    return image.filter(ImageFilter.GaussianBlur(width // 100))


def exif_block(
    *,
    orientation: int = 1,
    taken: str = "",
    offset: str = "",
    place: tuple[Any, ...] = (),
    metres: float = 0,
    datum: str = "",
    make: str = "",
    model: str = "",
    **words: str,
) -> bytes:
    """Return an EXIF block.

    Args:
        place: latitude's reference, its three parts, longitude's reference, its three parts.
        metres: how far off the place may be.
        datum: what the place is measured against.
        words: further tags of the main directory by their names.
    """
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    named = {"Make": make, "Model": model} | words
    exif.update({ExifTags.Base[name]: text for name, text in named.items() if text})
    shot = exif.get_ifd(ExifTags.IFD.Exif)
    if taken:
        shot[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        shot[ExifTags.Base.OffsetTimeOriginal] = offset
    if place:
        written = dict(enumerate(place, start=1))
        written |= {ExifTags.GPS.GPSHPositioningError: metres} if metres else {}
        written |= {ExifTags.GPS.GPSMapDatum: datum} if datum else {}
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(written)
    return exif.tobytes()


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, kind, **{name: value for name, value in options.items() if value})
    return file.getvalue()


def jpeg(image: Image.Image | None = None, **options: Any) -> bytes:
    """Return a JPEG; further options as Pillow's."""
    return _saved(image or quarters(), "JPEG", **({"quality": 92} | options))


def png(image: Image.Image | None = None, **options: Any) -> bytes:
    """Return a PNG; further options as Pillow's."""
    return _saved(image or quarters(), "PNG", **options)


def webp(image: Image.Image | None = None, **options: Any) -> bytes:
    """Return a WebP; further options as Pillow's."""
    return _saved(image or quarters(), "WEBP", **({"quality": 92} | options))


def heic(image: Image.Image | None = None, **options: Any) -> bytes:
    """Return a HEIC; `exif`, `xmp` and `icc_profile` as Pillow's."""
    file = BytesIO()
    pillow_heif.from_pillow(image or quarters()).save(file, quality=90, **options)
    return file.getvalue()


def frames(kind: str, *images: Image.Image) -> bytes:
    """Return one file of several pictures: MPO, or an animated PNG or WebP."""
    return _saved(images[0], kind, save_all=True, append_images=list(images[1:]))


Maker = Callable[..., bytes]
EVERY_KIND: dict[str, Maker] = {"JPEG": jpeg, "PNG": png, "WEBP": webp, "HEIF": heic}


def png_of(width: int, height: int, *, bits: int, colour: int, rows: bytes) -> bytes:
    """Return a PNG written by hand, for what Pillow cannot write.

    Args:
        colour: the PNG colour type, 2 for RGB.
        rows: each with its leading filter byte, not yet compressed.
    """
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def chunk(name: bytes, body: bytes) -> bytes:
    """Return a part of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def jpeg_claiming(width: int, height: int, *, bits: int = 8) -> bytes:
    """Return a JPEG whose header lies about its size."""
    honest = jpeg(Image.new("RGB", (64, 64)))
    at = honest.index(b"\xff\xc0") + 4
    return honest[:at] + struct.pack(">BHH", bits, height, width) + honest[at + 5 :]


def webp_claiming(width: int, height: int) -> bytes:
    """Return a WebP whose canvas is larger than anything in it."""
    canvas = struct.pack("<I", 0) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunks = b"VP8X" + struct.pack("<I", len(canvas)) + canvas + webp()[12:]
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def heic_claiming(width: int, height: int) -> bytes:
    """Return a HEIC whose boxes lie about its size."""
    honest = heic()
    at = honest.index(b"ispe") + 8
    return honest[:at] + struct.pack(">II", width, height) + honest[at + 8 :]


def with_segment(photo: bytes, marker: int, body: bytes) -> bytes:
    """Return the JPEG `photo` with one more segment at its beginning."""
    return photo[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + photo[2:]


def red_and_blue_exchanged() -> bytes:
    """Return a colour profile under which red means blue."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    named = plain.replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be"))
    return named.replace(b"rXYZ", b"tXYZ", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"tXYZ", b"bXYZ", 1)


def opened(file: bytes) -> Image.Image:
    """Return the picture in `file`, decoded."""
    image = Image.open(BytesIO(file))
    image.load()
    return image


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """Return the colours in the middle of the four quarters: upper left, upper right, lower left, lower right."""
    width, height = image.size
    spots = [(x, y) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
    found = [image.convert("RGB").getpixel(spot) for spot in spots]
    return [colour for colour in found if isinstance(colour, tuple)]


def alike(one: tuple[int, ...], other: tuple[int, ...], *, tolerance: int = 12) -> bool:
    """Tell whether two colours are the same but for what compression does."""
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))
