"""What is done to pictures: clean copies at intake, boxes burnt in, copies for the public. Pure: bytes to bytes."""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageStat
from PIL.JpegImagePlugin import JpegImageFile

from reporter.kernel.errors import BadInput, ReporterError
from reporter.photos.containers import Container, check_size, take_apart
from reporter.photos.dhash import Bands, bands, difference_hash, looks
from reporter.photos.exif import Claims, Exif, read_exif
from reporter.photos.kinds import damaged, recognise
from reporter.places.geometry import Datum

LARGE, SMALL = 1600, 320  # long side of the copies for staff, in pixels
QUALITY = {LARGE: 85, SMALL: 80}
QUALITY_BURNT, QUALITY_PUBLIC = 92, 82  # of JPEG
PUBLIC_SIDES = (1600, 960, 480)  # long side in pixels, largest first: each is made from the one before
MOST_BOXES = 100
WHITE, FILL = (255, 255, 255), (32, 32, 32)
_SCALED = Image.Resampling.HAMMING  # half the work, and enough behind a decoder that has scaled already

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = 5  # orientations from here on exchange width and height
_PROFILE_SPACES = {"L": "GRAY", "RGB": "RGB ", "CMYK": "CMYK"}
_BLOCK = 16  # pixels; the grid on which a JPEG mixes neighbours, colours with half the detail of greys
_CELLS = 3  # a blurred box keeps so many colours along each side, at most
_COARSE = 16  # steps of brightness that a kept colour is rounded to
_FRINGE = 1  # pixels; over which the decoder smooths colours from one block into the next
_SLACK = 0.001  # what rounding in a browser may add to a box that touches the edge
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


Region = tuple[int, int, int, int]  # left, top, right, bottom, in pixels


class Flag(StrEnum):
    """What is unusual about a photo's file; nothing of it is a reason to refuse it."""

    NO_TIME = "no_time"  # it does not say when it was taken
    NO_PLACE = "no_place"  # it does not say where
    OTHER_DATUM = "other_datum"  # its place is not measured against WGS 84
    MORE_PICTURES = "more_pictures"  # further ones lie behind the one that is taken
    MADE_SMALLER = (
        "made_smaller"  # on the phone, by the page, which wrote the original's claims into the copy
    )
    PARTS_HIDDEN = "parts_hidden"  # by its sender, before it was sent


@dataclass(frozen=True)
class PictureInfo:
    """What is known of an upload without decoding it.

    Attributes:
        format: JPEG, MPO, PNG, WEBP or HEIF.
        width: of the upright picture, in pixels.
        height: of the upright picture, in pixels.
        size: of the file, in bytes.
        sha256: of the file, in hexadecimal.
        claims: what the camera wrote, believed by nobody.
        flags: what a moderator may want to know of the file.
    """

    format: str
    width: int
    height: int
    size: int
    sha256: str
    claims: Claims
    flags: Sequence[Flag] = ()


@dataclass(frozen=True)
class Cleaned:
    """The clean copies, JPEG, upright, sRGB, without metadata, by their long side; the look's hash and its `looks`."""

    info: PictureInfo
    copies: Mapping[int, bytes]
    bands: Bands
    looks: Sequence[int]


def inspect(upload: bytes, *, zone: tzinfo) -> PictureInfo:
    """Return what `upload` is and claims, from its header alone.

    Args:
        upload: the file as it came.
        zone: assumed for a time of taking that names none.

    Raises:
        TooLarge: more than 20 MB.
        UnreadablePhoto: not a photo of an accepted kind and size.
    """
    return _inspect(upload, zone)[0]


def clean(upload: bytes, *, zone: tzinfo) -> Cleaned:
    """Return fresh copies of `upload`, at most 1600 and 320 pixels long, never enlarged.

    Args:
        upload: the file as it came.
        zone: assumed for a time of taking that names none.

    Raises:
        TooLarge: more than 20 MB.
        UnreadablePhoto: not a photo of an accepted kind and size, or one that cannot be decoded to its end.
    """
    info, container, orientation = _inspect(upload, zone)
    try:
        large = _decode(container, orientation)
        small = _shrunk(large, SMALL, _SCALED)
        copies = {LARGE: _jpeg(large, QUALITY[LARGE]), SMALL: _jpeg(small, QUALITY[SMALL])}
        return Cleaned(info, copies, bands(difference_hash(small)), looks(small))
    except Exception as error:  # a decoder fails in any way it likes: what cannot be cleaned is refused
        raise damaged() from error


