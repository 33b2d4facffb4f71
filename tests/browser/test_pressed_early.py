"""What was pressed or chosen before the scripts were there is not lost."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.acts import button, picture
from tests.browser.samples import head_of, story_case, story_report
from tests.browser.server import LiveCity
from tests.browser.test_redaction import opened
from tests.browser.visit import DESK, Visitors
from tests.browser.words import zh

WRITE = "(field, text) => { field.value = text; field.dispatchEvent(new Event('input', { bubbles: true })) }"


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


def held(page: Page, script: str) -> list[Route]:
    """Hold a script back: what is done meanwhile is done without it."""
    waits: list[Route] = []
    page.context.route(re.compile(rf"/{script}\.js"), lambda route: waits.append(route))  # noqa: PLW0108 - Playwright reads its signature
    return waits


def let_go(page: Page, script: str, waits: list[Route]) -> None:
    """Let the script come."""
    for route in waits:
        route.continue_()
    page.context.unroute(re.compile(rf"/{script}\.js"))


def test_a_photo_that_is_chosen_early_takes_no_draft_away(visit: Visitors) -> None:
    page = visit()
    page.goto("/report")
    page.locator("#words").evaluate(WRITE, "上次写的。")
    page.wait_for_function("() => localStorage.getItem('report-draft')")
    waits = held(page, "report")

    page.goto("/report", wait_until="commit")
    page.locator("[data-gallery]").set_input_files([picture("sofa-before", minutes_ago=3)])
    let_go(page, "report", waits)

    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))
    button(page, "Go on with it").click()
    expect(page.locator("#words")).to_have_value("上次写的。")
    expect(page.locator("[data-shot]")).to_have_count(1)


def test_the_last_words_before_a_page_is_left_are_in_the_draft(visit: Visitors) -> None:
    page = visit()
    page.goto("/report")

    page.locator("#words").evaluate(WRITE, "最后一句。")
    page.reload()

    button(page, "Go on with it").click()
    expect(page.locator("#words")).to_have_value("最后一句。")


def test_a_units_words_that_were_typed_early_are_kept(visit: Visitors, city: LiveCity) -> None:
    with city.looked_into():
        login, case_id = head_of("handling"), story_case("handling").id
    page = visit(login)
    waits = held(page, "unit-result")

    page.goto(f"/unit/{case_id}/result", wait_until="commit")
    page.locator("#words").fill("已清理。")
    let_go(page, "unit-result", waits)
    page.wait_for_load_state()
    page.goto(f"/unit/{case_id}/result")

    expect(page.locator("#words")).to_have_value("已清理。")
    page.evaluate("() => localStorage.clear()")


def test_the_redactors_tools_wait_for_their_script(visit: Visitors, city: LiveCity) -> None:
    page = opened(visit, city)
    tools = page.locator("[data-draw], [data-as-public], [data-closer]")
    expect(tools).to_have_count(3)
    waits = held(page, "redact")

    page.reload(wait_until="commit")

    for tool in tools.all():
        expect(tool).to_be_disabled()
    let_go(page, "redact", waits)
    for tool in tools.all():
        expect(tool).to_be_enabled()


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
