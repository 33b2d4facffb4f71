"""What is taken and what is refused, and that each refusal says what the file is and what to do."""

from typing import Any

import pytest
from PIL import Image, ImageFile

from reporter.kernel.errors import BadInput, TooLarge
from reporter.photos.kinds import BYTE_LIMIT, UnreadablePhoto
from reporter.photos.pixels import clean, inspect
from tests.photos import pictures
from tests.photos.pictures import quarters
from tests.photos.zone import ZONE

pytestmark = pytest.mark.pure


def refusal(upload: bytes) -> UnreadablePhoto:
    with pytest.raises(UnreadablePhoto) as refused:
        clean(upload, zone=ZONE)
    assert refused.value.field == "photos"
    assert refused.value.status == 422
    return refused.value


@pytest.mark.parametrize("kind", pictures.EVERY_KIND)
def test_every_accepted_kind_is_recognised_by_its_content(kind: str) -> None:
    info = inspect(pictures.EVERY_KIND[kind](), zone=ZONE)

    assert (info.format, info.width, info.height) == (kind, *pictures.SIZE)


@pytest.mark.parametrize("options", [{"lossless": True}, {"exif": pictures.exif_block()}, {}])
def test_every_kind_of_webp_tells_its_size(options: dict[str, Any]) -> None:
    info = inspect(pictures.webp(quarters((401, 299)), **options), zone=ZONE)

    assert (info.width, info.height) == (401, 299)


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (b"", "empty"),
        (b"GIF89a" + b"\0" * 50, "GIF file"),
        (b"II*\0" + b"\0" * 50, "TIFF file"),
        (b"MM\0*" + b"\0" * 50, "TIFF file"),
        (b"BM" + b"\0" * 50, "BMP file"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL file"),
        (b"FUJIFILMCCD-RAW 0201", "RAW file"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "RAW file"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "AVIF file"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "AVIF file"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG file"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<SVG/>', "SVG file"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF file"),
        (b"\n\n%PDF-1.7\n%\xe2\xe3", "PDF file"),
        (b"<script>alert(1)</script>", "text file"),
        ("这是一段文字不是照片".encode() * 60, "text file"),
        ("a text in another coding, café".encode("latin-1"), "not a photo we can read"),
        (b"PK\3\4\x14\0\0\0", "not a photo we can read"),
        (b"RIFF\0\0\0\0WAVEfmt ", "not a photo we can read"),
    ],
)
def test_anything_else_is_refused_by_its_name(upload: bytes, words: str) -> None:
    assert words in str(refusal(upload))


def test_a_photo_behind_a_script_is_not_a_photo() -> None:
    assert "not a photo" in str(refusal(b"<?php echo 1; ?>\n" + pictures.jpeg()))


def test_more_than_20_megabytes_are_refused_before_anything_is_read() -> None:
    photo = pictures.jpeg()

    with pytest.raises(TooLarge, match="larger than 20 MB") as refused:
        inspect(photo + b"\0" * (BYTE_LIMIT + 1 - len(photo)), zone=ZONE)

    assert refused.value.field == "photos"


def test_exactly_20_megabytes_are_taken() -> None:
    photo = pictures.jpeg()

    info = inspect(photo + b"\0" * (BYTE_LIMIT - len(photo)), zone=ZONE)

    assert info.size == BYTE_LIMIT


@pytest.mark.parametrize("kind", pictures.EVERY_KIND)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
def test_a_photo_cut_short_is_refused(kind: str, share: float) -> None:
    photo = pictures.EVERY_KIND[kind](pictures.grain((160, 120)))

    assert "incomplete or damaged" in str(refusal(photo[: int(len(photo) * share)]))


def test_truncated_photos_are_never_patched_up_by_the_decoder() -> None:
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


BOMBS = {
    "PNG": pictures.png_of(50_000, 50_000, bits=8, colour=2, rows=b""),
    "JPEG": pictures.jpeg_claiming(50_000, 50_000),
    "WEBP": pictures.webp_claiming(50_000, 50_000),
    "HEIF": pictures.heic_claiming(20_000, 20_000),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_header_that_claims_a_huge_picture_is_refused_by_the_number(kind: str) -> None:
    refused = refusal(BOMBS[kind])

    assert "more than 64 million" in str(refused)
    assert refused.values["limit"] == 64


def test_a_second_header_cannot_raise_the_size_behind_the_first() -> None:
    honest, bomb = pictures.png(), BOMBS["PNG"]
    two_headers = honest[:33] + bomb[8:33] + honest[33:]

    assert opened_size(two_headers) == pictures.SIZE


def opened_size(upload: bytes) -> tuple[int, int]:
    return pictures.opened(clean(upload, zone=ZONE).copies[1600]).size


@pytest.mark.parametrize(("size", "words"), [((2000, 99), "long and narrow"), ((63, 63), "too small")])
def test_a_picture_of_no_use_is_refused(size: tuple[int, int], words: str) -> None:
    assert words in str(refusal(pictures.jpeg(Image.new("RGB", size))))


@pytest.mark.parametrize("size", [(64, 64), (2000, 100), (100, 2000)])
def test_the_limits_themselves_are_taken(size: tuple[int, int]) -> None:
    info = inspect(pictures.jpeg(Image.new("RGB", size)), zone=ZONE)

    assert (info.width, info.height) == size


def test_twelve_bits_a_colour_are_refused_by_the_number() -> None:
    assert "12 bits per colour" in str(refusal(pictures.jpeg_claiming(64, 64, bits=12)))


def test_a_photo_of_hundreds_of_scans_is_refused_unread() -> None:
    photo = pictures.jpeg(Image.new("RGB", (2000, 2000)), progressive=True)
    last_scan = photo[photo.rindex(b"\xff\xda") : -2]

    assert "too long to read" in str(refusal(photo[:-2] + last_scan * 300 + photo[-2:]))


@pytest.mark.parametrize(
    "broken",
    [
        b"\xff\xd8\xff" + b"\xe1\0\2\xff" * 30_000,
        pictures.jpeg() [:2] + pictures.jpeg()[2:].replace(b"\xff\xc0", b"\xff\xe5", 1),
        pictures.with_segment(pictures.jpeg(), 0xC0, b"\x08\0\x40\0\x40\3"),
        pictures.with_segment(pictures.jpeg(), 0xC0, b"\x08"),
        b"\xff\xd8\xff\xd8\xff\xd9",
        pictures.png()[:8] + pictures.png()[33:],
        pictures.png()[:33] + b"\0\0\0\0junk\0\0\0\0" * 25_000,
        b"RIFF\0\0\0\0WEBP" + b"junk\0\0\0\0" * 25_000,
        b"RIFF\0\0\0\0WEBP",
        b"\0\0\0\x18ftypheic\0\0\0\0heicmif1",
    ],
    ids=[
        "endless segments", "no frame", "two frames", "half a frame", "nothing inside",
        "no header", "endless chunks", "endless WebP chunks", "empty WebP", "empty HEIC",
    ],
)  # fmt: skip
def test_a_file_of_the_right_kind_with_nothing_right_inside_is_refused(broken: bytes) -> None:
    with pytest.raises(BadInput):
        clean(broken, zone=ZONE)


def test_endless_segments_between_scans_are_refused() -> None:
    photo = pictures.jpeg()

    assert "incomplete or damaged" in str(refusal(photo[:-2] + b"\xff\xe5\0\2" * 30_000))
