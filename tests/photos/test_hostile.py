"""Whatever is sent, it is either taken and clean or refused with words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.kernel.errors import ReporterError
from reporter.photos.pixels import LARGE, clean
from tests.photos import pictures
from tests.photos.pictures import grain, opened
from tests.photos.zone import ZONE

pytestmark = pytest.mark.pure

BLOCK = pictures.exif_block(orientation=6, taken="2026:11:23 14:05:06", make="Make")
SMALL = grain((96, 72))
HONEST = [
    pictures.jpeg(SMALL, exif=BLOCK),
    pictures.jpeg(SMALL, progressive=True, icc_profile=pictures.red_and_blue_exchanged()),
    pictures.jpeg(SMALL.convert("CMYK")),
    pictures.png(SMALL, exif=BLOCK, icc_profile=pictures.red_and_blue_exchanged()),
    pictures.png(SMALL.convert("P"), transparency=3),
    pictures.webp(SMALL, exif=BLOCK),
    pictures.webp(SMALL, lossless=True, icc_profile=pictures.red_and_blue_exchanged()),
    pictures.heic(SMALL, exif=BLOCK),
    pictures.frames("MPO", SMALL, SMALL),
    pictures.frames("PNG", SMALL, grain((96, 72))),
    pictures.frames("WEBP", SMALL, grain((96, 72))),
]
BEGINNINGS = [
    b"",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\0\0\0\0WEBPVP8 ",
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
]


def refusal(upload: bytes) -> ReporterError | None:
    """Return why `upload` is refused; None when it is taken, and then its copy is a clean JPEG."""
    try:
        copies = clean(upload, zone=ZONE).copies
    except ReporterError as refused:
        return refused
    assert opened(copies[LARGE]).format == "JPEG"
    return None


def taken_or_refused(upload: bytes) -> bool:
    """Tell whether `upload` is taken; a refusal has words and a field."""
    refused = refusal(upload)
    assert refused is None or (str(refused) and refused.field == "photos")
    return refused is None


@pytest.mark.parametrize("number", range(len(HONEST)))
def test_what_the_hostile_ones_are_made_of_is_taken(number: int) -> None:
    assert taken_or_refused(HONEST[number])


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=400))
def test_noise_is_refused_with_words(beginning: bytes, noise: bytes) -> None:
    assert not taken_or_refused(beginning + noise)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["set", "cut", "insert", "repeat", "end"]),
        st.floats(0, 1),
        st.binary(min_size=1, max_size=24),
    ),
    min_size=1,
    max_size=8,
)


@given(st.sampled_from(HONEST), CHANGES)
def test_a_changed_photo_is_taken_or_refused_with_words(
    photo: bytes, changes: list[tuple[str, float, bytes]]
) -> None:
    upload = bytearray(photo)
    for change, where, content in changes:
        at = int(where * len(upload))
        if change == "set":
            upload[at : at + len(content)] = content
        elif change == "cut":
            del upload[at : at + len(content)]
        elif change == "insert":
            upload[at:at] = content
        elif change == "repeat":
            upload[at:at] = upload[at : at + 16 * len(content)]
        else:
            del upload[max(at, 1) :]

    taken_or_refused(bytes(upload))


@given(st.sampled_from(HONEST), st.sampled_from(HONEST), st.floats(0, 1), st.floats(0, 1))
def test_the_head_of_one_photo_on_the_tail_of_another_is_taken_or_refused_with_words(
    one: bytes, other: bytes, cut: float, join: float
) -> None:
    taken_or_refused(one[: int(cut * len(one))] + other[int(join * len(other)) :])
