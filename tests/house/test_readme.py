"""The README tells the truth: its tree is the real tree, its settings are the settings, its commands exist."""

import re
import subprocess
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")


def tree_of_readme() -> set[str]:
    """Return the paths of the README's tree: the first word of each line of the block marked `text`."""
    block = re.search(r"```text\n(.*?)```", READMES[0].read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    return {line.split()[0] for line in block[1].splitlines()}


def real_tree() -> set[str]:
    """Return the folders of the top level, config.py, and what stands directly in reporter/."""
    told = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    files = [Path(name) for name in told.stdout.splitlines()]
    top = {f"{file.parts[0]}/" for file in files if len(file.parts) > 1 and not file.parts[0].startswith(".")}
    inside = {
        f"reporter/{file.parts[1]}{'/' if len(file.parts) > 2 else ''}"
        for file in files
        if file.parts[0] == "reporter" and file.name != "__init__.py"
    }
    return top | inside | {"config.py"}


@pytest.mark.pure
def test_the_tree_is_the_real_tree() -> None:
    assert tree_of_readme() == real_tree()


@pytest.mark.pure
@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_setting_is_in_the_table_and_every_row_is_a_setting(readme: Path) -> None:
    read = set(
        re.findall(r'os\.environ(?:\.get\(|\[)"([A-Z_]+)"', (ROOT / "config.py").read_text(encoding="utf-8"))
    )
    rows = [
        line.split("|")[1]
        for line in readme.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]

    assert {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)} == read


def test_every_command_it_names_exists(app: Flask) -> None:
    for readme in READMES:
        last = readme.read_text(encoding="utf-8").splitlines()[-1]
        named = re.findall(
            r"`((?:serve|work|worker|beat|demo|areas|calendar|deadline|route|audit|photo|storage|words)[a-z ]*)`",
            last,
        )
        assert named
        for name in named:
            assert app.test_cli_runner().invoke(args=[*name.split(), "--help"]).exit_code == 0
