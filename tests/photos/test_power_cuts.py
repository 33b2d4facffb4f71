"""The power is cut at every call of intake, keeping and giving up: after the restart rows and files agree."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from reporter.kernel.db import db
from reporter.kernel.policy import ANYONE
from reporter.photos.commands.intake import discard, drop_unused, hide_parts, keep, take_in
from reporter.photos.commands.originals import drop_old_originals, seal_anew
from reporter.photos.models import Photo, Search
from reporter.photos.queries import get_photo
from reporter.ports import ports
from reporter.ports.storage import MemoryStorage, StorageUnavailable
from tests.cuts import cut_at_every_call, due, files, with_new_key
from tests.make import a_photo, a_picture

INTO_BOTH = {"originals.put_if_absent", "storage.put_if_absent", "commit"}
FROM_BOTH = {"originals.iterate", "originals.delete", "storage.delete", "commit"}


def _rows() -> int:
    return db.session.scalar(select(func.count()).select_from(Photo)) or 0


def _later(**length: float) -> None:
    clock: Any = ports.clock
    clock.move(timedelta(**length))


def _nothing(_: object) -> None:
    """Hold what holds in any case."""


def test_taking_a_picture_in(app: Flask) -> None:
    def step(_: Photo) -> None:
        take_in(a_picture("same"), by=ANYONE, uploader_key="phone")

    cuts = cut_at_every_call(app, lambda: a_photo("same"), step, _nothing)

    assert {*INTO_BOTH, "storage.open"} == set(cuts)


def test_keeping_a_picture_and_looking_through_it(app: Flask) -> None:
    def prepare() -> int:
        finder: Any = ports.finder
        finder.regions = []
        return a_photo().id

    def step(photo_id: int) -> None:
        keep([photo_id])
        due()

    def hold(photo_id: int) -> None:
        kept = get_photo(photo_id)
        assert kept.searched is (Search.DONE if kept.used else Search.NONE)

    cuts = cut_at_every_call(app, prepare, step, hold)

    assert set(cuts) == {"storage.open", "commit"}


def test_hiding_parts_of_a_picture(app: Flask) -> None:
    def step(token: str) -> None:
        hide_parts(token, [{"x": 0.1, "y": 0.1, "w": 0.5, "h": 0.5}], uploader_key="tests")
        due()

    cuts = cut_at_every_call(app, lambda: a_photo().token, step, _nothing)

    assert {"storage.put_if_absent", "storage.delete", "originals.delete", "commit"} <= set(cuts)


def test_taking_a_picture_back(app: Flask) -> None:
    def step(token: str) -> None:
        discard(token, uploader_key="tests")
        due()

    cuts = cut_at_every_call(app, lambda: a_photo().token, step, _nothing)

    assert set(cuts) == FROM_BOTH


def test_giving_up_pictures_that_nobody_used(app: Flask) -> None:
    def prepare() -> None:
        keep([a_photo().id])
        for _time in range(2):
            a_photo()
        _later(hours=25)

    def step(_: None) -> None:
        drop_unused()
        due()

    def hold(_: None) -> None:
        assert _rows() == 1

    cuts = cut_at_every_call(app, prepare, step, hold)

    assert set(cuts) == FROM_BOTH


def test_giving_up_originals_when_their_time_is_over(app: Flask) -> None:
    def prepare() -> None:
        keep([a_photo().id, a_photo().id])
        _later(days=181)

    def step(_: None) -> None:
        drop_old_originals(kept=timedelta(days=180))
        due()

    def hold(_: None) -> None:
        assert _rows() == 2

    cuts = cut_at_every_call(app, prepare, step, hold)

    assert set(cuts) == {*FROM_BOTH}


def test_sealing_an_original_anew(app: Flask) -> None:
    def prepare() -> int:
        photo_id = a_photo().id
        keep([photo_id])
        with_new_key(app)
        return photo_id

    def finish(photo_id: int) -> None:
        if get_photo(photo_id).sealed_with == ports.originals.newest:
            due()
            assert len(files("originals")) == 1, "the city did not finish what was begun"
        seal_anew(photo_id)  # an operator starts it again

    cuts = cut_at_every_call(app, prepare, seal_anew, finish)

    assert {*INTO_BOTH, "originals.open", "originals.delete"} - {"storage.put_if_absent"} <= set(cuts)


def test_files_that_took_too_long_are_given_up_and_the_sender_is_told(app: Flask) -> None:
    class Slow(MemoryStorage):
        def put_if_absent(self, key: str, content: bytes) -> bool:
            written = super().put_if_absent(key, content)
            _later(hours=2)
            due()
            return written

    slow = Slow()
    app.extensions["ports"] = replace(app.extensions["ports"], storage=slow)

    with pytest.raises(StorageUnavailable):
        take_in(a_picture(), by=ANYONE, uploader_key="phone")

    assert (_rows(), slow.files, files("originals")) == (0, {}, set())


def test_a_row_that_cannot_be_written_leaves_its_files_for_an_hour(app: Flask) -> None:
    with pytest.raises(IntegrityError):
        take_in(a_picture(), by=ANYONE, uploader_key=None)  # type: ignore[arg-type]  # the row wants one
    left = files("storage")

    _later(hours=2)
    due()

    assert (len(left), _rows(), files("storage"), files("originals")) == (2, 0, set(), set())
