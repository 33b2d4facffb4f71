"""Originals are unreadable on the disk, opened for a purpose, sealed anew under a new key, and given up in time."""

from datetime import timedelta

import pytest
from flask import Flask

from reporter.kernel.audit import trail_of
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, NotAllowed, NotFound
from reporter.kernel.policy import ANYONE, Actor, Role
from reporter.photos.commands.intake import keep, take_in
from reporter.photos.commands.originals import drop_old_originals, open_original, seal_anew
from reporter.photos.models import Photo
from reporter.photos.queries import get_photo, staff_copy
from reporter.ports import Ports
from reporter.ports.originals import MemoryOriginals, Unopenable, name_of
from reporter.ports.storage import MemoryStorage
from reporter.serve import tick_all
from tests.cuts import due
from tests.photos import pictures

REDACTOR = Actor(id=7, roles=frozenset({Role.REDACTOR}))
MARK = b"GPS of a home"
UPLOAD = pictures.jpeg(comment=MARK)
OLD, NEW = "7e57" * 16, "0dd1" * 16


@pytest.fixture
def photo() -> Photo:
    """Return a picture whose original holds a mark."""
    return take_in(UPLOAD, by=ANYONE, uploader_key="phone")


def with_keys(fakes: Ports, *keys: str) -> MemoryOriginals:
    """Start again with other keys on the same files."""
    storage = MemoryStorage()
    storage.files = fakes.originals.files  # type: ignore[attr-defined]  # tests keep them in memory
    again = MemoryOriginals(storage, keys)
    object.__setattr__(fakes, "originals", again)
    return again


def opened(photo: Photo) -> bytes:
    return open_original(get_photo(photo.id), "proof for the court", by=REDACTOR)


def test_no_store_holds_a_readable_byte_of_it(fakes: Ports, photo: Photo) -> None:
    files = [*fakes.originals.files.values(), *fakes.storage.files.values()]  # type: ignore[attr-defined]

    assert MARK in UPLOAD
    assert len(files) == 3
    assert not any(MARK in content for content in files)


def test_the_same_upload_is_sealed_into_other_bytes_each_time(fakes: Ports, photo: Photo) -> None:
    take_in(UPLOAD, by=ANYONE, uploader_key="phone")

    one, other = fakes.originals.files.values()  # type: ignore[attr-defined]
    assert one[12:] != other[12:]


def test_it_is_opened_for_a_purpose_and_the_trail_says_by_whom(photo: Photo) -> None:
    original = open_original(photo, " proof for the court ", by=REDACTOR)

    [entry] = trail_of(photo)
    assert original == UPLOAD
    assert (entry.action, entry.actor_id, entry.reason) == ("open_original", 7, "proof for the court")
    assert entry.facts == {"sha256": photo.sha256, "intact": True}


def test_without_the_right_it_stays_closed(photo: Photo) -> None:
    with pytest.raises(NotAllowed):
        open_original(photo, "curious", by=Actor(id=8, roles=frozenset({Role.HANDLER})))

    assert trail_of(photo) == []


def test_without_a_purpose_it_stays_closed(photo: Photo) -> None:
    with pytest.raises(BadInput) as refused:
        open_original(photo, "  ", by=REDACTOR)

    assert refused.value.field == "purpose"
    assert trail_of(photo) == []


def test_one_whose_file_is_lost_is_not_written_down_as_opened(fakes: Ports, photo: Photo) -> None:
    fakes.originals.delete(*photo.original)

    with pytest.raises(NotFound):
        opened(photo)

    assert trail_of(photo) == []


@pytest.mark.parametrize("at", [0, 11, 12, 500, -1])
def test_a_file_with_one_changed_bit_is_never_opened(fakes: Ports, photo: Photo, at: int) -> None:
    files = fakes.originals.files  # type: ignore[attr-defined]
    [(name, content)] = files.items()
    changed = bytearray(content)
    changed[at] ^= 1
    files[name] = bytes(changed)

    with pytest.raises(Unopenable, match="has been changed"):
        opened(photo)


