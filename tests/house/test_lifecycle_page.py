"""The page of the four lifecycles says what the tables say."""

from pathlib import Path

import pytest

from reporter.lifecycles import TABLES, lifecycle_page

pytestmark = pytest.mark.pure
PAGE = Path(__file__).parents[2] / "docs" / "lifecycle.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == lifecycle_page(), "run: flask lifecycle > docs/lifecycle.md"


def test_every_row_of_every_table_is_on_it() -> None:
    rows = [line for line in lifecycle_page().splitlines() if line.startswith("| ") and " | " in line]
    assert len(rows) == sum(len(steps) for _, _, steps in TABLES) + len(TABLES)
