"""Every page by keyboard alone: Tab reaches everything, the focus shows, and nothing lies over it (WCAG 2.2, 2.1.1, 2.4.7, 2.4.11)."""

import pytest
from playwright.sync_api import Page

from reporter.desks.kept_pages import ELDER_COOKIE
from tests.browser.keyboard import stumbles
from tests.browser.pages import PEOPLE, pages_of
from tests.browser.server import LiveCity
from tests.browser.test_every_page import EVERY_LOOK, SETTLED
from tests.browser.visit import DESK, PHONE, Screen, Visitors, Watch

IN_THE_STREET = ("", "resident")


@pytest.mark.parametrize("who", PEOPLE if EVERY_LOOK else PEOPLE[:1])
def test_every_page_can_be_walked_by_tab(visit: Visitors, city: LiveCity, watch: Watch, who: str) -> None:
    screen = PHONE if who in IN_THE_STREET or who.startswith("@") else DESK
    browser, addresses = opened(visit, city, watch, who, screen)

    faults = [f"{address}: {fault}" for address in addresses for fault in faults_at(browser, address)]

    assert not faults, "\n".join(faults)


def test_so_can_the_pages_of_everybody_in_large_print(visit: Visitors, city: LiveCity, watch: Watch) -> None:
    browser, addresses = opened(visit, city, watch, "", PHONE)
    browser.context.add_cookies([{"name": ELDER_COOKIE, "value": "1", "url": city.address}])

    faults = [f"{address}: {fault}" for address in addresses for fault in faults_at(browser, address)]

    assert browser.locator("html.elder").count() == 1
    assert not faults, "\n".join(faults)


def opened(visit: Visitors, city: LiveCity, watch: Watch, who: str, screen: Screen) -> tuple[Page, list[str]]:
    """Return a browser of `who`, and the addresses of their pages."""
    pages = pages_of(who)
    watch.expected |= {page.status for page in pages if page.status != 200}
    with city.looked_into():
        login = pages[0].login
        addresses = [page.address(city.app) for page in pages]
    return visit(login, screen=screen), addresses


def faults_at(browser: Page, address: str) -> list[str]:
    """Open one page and return what somebody with a keyboard misses on it."""
    browser.goto(address)
    browser.evaluate(SETTLED)
    return stumbles(browser)
