"""Waiting for what no page shows: `expect` waits for what one does."""

import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.conftest import PATIENCE

STEP = 50  # milliseconds


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """Let the page go on until something holds; a test fails when it does not within `PATIENCE`."""
    end = time.monotonic() + PATIENCE / 1000
    while not holds() and time.monotonic() < end:
        page.wait_for_timeout(STEP)
    assert holds()
