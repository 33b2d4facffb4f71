"""Every page of every person: nothing for axe to find, nothing wider than the screen, a heading, a title."""

import os

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.pages import PEOPLE, Shown, pages_of
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, PHONE, Scheme, Screen, Visitors, Watch

LOOKS: dict[str, tuple[Screen, Scheme]] = {
    "phone-light": (PHONE, "light"),
    "desk-dark": (DESK, "dark"),
    "phone-dark": (PHONE, "dark"),
    "desk-light": (DESK, "light"),
}
TAKEN = list(LOOKS) if os.environ.get("DEPTH") == "deep" else list(LOOKS)[:2]
SETTLED = """async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].filter(image => image.loading !== "lazy" || image.complete)
        .map(image => image.decode().catch(() => {})));
}"""
WIDER = """() => {
    const most = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= most) return [];
    return [...document.body.querySelectorAll("*")].filter(thing => thing.getBoundingClientRect().right > most + 1)
        .slice(0, 3).map(thing => `wider than the screen: ${thing.outerHTML.slice(0, 120)}`);
}"""
BROKEN = """() => [...document.images].filter(image => image.complete && image.currentSrc && !image.naturalWidth)
    .map(image => `no picture: ${image.currentSrc}`)"""


@pytest.mark.parametrize("look", TAKEN)
@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_is_open_to_everybody(
    visit: Visitors, city: LiveCity, watch: Watch, who: str, look: str
) -> None:
    screen, scheme = LOOKS[look]
    pages = pages_of(who)
    watch.expected |= {page.status for page in pages if page.status != 200}
    with city.looked_into():
        login = pages[0].login
        addresses = [(page, page.address(city.app)) for page in pages]
    browser = visit(login, screen=screen, scheme=scheme)

    faults = [
        f"{address}: {fault}" for page, address in addresses for fault in faults_of(browser, page, address)
    ]

    assert not faults, "\n".join(faults)


def faults_of(browser: Page, page: Shown, address: str) -> list[str]:
    """Open one page and return everything that is wrong with it."""
    answer = browser.goto(address)
    status = answer.status if answer else 0
    if status != page.status or browser.url.split("#")[0] != f"{browser.url[: -len(address)]}{address}":
        return [f"answers {status} at {browser.url}"]
    browser.evaluate(SETTLED)
    found = [*violations(browser), *browser.evaluate(WIDER), *browser.evaluate(BROKEN)]
    headings = browser.locator("h1").count()
    if headings != 1:
        found.append(f"{headings} first headings")
    if not browser.title().partition(" · ")[0].strip():
        found.append("no title")
    return found
