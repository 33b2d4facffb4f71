"""Pictures are found by id, by token and by their looks; never across cities, never the original."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from reporter.cities.models import Jurisdiction
from reporter.kernel.db import command, current_city_id, db, enter_city
from reporter.kernel.errors import NotFound
from reporter.kernel.policy import ANYONE
from reporter.photos.commands.intake import take_in
from reporter.photos.dhash import Bands
from reporter.photos.models import Photo, Region, Search, Way
from reporter.photos.queries import (
    by_token,
    get_photo,
    photos_by_ids,
    photos_by_tokens,
    proposed_regions,
    regions_of,
    same_picture,
    staff_copy,
    staff_picture,
)
from tests.make import a_region
from tests.photos import pictures

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@command
def a_row(bands: Bands = (1, 2, 3, 4), *, called: str = "") -> Photo:
    band0, band1, band2, band3 = bands
    photo = Photo(
        token=called or uuid4().hex, uploader_key="phone", created_at=NOW,
        format="JPEG", size=1, sha256="ab", staff_sha256="ab", width=1, height=1, camera="", way=Way.REPORT, flags=[],
        band0=band0, band1=band1, band2=band2, band3=band3,
    )  # fmt: skip
    db.session.add(photo)
    db.session.flush()
    return photo


@contextmanager
def watched() -> Iterator[list[tuple[str, tuple[object, ...]]]]:
    """Collect the statements sent to the database, with their values."""
    statements: list[tuple[str, tuple[object, ...]]] = []

    def note(*args: Any) -> None:
        statements.append((args[2], args[3]))

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def other_city() -> int:
    city = Jurisdiction(
        slug="other", code="2", name_zh="别处", name_en="Elsewhere", lon=100.0, lat=40.0, hosts=[], settings={},
        created_at=NOW,
    )  # fmt: skip
    db.session.add(city)
    db.session.commit()
    return city.id


def test_a_picture_is_found_by_id_and_by_token() -> None:
    photo = a_row()

    assert get_photo(photo.id) is photo
    assert by_token(photo.token) is photo


@pytest.mark.parametrize("token", ["", "nothing", "row' OR 1=1", "../../etc/passwd", "x" * 10_000])
def test_guessing_finds_nothing(token: str) -> None:
    a_row()

    with pytest.raises(NotFound):
        by_token(token)
    with pytest.raises(NotFound):
        get_photo(4711)


def test_many_pictures_are_one_query() -> None:
    ids = [a_row().id for _ in range(5)]

    with watched() as statements:
        found = photos_by_ids([*ids, ids[0], 4711])

    assert {number: photo.id for number, photo in found.items()} == {number: number for number in ids}
    assert len([sql for sql, _ in statements if sql.startswith("SELECT")]) == 1


def test_tokens_are_answered_in_their_order() -> None:
    one, two = a_row(called="one"), a_row(called="two")

    assert photos_by_tokens(["two", "nothing", "one", "two"]) == [two, one]
    assert photos_by_tokens([]) == []
    assert photos_by_ids([]) == {}


def test_staff_see_the_clean_copies_in_two_sizes() -> None:
    photo = take_in(pictures.jpeg(pictures.quarters((2000, 1500))), by=ANYONE, uploader_key="phone")

    assert pictures.opened(staff_picture(photo.token)).size == (1600, 1200)
    assert pictures.opened(staff_picture(photo.token, 320)).size == (320, 240)
    assert staff_copy(photo).sha256 == photo.staff_sha256
    assert staff_copy(photo).sha256 == hashlib.sha256(staff_copy(photo).content).hexdigest()


@pytest.mark.parametrize("side", [0, 1, 321, 4000, -1600])
def test_there_are_no_other_sizes(side: int) -> None:
    photo = take_in(pictures.jpeg(), by=ANYONE, uploader_key="phone")

    with pytest.raises(NotFound):
        staff_picture(photo.token, side)


def test_a_picture_sent_again_is_found_by_its_looks() -> None:
    scene = pictures.scene()
    first = take_in(pictures.jpeg(scene), by=ANYONE, uploader_key="phone")
    take_in(pictures.jpeg(scene.rotate(180)), by=ANYONE, uploader_key="phone")

    again = take_in(
        pictures.webp(scene.resize((640, 480)), quality=50), by=ANYONE, uploader_key="other phone"
    )

    assert same_picture(again) == [first]


def test_the_hash_is_made_of_its_bands() -> None:
    assert a_row((0xFFFF, 0, 0x8000, 1)).dhash == 0xFFFF_0000_8000_0001


def test_the_most_alike_come_first_and_only_near_ones() -> None:
    picture = a_row((0b1111, 2, 3, 4))
    three = a_row((0b1000, 2, 3, 4))
    one = a_row((0b1110, 2, 3, 4))
    same = a_row((0b1111, 2, 3, 4))
    a_row((0b0000, 2, 3, 4))

    assert same_picture(picture) == [same, one, three]
    assert same_picture(picture, limit=1) == [same]


@pytest.mark.parametrize("band", range(4))
def test_one_equal_band_is_enough_to_be_found(band: int) -> None:
    alike = tuple(value if place == band else value ^ 1 for place, value in enumerate((8, 16, 32, 64)))
    picture, other = a_row((8, 16, 32, 64)), a_row((alike[0], alike[1], alike[2], alike[3]))

    assert same_picture(picture) == [other]


def test_each_band_is_looked_up_through_its_own_index() -> None:
    picture = a_row()

    with watched() as statements:
        same_picture(picture)

    if db.engine.dialect.name == "sqlite":
        sql, values = next(one for one in statements if "UNION ALL" in one[0])
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        text = " ".join(str(row[-1]) for row in plan)
        assert all(f"ix__photos__band{number} (city_id=? AND band{number}=?)" in text for number in range(4))
        assert "SCAN photos" not in text


def test_no_query_sees_another_citys_pictures(other_city: int) -> None:
    home = current_city_id()
    mine = a_row(called="mine")
    enter_city(other_city)
    theirs = a_row(called="theirs")

    assert same_picture(theirs) == []
    assert photos_by_ids([mine.id, theirs.id]) == {theirs.id: theirs}
    assert photos_by_tokens(["mine", "theirs"]) == [theirs]
    with pytest.raises(NotFound):
        by_token("mine")
    with pytest.raises(NotFound):
        get_photo(mine.id)
    enter_city(home)
    assert by_token("mine").id == mine.id


def test_two_cities_may_use_the_same_token(other_city: int) -> None:
    a_row(called="same")
    enter_city(other_city)

    assert a_row(called="same").city_id == other_city


@command
def regions_for(*photos: Photo) -> list[Region]:
    regions = [a_region(photo, x=x) for photo in photos for x in (0.1, 0.5)]
    db.session.add_all(regions)
    db.session.flush()
    return regions


def test_what_is_proposed_for_a_picture_is_that_pictures_alone() -> None:
    one, other, bare = a_row(), a_row(), a_row()
    first, second, *_ = regions_for(one, other)

    assert proposed_regions(one) == [first, second]
    assert proposed_regions(bare) == []
    assert bare.searched is Search.NONE


def test_what_is_proposed_for_several_pictures_is_asked_for_once() -> None:
    ids = [one.id for one in (a_row(), a_row(), a_row())]
    regions_for(*(get_photo(photo_id) for photo_id in ids[:2]))

    with watched() as statements:
        found = regions_of([*ids, 4711])

    assert len([words for words, _ in statements if words.startswith("SELECT")]) == 1
    assert {photo_id: [round(one.x, 1) for one in regions] for photo_id, regions in found.items()} == {
        ids[0]: [0.1, 0.5], ids[1]: [0.1, 0.5], ids[2]: [], 4711: [],
    }  # fmt: skip
    assert regions_of([]) == {}
