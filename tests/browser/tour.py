"""Going through all pages of one person."""

import os
from typing import Any

from playwright.sync_api import Page

from reporter.desks.kept_pages import ELDER_COOKIE
from tests.browser.pages import Shown, pages_of
from tests.browser.visit import Visitors

EVERY_LOOK = any(os.environ.get(name) for name in ("CI", "STRICT")) or os.environ.get("DEPTH") == "deep"
SETTLED = """async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].filter(image => image.loading !== "lazy" || image.complete)
        .map(image => image.decode().catch(() => {})));
}"""


def tour(
    visit: Visitors, who: str, *, elder: bool = False, **look: Any
) -> tuple[Page, list[tuple[Shown, str]]]:
    """Return a browser of `who`, and their pages with the addresses.

    Args:
        elder: in large print.
        look: as `Visitors` takes it.
    """
    pages, city = pages_of(who), visit.city
    visit.watch.expected |= {page.status for page in pages if page.status != 200}
    with city.looked_into():
        login = pages[0].login
        addresses = [(page, page.address(city.app)) for page in pages]
    browser = visit(login, **look)
    if elder:
        browser.context.add_cookies([{"name": ELDER_COOKIE, "value": "1", "url": city.address}])
    return browser, addresses


def open_whole(browser: Page, address: str) -> int:
    """Open a page and wait until its letters and pictures are there; return its status."""
    answer = browser.goto(address)
    browser.evaluate(SETTLED)
    return answer.status if answer else 0
