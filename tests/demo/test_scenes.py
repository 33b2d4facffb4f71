"""The demo city's pictures: drawn by us, varied by seed, and honest about faces and number plates."""

from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from statistics import fmean

import pytest
import resvg_py
from PIL import ExifTags, Image, ImageChops, ImageStat

from reporter.demo.scenes import FOLDER, SCENES, SIZE, PrivateBox, boxes, forget, has_after, render
from reporter.demo.stories import STORIES

pytestmark = pytest.mark.pure

NOON = datetime(2026, 11, 20, 12, 5, tzinfo=timezone(timedelta(hours=8)))
PLACE = (113.10916, 41.032314)
DRAWINGS = sorted(FOLDER.glob("*.svg"))
PRIVATE = (
    "park-before",
    "park-close",
    "stall-before",
    "goods-before",
    "grill-before",
    "ride-act",
    "spit-act",
    "dog-act",
)


def taken(scene: str, *, seed: int = 1, at: datetime = NOON) -> bytes:
    return render(scene, seed=seed, taken_at=at, lon=PLACE[0], lat=PLACE[1])


def seen(picture: bytes) -> Image.Image:
    with Image.open(BytesIO(picture)) as image:
        return image.convert("RGB")


def brightness(picture: bytes) -> float:
    return fmean(ImageStat.Stat(seen(picture)).mean)


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: str(drawing.stem))
def test_a_drawing_needs_no_font_is_small_and_fills_the_sheet(drawing: Path) -> None:
    text = drawing.read_text(encoding="utf-8")

    small = bytes(resvg_py.svg_to_bytes(svg_string=text, width=400, skip_system_fonts=True))

    with Image.open(BytesIO(small)) as image:
        assert image.size == (400, 300)
        assert image.convert("RGBA").getchannel("A").getextrema() == (255, 255)
    assert "<text" not in text
    assert "font" not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert len(text.encode()) < 60_000


def test_every_picture_a_story_asks_for_is_there() -> None:
    for story in STORIES:
        assert f"{story.scene}-{'before' if has_after(story.scene) else 'act'}" in SCENES


def test_what_persists_has_a_picture_put_right_and_what_passes_has_none() -> None:
    assert has_after("park")
    assert not has_after("cross")
    assert {scene.partition("-")[0] for scene in SCENES if scene.endswith("-before")} == {
        scene.partition("-")[0] for scene in SCENES if scene.endswith("-after")
    }


@pytest.mark.parametrize("scene", ["park-before", "park-close", "pile-after", "cross-act"])
def test_a_picture_is_a_large_jpeg_of_a_phones_weight(scene: str) -> None:
    picture = taken(scene)

    with Image.open(BytesIO(picture)) as image:
        assert (image.format, image.size) == ("JPEG", SIZE)
    assert 50_000 < len(picture) < 600_000


def test_the_same_seed_gives_the_same_bytes_and_another_one_another_picture() -> None:
    first = taken("rubbish-before", seed=7)
    forget()

    assert taken("rubbish-before", seed=7) == first
    difference = ImageChops.difference(seen(first), seen(taken("rubbish-before", seed=8)))
    assert fmean(ImageStat.Stat(difference).mean) > 5


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_before_and_after_of_one_seed_lie_on_each_other(seed: int) -> None:
    before, after = (seen(taken(f"park-{stage}", seed=seed)) for stage in ("before", "after"))
    signs = (400, 100, 1600, 330)

    alike = ImageStat.Stat(ImageChops.difference(before.crop(signs), after.crop(signs))).mean

    assert max(alike) < 14


def test_evening_is_darker_than_noon_but_not_in_a_stairwell() -> None:
    evening = NOON + timedelta(hours=9)

    assert brightness(taken("road-after", at=evening)) < 0.75 * brightness(taken("road-after"))
    assert brightness(taken("pile-after", at=evening)) == pytest.approx(
        brightness(taken("pile-after")), rel=0.01
    )


def test_the_hour_is_the_citys_whatever_zone_the_instant_is_given_in() -> None:
    assert taken("road-after", at=NOON.astimezone(UTC)) == taken("road-after")


def test_a_picture_says_when_and_where_as_a_phone_does() -> None:
    with Image.open(BytesIO(taken("park-before"))) as image:
        exif = image.getexif()
        photo, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)

    assert (exif[ExifTags.Base.Make], exif[ExifTags.Base.Model]) == ("Demo", "Demo phone")
    assert photo[ExifTags.Base.DateTimeOriginal] == "2026:11:20 12:05:00"
    assert photo[ExifTags.Base.OffsetTimeOriginal] == "+08:00"
    assert gps[ExifTags.GPS.GPSDateStamp] == "2026:11:20"
    assert [float(part) for part in gps[ExifTags.GPS.GPSTimeStamp]] == [4, 5, 0]
    assert (gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLatitudeRef]) == ("E", "N")
    for written, true in ((ExifTags.GPS.GPSLongitude, PLACE[0]), (ExifTags.GPS.GPSLatitude, PLACE[1])):
        degrees, minutes, seconds = (float(part) for part in gps[written])
        assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(true, abs=1e-6)


def test_south_and_west_are_written_as_such() -> None:
    picture = render("dog-act", seed=1, taken_at=NOON, lon=-58.38, lat=-34.6)

    with Image.open(BytesIO(picture)) as image:
        gps = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert (gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLatitudeRef]) == ("W", "S")


def middle_of(image: Image.Image, box: PrivateBox) -> tuple[float, ...]:
    """Return the mean colour of the inner half of a box."""
    width, height = image.size
    left, top = (box.x + box.w / 4) * width, (box.y + box.h / 4) * height
    inner = image.crop(
        (round(left), round(top), round(left + box.w * width / 2), round(top + box.h * height / 2))
    )
    return tuple(ImageStat.Stat(inner).mean)


@pytest.mark.parametrize("scene", PRIVATE)
@pytest.mark.parametrize("seed", [11, 12])
def test_the_boxes_lie_on_the_faces_and_plates_that_the_picture_shows(scene: str, seed: int) -> None:
    image = seen(taken(scene, seed=seed))

    found = boxes(scene, seed=seed)

    assert found
    for box in found:
        red, _, blue = middle_of(image, box)
        assert (blue > red + 20) if box.what == "plate" else (red > blue + 10)
        assert 0 <= box.x < box.x + box.w <= 1
        assert 0 <= box.y < box.y + box.h <= 1


def test_a_picture_with_nobody_in_it_has_no_boxes() -> None:
    assert boxes("pile-before", seed=1) == ()
    assert boxes("park-after", seed=1) == ()


def test_a_close_up_has_only_the_boxes_in_its_part() -> None:
    assert [box.what for box in boxes("park-close", seed=1)] == ["plate"]
    assert boxes("park-close", seed=1)[0].w > 2 * boxes("park-before", seed=1)[0].w


def test_an_unknown_scene_and_a_naive_instant_are_refused() -> None:
    with pytest.raises(KeyError):
        taken("moon-before")
    with pytest.raises(ValueError, match="naive"):
        taken("park-before", at=datetime(2026, 11, 20, 12))  # noqa: DTZ001 - that is the fault
