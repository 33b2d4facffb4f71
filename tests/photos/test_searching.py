"""Pictures are looked through after commit: once, again by another version, and a failure stops nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from reporter.kernel.db import db
from reporter.photos.commands.intake import keep
from reporter.photos.commands.searching import search, searcher, unsearched
from reporter.photos.models import Photo, Region, Search
from reporter.photos.queries import get_photo, proposed_regions, staff_copy
from reporter.photos.regions import RegionKind
from reporter.ports import Ports
from reporter.ports.finder import MemoryFinder, Unfound
from reporter.ports.queue import Job, run_next
from tests.make import a_photo, a_report

FACE: dict[str, Any] = {
    "kind": "face", "x": 0.1, "y": 0.2, "w": 0.3, "h": 0.4, "score": 0.9, "threshold": 0.25, "finder": "faces 1",
}  # fmt: skip
PLATE = FACE | {"kind": "plate", "x": 0.5, "threshold": 0.5, "finder": "texts 1"}


@pytest.fixture
def finder(fakes: Ports) -> MemoryFinder:
    """Return a finder that is there and finds a face."""
    found: MemoryFinder = fakes.finder  # type: ignore[assignment]  # the tests' own
    found.regions = [FACE]
    return found


def searches() -> int:
    return db.session.scalar(select(func.count()).select_from(Job).where(Job.kind == "photos.search")) or 0


def told(photo: Photo) -> list[dict[str, Any]]:
    """Return what is written down about the picture's regions."""
    return [{name: getattr(one, name) for name in FACE} for one in proposed_regions(photo)]


def run_all() -> None:
    while run_next():
        pass


def kept() -> Photo:
    (photo,) = keep([a_photo().id])
    return photo


def test_a_picture_is_looked_through_once_it_is_used(finder: MemoryFinder, fakes: Ports) -> None:
    photo = a_photo()
    assert searches() == 0

    keep([photo.id])
    assert (photo.searched, finder.seen) == (Search.NONE, [])
    run_all()

    photo = get_photo(photo.id)
    assert finder.seen == [staff_copy(photo).content]
    assert told(photo) == [FACE]
    assert (photo.searched, photo.searched_by, photo.searched_at) == (
        Search.DONE, "tests 1, rules 1", fakes.clock.now(),
    )  # fmt: skip


def test_a_report_asks_for_each_of_its_pictures(finder: MemoryFinder) -> None:
    a_report(photos=3)

    run_all()

    assert len(finder.seen) == 3
    assert db.session.scalars(select(Photo.searched)).all() == [Search.DONE] * 3


def test_where_nothing_looks_nothing_is_asked_for(fakes: Ports) -> None:
    photo = kept()

    search(photo.id)

    assert searches() == 0
    assert get_photo(photo.id).searched is Search.NONE


def test_finding_nothing_is_not_the_same_as_not_looking(finder: MemoryFinder) -> None:
    finder.regions = []
    looked, other = kept(), a_photo()
    run_all()

    assert told(looked) == told(other) == []
    assert (get_photo(looked.id).searched, get_photo(other.id).searched) == (Search.DONE, Search.NONE)


def test_looking_twice_changes_nothing(finder: MemoryFinder) -> None:
    photo = kept()
    run_all()
    before = [one.id for one in proposed_regions(photo)]

    search(photo.id)

    assert [one.id for one in proposed_regions(photo)] == before
    assert len(finder.seen) == 1


def test_another_version_takes_the_place_of_what_the_one_before_found(finder: MemoryFinder) -> None:
    photo, other = kept(), kept()
    run_all()
    finder.name, finder.regions = "tests 2", [PLATE, FACE]

    assert unsearched() == [photo.id, other.id]
    search(photo.id)

    assert told(photo) == [PLATE, FACE]
    assert [one.kind for one in proposed_regions(photo)] == [RegionKind.PLATE, RegionKind.FACE]
    assert get_photo(photo.id).searched_by == searcher() == "tests 2, rules 1"
    assert told(other) == [FACE]
    assert unsearched() == [other.id]


def test_a_failure_is_written_down_and_tried_again(finder: MemoryFinder, fakes: Ports) -> None:
    finder.regions = Unfound("gone")
    photo = kept()

    run_all()
    assert get_photo(photo.id).searched is Search.FAILED
    assert told(photo) == []
    assert unsearched() == [photo.id]

    finder.regions = [FACE]
    fakes.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]  # the tests' clock
    run_all()
    assert get_photo(photo.id).searched is Search.DONE
    assert told(photo) == [FACE]
    assert unsearched() == []


def test_a_later_failure_keeps_what_was_found_before(finder: MemoryFinder) -> None:
    photo = kept()
    run_all()
    finder.name, finder.regions = "tests 2", Unfound("gone")

    with pytest.raises(Unfound):
        search(photo.id)

    assert told(photo) == [FACE]
    assert get_photo(photo.id).searched is Search.FAILED


def test_a_picture_whose_file_is_gone_is_a_failure_too(finder: MemoryFinder, fakes: Ports) -> None:
    photo = kept()
    fakes.storage.delete(photo.staff_key(1600))

    run_all()

    assert get_photo(photo.id).searched is Search.FAILED
    assert finder.seen == []


def test_a_picture_that_is_gone_is_nothing_to_look_through(finder: MemoryFinder) -> None:
    search(4711)

    assert finder.seen == []


def test_a_picture_given_up_while_it_is_looked_through_leaves_nothing(
    finder: MemoryFinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = a_photo()

    def give_up(_picture: bytes) -> list[dict[str, Any]]:
        db.session.delete(get_photo(photo.id))
        db.session.commit()
        return [FACE]

    monkeypatch.setattr(finder, "find", give_up)
    search(photo.id)

    assert db.session.scalar(select(func.count()).select_from(Region)) == 0


def test_a_picture_that_gets_the_number_of_one_given_up_is_looked_through(finder: MemoryFinder) -> None:
    before = kept()
    run_all()
    db.session.execute(delete(Region))
    db.session.delete(before)
    db.session.commit()

    photo = kept()
    run_all()

    assert searches() == 2
    assert get_photo(photo.id).searched is not Search.NONE


def test_only_pictures_that_are_used_wait_to_be_looked_through(finder: MemoryFinder) -> None:
    a_photo()
    first, second, third = kept(), kept(), kept()

    assert unsearched(limit=2) == [first.id, second.id]
    assert unsearched(after=second.id) == [third.id]
