"""Pictures that arrive in parts: sealed as they come, taken in once, swept after a day, mended after a power cut."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from reporter.kernel.db import current_city_id, db, enter_city
from reporter.kernel.errors import BadInput, Conflict, NotFound, TooLarge, TooMany
from reporter.kernel.policy import ANYONE
from reporter.photos.commands import arriving as room
from reporter.photos.commands import intake
from reporter.photos.commands.arriving import (
    AT_ONCE,
    GRACE,
    KEPT,
    add_part,
    arriving,
    begin,
    drop_unfinished,
    finish,
    give_up,
)
from reporter.photos.commands.intake import discard, drop_unused
from reporter.photos.kinds import UnreadablePhoto
from reporter.photos.models import Arriving, PhoneClaims, Photo, Way
from reporter.ports import Ports
from reporter.ports.originals import MemoryOriginals
from reporter.ports.storage import MemoryStorage
from tests.cuts import due
from tests.photos import pictures
from tests.photos.marks import KINDS, MARK, marked

PICTURE = pictures.jpeg(pictures.grain())
HALF = len(PICTURE) // 2
PHONE = "phone"
PARTS = "arriving/"


class PowerCut(BaseException):
    """Nothing that comes after it happens."""


def announced(length: int = len(PICTURE), **facts: object) -> str:
    plain: dict[str, object] = {"uploader_key": PHONE, "way": Way.REPORT}
    return begin(length, **plain | facts).token  # type: ignore[arg-type]


def half() -> str:
    """Return a picture of which the first half is there."""
    token = announced()
    add_part(token, PICTURE[:HALF], at=0, uploader_key=PHONE)
    return token


def whole(content: bytes = PICTURE) -> str:
    """Return a picture of which all is there, but not taken in."""
    token, middle = announced(len(content)), len(content) // 2
    add_part(token, content[:middle], at=0, uploader_key=PHONE)
    add_part(token, content[middle:], at=middle, uploader_key=PHONE)
    return token


def part_files(fakes: Ports) -> list[str]:
    return [name for name in fakes.originals.iterate() if name.startswith(PARTS)]


def count(model: type[Arriving | Photo]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_picture_in_parts_is_the_picture_that_was_sent(fakes: Ports) -> None:
    token = whole()

    photo = finish(token, by=ANYONE, uploader_key=PHONE)

    assert fakes.originals.open(*photo.original) == PICTURE
    assert (photo.uploader_key, photo.way, photo.used) == (PHONE, Way.REPORT, False)
    assert part_files(fakes) == []


def test_what_the_phone_claims_goes_with_it() -> None:
    claims = PhoneClaims(lon=113.1, lat=41.0, in_app=True)
    token = announced(phone=claims, way=Way.RESULT)
    add_part(token, PICTURE, at=0, uploader_key=PHONE)

    photo = finish(token, by=ANYONE, uploader_key=PHONE)

    assert (photo.phone_at, photo.phone_lon, photo.phone_lat, photo.in_app) == (None, 113.1, 41.0, True)
    assert photo.way is Way.RESULT


@pytest.mark.parametrize("kind", KINDS)
def test_while_it_arrives_no_stored_byte_is_readable(fakes: Ports, kind: str) -> None:
    content = marked(kind)
    token = announced(len(content) + 1)

    add_part(token, content, at=0, uploader_key=PHONE)

    stored: dict[str, bytes] = fakes.originals.files | fakes.storage.files  # type: ignore[attr-defined]
    assert len(stored) == 1
    assert [
        name for name, sealed in stored.items() if MARK.encode() in sealed or content[:64] in sealed
    ] == []
    assert b"".join(fakes.originals.open(*part) for part in arriving(token, uploader_key=PHONE).sealed_parts)


def test_each_part_is_sealed_under_a_name_of_its_own(fakes: Ports) -> None:
    token = announced(8)

    add_part(token, b"same", at=0, uploader_key=PHONE)
    add_part(token, b"same", at=4, uploader_key=PHONE)

    sealed = set(fakes.originals.files.values())  # type: ignore[attr-defined]
    assert len(sealed) == 2


def test_a_part_opens_after_the_key_has_changed(fakes: Ports) -> None:
    token = half()
    keys = ["0b0e" * 16, "7e57" * 16]
    renewed = MemoryOriginals(MemoryStorage(), keys)
    renewed.files.update(fakes.originals.files)  # type: ignore[attr-defined]
    object.__setattr__(fakes, "originals", renewed)

    add_part(token, PICTURE[HALF:], at=HALF, uploader_key=PHONE)

    assert finish(token, by=ANYONE, uploader_key=PHONE).size == len(PICTURE)


def test_a_part_that_cannot_be_opened_any_more_makes_the_sender_begin_anew(fakes: Ports) -> None:
    token = whole()
    lost = MemoryOriginals(MemoryStorage(), ["0b0e" * 16])
    lost.files.update(fakes.originals.files)  # type: ignore[attr-defined]
    object.__setattr__(fakes, "originals", lost)

    with pytest.raises(NotFound):
        finish(token, by=ANYONE, uploader_key=PHONE)

    with pytest.raises(NotFound):
        arriving(token, uploader_key=PHONE)
    assert part_files(fakes) == []


def test_nobody_else_sees_or_continues_it(fakes: Ports) -> None:
    token, other = half(), "another phone"
    tries: list[Callable[[], object]] = [
        lambda: arriving(token, uploader_key=other),
        lambda: add_part(token, PICTURE[HALF:], at=HALF, uploader_key=other),
        lambda: finish(token, by=ANYONE, uploader_key=other),
        lambda: give_up(token, uploader_key=other),
    ]

    for attempt in tries:
        with pytest.raises(NotFound):
            attempt()

    assert arriving(token, uploader_key=PHONE).arrived == HALF
    assert len(part_files(fakes)) == 1


@pytest.mark.parametrize(
    ("length", "error"), [(0, BadInput), (-1, BadInput), (20 * 1024 * 1024 + 1, TooLarge)]
)
def test_what_cannot_be_a_picture_is_not_begun(length: int, error: type[Exception]) -> None:
    with pytest.raises(error) as refused:
        announced(length)

    assert vars(refused.value)["field"] == "photos"
    assert count(Arriving) == 0


def test_the_oldest_unfinished_ones_of_a_sender_make_room(fakes: Ports) -> None:
    oldest, others = half(), announced(uploader_key="another phone")

    tokens = [announced() for _ in range(AT_ONCE)]

    with pytest.raises(NotFound):
        arriving(oldest, uploader_key=PHONE)
    assert [arriving(token, uploader_key=PHONE).arrived for token in tokens] == [0] * AT_ONCE
    assert arriving(others, uploader_key="another phone").arrived == 0
    assert part_files(fakes) == []


def test_of_two_parts_at_once_one_wins_and_the_other_leaves_nothing(
    app: Flask, fakes: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, city_id = half(), current_city_id()
    db.session.rollback()
    both_sealed, results = threading.Barrier(2, timeout=20), list[str]()
    seal = type(fakes.originals).seal

    def sealed_together(self: MemoryOriginals, key: str, content: bytes) -> None:
        seal(self, key, content)
        both_sealed.wait()

    monkeypatch.setattr(type(fakes.originals), "seal", sealed_together)

    def send() -> None:
        with app.app_context():
            enter_city(city_id)
            try:
                add_part(token, PICTURE[HALF:], at=HALF, uploader_key=PHONE)
                results.append("added")
            except Conflict:
                results.append("refused")
            db.session.remove()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    monkeypatch.undo()

    assert sorted(results) == ["added", "refused"]
    assert len(part_files(fakes)) == 2
    assert finish(token, by=ANYONE, uploader_key=PHONE).size == len(PICTURE)


def test_finishing_again_returns_the_same_picture() -> None:
    token = whole()

    assert finish(token, by=ANYONE, uploader_key=PHONE).id == finish(token, by=ANYONE, uploader_key=PHONE).id
    assert count(Photo) == 1


def test_of_two_that_finish_at_once_one_picture_stays(fakes: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    token, first = whole(), list[Photo]()

    def taken_by_another(*args: bytes, **named: object) -> Photo:
        monkeypatch.undo()
        first.append(finish(token, by=ANYONE, uploader_key=PHONE))
        return intake.take_in(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(room, "take_in", taken_by_another)
    second = finish(token, by=ANYONE, uploader_key=PHONE)

    due()
    assert second.token == first[0].token
    assert count(Photo) == 1
    assert [name for name in fakes.originals.iterate() if second.token not in name] == []


def test_a_picture_whose_parts_are_missing_yet_is_not_finished() -> None:
    with pytest.raises(Conflict):
        finish(half(), by=ANYONE, uploader_key=PHONE)

    assert count(Photo) == 0


def test_a_picture_that_was_taken_away_meanwhile_is_not_made_again() -> None:
    token = whole()
    discard(finish(token, by=ANYONE, uploader_key=PHONE).token, uploader_key=PHONE)

    with pytest.raises(NotFound):
        finish(token, by=ANYONE, uploader_key=PHONE)


def test_what_is_no_picture_leaves_no_part(fakes: Ports) -> None:
    with pytest.raises(UnreadablePhoto):
        finish(whole(b"just words"), by=ANYONE, uploader_key=PHONE)

    assert list(fakes.originals.iterate()) == []
    assert count(Photo) == 0


def test_while_very_many_arrive_the_parts_stay_for_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    token, turns = whole(), threading.BoundedSemaphore(1)
    monkeypatch.setattr(intake, "_TURNS", turns)
    monkeypatch.setattr(intake, "_PATIENCE", 0.01)
    turns.acquire()
    with pytest.raises(TooMany):
        finish(token, by=ANYONE, uploader_key=PHONE)
    turns.release()

    assert finish(token, by=ANYONE, uploader_key=PHONE).size == len(PICTURE)


def test_after_a_day_nothing_is_left_of_what_was_not_finished(fakes: Ports) -> None:
    forgotten, done = half(), whole()
    photo = finish(done, by=ANYONE, uploader_key=PHONE)
    fakes.clock.move(KEPT + GRACE + timedelta(minutes=1))  # type: ignore[attr-defined]
    fresh = half()

    assert drop_unfinished() == 2

    assert [row.token for row in db.session.scalars(select(Arriving))] == [fresh]
    assert len(part_files(fakes)) == 1
    assert fakes.originals.open(*photo.original) == PICTURE
    assert forgotten != fresh


def test_within_the_day_nothing_is_swept(fakes: Ports) -> None:
    token = half()
    fakes.clock.move(KEPT + GRACE / 2)  # type: ignore[attr-defined]

    assert drop_unfinished() == 0

    with pytest.raises(NotFound):  # no part is written between its end and the sweep
        add_part(token, PICTURE[HALF:], at=HALF, uploader_key=PHONE)
    assert len(part_files(fakes)) == 1


def test_the_sweep_goes_on_where_it_stopped(fakes: Ports) -> None:
    for _ in range(3):
        half()
    fakes.clock.move(KEPT + GRACE + timedelta(minutes=1))  # type: ignore[attr-defined]

    assert [drop_unfinished(limit=2), drop_unfinished(limit=2), drop_unfinished(limit=2)] == [2, 1, 0]
    assert part_files(fakes) == []


class Cut(MemoryOriginals):
    """A store in which the power fails before the n-th write or deletion of a file."""

    def __init__(self, sealed: Ports, left: int) -> None:
        storage = MemoryStorage()
        super().__init__(storage, ["7e57" * 16])
        self.files = storage.files = sealed.originals.files  # type: ignore[attr-defined]
        self.left = left

    def _tick(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise PowerCut

    def seal(self, key: str, content: bytes) -> None:
        self._tick()
        super().seal(key, content)
        self._tick()

    def forget_all(self, prefix: str) -> None:
        for name in list(self._storage.iterate(prefix)):
            self._tick()
            self._storage.delete(name)
        self._tick()


def walk() -> Iterator[None]:
    """Do with pictures on their way all that can be done; stop after each step."""
    one, other, bad = announced(), announced(), announced(4)
    yield
    add_part(one, PICTURE[:HALF], at=0, uploader_key=PHONE)
    yield
    add_part(one, PICTURE[HALF:], at=HALF, uploader_key=PHONE)
    yield
    finish(one, by=ANYONE, uploader_key=PHONE)
    yield
    add_part(other, PICTURE[:HALF], at=0, uploader_key=PHONE)
    yield
    give_up(other, uploader_key=PHONE)
    yield
    add_part(bad, b"text", at=0, uploader_key=PHONE)
    yield
    with suppress(UnreadablePhoto):
        finish(bad, by=ANYONE, uploader_key=PHONE)


@pytest.mark.parametrize("step", range(16))
def test_a_power_cut_at_any_step_leaves_nothing_for_ever(fakes: Ports, step: int) -> None:
    whole_store = fakes.originals
    object.__setattr__(fakes, "originals", Cut(fakes, step))
    with suppress(PowerCut):
        for _ in walk():
            db.session.rollback()
    object.__setattr__(fakes, "originals", whole_store)
    db.session.rollback()

    named = {".".join(part) for row in db.session.scalars(select(Arriving)) for part in row.sealed_parts}
    rows = [row.prefix for row in db.session.scalars(select(Arriving))]
    files = part_files(fakes)
    assert named <= set(files)
    assert [name for name in files if not name.startswith(tuple(rows))] == []
    fakes.clock.move(KEPT + GRACE + timedelta(minutes=1))  # type: ignore[attr-defined]
    drop_unused()
    drop_unfinished()

    assert part_files(fakes) == []
    assert count(Arriving) == 0


@pytest.mark.parametrize("step", range(3))
def test_a_power_cut_in_the_sweep_is_mended_by_the_next(fakes: Ports, step: int) -> None:
    whole()
    fakes.clock.move(KEPT + GRACE + timedelta(minutes=1))  # type: ignore[attr-defined]
    whole_store = fakes.originals
    object.__setattr__(fakes, "originals", Cut(fakes, step))
    with suppress(PowerCut):
        drop_unfinished()
    object.__setattr__(fakes, "originals", whole_store)
    db.session.rollback()
    assert part_files(fakes) == [] or count(Arriving) == 1

    drop_unfinished()

    assert part_files(fakes) == []
    assert count(Arriving) == 0
