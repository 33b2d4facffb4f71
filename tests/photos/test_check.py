"""`flask photo check`: what an operator is told of a file, without a store or a database."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from reporter.photos.pixels import Flag
from reporter.ports import Ports
from tests.photos import pictures

SHOT = pictures.exif_block(
    taken="2026:11:23 14:05:06", place=("N", (41.0, 1.0, 56.33), "E", (113.0, 6.0, 32.98)), metres=5,
    make="Make", model="One", orientation=6,
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a good photo, a bare one and a text."""
    (tmp_path / "good.jpg").write_bytes(pictures.jpeg(exif=SHOT))
    (tmp_path / "bare.png").write_bytes(pictures.png())
    (tmp_path / "letter.jpg").write_text("Dear city", encoding="utf-8")
    return tmp_path


def checked(app: Flask, *args: object) -> tuple[int, list[dict[str, Any]]]:
    """Return the exit status and what each line says."""
    done = app.test_cli_runner().invoke(args=["photo", "check", *map(str, args)])
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def test_a_photo_is_told_by_what_it_is_and_claims(app: Flask, folder: Path) -> None:
    status, (line,) = checked(app, folder / "good.jpg")

    assert status == 0
    assert (line["taken"], line["format"], line["width"], line["height"]) == (True, "JPEG", 300, 400)
    assert line["bytes"] == (folder / "good.jpg").stat().st_size
    assert line["claims"] == {
        "taken_at": "2026-11-23T06:05:06+00:00", "lon": pytest.approx(113.1091611),
        "lat": pytest.approx(41.0323139), "accuracy": 5.0, "datum": "", "camera": "Make One",
    }  # fmt: skip
    assert line["flags"] == []
    assert set(line["copies"]) == {"1600", "320"}


def test_the_copies_are_written_where_they_are_wanted(app: Flask, folder: Path) -> None:
    _, (line,) = checked(app, folder / "good.jpg", "--out", folder / "made" / "here")

    sizes = {side: Image.open(BytesIO(Path(path).read_bytes())).size for side, path in line["copies"].items()}
    assert sizes == {"1600": (300, 400), "320": (240, 320)}


def test_one_refused_is_status_three_and_the_others_are_told(app: Flask, folder: Path) -> None:
    status, lines = checked(app, folder / "good.jpg", folder / "letter.jpg", folder / "bare.png")

    assert status == 3
    assert [line["taken"] for line in lines] == [True, False, True]
    assert lines[1]["reason"] == "This is a text file, not a photo. Please choose the photo itself."


def test_nothing_is_stored(app: Flask, folder: Path, fakes: Ports) -> None:
    checked(app, folder / "good.jpg")

    assert list(fakes.storage.iterate()) == []


@pytest.mark.parametrize(
    ("upload", "flags"),
    [
        (pictures.jpeg(), [Flag.NO_TIME, Flag.NO_PLACE]),
        (pictures.jpeg(exif=pictures.exif_block(taken="2026:11:23 14:05:06")), [Flag.NO_PLACE]),
        (
            pictures.jpeg(exif=pictures.exif_block(place=("N", (41.0, 1.0, 0.0), "E", (113.0, 6.0, 0.0)), datum="GCJ-02")),
            [Flag.NO_TIME, Flag.OTHER_DATUM],
        ),
        *(
            (pictures.frames(kind, pictures.quarters(), pictures.grain()), [Flag.NO_TIME, Flag.NO_PLACE, Flag.MORE_PICTURES])
            for kind in ("MPO", "PNG", "WEBP")
        ),
    ],
)  # fmt: skip
def test_what_is_unusual_is_flagged(app: Flask, tmp_path: Path, upload: bytes, flags: list[Flag]) -> None:
    (tmp_path / "photo").write_bytes(upload)

    _, (line,) = checked(app, tmp_path / "photo")

    assert line["flags"] == flags
