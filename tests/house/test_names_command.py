"""The operator's lines for named places: import, list, look up, the way back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.make import an_area
from tests.places.files import collection
from tests.places.names import MINZU, SCHOOL, XINHUA, a_place

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Run:
    """Return what runs `flask names` with a file of this content, when there is one."""

    def go(*words: str, content: str = "") -> Result:
        file = tmp_path / "places.geojson"
        file.write_text(content, encoding="utf-8")
        args = [str(file) if word == "FILE" else word for word in words]
        return app.test_cli_runner().invoke(args=["names", *args])

    return go


def test_names_are_imported_listed_looked_up_and_taken_back(run: Run) -> None:
    an_area()

    first = run("import", "FILE", "--datum", "wgs84", content=collection(XINHUA, MINZU))
    run("import", "FILE", "--datum", "wgs84", content=collection(SCHOOL))
    listed, back, found = run("list"), run("back", "1"), run("find", "新华街与民族路")

    assert first.stdout == "2 road, 1 crossing\nImported as number 1: 3 names.\n"
    assert "1 names  in force" in listed.stdout
    assert back.stdout == "Number 1 is in force: 3 names.\n"
    assert found.stdout.startswith("crossing  新华街 + 民族路  桥东街道  113.109, 41.032  ±30 m  whole")


def test_a_look_writes_nothing(run: Run) -> None:
    an_area()

    told = run("import", "FILE", "--datum", "wgs84", "--dry-run", content=collection(XINHUA))

    assert told.stdout == "1 road\nNothing was written.\n"
    assert run("list").stdout == ""


def test_a_file_with_problems_ends_with_exit_1_and_names_them(run: Run) -> None:
    an_area()

    told = run("import", "FILE", "--datum", "wgs84", content=collection(XINHUA, a_place("广场", "plaza")))

    assert told.exit_code == 1
    assert "problem: Entry 2 (广场): kind must be one of road" in told.stdout
    assert "Nothing was imported: mend the file first." in told.stderr


def test_going_back_to_what_is_not_kept_ends_with_exit_1(run: Run) -> None:
    assert run("back", "7").exit_code == 1
