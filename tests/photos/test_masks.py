"""What is burnt in is gone, from every public copy."""

import math
from typing import Any

import pytest
from PIL import Image, ImageChops

from reporter.kernel.errors import BadInput
from reporter.photos.pixels import FILL, LARGE, burn, clean, public_copies
from tests.photos import pictures
from tests.photos.pictures import GREEN, RED, alike, corners, grain, opened, quarters
from tests.photos.zone import ZONE

pytestmark = pytest.mark.pure


def box(x: float, y: float, w: float, h: float, **more: Any) -> dict[str, Any]:
    return {"x": x, "y": y, "w": w, "h": h} | more


def judged(image: Image.Image) -> bytes:
    return clean(pictures.jpeg(image), zone=ZONE).copies[LARGE]


def test_a_box_is_filled_and_the_rest_is_as_it_was() -> None:
    masked = opened(burn(judged(quarters()), [box(0, 0, 0.5, 0.5, kind="face")]))

    upper_left, upper_right, *_ = corners(masked)

    assert alike(upper_left, FILL)
    assert alike(upper_right, GREEN)


def test_without_boxes_the_picture_stays() -> None:
    assert alike(corners(opened(burn(judged(quarters()), [])))[0], RED)


def test_the_fill_covers_the_whole_box_and_the_blocks_it_touches() -> None:
    white = judged(Image.new("RGB", (800, 600), "white"))

    masked = opened(burn(white, [box(0.305, 0.3, 0.2, 0.2)]))

    dark = masked.convert("L").point([255] * 60 + [0] * 196).getbbox()
    assert dark == (240 - 1, 176 - 1, 416 + 1, 304 + 1)


@pytest.mark.parametrize("where", [(0.31, 0.29, 0.23, 0.31), (0, 0, 0.111, 0.111), (0.9, 0.87, 0.1, 0.13)])
def test_the_public_copies_do_not_depend_on_what_is_hidden(where: tuple[float, float, float, float]) -> None:
    x, y, w, h = where
    one = grain((1203, 901))
    other = one.copy()
    other.paste(grain((round(w * 1203) - 1, round(h * 901) - 1)), (math.ceil(x * 1203), math.ceil(y * 901)))
    files = [pictures.jpeg(picture, quality=85) for picture in (one, other)]

    copies = [public_copies(burn(file, [box(*where)])) for file in files]

    assert files[0] != files[1]
    assert copies[0] == copies[1]


FACE = box(0.25, 0.25, 0.3, 0.3, kind="face", how="blur")


def test_of_a_blurred_face_nothing_is_kept_but_coarse_means() -> None:
    skin = Image.new("RGB", (480, 480), (120, 88, 72))  # in the middle of their steps
    one = ImageChops.add(skin, grain((480, 480)).point(lambda value: (value + 384) // 4), offset=-128)
    other = one.copy()
    other.paste(one.crop((120, 120, 264, 264)).transpose(Image.Transpose.ROTATE_180), (120, 120))

    copies = [public_copies(burn(pictures.jpeg(picture, quality=95), [FACE])) for picture in (one, other)]

    assert ImageChops.difference(one, other).getbbox() is not None
    assert copies[0] == copies[1]


def test_a_blurred_face_has_nine_colours_at_most_from_which_all_else_follows() -> None:
    burnt = opened(
        burn(pictures.jpeg(grain((480, 480)), quality=95), [box(0, 0, 1, 1, kind="face", how="blur")])
    )

    again = burnt.resize((3, 3), Image.Resampling.BOX).resize((480, 480), Image.Resampling.BILINEAR)

    assert ImageChops.difference(burnt, again).convert("L").point([0] * 24 + [255] * 232).getbbox() is None


@pytest.mark.parametrize("kind", ["plate", "text", "other", "child", None])
def test_what_can_be_read_is_filled_whatever_the_box_says(kind: str | None) -> None:
    masked = opened(burn(judged(quarters()), [box(0, 0, 0.5, 0.5, kind=kind, how="blur")]))

    assert alike(corners(masked)[0], FILL)


@pytest.mark.parametrize("order", [1, -1])
def test_a_blurred_box_takes_no_colour_from_below_a_filled_one_and_does_not_uncover_it(order: int) -> None:
    plate = box(0.4, 0.4, 0.2, 0.2, kind="plate")
    one = grain((480, 480))
    other = one.copy()
    other.paste(Image.new("RGB", (94, 94), "white"), (193, 193))
    files = [pictures.jpeg(picture, quality=95) for picture in (one, other)]

    burnt = [burn(file, [FACE, plate][::order]) for file in files]

    assert burnt[0] == burnt[1]
    assert alike(corners(opened(burnt[0]).crop((200, 200, 280, 280)))[0], FILL)


@pytest.mark.parametrize("where", [(0.99, 0.99, 0.01, 0.01), (0, 0, 0.001, 1), (0.3, 0.3, 0.001, 0.001)])
def test_a_tiny_face_is_blurred_too(where: tuple[float, float, float, float]) -> None:
    file = judged(quarters())

    assert burn(file, [box(*where, kind="face", how="blur")]) != burn(file, [])


@pytest.mark.parametrize(
    "wrong",
    [
        box(-0.1, 0, 0.5, 0.5),
        box(0, 0, 0, 0.5),
        box(0, 0, 0.5, -0.5),
        box(0.6, 0, 0.5, 0.5),
        box(0, 0.6, 0.5, 0.5),
        box(1, 0, 0.0005, 0.5),
        box(math.nan, 0, 0.5, 0.5),
        box(0, 0, math.inf, 0.5),
    ],
)
def test_a_box_outside_the_picture_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="outside the picture") as refused:
        burn(judged(quarters()), [wrong])

    assert refused.value.field == "boxes"


def test_a_box_that_touches_the_edge_may_be_rounded_over_it() -> None:
    masked = opened(burn(judged(quarters()), [box(0.5, 0.5, 0.5004, 0.5004)]))

    assert masked.size == pictures.SIZE
    assert alike(corners(masked)[3], FILL)


def test_a_hundred_boxes_are_the_most() -> None:
    with pytest.raises(BadInput, match="more than 100"):
        burn(judged(quarters()), [box(0, 0, 0.1, 0.1)] * 101)


def test_the_public_gets_three_sizes_in_two_formats() -> None:
    copies = public_copies(burn(judged(quarters((2000, 1500))), []))

    assert {name: (opened(file).format, opened(file).size) for name, file in copies.items()} == {
        (1600, "webp"): ("WEBP", (1600, 1200)),
        (1600, "jpeg"): ("JPEG", (1600, 1200)),
        (960, "webp"): ("WEBP", (960, 720)),
        (960, "jpeg"): ("JPEG", (960, 720)),
        (480, "webp"): ("WEBP", (480, 360)),
        (480, "jpeg"): ("JPEG", (480, 360)),
    }


def test_a_small_picture_is_never_enlarged_for_the_public() -> None:
    copies = public_copies(burn(judged(quarters((640, 480))), []))

    assert {name[0]: opened(file).size for name, file in copies.items()} == {
        1600: (640, 480),
        960: (640, 480),
        480: (480, 360),
    }


def test_public_copies_hold_pixels_only() -> None:
    photo = pictures.jpeg(comment=b"RESIDENT-4711", exif=pictures.exif_block(make="RESIDENT-4711"))

    copies = public_copies(burn(photo, [box(0, 0, 0.1, 0.1)]))

    for file in copies.values():
        assert b"RESIDENT" not in file
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(opened(file).info)