def _inspect(upload: bytes, zone: tzinfo) -> tuple[PictureInfo, Container, int]:
    kind = recognise(upload)
    try:
        container = take_apart(upload, kind)
    except ReporterError:
        raise
    except Exception as error:  # as above
        raise damaged() from error
    exif = read_exif(container.exif, zone)
    orientation = 1 if container.turned else exif.orientation
    width, height = container.size if orientation < _ON_ITS_SIDE else container.size[::-1]
    digest = hashlib.sha256(upload).hexdigest()
    info = PictureInfo(
        container.format, width, height, len(upload), digest, exif.claims, _flags(exif, container)
    )
    return info, container, orientation


def _flags(exif: Exif, container: Container) -> list[Flag]:
    claims = exif.claims
    raised = {
        Flag.NO_TIME: claims.taken_at is None,
        Flag.NO_PLACE: claims.lon is None,
        Flag.OTHER_DATUM: claims.measured is not Datum.WGS84,
        Flag.MORE_PICTURES: container.more,
        Flag.MADE_SMALLER: exif.copied,
    }
    return [flag for flag, up in raised.items() if up]


def _decode(container: Container, orientation: int) -> Image.Image:
    """Return the picture, upright, RGB in sRGB, at most `LARGE` long, made of pixels and nothing else."""
    image = container.open(LARGE)
    check_size(image.size)
    if isinstance(image, JpegImageFile):
        image.draft(None, _fitted(image.size, LARGE))
    profile = image.info.get("icc_profile")
    image.load()  # now: only then are mode and size what they really are
    by = _SCALED if image.size != container.size else Image.Resampling.BICUBIC
    picture = _shrunk(_resizable(image), LARGE, by)
    del image  # by far the largest thing here
    picture = _in_srgb(_on_white(picture), profile)
    if orientation in _TURNS:
        picture = picture.transpose(_TURNS[orientation])
    picture.info = {}  # all that a converted copy carries along besides its pixels
    return picture


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return `size` scaled to `side`: told a square, the JPEG decoder measures the short side by the long one."""
    scale = side / max(size)
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def _resizable(image: Image.Image) -> Image.Image:
    """Return `image` in a mode whose pixels may be mixed: L, LA, RGB, RGBA or CMYK, 8 bits each."""
    if image.mode.startswith("I"):  # 16-bit grey: convert() alone would cut everything bright to white
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    if "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _shrunk(image: Image.Image, side: int, by: Image.Resampling = Image.Resampling.BICUBIC) -> Image.Image:
    """Return `image` with its long side at most `side` pixels; a smaller one as it is."""
    if max(image.size) <= side:
        return image
    width, height = (max(1, round(length * side / max(image.size))) for length in image.size)
    return image.resize((width, height), by, reducing_gap=1.0)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode not in {"LA", "RGBA"}:
        return image
    opaque = image.convert("RGBA")
    ground = Image.new("RGB", image.size, WHITE)
    ground.paste(opaque, mask=opaque.getchannel("A"))
    return ground


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return `image` as the colours its `profile` means; a profile that is broken or of another kind is ignored."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            fits = source.profile.xcolor_space == _PROFILE_SPACES[image.mode]
            if fits and not ImageCms.getProfileDescription(source).startswith("sRGB"):
                converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
                return converted or image
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return image if image.mode == "RGB" else image.convert("RGB")


def _jpeg(image: Image.Image, quality: int) -> bytes:
    """Return `image` as a JPEG file; an image made of pixels alone brings no metadata along."""
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def burn(picture: bytes, boxes: Sequence[Mapping[str, Any]]) -> bytes:
    """Return `picture` as a JPEG with every box filled or blurred; what was there is gone.

    Each box grows outwards to whole blocks of the JPEG grid and a pixel more: what is left of the picture
    does not depend on what the boxes hid.

    A box is filled, unless it says that it hides a face and is to be blurred. Letters and digits are never
    blurred: there are few of them, so that trying them out finds those that blur to what is seen (Hill et al., On
    the (In)effectiveness of Mosaicing and Blurring as Tools for Document Redaction, 2016). Of a blurred face nine
    colours are left, each one of 4096. That is no likeness; but among few known people it may still tell one from
    another (McPherson et al., Defeating Image Obfuscation with Deep Learning, 2016), so filling is the default.

    Args:
        picture: a clean copy, JPEG.
        boxes: each with `x`, `y`, `w` and `h` in fractions of the picture, from its upper left corner; `how` is
            `blur` and `kind` is `face` where the box is blurred.

    Raises:
        BadInput: a box that is not inside the picture or has no area, or more than 100 of them.
    """
    if len(boxes) > MOST_BOXES:
        raise BadInput("There are more than %(limit)s boxes.", field="boxes", limit=MOST_BOXES)
    masked = _pixels_of(picture)
    places = {True: set[Region](), False: set[Region]()}
    for box in boxes:
        places[_blurs(box)].add(_blocks(box, masked.size))
    _fill(masked, places[False])
    for place in sorted(places[True]):  # after the filled ones: no colour is taken from below them
        masked.paste(_blurred(masked, place), place)
    _fill(masked, places[False])
    return _jpeg(masked, QUALITY_BURNT)


def hide(picture: bytes, boxes: Sequence[Mapping[str, Any]]) -> Mapping[int, bytes]:
    """Return clean copies by their long side, made of the larger one, with `boxes` burnt in as `burn` does.

    Raises:
        BadInput: as `burn` does.
    """
    large = burn(picture, boxes)
    return {LARGE: large, SMALL: _jpeg(_shrunk(_pixels_of(large), SMALL), QUALITY[SMALL])}


def _blurs(box: Mapping[str, Any]) -> bool:
    return (box.get("how"), box.get("kind")) == ("blur", "face")


def _fill(image: Image.Image, places: Iterable[Region]) -> None:
    for place in places:
        image.paste(FILL, place)


def _blurred(image: Image.Image, place: Region) -> Image.Image:
    """Return what stands for `place`: the coarse means of at most 3 by 3 cells, drawn out to its size.

    Nothing else of the place is looked at, so no more than these means can be read back: 9 x 3 numbers of 16
    steps each, 108 bits.
    """
    left, top, right, bottom = place
    columns, rows = (min(_CELLS, length) for length in (right - left, bottom - top))
    cells = Image.new("RGB", (columns, rows))
    for column in range(columns):
        for row in range(rows):
            cell = (
                left + (right - left) * column // columns, top + (bottom - top) * row // rows,
                left + (right - left) * (column + 1) // columns, top + (bottom - top) * (row + 1) // rows,
            )  # fmt: skip
            cells.putpixel((column, row), _coarse(ImageStat.Stat(image.crop(cell)).mean))
    return cells.resize((right - left, bottom - top), Image.Resampling.BILINEAR)


def _coarse(colour: Sequence[float]) -> tuple[int, ...]:
    return tuple(int(part) // _COARSE * _COARSE + _COARSE // 2 for part in colour)


def _pixels_of(picture: bytes) -> Image.Image:
    with Image.open(BytesIO(picture), formats=("JPEG",)) as image:
        bare = Image.new("RGB", image.size)
        bare.paste(image)
    return bare


def _blocks(box: Mapping[str, Any], size: tuple[int, int]) -> Region:
    x, y, w, h = (float(box[name]) for name in "xywh")
    inside = all(map(math.isfinite, (x, y, w, h))) and min(x, y) >= 0 and min(w, h) > 0
    if not inside or max(x, y) >= 1 or max(x + w, y + h) > 1 + _SLACK:
        raise BadInput("A box lies outside the picture; please draw it again.", field="boxes")
    width, height = size
    return (
        max(0, math.floor(x * width / _BLOCK) * _BLOCK - _FRINGE),
        max(0, math.floor(y * height / _BLOCK) * _BLOCK - _FRINGE),
        min(width, math.ceil((x + w) * width / _BLOCK) * _BLOCK + _FRINGE),
        min(height, math.ceil((y + h) * height / _BLOCK) * _BLOCK + _FRINGE),
    )


def public_copy(masked: bytes, side: int = max(PUBLIC_SIDES)) -> bytes:
    """Return a JPEG of what `burn` returned, at most `side` pixels long; the largest of `public_copies`, byte for byte."""
    return _jpeg(_shrunk(_pixels_of(masked), side), QUALITY_PUBLIC)


def public_copies(masked: bytes) -> Mapping[tuple[int, str], bytes]:
    """Return (long side, `webp` or `jpeg`) -> file, for 480, 960 and 1600 pixels.

    A picture smaller than a size is not enlarged: that copy then has the picture's own size.

    Args:
        masked: what `burn` returned.
    """
    copies: dict[tuple[int, str], bytes] = {}
    image = _pixels_of(masked)
    for side in PUBLIC_SIDES:
        image = _shrunk(image, side)
        copies[side, "webp"] = _webp(image)
        copies[side, "jpeg"] = _jpeg(image, QUALITY_PUBLIC)
    return copies


def _webp(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "WEBP", quality=80, method=2)  # a slower method saves bytes, not looks
    return file.getvalue()
