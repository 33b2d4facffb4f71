"""A report by a typed address: by the keyboard alone, without scripts, and on a narrow phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import WORDS, button, picture
from tests.browser.axe import violations
from tests.browser.test_four_taps import without_exif
from tests.browser.visit import DESK, PHONE, Screen, Visitors, Watch
from tests.browser.words import like, zh


def a_picture_of_nowhere(page: Page, door: str) -> None:
    """Add a picture that does not say where it was taken, in a browser that does not either."""
    shot = picture("rubbish-before", minutes_ago=1)
    shot["buffer"] = without_exif(shot["buffer"])
    page.locator(door).set_input_files([shot])


def on_the_place_screen(visit: Visitors, screen: Screen) -> Page:
    page = visit(screen=screen)
    page.context.clear_permissions()
    page.goto("/report")
    a_picture_of_nowhere(page, "[data-gallery]")
    button(page, "Next").click()
    expect(page.get_by_role("heading", name=zh("Where is it?"))).to_be_focused()
    return page


def offered(page: Page) -> Locator:
    """Return the places in the list below the address."""
    return page.locator("#address-list [role=option]")


@contextmanager
def asking_for(page: Page, text: str) -> Iterator[None]:
    """Wait behind the block until the places that `text` may mean have come: a slow hand asks for its beginnings too."""
    with page.expect_response(lambda answer: parse_qs(urlsplit(answer.url).query).get("q") == [text]):
        yield


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_an_address_is_typed_chosen_and_sent_by_the_keyboard_alone(visit: Visitors, screen: Screen) -> None:
    page = on_the_place_screen(visit, screen)
    field = page.get_by_role("combobox", name=zh("Address"))
    field.focus()

    with asking_for(page, "新华街建设路口"):
        page.keyboard.type("新华街建设路口")
    expect(offered(page).first).to_contain_text("新华街与建设路交叉口")
    expect(page.locator("[data-combo-said]")).not_to_be_empty()
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "address-0")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.keyboard.press("Enter")

    expect(field).to_have_value("新华街与建设路交叉口")
    expect(page.locator("[data-combo-said]")).to_contain_text("已定在新华街与建设路交叉口")
    expect(page.locator("[data-place-source]")).to_have_text(
        like("From the address, exact to about {metres} m")
    )
    expect(page.locator("[name=place_source]")).to_have_value("address")
    assert violations(page) == []
    button(page, "It is here").press("Enter")
    expect(page.locator("#step-kind")).to_be_visible()


def test_escape_and_tab_leave_what_was_typed_and_a_changed_address_gives_the_place_up(
    visit: Visitors,
) -> None:
    page = on_the_place_screen(visit, DESK)
    field = page.get_by_role("combobox", name=zh("Address"))
    field.focus()
    with asking_for(page, "新华"):
        page.keyboard.type("新华")
    expect(offered(page).first).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("新华")
    with asking_for(page, "新华"):
        page.keyboard.press("ArrowDown")
    expect(offered(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    last = offered(page).count() - 1
    expect(field).to_have_attribute("aria-activedescendant", f"address-{last}")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator("[name=lon]")).not_to_have_value("")
    field.fill("解放大街")

    expect(page.locator("[name=lon]")).to_have_value("")
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("解放大街")
    button(page, "It is here").click()
    expect(page.locator("#step-place [data-step-error]")).to_contain_text("请从查到的地点中选择一个")


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_without_scripts_an_address_is_looked_up_chosen_and_sent(
    visit: Visitors, watch: Watch, screen: Screen
) -> None:
    watch.expected.add(422)
    page = visit(scripts=False, screen=screen)
    page.goto("/report")
    a_picture_of_nowhere(page, "#photos")
    page.locator("[name=category][data-slug=littering_dumping]").check(force=True)
    page.locator("#words").fill(WORDS)
    page.locator("#address").fill("新华街128号")

    button(page, "Send").click()
    expect(page.locator("[data-shot] img")).to_have_count(1)
    page.wait_for_load_state()
    expect(page.locator("#words")).to_have_value(WORDS)
    expect(page.locator("#address")).to_have_value("新华街128号")
    assert page.locator("body").evaluate("body => body.scrollWidth <= window.innerWidth")
    page.get_by_role("radio", name="新华街（道路").check(force=True)
    button(page, "Send").click()

    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()