def test_a_file_put_in_the_place_of_another_is_never_opened(fakes: Ports, photo: Photo) -> None:
    other = take_in(pictures.png(), by=ANYONE, uploader_key="phone")
    files = fakes.originals.files  # type: ignore[attr-defined]
    files[".".join(photo.original)] = files[".".join(other.original)]

    with pytest.raises(Unopenable):
        opened(photo)


def test_a_key_that_was_taken_away_opens_nothing(fakes: Ports, photo: Photo) -> None:
    with_keys(fakes, NEW)

    with pytest.raises(Unopenable, match="key that is not in use"):
        opened(photo)


def test_a_new_key_seals_everything_anew_and_the_old_one_may_go(
    app: Flask, fakes: Ports, photo: Photo
) -> None:
    with_keys(fakes, NEW, OLD)
    said = app.test_cli_runner().invoke(args=["photo", "reseal"]).output

    with_keys(fakes, NEW)
    assert said == "1 originals sealed anew\n"
    assert get_photo(photo.id).sealed_with == name_of(NEW)
    assert list(fakes.originals.iterate()) == [".".join(get_photo(photo.id).original)]
    assert opened(photo) == UPLOAD


def test_what_is_sealed_with_the_newest_key_is_left_alone(app: Flask, photo: Photo) -> None:
    assert app.test_cli_runner().invoke(args=["photo", "reseal"]).output == "0 originals sealed anew\n"


def test_one_that_cannot_be_read_is_named_and_the_others_are_sealed(
    app: Flask, fakes: Ports, photo: Photo
) -> None:
    other = take_in(pictures.png(), by=ANYONE, uploader_key="phone")
    fakes.originals.delete(*photo.original)
    with_keys(fakes, NEW, OLD)

    done = app.test_cli_runner().invoke(args=["photo", "reseal"])

    assert done.exit_code == 1
    assert (
        done.output
        == f"picture {photo.id} of jining: This file is not kept any more.\n1 originals sealed anew\n"
    )
    assert opened(other) == pictures.png()


@command
def as_before(photo: Photo) -> None:
    """Leave `photo` as one that came before there was a store of originals."""
    db.session.merge(photo).sealed_with = ""


def test_one_from_before_there_were_keys_is_opened_and_sealed(fakes: Ports, photo: Photo) -> None:
    fakes.originals.delete(*photo.original)
    fakes.storage.put_if_absent(f"sealed/{photo.original.key}", UPLOAD)
    as_before(photo)

    assert opened(photo) == UPLOAD
    seal_anew(photo.id)
    assert opened(photo) == UPLOAD
    assert not any(key.startswith("sealed/") for key in fakes.storage.iterate())


def test_after_its_time_it_is_given_up_and_the_copies_stay(fakes: Ports, photo: Photo) -> None:
    fakes.clock.move(timedelta(days=30))  # type: ignore[attr-defined]  # tests run on the fixed clock
    young = take_in(pictures.png(), by=ANYONE, uploader_key="phone")

    assert drop_old_originals(kept=timedelta(days=30) - timedelta(seconds=1)) == 1
    due()

    assert list(fakes.originals.iterate()) == [".".join(young.original)]
    assert staff_copy(get_photo(photo.id)).sha256 == photo.staff_sha256
    assert [entry.action for entry in trail_of(get_photo(photo.id))] == ["drop_original"]
    with pytest.raises(NotFound):
        opened(photo)
    assert drop_old_originals(kept=timedelta(days=29)) == 0


def test_the_daily_work_gives_up_what_is_older_than_the_setting(
    app: Flask, fakes: Ports, photo: Photo
) -> None:
    keep([photo.id])
    fakes.clock.move(app.config["ORIGINALS_KEPT"] + timedelta(seconds=1))  # type: ignore[attr-defined]

    tick_all()
    due()

    assert list(fakes.originals.iterate()) == []
