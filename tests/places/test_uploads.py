"""Files of areas between the look and the import: one copy, of one city, for a day."""

from datetime import timedelta

import pytest

from reporter.kernel.db import enter_city
from reporter.kernel.errors import BadInput
from reporter.places.uploads import drop_old_uploads, drop_upload, keep_upload, kept_upload
from reporter.ports import Ports
from reporter.ports.clock import FixedClock
from reporter.serve import tick_all
from tests.make import a_city


def move(fakes: Ports, by: timedelta) -> None:
    assert isinstance(fakes.clock, FixedClock)
    fakes.clock.move(by)


def test_the_same_file_keeps_its_name_and_is_there_once(fakes: Ports) -> None:
    name = keep_upload(b"one")
    move(fakes, timedelta(minutes=5))

    again, other = keep_upload(b"one"), keep_upload(b"two")

    assert (again, kept_upload(name)) == (name, b"one")
    assert other != name
    assert len(list(fakes.storage.iterate("imports/"))) == 2


def test_a_file_that_is_looked_at_again_is_kept_for_another_day(fakes: Ports) -> None:
    name = keep_upload(b"areas")
    fakes.clock.move(timedelta(hours=23))  # type: ignore[attr-defined]  # the tests' clock
    keep_upload(b"areas")
    fakes.clock.move(timedelta(hours=2))  # type: ignore[attr-defined]

    assert drop_old_uploads() == 0
    assert kept_upload(name) == b"areas"


def test_what_nobody_imported_is_given_up_after_a_day(fakes: Ports) -> None:
    old = keep_upload(b"old")
    move(fakes, timedelta(hours=20))
    young = keep_upload(b"young")
    move(fakes, timedelta(hours=5))

    tick_all()

    assert kept_upload(young) == b"young"
    with pytest.raises(BadInput):
        kept_upload(old)
    assert drop_old_uploads() == 0


def test_a_city_neither_opens_nor_gives_up_the_file_of_another(fakes: Ports) -> None:
    name = keep_upload(b"ours")
    move(fakes, timedelta(days=2))
    other = a_city()
    enter_city(other.id)

    dropped = drop_old_uploads()
    drop_upload(name)

    assert dropped == 0
    with pytest.raises(BadInput):
        kept_upload(name)
    assert len(list(fakes.storage.iterate("imports/"))) == 1
