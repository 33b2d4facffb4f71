"""What comes out of the intake: upright, in sRGB, small enough, and nothing of what was not a pixel."""

import hashlib
import re
import zlib

import pytest
from PIL import Image, ImageCms

from reporter.photos.dhash import bands, difference_hash, distance, whole
from reporter.photos.pixels import LARGE, SMALL, clean, inspect
from tests.photos import pictures
from tests.photos.pictures import BLUE, GREEN, RED, YELLOW, alike, corners, opened, quarters
from tests.photos.zone import ZONE

pytestmark = pytest.mark.pure

WHITE, GREY = (255, 255, 255), (128, 128, 128)


def cleaned(upload: bytes, side: int = LARGE) -> Image.Image:
    return opened(clean(upload, zone=ZONE).copies[side])


def looks_like(image: Image.Image, *colours: tuple[int, ...]) -> bool:
    return all(map(alike, corners(image), colours))


@pytest.mark.parametrize("kind", pictures.EVERY_KIND)
def test_every_kind_becomes_two_ordinary_jpegs(kind: str) -> None:
    for side, size in ((LARGE, (1600, 1200)), (SMALL, (320, 240))):
        image = cleaned(pictures.EVERY_KIND[kind](quarters((1700, 1275))), side)

        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", size)
        assert looks_like(image, RED, GREEN, BLUE, YELLOW)


def test_a_small_photo_is_not_enlarged() -> None:
    assert cleaned(pictures.jpeg(quarters((200, 150)))).size == (200, 150)
    assert cleaned(pictures.jpeg(quarters((200, 150))), SMALL).size == (200, 150)


@pytest.mark.parametrize(
    "size", [(4000, 3000), (3000, 4000), (4608, 1976), (1601, 1601), (3200, 170), (6400, 400)]
)
def test_a_large_photo_keeps_its_shape(size: tuple[int, int]) -> None:
    image = cleaned(pictures.jpeg(quarters(size)))

    assert max(image.size) == LARGE
    assert image.width / image.height == pytest.approx(size[0] / size[1], rel=0.01)
    assert looks_like(image, RED, GREEN, BLUE, YELLOW)


def test_the_info_describes_the_upload_and_the_upright_picture() -> None:
    upload = pictures.jpeg(quarters((400, 300)), exif=pictures.exif_block(orientation=6))

    info = inspect(upload, zone=ZONE)

    assert (info.width, info.height) == (300, 400)
    assert info.size == len(upload)
    assert info.sha256 == hashlib.sha256(upload).hexdigest()
    assert info == clean(upload, zone=ZONE).info


UNDO = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", pictures.EVERY_KIND)
@pytest.mark.parametrize("orientation", UNDO)
def test_all_eight_orientations_come_out_upright(kind: str, orientation: int) -> None:
    undo = UNDO[orientation]
    stored = quarters() if undo is None else quarters().transpose(undo)

    image = cleaned(pictures.EVERY_KIND[kind](stored, exif=pictures.exif_block(orientation=orientation)))

    assert image.size == pictures.SIZE
    assert looks_like(image, RED, GREEN, BLUE, YELLOW)


def test_progressive_jpegs_are_taken() -> None:
    assert looks_like(cleaned(pictures.jpeg(progressive=True)), RED, GREEN, BLUE, YELLOW)


def test_a_jpeg_without_its_end_mark_is_whole() -> None:
    assert looks_like(cleaned(pictures.jpeg()[:-2]), RED, GREEN, BLUE, YELLOW)


def test_print_colours_become_screen_colours() -> None:
    assert looks_like(cleaned(pictures.jpeg(quarters().convert("CMYK"))), RED, GREEN, BLUE, YELLOW)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGBA"])
def test_every_mode_of_png_is_taken(mode: str) -> None:
    plain = quarters().quantize() if mode == "P" else quarters().convert(mode)

    image = cleaned(pictures.png(plain))

    assert looks_like(image, *corners(plain))


def test_sixteen_bit_greys_keep_their_brightness() -> None:
    grey = Image.new("I;16", (100, 100), 0x8000)

    assert looks_like(cleaned(pictures.png(grey)), *[GREY] * 4)


def test_sixteen_bit_colours_keep_their_brightness() -> None:
    row = b"\0" + b"".join(bytes([value, 0]) for value in RED) * 100

    assert looks_like(cleaned(pictures.png_of(100, 100, bits=16, colour=2, rows=row * 100)), *[RED] * 4)


@pytest.mark.parametrize("kind", [pictures.png, pictures.webp])
@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_becomes_white(kind: pictures.Maker, mode: str) -> None:
    image = Image.new("RGBA", (100, 100), (*RED, 0)).convert(mode)

    assert looks_like(cleaned(kind(image)), *[WHITE] * 4)


def test_transparent_entries_of_a_palette_become_white() -> None:
    image = Image.new("P", (100, 100), 0)
    image.putpalette([*RED, *BLUE])

    assert looks_like(cleaned(pictures.png(image, transparency=bytes([0, 255]))), *[WHITE] * 4)


def test_a_single_transparent_colour_becomes_white() -> None:
    assert looks_like(cleaned(pictures.png(transparency=RED)), WHITE, GREEN, BLUE, YELLOW)


def test_half_transparent_colours_are_laid_on_white() -> None:
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 128))

    assert looks_like(cleaned(pictures.png(image)), *[(127, 127, 127)] * 4)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "MPO"])
