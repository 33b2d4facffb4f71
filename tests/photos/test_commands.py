"""A picture comes in through one door, whole or not at all, and its original stays sealed."""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, NotFound, TooMany, WrongStep
from reporter.kernel.policy import ANYONE, Actor, Role
from reporter.photos.commands import intake
from reporter.photos.commands.intake import discard, drop_unused, keep, take_in
from reporter.photos.kinds import UnreadablePhoto
from reporter.photos.models import Photo, Region
from reporter.photos.pixels import LARGE, SMALL, clean
from reporter.photos.queries import by_token, get_photo
from reporter.ports import Ports
from reporter.ports.originals import MemoryOriginals
from reporter.ports.storage import MemoryStorage
from tests.cuts import due
from tests.make import a_region, put
from tests.photos import pictures
from tests.photos.zone import ZONE

REDACTOR = Actor(id=7, roles=frozenset({Role.REDACTOR}))
PLACE = ("N", (41.0, 1.0, 56.33), "E", (113.0, 6.0, 32.98))


def a_photo(upload: bytes | None = None, *, uploader_key: str = "phone") -> Photo:
    return take_in(upload or pictures.jpeg(), by=ANYONE, uploader_key=uploader_key)


def files_of(photo: Photo) -> set[str]:
    """Return the names of a picture's files in both stores."""
    return {".".join(photo.original), photo.staff_key(LARGE), photo.staff_key(SMALL)}


def kept(fakes: Ports) -> set[str]:
    """Return the names of all files in both stores."""
    return {*fakes.storage.iterate(), *fakes.originals.iterate()}


def rows() -> int:
    return db.session.scalar(select(func.count()).select_from(Photo)) or 0


def test_a_picture_is_written_down_with_what_it_is_and_claims(fakes: Ports) -> None:
    block = pictures.exif_block(
        taken="2026:11:23 14:05:06", place=PLACE, make="Make", model="One", orientation=6
    )
    upload = pictures.jpeg(exif=block)

    photo = take_in(upload, by=REDACTOR, uploader_key="phone")

    assert get_photo(photo.id) is photo
    assert (photo.format, photo.width, photo.height, photo.size) == ("JPEG", 300, 400, len(upload))
    assert photo.sha256 == hashlib.sha256(upload).hexdigest()
    assert photo.taken_at == datetime(2026, 11, 23, 6, 5, 6, tzinfo=UTC)
    assert (photo.lon, photo.lat) == pytest.approx((113.1091611, 41.0323139))
    assert photo.camera == "Make One"
    assert photo.created_at == fakes.clock.now()
    assert (photo.uploader_key, photo.uploader_id, photo.used) == ("phone", 7, False)


def test_its_files_are_the_original_and_two_clean_copies(fakes: Ports) -> None:
    upload = pictures.jpeg()

    photo = a_photo(upload)

    copies = clean(upload, zone=ZONE).copies
    assert kept(fakes) == files_of(photo)
    assert fakes.originals.open(*photo.original) == upload
    assert fakes.storage.open(photo.staff_key(LARGE)) == copies[LARGE]
    assert fakes.storage.open(photo.staff_key(SMALL)) == copies[SMALL]
    assert photo.staff_sha256 == hashlib.sha256(copies[LARGE]).hexdigest()


def test_the_same_picture_sent_twice_is_two_pictures_with_files_of_their_own(fakes: Ports) -> None:
    one, other = a_photo(), a_photo()

    discard(one.token, uploader_key="phone")
    due()

    assert kept(fakes) == files_of(other)


@pytest.mark.parametrize("upload", [b"", b"text", pictures.jpeg()[:900], b"\xff\xd8\xff"])
def test_what_is_refused_leaves_nothing_behind(fakes: Ports, upload: bytes) -> None:
    with pytest.raises(UnreadablePhoto):
        take_in(upload, by=ANYONE, uploader_key="phone")

    assert kept(fakes) == set()
    assert rows() == 0


class FailingStorage(MemoryStorage):
    """Fails at the n-th write, as a full disk does."""

    def __init__(self, working: int) -> None:
        super().__init__()
        self.working = working

    def put_if_absent(self, key: str, content: bytes) -> bool:
        self.working -= 1
        if self.working < 0:
            raise OSError("No space left on device")
        return super().put_if_absent(key, content)


