"""Claims are read when they make sense and are nothing when they do not."""

import struct
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.photos.exif import Claims, Exif, read_exif
from reporter.photos.pixels import clean, inspect
from reporter.places.geometry import Datum, to_wgs84
from tests.photos import pictures
from tests.photos.pictures import exif_block
from tests.photos.zone import ZONE

pytestmark = pytest.mark.pure

JINING = ("N", (41.0, 1.0, 56.33), "E", (113.0, 6.0, 32.98))


def claims(**written: Any) -> Claims:
    return read_exif(exif_block(**written), ZONE).claims


def test_a_time_without_an_offset_is_the_citys() -> None:
    assert claims(taken="2026:11:23 14:05:06").taken_at == datetime(2026, 11, 23, 6, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("offset", "hour"),
    [("+03:00", 11), ("-05:30", 19), ("Z", 14), ("+0800", 6), ("nonsense", 6), ("+99:00", 6)],
)
def test_a_time_with_an_offset_is_what_it_says(offset: str, hour: int) -> None:
    taken_at = claims(taken="2026:11:23 14:05:06", offset=offset).taken_at

    assert taken_at is not None
    assert taken_at.hour == hour
    assert taken_at.tzinfo is UTC


@pytest.mark.parametrize(
    "taken",
    ["0000:00:00 00:00:00", "2026:13:40 25:61:61", "    :  :     :  :  ", "yesterday", "1600:01:01 00:00:00", "9999:12:31 23:59:59"],
)  # fmt: skip
def test_a_time_that_is_none_is_not_claimed(taken: str) -> None:
    assert claims(taken=taken).taken_at is None


def test_the_time_of_digitizing_stands_in_but_that_of_editing_does_not() -> None:
    edited = exif_block(DateTime="2026:01:01 00:00:00")
    digitized = (
        exif_block(taken="2026:01:02 08:00:00")
        .replace(b"\x03\x90", b"\x04\x90")
        .replace(b"\x90\x03", b"\x90\x04")
    )

    assert read_exif(edited, ZONE).claims.taken_at is None
    assert read_exif(digitized, ZONE).claims.taken_at == datetime(2026, 1, 2, tzinfo=UTC)


def test_a_place_is_read_in_degrees() -> None:
    found = claims(place=JINING)

    assert found.lon == pytest.approx(113.1091611)
    assert found.lat == pytest.approx(41.0323139)


def test_south_and_west_are_negative() -> None:
    found = claims(place=("S", (33.0, 27.0, 0.0), "W", (70.0, 40.0, 0.0)))

    assert (found.lon, found.lat) == pytest.approx((-70.6666667, -33.45))


@pytest.mark.parametrize(
    "place",
    [
        ("N", (0.0, 0.0, 0.0), "E", (0.0, 0.0, 0.0)),
        ("N", (91.0, 0.0, 0.0), "E", (113.0, 0.0, 0.0)),
        ("N", (41.0, 0.0, 0.0), "E", (181.0, 0.0, 0.0)),
        ("N", (41.0, 60.0, 0.0), "E", (113.0, 0.0, 0.0)),
        ("N", (41.0, 0.0, 0.0), "E", (113.0, 0.0, 75.0)),
        ("", (41.0, 0.0, 0.0), "", (113.0, 0.0, 0.0)),
        ("X", (41.0, 0.0, 0.0), "Y", (113.0, 0.0, 0.0)),
        ("N", (41.0, 0.0), "E", (113.0, 0.0)),
        ("N",),
    ],
)
def test_a_place_that_is_none_is_not_claimed(place: tuple[Any, ...]) -> None:
    found = claims(place=place)

    assert (found.lon, found.lat) == (None, None)


def test_a_division_by_zero_is_no_place() -> None:
    block = exif_block(place=JINING)
    minutes = struct.pack(">II", 6, 1)
    divided = block.replace(minutes, struct.pack(">II", 6, 0))

    assert divided != block
    assert read_exif(divided, ZONE).claims.lon is None


@pytest.mark.parametrize(
    ("metres", "claimed"), [(4.7, 4.7), (0.04, 0.0), (100_000, 100_000.0), (100_001, None)]
)
def test_how_far_off_a_place_may_be_is_read_in_metres(metres: float, claimed: float | None) -> None:
    assert claims(place=JINING, metres=metres).accuracy == claimed


def test_a_place_that_does_not_say_how_exact_it_is_claims_no_accuracy() -> None:
    assert claims(place=JINING).accuracy is None


@pytest.mark.parametrize("datum", ["", "WGS-84", "wgs 84", "WGS84", "CGCS2000"])
def test_a_place_against_wgs_84_is_where_it_says(datum: str) -> None:
    claimed = claims(place=JINING, datum=datum)

    assert claimed.datum == datum
    assert claimed.place == pytest.approx((113.1091611, 41.0323139))


