"""An ended session, a server that cannot, a network that is gone: at a desk nothing typed is lost, and it is said why."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.server import LiveCity
from tests.browser.test_redaction import opened
from tests.browser.visit import DESK, Visitors, Watch
from tests.browser.words import zh

LOST = "The connection was lost. Nothing was sent; please try again."
ENDED = "What you typed is still here. Please sign in on another page, then press again."
FAILED = "What you typed is still here. Please look whether it was done before you press again."
REASON = "照片里看不出是什么。"
KIND = "[name=category_id]"
NOTE = "[data-keeps] textarea"


def at_a_report(visit: Visitors) -> tuple[Page, str]:
    """Return the desk with a report and the next one there, and the report's id."""
    page = visit("acceptor", screen=DESK)
    page.goto("/triage/")
    expect(page.locator("[data-ahead-is=here]")).to_be_attached()
    return page, page.locator("[data-report]").get_attribute("data-report") or ""


def other_kinds(page: Page) -> list[str]:
    """Return the keys of the kinds that are not chosen: that of the one that is does nothing."""
    keys: list[str] = page.locator(f"{KIND}[data-key]:not(:checked)").evaluate_all(
        "all => all.map((one) => one.dataset.key)"
    )
    return keys


def declining(page: Page) -> None:
    """Type why, in the dialog, and send it."""
    page.keyboard.press("d")
    page.locator("#decline-reason").fill(REASON)
    page.keyboard.press("Control+Enter")


def posts(status: int) -> Callable[[Route], None]:
    """Answer what is posted with this status of a proxy's; with none of a lost network."""

    def answer(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
        elif status:
            route.fulfill(status=status, body="<html><body>gateway</body></html>", content_type="text/html")
        else:
            route.abort("internetdisconnected")

    return answer


@pytest.mark.parametrize(("status", "said"), [(504, FAILED), (0, LOST)])
def test_a_decision_that_was_not_taken_comes_back_in_its_dialog(
    visit: Visitors, watch: Watch, status: int, said: str
) -> None:
    watch.expected, watch.loses = {504}, True
    page, report_id = at_a_report(visit)
    page.context.route(re.compile(r"/triage/\d+"), posts(status))

    declining(page)

    dialog = page.locator("#dialog-decline")
    expect(dialog.get_by_role("alert")).to_contain_text(zh(said))
    expect(dialog.locator("#decline-reason")).to_have_value(REASON)
    expect(page.locator(f'[data-report="{report_id}"]')).to_be_attached()
    expect(page).to_have_url(re.compile("/triage/"))


def test_an_ended_session_costs_no_typed_reason(visit: Visitors, watch: Watch) -> None:
    watch.expected = {401}
    page, report_id = at_a_report(visit)
    page.context.clear_cookies(name="session")

    declining(page)

    dialog = page.locator("#dialog-decline")
    expect(dialog.get_by_role("alert")).to_contain_text(zh(ENDED))
    expect(dialog.locator("#decline-reason")).to_have_value(REASON)
    expect(page.locator(f'[data-report="{report_id}"]')).to_be_attached()


def test_what_was_lost_is_said_until_something_works_again(visit: Visitors, watch: Watch) -> None:
    watch.expected = {502}
    page = visit("acceptor", screen=DESK)
    page.context.route(
        re.compile(r"/triage/\d+\?.*category_id"),
        lambda route: route.fulfill(status=502, body="<html></html>", content_type="text/html"),
    )
    page.goto("/triage/")
    expect(page.locator("[data-ahead-is=here]")).to_be_attached()
    line, (first, second, *_) = page.locator("p[data-lost]"), other_kinds(page)

    page.keyboard.press(first)
    expect(line).to_contain_text(zh(FAILED))
    page.context.unroute_all()
    page.keyboard.press(second)

    expect(line).to_be_empty()
    expect(line).to_have_class("visually-hidden")


def test_a_note_that_is_being_typed_stays_while_a_kind_is_chosen_and_goes_when_it_is_written(
    visit: Visitors,
) -> None:
    page, report_id = at_a_report(visit)
    page.goto(f"/triage/{report_id}")
    page.locator(NOTE).fill("先问问城管。")
    page.locator("#report-title").focus()
    page.locator("#main").evaluate("main => { main.dataset.before = ''; }")

    with page.expect_response(re.compile(rf"/triage/{report_id}\?")):
        page.keyboard.press(other_kinds(page)[0])
    expect(page.locator("#main:not([data-before])")).to_be_attached()  # what was answered is shown
    expect(page.locator(NOTE)).to_have_value("先问问城管。")
    page.locator("[data-keeps] button[type=submit]").click()

    expect(page.locator(".note-words").last).to_have_text("先问问城管。")
    expect(page.locator(NOTE)).to_have_value("")


def test_a_key_that_is_held_decides_once(visit: Visitors) -> None:
    page, _ = at_a_report(visit)
    decided: list[str] = []
    page.on("request", lambda one: decided.append(one.url) if one.method == "POST" else None)

    for _ in range(6):
        page.keyboard.down("b")
        page.wait_for_timeout(150)
    page.keyboard.up("b")

    expect(page.locator("[data-said=flashes]")).not_to_be_empty()
    assert len([url for url in decided if url.endswith("/aside") or "aside" in url]) == 1


def test_a_dialog_that_came_back_and_was_closed_is_not_opened_again(visit: Visitors, watch: Watch) -> None:
    watch.expected = {422}
    page, _ = at_a_report(visit)
    page.keyboard.press("d")
    page.locator("#dialog-decline button[type=submit], #dialog-decline button:not([type])").last.click()
    dialog = page.locator("#dialog-decline[open]")
    expect(dialog.locator(".errors")).to_be_visible()

    page.keyboard.press("Escape")
    page.evaluate("() => document.body.dispatchEvent(new CustomEvent('htmx:afterSettle', { bubbles: true }))")

    expect(dialog).to_have_count(0)


def test_boxes_that_were_not_kept_are_still_unsaved(visit: Visitors, city: LiveCity, watch: Watch) -> None:
    watch.expected = {504}
    page = opened(visit, city)
    page.keyboard.press("b")
    page.context.route("**/editor/**", posts(504))

    page.locator("#mask-form button[value=draft]").click()

    expect(page.locator("p[data-lost]")).to_contain_text(zh(FAILED))
    kept_back = "() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert page.evaluate(kept_back)


def test_the_wall_asks_for_a_whole_page_when_the_session_has_ended(visit: Visitors, watch: Watch) -> None:
    watch.expected = {401}
    page = visit("acceptor", screen=DESK)
    page.goto("/triage/wall")
    page.context.clear_cookies(name="session")

    page.locator("#wall").evaluate(
        "wall => { htmx.ajax('GET', wall.getAttribute('hx-get'), { target: wall, select: '#wall' }); }"
    )

    expect(page.locator("#wall")).to_have_count(0)
    expect(page.locator("main")).not_to_be_empty()
