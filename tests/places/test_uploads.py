"""Files of areas between the look and the import: one copy, of one city, for a day."""

from datetime import timedelta
from io import BytesIO

import pytest

from reporter.kernel.db import enter_city
from reporter.kernel.errors import BadInput
from reporter.places.uploads import drop_old_uploads, drop_upload, keep_upload, kept_upload
from reporter.ports import Ports
from reporter.ports.clock import FixedClock
from reporter.serve import tick_all
from tests.make import a_city


def content(name: str) -> bytes:
    with kept_upload(name) as file:
        return file.read()


def move(fakes: Ports, by: timedelta) -> None:
    assert isinstance(fakes.clock, FixedClock)
    fakes.clock.move(by)


def test_the_same_file_keeps_its_name_and_is_there_once(fakes: Ports) -> None:
    name = keep_upload(BytesIO(b"one"))
    move(fakes, timedelta(minutes=5))

    again, other = keep_upload(BytesIO(b"one")), keep_upload(BytesIO(b"two"))

    assert (again, content(name)) == (name, b"one")
    assert other != name
    assert len(list(fakes.storage.iterate("imports/"))) == 2


def test_a_file_that_is_looked_at_again_is_kept_for_another_day(fakes: Ports) -> None:
    name = keep_upload(BytesIO(b"areas"))
    fakes.clock.move(timedelta(hours=23))  # type: ignore[attr-defined]  # the tests' clock
    keep_upload(BytesIO(b"areas"))
    fakes.clock.move(timedelta(hours=2))  # type: ignore[attr-defined]

    assert drop_old_uploads() == 0
    assert content(name) == b"areas"


def test_what_nobody_imported_is_given_up_after_a_day(fakes: Ports) -> None:
    old = keep_upload(BytesIO(b"old"))
    move(fakes, timedelta(hours=20))
    young = keep_upload(BytesIO(b"young"))
    move(fakes, timedelta(hours=5))

    tick_all()

    assert content(young) == b"young"
    with pytest.raises(BadInput):
        content(old)
    assert drop_old_uploads() == 0


def test_a_city_neither_opens_nor_gives_up_the_file_of_another(fakes: Ports) -> None:
    name = keep_upload(BytesIO(b"ours"))
    move(fakes, timedelta(days=2))
    other = a_city()
    enter_city(other.id)

    dropped = drop_old_uploads()
    drop_upload(name)

    assert dropped == 0
    with pytest.raises(BadInput):
        content(name)
    assert len(list(fakes.storage.iterate("imports/"))) == 1


def test_a_large_file_is_kept_in_parts_and_comes_back_whole(fakes: Ports) -> None:
    large = bytes(range(256)) * 10_000  # 2.56 million bytes

    name = keep_upload(BytesIO(large))

    assert content(name) == large
    assert sorted(len(fakes.storage.open(key)) for key in fakes.storage.iterate("imports/")) == [
        len(large) - 2 * 1024 * 1024, 1024 * 1024, 1024 * 1024,
    ]  # fmt: skip
    drop_upload(name)
    assert list(fakes.storage.iterate("imports/")) == []


def test_a_copy_that_was_not_finished_is_no_copy(fakes: Ports) -> None:
    large = b"x" * 3_000_000
    name = keep_upload(BytesIO(large))
    move(fakes, timedelta(minutes=1))
    whole = sorted(fakes.storage.iterate("imports/"))
    newer = whole[0].replace(whole[0].split("-")[1], str(int(whole[0].split("-")[1]) + 60))
    fakes.storage.put_if_absent(newer, b"cut off")

    assert content(name) == large
    fakes.storage.delete(whole[1])
    with pytest.raises(BadInput, match="no longer there"):
        content(name)
