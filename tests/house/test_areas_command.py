"""The operator's lines for areas: the same report as the page, progress, versions, the way back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from reporter.kernel.db import db
from reporter.places.models import Area
from tests.places.files import collection, feature, square

Run = Callable[..., Result]
GOOD = collection(feature("150902", "集宁区", square(side=0.2)), feature("150902001"))
CROSSED = [(113, 41), (113.2, 41.2), (113.2, 41), (113, 41.2), (113, 41)]


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Run:
    """Return what runs `flask areas` with a file of this content, when there is one."""

    def go(*words: str, content: str = "") -> Result:
        file = tmp_path / "areas.geojson"
        file.write_text(content, encoding="utf-8")
        args = [str(file) if word == "FILE" else word for word in words]
        return app.test_cli_runner().invoke(args=["areas", *args])

    return go


def codes() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Area.code).where(Area.active).order_by(Area.code)))


def test_a_file_is_imported_with_progress_and_its_report(run: Run) -> None:
    told = run("import", "FILE", "--datum", "wgs84", content=GOOD)

    assert told.exit_code == 0
    assert "read 100 %" in told.stderr
    assert "note: 集宁区: 75 % of it lie in none of its 1 finer areas" in told.stdout
    assert "2 new, 0 changed, 0 unchanged, 0 removed; SHA-256 " in told.stdout
    assert told.stdout.endswith("Imported as version 1.\n")
    assert codes() == ["150902", "150902001"]


def test_the_datum_must_be_stated(run: Run) -> None:
    assert run("import", "FILE", content=GOOD).exit_code == 2
    assert codes() == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            collection(feature(ring=CROSSED)),
            "problem: Area 1 (桥东街道): its outline crosses itself near 113.1, 41.1",
        ),
        (collection(feature()), "doubt: Area 1 (桥东街道): the area 150902 it belongs to is not there."),
    ],
)
def test_problems_and_doubts_stop_it_with_every_remark(run: Run, content: str, words: str) -> None:
    told = run("import", "FILE", "--datum", "wgs84", content=content)

    assert told.exit_code == 1
    assert words in told.stdout
    assert "Nothing was imported" in told.stderr
    assert codes() == []


def test_a_file_that_is_none_is_refused_in_one_line(run: Run) -> None:
    told = run("import", "FILE", "--datum", "wgs84", content="{")

    assert (told.exit_code, told.stderr.startswith("Error: Line 1, column 2 is not JSON")) == (1, True)


def test_a_dry_run_writes_nothing_and_the_sure_may_import_in_spite_of_doubts(run: Run) -> None:
    dry = run("import", "FILE", "--datum", "wgs84", "--dry-run", content=collection(feature()))
    before = codes()
    sure = run("import", "FILE", "--datum", "wgs84", "--sure", content=collection(feature()))

    assert (dry.exit_code, sure.exit_code) == (0, 0)
    assert (before, codes()) == ([], ["150902001"])


def test_versions_are_listed_and_one_is_taken_up_again(run: Run) -> None:
    run("import", "FILE", "--datum", "wgs84", content=GOOD)
    run("import", "FILE", "--datum", "wgs84", content=collection(feature("150902002")))

    back = run("back", "1")
    listed = run("versions").stdout.splitlines()

    assert back.stdout == "Version 3: 1 opened, 0 changed, 1 closed\n"
    assert ["back to 1" in listed[0], "areas.geojson  wgs84  +1 ~0 -1" in listed[1]] == [True, True]
    assert codes() == ["150902", "150902001"]
    assert (run("back", "3").exit_code, run("back", "8").exit_code) == (1, 1)
