"""What may be committed: our own readable text, locked by hash, with no address of where packages come from."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from config import ROOT

pytestmark = pytest.mark.pure

LARGEST = 200 * 1024  # bytes of one file
GIT = shutil.which("git") or "git"
ADDRESSES = re.compile(
    r'"resolved"\s*:|^\s*--(?:extra-|default-)?index(?:-url)?\b|^(?:source|registry)\s*=.*https?:'
    r"|files\.pythonhosted\.org/|registry\.npmjs\.org|registry\.npmmirror\.com|pypi\.org/simple",
    re.MULTILINE,
)
FOREIGN = re.compile(
    r"\.min\.(?:js|css|mjs)$|\.bundle\.js$|\.map$|(?:^|/)(?:vendor|node_modules|third_party|dist)/"
)
PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*(?:\[[a-z,]+\])?==\S+", re.IGNORECASE)
LOCKS = sorted(path.name for path in (ROOT / "requirements").glob("*.txt"))


def committed() -> list[Path]:
    """Return every file git holds, without those deleted in the working tree."""
    listed = subprocess.run([GIT, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """Return the words of a file; a picture has none."""
    return path.read_bytes().decode("utf-8", errors="ignore")


def entries(lock: str) -> list[str]:
    """Return one logical line per package of a lock file: name, version and hashes together."""
    joined = (ROOT / "requirements" / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def test_no_file_names_the_place_packages_come_from() -> None:
    this = Path(__file__)

    naming = [
        str(path.relative_to(ROOT))
        for path in committed()
        if path != this and ADDRESSES.search(text_of(path))
    ]

    assert naming == []


def test_no_file_is_larger_than_its_bound() -> None:
    large = {
        str(path.relative_to(ROOT)): path.stat().st_size
        for path in committed()
        if path.stat().st_size > LARGEST
    }

    assert large == {}


def test_nothing_foreign_or_minified_is_committed() -> None:
    foreign = [name for path in committed() if FOREIGN.search(name := str(path.relative_to(ROOT)))]

    assert foreign == []


def test_no_script_or_style_has_lines_that_no_person_wrote() -> None:
    written = [path for path in committed() if path.suffix in {".js", ".css", ".html"}]

    packed = [
        str(path.relative_to(ROOT))
        for path in written
        if max(map(len, text_of(path).splitlines()), default=0) > 500
    ]

    assert packed == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_locked_by_version_and_hash(lock: str) -> None:
    loose = [
        line.split()[0] for line in entries(lock) if not PINNED.match(line) or "--hash=sha256:" not in line
    ]

    assert entries(lock)
    assert loose == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_holds_what_its_list_asks_for(lock: str) -> None:
    asked = (ROOT / "requirements" / lock).with_suffix(".in").read_text(encoding="utf-8")
    wanted = {name_of(line) for line in asked.splitlines() if line and not line.startswith(("#", "-r"))}

    locked = {name_of(line) for line in entries(lock)}

    assert wanted
    assert wanted - locked == set()


def name_of(line: str) -> str:
    """Return the normalised package name at the start of a requirement."""
    return re.split(r"[\[=<>~; ]", line, maxsplit=1)[0].lower().replace("_", "-").replace(".", "-")