@pytest.mark.parametrize("working", [0, 1])
def test_a_store_that_fails_halfway_leaves_neither_row_nor_file(fakes: Ports, working: int) -> None:
    object.__setattr__(fakes, "storage", FailingStorage(working))

    with pytest.raises(OSError, match="No space"):
        a_photo()

    assert kept(fakes) == set()
    assert rows() == 0


def test_without_room_for_the_original_nothing_is_kept(fakes: Ports) -> None:
    object.__setattr__(fakes, "originals", MemoryOriginals(FailingStorage(0), ["7e57" * 16]))

    with pytest.raises(OSError, match="No space"):
        a_photo()

    assert kept(fakes) == set()
    assert rows() == 0


@pytest.fixture
def one_turn(monkeypatch: pytest.MonkeyPatch) -> threading.BoundedSemaphore:
    turns = threading.BoundedSemaphore(1)
    monkeypatch.setattr(intake, "_TURNS", turns)
    monkeypatch.setattr(intake, "_PATIENCE", 0.01)
    return turns


def test_who_gets_no_turn_in_time_is_asked_to_come_again(one_turn: threading.BoundedSemaphore) -> None:
    one_turn.acquire()

    with pytest.raises(TooMany, match="again in a minute"):
        a_photo()

    assert rows() == 0


@pytest.mark.usefixtures("one_turn")
def test_a_refused_picture_gives_its_turn_back() -> None:
    with pytest.raises(UnreadablePhoto):
        a_photo(b"text")

    assert a_photo().id


def test_kept_pictures_come_back_in_order_and_marked() -> None:
    one, two = a_photo(), a_photo()

    photos = keep([two.id, one.id])

    assert photos == [two, one]
    assert one.used
    assert two.used


def test_nothing_to_keep_is_no_error() -> None:
    assert keep([]) == []


def test_a_picture_hangs_on_one_thing_only() -> None:
    one, two = a_photo(), a_photo()
    keep([one.id])

    with pytest.raises(BadInput, match="sent before") as refused:
        keep([two.id, one.id])

    assert refused.value.field == "photos"
    assert not by_token(two.token).used


def test_a_picture_that_is_gone_cannot_be_kept() -> None:
    one = a_photo()

    with pytest.raises(BadInput, match="no longer there") as refused:
        keep([one.id, 4711])

    assert refused.value.field == "photos"
    assert not by_token(one.token).used


def test_the_sender_may_take_an_unused_picture_back(fakes: Ports) -> None:
    photo = a_photo()

    discard(photo.token, uploader_key="phone")
    due()

    assert kept(fakes) == set()
    assert rows() == 0


@pytest.mark.parametrize(
    "give_up", [lambda photo: discard(photo.token, uploader_key="phone"), lambda _: drop_unused()]
)
def test_what_was_proposed_for_a_picture_goes_with_it(
    fakes: Ports, give_up: Callable[[Photo], object]
) -> None:
    photo, other = a_photo(), a_photo()
    keep([other.id])
    put(a_region(photo))
    put(a_region(other))
    db.session.commit()
    fakes.clock.move(timedelta(hours=25))  # type: ignore[attr-defined]

    give_up(photo)

    assert rows() == 1
    assert [region.photo_id for region in db.session.scalars(select(Region))] == [other.id]


def test_nobody_else_may_take_it_back(fakes: Ports) -> None:
    photo = a_photo()

    with pytest.raises(NotFound):
        discard(photo.token, uploader_key="another phone")

    assert kept(fakes) == files_of(photo)
    assert rows() == 1


def test_a_used_picture_stays(fakes: Ports) -> None:
    photo = a_photo()
    keep([photo.id])

    with pytest.raises(WrongStep):
        discard(photo.token, uploader_key="phone")

    assert kept(fakes) == files_of(photo)
    assert rows() == 1


def test_pictures_nobody_used_go_after_a_day(fakes: Ports) -> None:
    forgotten, used = a_photo(), a_photo()
    keep([used.id])
    fakes.clock.move(timedelta(hours=25))  # type: ignore[attr-defined]  # tests run on the fixed clock
    fresh = a_photo()
    keys, files = kept(fakes), files_of(forgotten)

    gone = drop_unused()
    due()

    assert gone == 1
    assert keys - kept(fakes) == files
    assert {by_token(used.token).id, by_token(fresh.token).id} == {used.id, fresh.id}