@pytest.mark.parametrize(
    ("datum", "kind"), [("GCJ-02", Datum.GCJ02), ("gcj02", Datum.GCJ02), ("BD-09", Datum.BD09)]
)
def test_a_place_against_a_chinese_datum_is_moved_to_wgs_84(datum: str, kind: Datum) -> None:
    claimed = claims(place=JINING, datum=datum)

    assert claimed.lon is not None
    assert claimed.lat is not None
    assert claimed.place == to_wgs84(claimed.lon, claimed.lat, kind)
    assert claimed.place != pytest.approx((claimed.lon, claimed.lat), abs=0.001)


def test_a_place_against_an_unknown_datum_stays_a_claim_and_is_no_place() -> None:
    claimed = claims(place=JINING, datum="TOKYO")

    assert (claimed.lon, claimed.lat) == pytest.approx((113.1091611, 41.0323139))
    assert (claimed.measured, claimed.place) == (None, None)


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Apple", "iPhone 17", "Apple iPhone 17"),
        ("HUAWEI", "Huawei P80", "Huawei P80"),
        ("", "Redmi\x07 Note\n", "Redmi Note"),
        ("Xiaomi", "", "Xiaomi"),
        ("M" * 200, "", "M" * 80),
        ("<script>", "&", "<script> &"),
    ],
)
def test_the_camera_is_one_printable_line(make: str, model: str, camera: str) -> None:
    assert claims(make=make, model=model).camera == camera


def test_both_byte_orders_are_read() -> None:
    tags = [(0x010F, 2, 4, b"Big\0"), (0x0112, 3, 1, b"\0\6\0\0")]
    entries = b"".join(struct.pack(">HHI", tag, kind, count) + value for tag, kind, count, value in tags)
    block = b"MM\0*" + struct.pack(">IH", 8, len(tags)) + entries + b"\0\0\0\0"

    assert read_exif(block, ZONE) == Exif(6, Claims(camera="Big"))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_is_none_leaves_the_picture_as_it_is(orientation: int) -> None:
    assert read_exif(exif_block(orientation=orientation), ZONE).orientation == 1


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"Exif\0\0",
        b"Exif\0\0II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\xff\xff",
        b"II*\0\x08\0\0\0\1\0\x12\1\4\0\xff\xff\xff\xff\x08\0\0\0",
        b"II*\0\x08\0\0\0\1\0\x69\x87\4\0\1\0\0\0\x08\0\0\0",
    ],
    ids=[
        "nothing",
        "mark only",
        "no directory",
        "far away",
        "many entries",
        "huge value",
        "points at itself",
    ],
)
def test_a_broken_block_claims_nothing(block: bytes) -> None:
    assert read_exif(block, ZONE) == Exif()


@given(st.binary(max_size=300))
def test_no_bytes_are_too_strange(noise: bytes) -> None:
    for start in (b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"):
        assert 1 <= read_exif(start + noise, ZONE).orientation <= 8


@given(st.data())
def test_no_change_to_a_true_block_breaks_the_reader(data: st.DataObject) -> None:
    block = bytearray(exif_block(orientation=6, taken="2026:11:23 14:05:06", place=JINING, make="Make"))
    for _ in range(data.draw(st.integers(1, 8))):
        block[data.draw(st.integers(0, len(block) - 1))] = data.draw(st.integers(0, 255))

    found = read_exif(bytes(block), ZONE).claims

    assert found.lon is None or -180 <= found.lon <= 180
    assert found.lat is None or -90 <= found.lat <= 90
    assert found.camera.isprintable()


@pytest.mark.parametrize("kind", pictures.EVERY_KIND)
def test_every_kind_of_photo_brings_its_claims(kind: str) -> None:
    block = exif_block(taken="2026:11:23 14:05:06", offset="+08:00", place=JINING, make="Make", model="Model")

    found = inspect(pictures.EVERY_KIND[kind](exif=block), zone=ZONE).claims

    assert found.taken_at == datetime(2026, 11, 23, 6, 5, 6, tzinfo=UTC)
    assert found.lon == pytest.approx(113.1091611)
    assert found.lat == pytest.approx(41.0323139)
    assert found.camera == "Make Model"


@pytest.mark.parametrize(
    "block",
    [
        b"MM\0*\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\5\0\x12\1",
        b"II*\0\x08\0\0\0\2\0" + b"\x0f\1\2\0\xff\xff\0\0" * 3,
    ],
)
def test_broken_claims_do_not_refuse_a_good_photo(block: bytes) -> None:
    photo = pictures.with_segment(pictures.jpeg(), 0xE1, b"Exif\0\0" + block)

    assert clean(photo, zone=ZONE).info.claims == Claims()
