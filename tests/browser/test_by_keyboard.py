"""Every page by keyboard alone: Tab reaches everything, the focus shows, and nothing lies over it (WCAG 2.2, 2.1.1, 2.4.7, 2.4.11)."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keyboard import stumbles
from tests.browser.pages import PEOPLE
from tests.browser.tour import EVERY_LOOK, open_whole, tour
from tests.browser.visit import DESK, PHONE, Visitors

IN_THE_STREET = ("", "resident")


@pytest.mark.parametrize("who", PEOPLE if EVERY_LOOK else PEOPLE[:1])
def test_every_page_can_be_walked_by_tab(visit: Visitors, who: str) -> None:
    screen = PHONE if who in IN_THE_STREET or who.startswith("@") else DESK
    browser, addresses = tour(visit, who, screen=screen)

    faults = [f"{address}: {fault}" for _, address in addresses for fault in faults_at(browser, address)]

    assert not faults, "\n".join(faults)


def test_so_can_the_pages_of_everybody_in_large_print(visit: Visitors) -> None:
    browser, addresses = tour(visit, "", screen=PHONE, elder=True)

    faults = [f"{address}: {fault}" for _, address in addresses for fault in faults_at(browser, address)]

    expect(browser.locator("html.elder")).to_have_count(1)
    assert not faults, "\n".join(faults)


def faults_at(browser: Page, address: str) -> list[str]:
    """Open one page and return what somebody with a keyboard misses on it."""
    open_whole(browser, address)
    return stumbles(browser)
