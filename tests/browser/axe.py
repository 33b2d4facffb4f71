"""Ask axe-core what is wrong with a page for people who do not see, hear or point as most do."""

from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page

from config import ROOT

FILE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """rules => axe.run(document, {
    runOnly: { type: "tag", values: rules }, resultTypes: ["violations"], iframes: false,
})"""


@cache
def _source() -> str:
    if not FILE.exists():
        pytest.fail("axe-core is missing: npm ci")
    return FILE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """Return what is wrong, one line for each rule and thing."""
    page.wait_for_load_state()
    page.evaluate(_source())
    found: dict[str, Any] = page.evaluate(RUN, list(RULES))
    return [
        f"axe {rule['id']}: {' '.join(node['target'][:1])}: {_why(node)}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return "; ".join(check["message"] for check in checks)[:300]
