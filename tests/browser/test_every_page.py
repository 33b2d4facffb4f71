"""Every page of every person: nothing for axe to find, nothing wider than the screen, a heading, a title."""

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.pages import PEOPLE, Shown
from tests.browser.tour import EVERY_LOOK, open_whole, tour
from tests.browser.visit import DESK, PHONE, Scheme, Screen, Visitors

LOOKS: dict[str, tuple[Screen, Scheme, str]] = {
    "phone-light-chinese": (PHONE, "light", "zh-CN"),
    "desk-dark-english": (DESK, "dark", "en-GB"),
    "phone-dark-english": (PHONE, "dark", "en-GB"),
    "desk-light-chinese": (DESK, "light", "zh-CN"),
}


def looks_of(who: str) -> list[str]:
    """Return the looks in which somebody's pages are seen: all of them, or one and its opposite by turns."""
    turn = PEOPLE.index(who) % 2
    return list(LOOKS) if EVERY_LOOK else list(LOOKS)[turn : turn + 1]


WIDER = """() => {
    const most = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= most) return [];
    return [...document.body.querySelectorAll("*")].filter(thing => thing.getBoundingClientRect().right > most + 1)
        .slice(0, 3).map(thing => `wider than the screen: ${thing.outerHTML.slice(0, 120)}`);
}"""
SAME_KEY = """() => {
    const keys = [...document.querySelectorAll("[data-key]")].filter(thing => thing.checkVisibility())
        .map(thing => thing.dataset.key);
    return keys.filter((key, place) => keys.indexOf(key) !== place).map(key => `key ${key} stands on two things`);
}"""
BROKEN = """() => [...document.images].filter(image => image.complete && image.currentSrc && !image.naturalWidth)
    .map(image => `no picture: ${image.currentSrc}`)"""


@pytest.mark.parametrize(("who", "look"), [(who, look) for who in PEOPLE for look in looks_of(who)])
def test_every_page_is_open_to_everybody(visit: Visitors, who: str, look: str) -> None:
    screen, scheme, language = LOOKS[look]
    browser, addresses = tour(visit, who, screen=screen, scheme=scheme, language=language)

    faults = [
        f"{address}: {fault}" for page, address in addresses for fault in faults_of(browser, page, address)
    ]

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("who", PEOPLE if EVERY_LOOK else PEOPLE[:1])
def test_large_print_is_no_wider_than_a_phone(visit: Visitors, who: str) -> None:
    browser, addresses = tour(visit, who, screen=PHONE, language="en-GB", elder=True)

    faults = [f"{address}: {fault}" for _, address in addresses for fault in wider_at(browser, address)]

    expect(browser.locator("html.elder")).to_have_count(1)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("who", ["", "resident"])
@pytest.mark.parametrize("contrast", ["no-preference", "more"])
def test_large_print_and_high_contrast_leave_nothing_for_axe(
    visit: Visitors, who: str, contrast: Literal["no-preference", "more"]
) -> None:
    browser, addresses = tour(visit, who, screen=PHONE, scheme="dark" if who else "light", elder=True)
    browser.emulate_media(contrast=contrast)

    faults = [
        f"{address}: {fault}" for page, address in addresses for fault in faults_of(browser, page, address)
    ]

    assert not faults, "\n".join(faults)


def wider_at(browser: Page, address: str) -> list[str]:
    """Open one page and return what makes it wider than the screen."""
    open_whole(browser, address)
    wider: list[str] = browser.evaluate(WIDER)
    return wider


def faults_of(browser: Page, page: Shown, address: str) -> list[str]:
    """Open one page and return everything that is wrong with it."""
    status = open_whole(browser, address)
    if status != page.status or browser.url.split("#")[0] != f"{browser.url[: -len(address)]}{address}":
        return [f"answers {status} at {browser.url}"]
    found = [
        *violations(browser),
        *(fault for look in (WIDER, BROKEN, SAME_KEY) for fault in browser.evaluate(look)),
    ]
    headings = browser.locator("h1").count()
    if headings != 1:
        found.append(f"{headings} first headings")
    if not browser.title().partition(" · ")[0].strip():
        found.append("no title")
    if not browser.evaluate("navigator.language.startsWith(document.documentElement.lang)"):
        found.append("not in the language that was asked for")
    return found
