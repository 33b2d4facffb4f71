"""The pages made from tables say what the tables say."""

from pathlib import Path

import pytest

from reporter.lifecycles import TABLES, lifecycle_page, notices_page
from reporter.notices.table import EVENTS, TABLE

pytestmark = pytest.mark.pure
DOCS = Path(__file__).parents[2] / "docs"
PAGE, NOTICES = DOCS / "lifecycle.md", DOCS / "notices.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == lifecycle_page(), "run: flask lifecycle > docs/lifecycle.md"


def test_every_row_of_every_table_is_on_it() -> None:
    rows = [line for line in lifecycle_page().splitlines() if line.startswith("| ") and " | " in line]
    assert len(rows) == sum(len(steps) for _, _, steps in TABLES) + len(TABLES)


def test_the_page_of_who_is_told_what_is_current_and_whole() -> None:
    page = NOTICES.read_text(encoding="utf-8")

    assert page == notices_page(), "run: flask notices > docs/notices.md"
    assert sum(line.startswith("| `") and line.count("|") == 7 for line in page.splitlines()) == len(TABLE)


def test_the_page_of_webhooks_names_every_event() -> None:
    page = (DOCS / "webhooks.md").read_text(encoding="utf-8")

    assert [event for event in EVENTS if f"`{event}`" not in page] == []
