"""Sent twice in every way that happens: one report comes of it, and whoever sent it gets the same receipt."""

import re
from uuid import uuid4

from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from reporter.kernel.db import db
from reporter.reports.models import Report
from tests.browser.acts import button, link, picture
from tests.browser.server import LiveCity
from tests.browser.visit import Visitors, Watch
from tests.browser.words import zh

SPOT = (113.1249, 41.0142)  # degrees WGS 84; no other story's
CODE = re.compile(r"/report/receipt/(\w+)$")
POSTED = re.compile(r"/report$")
DRAFTED = "words => JSON.parse(localStorage.getItem('report-draft'))?.values.words === words"


def ready_to_send(page: Page) -> str:
    """Fill in a whole report up to the last press; return the words that tell it from every other."""
    words = f"桶满了没人清。{uuid4().int % 10**9}"
    page.goto("/report")
    page.locator("[data-gallery]").set_input_files([picture("rubbish-before", minutes_ago=4, at=SPOT)])
    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))
    button(page, "Next").click()
    page.locator("label:has([data-slug=littering_dumping])").click()
    page.get_by_role("button", name="暴露垃圾").click()
    expect(page.get_by_role("heading", name=zh("Look it over and send it"))).to_be_focused()
    page.locator("#words").fill(words)
    return words


def receipt(page: Page) -> str:
    """Return the query code of the receipt that the page shows."""
    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()
    found = CODE.search(page.url)
    assert found, page.url
    return found[1]


def codes_of(city: LiveCity, words: str) -> list[str]:
    with city.looked_into():
        return list(db.session.scalars(select(Report.code).where(Report.words == words)))


class LostAnswer:
    """Lets the first sending through to the server and loses its answer on the way back."""

    def __init__(self, page: Page) -> None:
        self.page, self.reached = page, 0
        page.context.route(POSTED, self._pass)

    def _pass(self, route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        self.reached += 1
        if self.reached > 1:
            route.continue_()
            return
        route.fetch(max_redirects=0)
        route.abort("internetdisconnected")


def test_a_double_tap_sends_one_report(visit: Visitors, city: LiveCity, as_found: None) -> None:
    page = visit()
    words = ready_to_send(page)

    button(page, "Send").dblclick()

    assert [receipt(page)] == codes_of(city, words)


def test_a_slow_answer_and_another_press_make_one_report(
    visit: Visitors, city: LiveCity, as_found: None
) -> None:
    page = visit()
    words = ready_to_send(page)
    posted: list[str] = []
    page.on(
        "request",
        lambda one: posted.append(one.url) if one.method == "POST" and POSTED.search(one.url) else None,
    )
    slow = page.context.new_cdp_session(page)
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 1500, "downloadThroughput": -1, "uploadThroughput": -1},
    )

    button(page, "Send").evaluate(
        "send => { for (const wait of [0, 200, 900, 2500]) setTimeout(() => send.click(), wait); }"
    )

    assert [receipt(page)] == codes_of(city, words)
    assert len(posted) == 1


def test_two_tabs_with_one_draft_make_one_report(visit: Visitors, city: LiveCity, as_found: None) -> None:
    page = visit()
    words = ready_to_send(page)
    page.wait_for_function(DRAFTED, arg=words)
    other = page.context.new_page()
    other.goto("/report")
    button(other, "Go on with it").click()
    expect(other.locator("#words")).to_have_value(words)

    button(page, "Send").click()
    first = receipt(page)
    onwards = other.locator("[data-next], [data-send]").filter(visible=True)
    for _ in range(6):  # the other tab stands where the draft was left; each press leads on
        screen = other.locator(".step:visible").get_attribute("id")
        onwards.first.click()
        expect(other.locator(f"#{screen}")).to_be_hidden()
        if CODE.search(other.url):
            break

    assert receipt(other) == first
    assert codes_of(city, words) == [first]


def test_an_answer_that_is_lost_on_the_way_is_asked_for_again_and_is_the_same_receipt(
    visit: Visitors, city: LiveCity, watch: Watch, as_found: None
) -> None:
    watch.loses = True
    page = visit()
    words = ready_to_send(page)
    lost = LostAnswer(page)

    with page.expect_event("requestfailed", predicate=lambda one: POSTED.search(one.url) is not None):
        button(page, "Send").click()
    expect(page).to_have_url(re.compile("^chrome-error:"))  # it would push aside the page asked for next
    (code,) = codes_of(city, words)
    page.goto("/report/waiting")
    row = page.locator("[data-outbox-list] > li")
    expect(row).to_contain_text(zh("Sent, thank you"))
    link(row, "Receipt with the query code").click()

    assert receipt(page) == code
    assert codes_of(city, words) == [code]
    assert lost.reached >= 2
