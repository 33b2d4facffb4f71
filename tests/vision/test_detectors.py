"""What the installed programs propose for drawn plates and numbers. Faces cannot be drawn: they are tried on photos."""

import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from config import Config
from reporter.ports.finder import LocalFinder, Unfound
from tests.photos import pictures

pytestmark = [pytest.mark.pure]

BLUE, GREEN, WHITE, INK, ROAD = (16, 62, 168), (120, 200, 150), (255, 255, 255), (20, 20, 20), (120, 122, 118)
Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels


@pytest.fixture(scope="session")
def finder() -> Iterator[LocalFinder]:
    """Return the finder as the settings describe it, with its process."""
    found = LocalFinder.from_config(vars(Config))
    yield found
    found.close()


def a_street(size: tuple[int, int] = (1600, 1200)) -> Image.Image:
    """Return a picture as full of detail of every size as a road is, with nothing on it; always the same."""
    dice = Random(12)  # noqa: S311 - a picture, not a secret
    street = Image.blend(pictures.scene(size), Image.new("RGB", size, ROAD), 0.7)
    for coarse in (4, 16, 64):
        grain = (size[0] // coarse + 1, size[1] // coarse + 1)
        noise = Image.frombytes("RGB", grain, dice.randbytes(grain[0] * grain[1] * 3))
        street = Image.blend(street, noise.resize(size, Image.Resampling.BICUBIC), 0.15)
    return street


def write(
    image: Image.Image, words: str, at: tuple[int, int], *, high: int, ink: Any = WHITE, ground: Any = None
) -> Box:
    """Write `words`, on a plate of the colour `ground` if there is one; return where they or the plate are."""
    font = ImageFont.load_default(high)
    left, top, right, bottom = font.getbbox(words)
    box = (at[0], at[1], at[0] + right - left, at[1] + bottom - top)
    drawn = ImageDraw.Draw(image)
    if ground:
        rim = high // 4
        box = (box[0] - rim, box[1] - rim, box[2] + rim, box[3] + rim)
        drawn.rectangle(box, fill=ground)
    drawn.text((at[0] - left, at[1] - top), words, font=font, fill=ink, stroke_width=1)
    return box


def jpeg(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "JPEG", quality=85)
    return file.getvalue()


def covered(box: Box, region: Any, size: tuple[int, int]) -> float:
    """Return which part of `box` the region hides."""
    left, top = region["x"] * size[0], region["y"] * size[1]
    right, bottom = left + region["w"] * size[0], top + region["h"] * size[1]
    across = max(0.0, min(box[2], right) - max(box[0], left))
    down = max(0.0, min(box[3], bottom) - max(box[1], top))
    return float(across * down / ((box[2] - box[0]) * (box[3] - box[1])))


def of_kind(regions: Sequence[Any], kind: str) -> list[Any]:
    return [region for region in regions if region["kind"] == kind]


@pytest.mark.parametrize("size", [(1600, 1200), (1200, 1600), (640, 480)])
def test_no_face_plate_or_number_is_proposed_where_there_is_none(
    finder: LocalFinder, size: tuple[int, int]
) -> None:
    assert {found["kind"] for found in finder.find(jpeg(pictures.scene(size)))} <= {"text"}


@pytest.mark.parametrize("high", [40, 80])
@pytest.mark.parametrize(("words", "ground", "ink"), [("J-12345", BLUE, WHITE), ("AD12345", GREEN, INK)])
def test_a_plate_is_proposed(finder: LocalFinder, words: str, ground: Any, ink: Any, high: int) -> None:
    street = a_street()
    plate = write(street, words, (700, 800), high=high, ink=ink, ground=ground)

    (found,) = of_kind(finder.find(jpeg(street)), "plate")

    assert covered(plate, found, street.size) > 0.8
    assert (found["threshold"], found["finder"].split()[0]) == (0.5, "rapidocr")


def test_a_plate_of_two_rows_is_proposed_as_a_whole(finder: LocalFinder) -> None:
    street = a_street()
    ImageDraw.Draw(street).rectangle((690, 690, 900, 870), fill=BLUE)
    upper = write(street, "J", (780, 710), high=60)
    lower = write(street, "J2345", (710, 790), high=70)

    (found,) = of_kind(finder.find(jpeg(street)), "plate")

    assert covered(upper, found, street.size) > 0.8
    assert covered(lower, found, street.size) > 0.8


@pytest.mark.parametrize("words", ["13847400001", "138 4740 0001", "0474-8230001", "8230001"])
@pytest.mark.parametrize("high", [50])
def test_a_phone_number_is_proposed(finder: LocalFinder, words: str, high: int) -> None:
    street = a_street()
    number = write(street, words, (300, 500), high=high, ink=INK)

    (found,) = of_kind(finder.find(jpeg(street)), "phone")

    assert covered(number, found, street.size) > 0.8


def test_other_text_is_proposed_as_text(finder: LocalFinder) -> None:
    street = a_street()
    words = write(street, "OPEN DAILY", (300, 500), high=50, ink=INK)

    (found,) = finder.find(jpeg(street))

    assert found["kind"] == "text"
    assert covered(words, found, street.size) > 0.8


def test_one_process_sees_the_same_in_a_picture_whatever_sizes_came_between(finder: LocalFinder) -> None:
    street = a_street((800, 600))
    write(street, "J-12345", (300, 300), high=40, ground=BLUE)
    first = finder.find(jpeg(street))

    for size in ((640, 480), (1600, 1200), (300, 900)):
        finder.find(jpeg(a_street(size)))

    assert finder.find(jpeg(street)) == first != []


def test_a_file_that_is_no_picture_ends_nothing(finder: LocalFinder) -> None:
    with pytest.raises(Unfound, match="UnidentifiedImageError"):
        finder.find(b"Dear city")

    assert finder.find(jpeg(Image.new("RGB", (300, 200), ROAD))) == []


@pytest.mark.parametrize("size", [(1, 1), (3, 1600), (1600, 2), (1600, 300)])
def test_a_picture_of_no_shape_is_looked_through(finder: LocalFinder, size: tuple[int, int]) -> None:
    assert finder.find(jpeg(Image.new("RGB", size, ROAD))) == []


def test_the_server_holds_nothing_of_it(finder: LocalFinder) -> None:
    assert finder.available()
    finder.find(jpeg(a_street((300, 200))))

    assert not {"onnxruntime", "rapidocr", "cv2"} & set(sys.modules)
    assert finder.name.startswith("centerface ")
    assert Path(Config.FACE_MODEL).stat().st_size > 7_000_000
