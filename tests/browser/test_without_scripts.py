"""Where no script runs, the plain forms do: a resident reports, by the photo's place or by a typed one, and follows it."""

import re

from playwright.sync_api import Page, expect

from tests.browser.acts import WORDS, button, picture
from tests.browser.visit import Visitors, Watch
from tests.browser.words import zh


def test_a_report_with_the_place_of_its_photo(visit: Visitors) -> None:
    page = visit(scripts=False)
    page.goto("/report")

    page.locator("#photos").set_input_files([picture("rubbish-before", minutes_ago=9)])
    button(page, "Upload now").click()
    expect(page.locator("[data-shot] img")).to_have_count(1)
    choose_rubbish(page)
    page.locator("#words").fill(WORDS)
    button(page, "Send").click()

    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()


def test_a_report_with_a_typed_place_says_what_is_missing_and_keeps_what_was_typed(
    visit: Visitors, watch: Watch
) -> None:
    watch.expected.add(422)
    page = visit(scripts=False)
    page.goto("/report")
    page.locator("#words").fill(WORDS)

    button(page, "Send").click()
    expect(page.locator(".err").filter(has_text=zh("Please add at least one photo."))).to_be_visible()
    expect(page.locator("#words")).to_have_value(WORDS)
    page.locator("#photos").set_input_files([picture("rubbish-before", minutes_ago=9)])
    choose_rubbish(page)
    page.locator("#area_id").select_option(index=1)
    page.locator("#address").fill("建设路菜市场东门")
    button(page, "Send").click()

    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()
    code = page.url.rsplit("/", 1)[1]
    page.goto("/track")
    page.locator("#code").fill(code)
    button(page, "See how it goes").click()
    expect(page).to_have_url(re.compile(code))
    expect(page.locator(".tl")).to_be_visible()


def choose_rubbish(page: Page) -> None:
    """Choose the kind by its tile, once nothing on the page moves any more."""
    page.wait_for_load_state()
    page.locator("[name=category][data-slug=littering_dumping]").check(force=True)
