"""`flask photo propose` and `flask photo search`: what would be proposed to hide, and catching up with old pictures."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from reporter.kernel.db import db
from reporter.photos.commands.intake import keep
from reporter.photos.models import Photo, Search
from reporter.photos.queries import get_photo
from reporter.ports import Ports
from reporter.ports.finder import MemoryFinder, Unfound
from tests.make import a_photo
from tests.photos import pictures

FACE: dict[str, Any] = {"kind": "face", "x": 0.1, "y": 0.2, "w": 0.3, "h": 0.4, "score": 0.9}
FOUND = FACE | {"threshold": 0.25, "finder": "faces 1"}


@pytest.fixture
def finder(fakes: Ports) -> MemoryFinder:
    """Return a finder that is there and finds a face."""
    found: MemoryFinder = fakes.finder  # type: ignore[assignment]  # the tests' own
    found.regions = [FOUND]
    return found


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Return a file with a photo that lies on its side."""
    (tmp_path / "good.jpg").write_bytes(pictures.jpeg(exif=pictures.exif_block(orientation=6)))
    return tmp_path / "good.jpg"


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """Return a file that is no photo."""
    (tmp_path / "letter.jpg").write_text("Dear city", encoding="utf-8")
    return tmp_path / "letter.jpg"


def asked(app: Flask, *args: object) -> Result:
    return app.test_cli_runner().invoke(args=["photo", *map(str, args)])


def test_a_line_says_what_would_be_proposed(app: Flask, finder: MemoryFinder, photo: Path) -> None:
    done = asked(app, "propose", photo)

    line = json.loads(done.stdout)
    assert done.exit_code == 0
    assert line.pop("seconds") >= 0
    assert line == {
        "file": str(photo), "taken": True, "width": 300, "height": 400, "boxes": [FACE],
        "finder": "tests 1, rules 1",
    }  # fmt: skip
    assert finder.seen[0][:2] == b"\xff\xd8"
    assert db.session.scalar(select(func.count()).select_from(Photo)) == 0


def test_one_refused_is_status_three_and_the_others_are_told(
    app: Flask, finder: MemoryFinder, photo: Path, letter: Path
) -> None:
    done = asked(app, "propose", letter, photo)

    refused, taken = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 3
    assert (refused["taken"], taken["taken"]) == (False, True)
    assert "not a photo" in refused["reason"]


@pytest.mark.parametrize("command", ["propose", "search"])
def test_where_nothing_looks_the_way_out_is_named(app: Flask, photo: Path, command: str) -> None:
    done = asked(app, command, *([photo] if command == "propose" else []))

    assert done.exit_code == 1
    assert "make vision" in done.stderr
    assert done.stdout == ""


def test_a_failure_of_what_looks_is_named_with_the_file(
    app: Flask, finder: MemoryFinder, photo: Path
) -> None:
    finder.regions = Unfound("It ended.")

    done = asked(app, "propose", photo)

    assert done.exit_code == 1
    assert f"{photo}: It ended." in done.stderr


def test_pictures_of_before_are_looked_through_when_asked_for(app: Flask, fakes: Ports) -> None:
    old = [photo.id for photo in keep([a_photo().id, a_photo().id])]
    unused = a_photo().id
    fakes.finder.regions = [FOUND]  # type: ignore[attr-defined]  # the tests' own

    first, second = asked(app, "search"), asked(app, "search")

    assert (first.stdout, first.exit_code) == ("2 pictures looked through\n", 0)
    assert second.stdout == "0 pictures looked through\n"
    assert {get_photo(one).searched for one in old} == {Search.DONE}
    assert get_photo(unused).searched is Search.NONE


def test_one_that_cannot_be_looked_through_is_named_and_the_others_are_done(app: Flask, fakes: Ports) -> None:
    bad, good = (keep([a_photo().id])[0] for _ in range(2))
    fakes.finder.regions = []  # type: ignore[attr-defined]
    fakes.storage.delete(bad.staff_key(1600))
    bad_id, good_id = bad.id, good.id

    done = asked(app, "search")

    assert done.exit_code == 1
    assert f"picture {bad_id} of jining: " in done.stdout
    assert "1 pictures looked through" in done.stdout
    assert (get_photo(bad_id).searched, get_photo(good_id).searched) == (Search.FAILED, Search.DONE)