def test_of_several_frames_the_first_is_taken(kind: str) -> None:
    upload = pictures.frames(kind, quarters(), Image.new("RGB", pictures.SIZE, GREEN))

    assert clean(upload, zone=ZONE).info.format == kind
    assert looks_like(cleaned(upload), RED, GREEN, BLUE, YELLOW)


@pytest.mark.parametrize("kind", pictures.EVERY_KIND)
def test_colours_are_those_the_profile_means(kind: str) -> None:
    upload = pictures.EVERY_KIND[kind](icc_profile=pictures.red_and_blue_exchanged())

    upper_left, _, lower_left, _ = corners(cleaned(upload))

    assert upper_left[2] - upper_left[0] > 100
    assert lower_left[0] - lower_left[2] > 100


def test_a_grey_photo_with_a_profile_for_colours_is_taken_as_it_is() -> None:
    grey = Image.new("L", (100, 100), 128)

    assert looks_like(cleaned(pictures.png(grey, icc_profile=pictures.red_and_blue_exchanged())), *[GREY] * 4)


@pytest.mark.parametrize("profile", [b"not a profile", b"\0" * 128])
def test_a_broken_profile_does_not_refuse_a_good_photo(profile: bytes) -> None:
    assert looks_like(cleaned(pictures.jpeg(icc_profile=profile)), RED, GREEN, BLUE, YELLOW)


def test_an_srgb_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    assert (
        clean(pictures.png(icc_profile=profile), zone=ZONE).copies == clean(pictures.png(), zone=ZONE).copies
    )


MARK = b"RESIDENT-4711"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + MARK + b"</x:xmpmeta>"
IPTC = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x12\x1c\x02\x50\x00\x0d" + MARK


def marked_exif() -> bytes:
    return pictures.exif_block(
        make=MARK.decode(), Artist=MARK.decode(), ImageDescription=MARK.decode(), XPAuthor=MARK.decode(),
        place=("N", (41.0, 1.0, 56.33), "E", (113.0, 6.0, 32.98)),
    )  # fmt: skip


def marked_profile() -> bytes:
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return plain.replace("built-in".encode("utf-16-be"), "RESIDENT".encode("utf-16-be"))


def marked_jpeg() -> bytes:
    photo = pictures.jpeg(exif=marked_exif(), comment=MARK, icc_profile=marked_profile())
    for marker, body in (
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        (0xED, IPTC),
        (0xE5, MARK),
        (0xFE, MARK),
    ):
        photo = pictures.with_segment(photo, marker, body)
    return photo + b"\0\0\0\0" + MARK


def marked_png() -> bytes:
    photo = pictures.png(exif=marked_exif(), icc_profile=marked_profile())
    body = b"Comment\0" + MARK
    text = len(body).to_bytes(4, "big") + b"tEXt" + body + zlib.crc32(b"tEXt" + body).to_bytes(4, "big")
    return photo[:33] + text + photo[33:] + MARK


MARKED = {
    "JPEG": marked_jpeg(),
    "progressive": pictures.jpeg(exif=marked_exif(), comment=MARK, progressive=True),
    "MPO": pictures.with_segment(pictures.frames("MPO", quarters(), pictures.grain()), 0xFE, MARK),
    "PNG": marked_png(),
    "WEBP": pictures.webp(exif=marked_exif(), xmp=XMP, icc_profile=marked_profile()),
    "HEIF": pictures.heic(exif=marked_exif(), xmp=XMP, icc_profile=marked_profile()),
}


@pytest.mark.parametrize("kind", MARKED)
def test_no_byte_of_metadata_reaches_a_copy(kind: str) -> None:
    upload = MARKED[kind]
    assert MARK in upload

    copies = clean(upload, zone=ZONE).copies

    for copy in copies.values():
        assert MARK not in copy
        assert b"R\0E\0S\0I\0D" not in copy
        assert re.findall(rb"Exif|http|ICC_PROFILE|Photoshop|MPF", copy) == []
        assert markers(copy) <= {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
        assert set(opened(copy).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def markers(photo: bytes) -> set[int]:
    """Return the markers of a JPEG up to its picture."""
    found, at = set(), 2
    while photo[at + 1] != 0xDA:
        found.add(photo[at + 1])
        at += 2 + int.from_bytes(photo[at + 2 : at + 4], "big")
    return found | {photo[at + 1]}


def test_the_same_upload_gives_the_same_copies() -> None:
    upload = pictures.jpeg(pictures.grain((900, 700)))

    assert clean(upload, zone=ZONE) == clean(upload, zone=ZONE)


def test_a_picture_sent_again_smaller_and_worse_is_known_again() -> None:
    scene = pictures.scene()
    first = clean(pictures.jpeg(scene), zone=ZONE).bands

    again = clean(pictures.jpeg(scene.resize((800, 600)), quality=40), zone=ZONE).bands
    other = clean(pictures.jpeg(scene.rotate(180)), zone=ZONE).bands

    assert distance(first, again) <= 3
    assert distance(first, other) > 10


def test_the_hash_says_where_it_grows_lighter() -> None:
    ramp = Image.linear_gradient("L").rotate(90)

    assert difference_hash(ramp) == 2**64 - 1
    assert difference_hash(ramp.rotate(180)) == 0
    assert difference_hash(Image.new("L", (90, 80), 128)) == 0


def test_bands_are_sixteen_bits_each_and_keep_all_of_the_hash() -> None:
    bits = 0xFFFF_0001_8000_1234

    assert bands(bits) == (0xFFFF, 0x0001, 0x8000, 0x1234)
    assert whole(bands(bits)) == bits
    assert distance(bands(bits), bands(bits ^ 0b1011)) == 3
