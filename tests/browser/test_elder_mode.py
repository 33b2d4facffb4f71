"""The elder version: large print, fewer things, a whole report by finger and by keyboard, and as much time as one needs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import acts
from tests.browser.acts import button
from tests.browser.axe import violations
from tests.browser.hands import Finger, Hands, Keys
from tests.browser.keyboard import stumbles
from tests.browser.visit import Visitors
from tests.browser.words import zh

SPOTS = {"Finger": (113.1249, 41.0236), "Keys": (113.1249, 41.0268)}  # degrees WGS 84; no other story's
PAGES = ("/", "/report", "/track", "/board", "/figures", "/sign-in", "/about/accessibility")
FEWER = """() => [...document.querySelectorAll("a, button")].filter((one) => one.checkVisibility({ visibilityProperty: true })).length"""
SIZE = "() => parseFloat(getComputedStyle(document.querySelector('main p, main')).fontSize)"
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What can be pressed and is smaller than a finger: links within a sentence are left out, as WCAG 2.5.8 does.
SMALL = """() => [...document.querySelectorAll("button, .btn, input:not([type=hidden]), select")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !one.closest(".visually-hidden, .leaflet-container"))
    .map((one) => one.closest("label.pick, label")?.matches(".pick, :has(input)") ? one.closest("label") : one)
    .filter((one) => { const box = one.getBoundingClientRect(); return box.width > 1 && box.height > 1 && Math.min(box.width, box.height) < 24; })
    .map((one) => one.outerHTML.slice(0, 120))"""
# Where the system's colours are forced, axe reads those of the sheet; what counts is that no word keeps one of its own.
OWN_COLOURS = """() => {
    const probe = document.body.appendChild(document.createElement("i"));
    const named = ["CanvasText", "LinkText", "VisitedText", "ActiveText", "ButtonText", "FieldText", "GrayText", "HighlightText"];
    const system = new Set(named.map((name) => { probe.style.color = name; return getComputedStyle(probe).color; }));
    probe.remove();
    const says = (one) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    return [...document.querySelectorAll("body *:not(script, noscript, style, svg *)")].filter((one) => says(one) && one.checkVisibility())
        .filter((one) => !system.has(getComputedStyle(one).color)).map((one) => `a colour of its own: ${one.outerHTML.slice(0, 120)}`);
}"""
LIMITED = "() => [...document.querySelectorAll('meta[http-equiv=refresh]')].length"


def elder(page: Page) -> Page:
    """Switch the elder version on, on the first page."""
    page.goto("/")
    page.locator("form[action$='/elder'] button").first.click()
    expect(page.locator("html.elder")).to_be_attached()
    page.wait_for_load_state()
    return page


def test_it_is_switched_on_and_off_on_every_page_and_shows_larger_and_less(visit: Visitors) -> None:
    page = visit()
    page.goto("/")
    size, number = page.evaluate(SIZE), page.evaluate(FEWER)

    elder(page)

    assert page.evaluate(SIZE) >= 1.2 * size
    assert page.evaluate(FEWER) < number
    page.goto("/track")
    expect(page.locator("html.elder")).to_be_attached()
    page.locator("form[action$='/elder'] button").first.click()
    expect(page.locator("html:not(.elder)")).to_be_attached()


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_narrow_phone_and_has_no_fault(visit: Visitors, language: str, scheme: str) -> None:
    page = elder(visit(language=language, scheme="dark" if scheme == "dark" else "light"))

    faults = {}
    for path in PAGES:
        page.goto(path)
        found = violations(page) + page.evaluate(SMALL)
        wide = page.evaluate(SIDEWAYS)
        faults[path] = [
            *found,
            *([f"{wide} pixels too wide"] if wide > 0 else []),
            *["refreshes"] * page.evaluate(LIMITED),
        ]

    assert [one for found in faults.values() for one in found] == []


def test_high_contrast_keeps_every_page_without_fault(visit: Visitors) -> None:
    page = visit()
    page.emulate_media(contrast="more")
    elder(page)

    faults = []
    for path in PAGES:
        page.goto(path)
        faults += violations(page)

    assert faults == []


def test_colours_of_the_system_are_kept_on_every_page(visit: Visitors) -> None:
    page = visit()
    page.emulate_media(forced_colors="active")
    elder(page)

    faults = []
    for path in PAGES:
        page.goto(path)
        faults += [one for one in violations(page) if not one.startswith("axe color-contrast")]
        faults += page.evaluate(OWN_COLOURS)

    assert faults == []


@pytest.mark.parametrize("way", [Finger, Keys])
def test_a_whole_report_is_sent_in_the_elder_version(
    visit: Visitors, as_found: None, way: Callable[[Page], Hands]
) -> None:
    hands = way(elder(visit()))

    number, code = acts.report(hands, SPOTS[way.__name__])

    expect(hands.page.locator("html.elder")).to_be_attached()
    assert violations(hands.page) == []
    assert hands.page.evaluate(SIDEWAYS) <= 0
    assert stumbles(hands.page) == []
    hands.page.goto(f"/track/{code}")
    expect(hands.page.get_by_text(number).first).to_be_visible()
    assert violations(hands.page) == []
    assert hands.page.evaluate(SIDEWAYS) <= 0


def test_whoever_needs_two_hours_for_it_is_not_hurried(visit: Visitors, as_found: None) -> None:
    page = visit()
    page.clock.install()
    hands = Finger(elder(page))
    acts.begin(hands, (113.1213, 41.0236))
    acts.name_kind(hands)

    page.clock.fast_forward("02:00:00")

    expect(page.get_by_role("heading", name=zh("Look it over and send it"))).to_be_visible()
    button(page, "Send").click()
    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()
