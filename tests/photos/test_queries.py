"""Pictures are found by id, by token and by their looks; never across cities, never the original."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image, ImageEnhance, ImageOps
from sqlalchemy import event, insert

from reporter.cities.models import Jurisdiction
from reporter.kernel.db import command, current_city_id, db, enter_city
from reporter.kernel.errors import NotFound
from reporter.kernel.policy import ANYONE
from reporter.photos.commands.intake import keep, take_in
from reporter.photos.dhash import NEAR, Bands, bands, plain
from reporter.photos.models import Photo, Region, Search, Way
from reporter.photos.queries import (
    LookAlike,
    by_token,
    get_photo,
    look_alikes,
    photos_by_ids,
    photos_by_tokens,
    proposed_regions,
    regions_of,
    same_picture,
    seen_before,
    staff_copy,
    staff_picture,
)
from reporter.ports import ports
from tests.make import a_region
from tests.photos import pictures

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@command
def a_row(parts: Bands = (1, 2, 3, 4), *, called: str = "") -> Photo:
    band0, band1, band2, band3 = parts
    photo = Photo(
        token=called or uuid4().hex, uploader_key="phone", created_at=NOW,
        format="JPEG", size=1, sha256="ab", staff_sha256="ab", width=1, height=1, camera="", way=Way.REPORT, flags=[], looks=[],
        band0=band0, band1=band1, band2=band2, band3=band3,
    )  # fmt: skip
    db.session.add(photo)
    db.session.flush()
    return photo


def many(number: int) -> None:
    """Add pictures of all kinds of looks, without a word of any."""
    chance = Random(4)  # noqa: S311 - no secret
    row = {name: getattr(a_row(), name) for name in Photo.__mapper__.columns.keys() if name != "id"}  # noqa: SIM118 - no mapping
    looks = ({f"band{band}": chance.randrange(1 << 16) for band in range(4)} for _ in range(number))
    rows = [row | {"token": uuid4().hex} | look for look in looks]
    db.session.execute(insert(Photo), rows)


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
    scene = pictures.street()
    first = take_in(pictures.jpeg(scene), by=ANYONE, uploader_key="phone")
    take_in(pictures.jpeg(pictures.street(1)), by=ANYONE, uploader_key="phone")

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
    a_row((0b1111 ^ 0b111111111, 2, 3, 4))

    assert same_picture(picture) == [same, one, three]
    assert same_picture(picture, limit=1) == [same]


@pytest.mark.parametrize("band", range(4))
def test_one_equal_band_is_enough_to_be_found(band: int) -> None:
    alike = tuple(value if place == band else value ^ 1 for place, value in enumerate((8, 16, 32, 64)))
    picture, other = a_row((8, 16, 32, 64)), a_row((alike[0], alike[1], alike[2], alike[3]))

    assert same_picture(picture) == [other]


def test_each_band_is_looked_up_through_its_own_index() -> None:
    picture = a_row()
    many(2000)

    with watched() as statements:
        same_picture(picture)

    [(sql, values)] = [one for one in statements if "bits_apart" in one[0] or "bit_count" in one[0]]
    connection = db.session.connection()
    connection.exec_driver_sql(
        "ANALYZE photos"
    )  # else the plan hangs on what was in it when somebody last looked
    if connection.dialect.name == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        through = "USING COVERING INDEX ix__photos__band{0} (city_id=? AND band{0}=?)"
    else:
        plan = connection.exec_driver_sql(f"EXPLAIN (COSTS OFF) {sql}", values)
        through = "using ix__photos__band{0} on photos"
    steps = " ".join(str(row[-1]) for row in plan)
    assert [number for number in range(4) if through.format(number) not in steps] == []
    assert "SCAN photos" not in steps
    assert "Seq Scan on photos" not in steps


def test_what_is_found_is_what_comparing_with_every_picture_finds() -> None:
    dice = Random(64)  # noqa: S311 - looks, not secrets
    middles = [dice.getrandbits(64) for _ in range(4)] + [0, 2**64 - 1, 2**63]
    near = [
        middle ^ sum(1 << bit for bit in dice.sample(range(48), n)) for n in range(11) for middle in middles
    ]
    photos = [a_row(bands(bits)) for bits in near]
    asked = [*middles[:2], middles[0] ^ 1, middles[-1], dice.getrandbits(64)]

    found = look_alikes(asked, besides=photos[0].id, limit=500)

    assert found == sorted(compared(photos[1:], asked))
    assert len(found) > 10


def compared(photos: Sequence[Photo], asked: Sequence[int]) -> Iterator[LookAlike]:
    """Yield those of `photos` that are near to one of the hashes `asked` and share a telling band with it.

    A hash without a telling band is looked for by its plain ones.
    """
    for photo in photos:
        theirs = photo.dhash
        apart = [
            (bits ^ theirs).bit_count()
            for bits in asked
            if any(
                mine == other and (not plain(mine) or all(map(plain, bands(bits))))
                for mine, other in zip(bands(bits), bands(theirs), strict=True)
            )
        ]
        if apart and min(apart) <= NEAR:
            yield LookAlike(min(apart), photo.id)


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


def changed(scene: Image.Image, change: str) -> bytes:
    width, height = scene.size
    made = {
        "worse": lambda: pictures.jpeg(scene, quality=30),
        "smaller": lambda: pictures.webp(scene.resize((width // 2, height // 2))),
        "mirrored": lambda: pictures.jpeg(ImageOps.mirror(scene)),
        "its rim cut off": lambda: pictures.jpeg(ImageOps.crop(scene, round(0.03 * width))),
        "its left cut off": lambda: pictures.jpeg(scene.crop((round(0.05 * width), 0, width, height))),
        "cut and mirrored": lambda: pictures.jpeg(ImageOps.mirror(ImageOps.crop(scene, round(0.03 * width)))),
        "lighter": lambda: pictures.jpeg(ImageEnhance.Brightness(scene).enhance(1.15)),
    }
    return made[change]()


CHANGES = [
    "worse",
    "smaller",
    "mirrored",
    "its rim cut off",
    "its left cut off",
    "cut and mirrored",
    "lighter",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_picture_made_from_an_older_one_is_known_again(change: str) -> None:
    first = take_in(pictures.jpeg(pictures.street(3)), by=ANYONE, uploader_key="phone")
    other = take_in(pictures.jpeg(pictures.street(4)), by=ANYONE, uploader_key="phone")

    again = take_in(changed(pictures.street(3), change), by=ANYONE, uploader_key="other phone")

    assert same_picture(again) == [first]
    assert (other.same_as, again.same_as) == (None, first.id)


def test_a_whole_picture_is_known_by_a_part_that_was_sent_before() -> None:
    part = take_in(changed(pictures.street(3), "its rim cut off"), by=ANYONE, uploader_key="phone")

    whole_one = take_in(pictures.jpeg(pictures.street(3)), by=ANYONE, uploader_key="phone")

    assert whole_one.same_as == part.id


def test_the_same_place_without_its_rubbish_is_another_shot() -> None:
    before = pictures.street(5)
    first = take_in(pictures.jpeg(before), by=ANYONE, uploader_key="phone")
    after = before.copy()
    after.paste((250, 250, 250), (500, 400, 720, 560))

    second = take_in(pictures.jpeg(after), by=ANYONE, uploader_key="phone")

    assert first in same_picture(second)
    assert second.same_as is None


def test_only_a_shot_that_hangs_on_something_counts_as_seen() -> None:
    first = take_in(pictures.jpeg(pictures.street(6)), by=ANYONE, uploader_key="phone")
    again = take_in(pictures.jpeg(pictures.street(6)), by=ANYONE, uploader_key="phone")

    assert seen_before([again, first]) == set()

    keep([first.id])
    assert seen_before([again]) == {again.id}
    assert seen_before([first]) == set()


def test_a_shot_counts_as_seen_when_the_later_one_was_used_first() -> None:
    first = take_in(pictures.jpeg(pictures.street(6)), by=ANYONE, uploader_key="phone")
    again = take_in(pictures.jpeg(pictures.street(6)), by=ANYONE, uploader_key="phone")

    keep([again.id])

    assert seen_before([first]) == {first.id}


def test_a_picture_whose_copies_are_gone_hinders_nobody() -> None:
    first = take_in(pictures.jpeg(pictures.street(7)), by=ANYONE, uploader_key="phone")
    ports.storage.delete(first.staff_key(320))

    again = take_in(pictures.jpeg(pictures.street(7)), by=ANYONE, uploader_key="phone")

    assert again.same_as is None


def test_a_photo_from_before_there_were_looks_is_still_looked_for_by_its_hash() -> None:
    old, other = a_row((0xFF0F, 2, 3, 4)), a_row((0xFF0E, 2, 3, 4))

    assert old.looks == []
    assert same_picture(old) == [other]


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
