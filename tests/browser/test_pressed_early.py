"""What was pressed or chosen before the scripts were there is not lost."""

import re

from playwright.sync_api import Page, expect

from tests.browser.acts import picture
from tests.browser.samples import story_report
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, Visitors
from tests.browser.words import zh


def printing(page: Page) -> None:
    """Note on the page that it is printed, and print nothing."""
    page.add_init_script("window.print = () => { document.documentElement.dataset.printed = '' }")


def test_the_page_of_a_handover_is_printed_by_its_button(visit: Visitors) -> None:
    page = visit("acceptor", screen=DESK)
    printing(page)
    page.goto("/triage/handover")

    page.locator("[data-print]").click()

    expect(page.locator("html")).to_have_attribute("data-printed", "")


def test_a_dialog_whose_link_was_followed_without_scripts_opens_with_them(
    visit: Visitors, city: LiveCity
) -> None:
    with city.looked_into():
        report_id = story_report("submitted").id
    page = visit("acceptor", screen=DESK)

    page.goto(f"/triage/{report_id}#dialog-decline")

    expect(page.locator("#dialog-decline")).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(page.locator("[data-dialog='#dialog-decline']")).to_be_focused()


def test_a_photo_is_sent_with_the_form_when_a_script_did_not_come(visit: Visitors, city: LiveCity) -> None:
    with city.looked_into():
        code = story_report("submitted").code
    page = visit()
    page.context.route(
        re.compile(r"/track\.js"), lambda route: route.fulfill(body="", content_type="text/javascript")
    )
    page.goto(f"/track/{code}")
    page.locator("#add summary").click()

    page.locator("#add [data-gallery]").set_input_files([picture("sofa-before", minutes_ago=3)])
    page.locator("#add button[type=submit]:not([name=remove])").last.click()

    expect(page.locator(".flashes")).to_contain_text(zh("Thank you. It was added to your report."))


def test_the_way_from_where_one_is_waits_for_its_script(visit: Visitors) -> None:
    page = visit("sanitation_1")
    page.context.route(
        re.compile(r"/unit\.js"), lambda route: route.fulfill(body="", content_type="text/javascript")
    )

    page.goto("/unit/")

    expect(page.locator("[data-near] button")).to_be_disabled()
    page.context.unroute_all()
    page.reload()
    expect(page.locator("[data-near] button")).to_be_enabled()
