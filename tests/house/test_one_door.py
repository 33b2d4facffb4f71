"""Pictures come in by one door: nobody else decodes an upload, and nobody else writes or opens an original."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT
from reporter.photos.models import Region

pytestmark = pytest.mark.pure

PACKAGE = ROOT / "reporter"
DECODERS = {"PIL", "pillow_heif"}
DRAWS = {
    "demo/scenes.py",  # makes the drawings of the demo city, and sends them through the door like any upload
    "desks/site/mark.py",  # draws our own mark, and reads nothing
}
LOOKS = "photos/detectors.py"  # a program of its own, for what `make vision` installs
MODELS = {"cv2", "onnxruntime", "rapidocr"}
ORIGINALS = {
    "photos/commands/arriving.py",
    "photos/commands/intake.py",
    "photos/commands/originals.py",
    "photos/commands/tidying.py",
}
CLEANERS = {
    "photos/commands/intake.py",
    "cli/photo.py",
}  # the second stores nothing and says what would be made
TAKERS = {
    "desks/enclosed.py",  # with a report, an addition, an objection, a picture of an article
    "desks/open311/arguments.py",  # with what other systems post
    "desks/unit/results.py",
    "demo/stage.py",
    "open311/commands/fetching.py",  # what other systems named by its address
    "photos/commands/arriving.py",  # what came in parts and is whole now
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield the path, from the package on, and the syntax of every module of ours."""
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """Return what a module imports: `package`, and `package.name` for each name taken from it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def who_imports(name: str) -> set[str]:
    return {path for path, tree in modules() if name in imported(tree)}


def test_only_the_photos_room_reads_pictures() -> None:
    decode = {path for path, tree in modules() if DECODERS & {name.split(".")[0] for name in imported(tree)}}

    assert {path for path in decode - DRAWS if Path(path).parts[0] != "photos"} == set()
    assert decode & DRAWS == DRAWS


def test_the_programs_that_look_through_pictures_are_loaded_in_a_process_of_their_own() -> None:
    load = {path for path, tree in modules() if MODELS & {name.split(".")[0] for name in imported(tree)}}

    assert load == {LOOKS}
    assert {
        path for path, tree in modules() if any(name.endswith("detectors") for name in imported(tree))
    } == set()


def test_only_regions_leave_the_program_that_reads_text() -> None:
    told = {
        node.attr
        for path, tree in modules()
        if path not in {LOOKS, "photos/regions.py"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"words", "txts"} and path.startswith("photos/")
    }

    assert told == set()
    assert {column.name for column in Region.__table__.columns} == {
        "id", "city_id", "photo_id", "kind", "x", "y", "w", "h", "score", "threshold", "finder",
    }  # fmt: skip


def test_an_upload_is_cleaned_at_the_door_alone() -> None:
    assert who_imports("reporter.photos.pixels.clean") == CLEANERS


def test_every_way_in_leads_through_the_door() -> None:
    assert who_imports("reporter.photos.commands.intake.take_in") == TAKERS


def test_only_the_photos_room_writes_and_opens_originals() -> None:
    used = {
        (path, node.attr)
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "originals"
    }

    assert {path for path, _ in used if path in ORIGINALS} == ORIGINALS
    assert {(path, name) for path, name in used if path not in ORIGINALS} == {
        ("desks/site/views.py", "check"),
        ("serve.py", "check"),
        ("serve.py", "sweep"),
    }


def test_photos_are_written_down_at_the_door_alone() -> None:
    made = {
        path
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Photo"
    }

    assert made == {"photos/commands/intake.py"}


def test_boto3_is_loaded_only_where_a_setting_names_a_store_of_its_kind() -> None:
    known = {path: imported(tree) for path, tree in modules()}

    loading = {
        path
        for path, names in known.items()
        if {"boto3", "botocore"} & {name.split(".")[0] for name in names}
    }
    assert loading == {"ports/storage/s3.py"}
    assert not [path for path, names in known.items() if "reporter.ports.storage.s3" in names]
