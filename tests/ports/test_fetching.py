"""A large file is fetched whole, and goes on where it was broken off."""

from pathlib import Path

import pytest

from reporter.ports.fetching import NotFetched, fetch
from tests.ports.shelf import CONTENT, served

pytestmark = pytest.mark.pure


def nothing(_have: int, _whole: int) -> None:
    """Hear nothing."""


def test_a_file_is_fetched_through_a_redirect_and_only_once(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with served() as (root, asked):
        for _ in range(2):
            fetch(f"{root}/moved", tmp_path / "in" / "file", lambda have, whole: told.append((have, whole)))

    assert (tmp_path / "in" / "file").read_bytes() == CONTENT
    assert asked == [""]
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [one.name for one in (tmp_path / "in").iterdir()] == ["file"]


@pytest.mark.parametrize("tag", ['"one"', ""])
def test_broken_off_it_goes_on_or_begins_anew(tmp_path: Path, tag: str) -> None:
    with served(breaks=True, tag=tag) as (root, asked):
        with pytest.raises(NotFetched, match="The same line goes on"):
            fetch(f"{root}/file", tmp_path / "file", nothing)
        fetch(f"{root}/file", tmp_path / "file", nothing)

    assert (tmp_path / "file").read_bytes() == CONTENT
    assert asked == ["", f"bytes={len(CONTENT) // 2}-" if tag else ""]


def test_another_file_at_the_same_address_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "file.part").write_bytes(b"of another file")
    (tmp_path / "file.etag").write_text('"another"')

    with served() as (root, _):
        fetch(f"{root}/file", tmp_path / "file", nothing)

    assert (tmp_path / "file").read_bytes() == CONTENT


def test_what_is_not_there_says_so(tmp_path: Path) -> None:
    with served() as (root, _), pytest.raises(NotFetched, match="the server answers 404"):
        fetch(f"{root}/none", tmp_path / "file", nothing)
    with pytest.raises(NotFetched, match="The same line goes on"):
        fetch(f"{root}/file", tmp_path / "file", nothing)
    with pytest.raises(NotFetched, match="is not an address"):
        fetch("https://", tmp_path / "file", nothing)
