"""A shift ends: the shift leader hands over, the next one reads it above the queue and receives it, and the bell rings."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from reporter.reports.handovers import handovers, waiting_handovers
from tests.browser.axe import violations
from tests.browser.keyboard import stumbles
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, PHONE, Screen, Visitors
from tests.browser.words import zh

WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
WORDS = "消防通道那件等消防队回话。\n早上先看待答复的。"
PRESSES = 80  # until what is looked for has the focus


def reach(page: Page, thing: Locator) -> None:
    """Go on by Tab until `thing` has the focus."""
    for _ in range(PRESSES):
        if thing.evaluate("thing => thing === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {thing}")


def faults_of(page: Page) -> list[str]:
    return violations(page) + (["wider than the screen"] if page.evaluate(WIDE) else [])


def receive_all(city: LiveCity, visit: Visitors) -> None:
    """Leave the queue as it was: nothing waits."""
    with city.looked_into():
        left = [one.id for one in waiting_handovers()]
    for handover_id in left:
        page = visit("dispatcher", screen=DESK)
        page.goto(f"/triage/handovers/{handover_id}")
        page.get_by_role("button", name=zh("Receive"), exact=True).click()
        expect(page.get_by_text(zh("Received: you are on now."))).to_be_visible()


def test_a_shift_is_handed_over_and_received_by_the_keyboard_alone(visit: Visitors, city: LiveCity) -> None:
    receive_all(city, visit)
    going = visit("shift", screen=DESK)
    going.goto("/triage/")
    reach(going, going.get_by_role("link", name=zh("Hand over"), exact=True))
    going.keyboard.press("Enter")
    going.wait_for_url("**/triage/handover")
    faults = faults_of(going) + stumbles(going)
    going.reload()
    reach(going, going.get_by_label(re.compile(zh("What the next shift should know"))))
    going.keyboard.insert_text(WORDS)
    reach(going, going.get_by_role("button", name=zh("Hand over"), exact=True))
    going.keyboard.press("Enter")
    going.wait_for_url("**/triage/handovers/*")
    expect(going.get_by_text(zh("Somebody else receives your handover."))).to_be_visible()
    faults += faults_of(going)

    coming = visit("acceptor", screen=DESK)
    coming.goto("/triage/")
    line = coming.locator(".t-shift a")
    expect(line).to_have_text(re.compile("交班待接收"))
    faults += faults_of(coming)
    reach(coming, line)
    coming.keyboard.press("Enter")
    expect(coming.locator(".t-said").first).to_have_text(WORDS, use_inner_text=True)
    reach(coming, coming.get_by_label(re.compile(zh("What you doubt, or found otherwise"))))
    coming.keyboard.insert_text("少了一件")
    reach(coming, coming.get_by_role("button", name=zh("Receive"), exact=True))
    coming.keyboard.press("Enter")
    expect(coming.get_by_text(zh("Received: you are on now."))).to_be_visible()
    faults += faults_of(coming)
    coming.goto("/triage/")
    expect(coming.locator(".t-shift")).to_have_count(0)

    going.goto("/notices/")
    going.get_by_role(
        "link", name=re.compile(zh("Whoever received your handover doubts something in it."))
    ).first.click()
    going.wait_for_url("**/triage/handovers")
    expect(going.get_by_text(zh("something is doubted")).first).to_be_visible()
    faults += faults_of(going)
    assert faults == []
    with city.looked_into():
        made = handovers().rows[0]
    assert (made.words, made.doubts) == (WORDS, "少了一件")


@pytest.mark.parametrize(("screen", "language"), [(PHONE, "zh-CN"), (PHONE, "en-GB"), (DESK, "en-GB")])
def test_it_goes_without_scripts_on_every_screen(
    visit: Visitors, city: LiveCity, screen: Screen, language: str
) -> None:
    going = visit("shift", screen=screen, language=language, scripts=False)
    going.goto("/triage/handover")
    words = f"{language} {screen['viewport']['width']}"
    going.locator("#words").fill(words)
    going.locator("form[action$='/triage/handover'] button:not([type=button])").click()
    going.wait_for_url("**/triage/handovers/*")
    path = going.url
    wide = [going.evaluate(WIDE)]

    coming = visit("acceptor", screen=screen, language=language, scripts=False)
    coming.goto(path)
    wide.append(coming.evaluate(WIDE))
    coming.locator("form[action$='/receive'] button:not([type=button])").click()
    expect(coming.locator("form[action$='/receive']")).to_have_count(0)
    coming.goto("/triage/handovers")
    wide.append(coming.evaluate(WIDE))

    assert wide == [False, False, False]
    with city.looked_into():
        made = handovers().rows[0]
        assert (made.words, made.received_at is not None) == (words, True)


def test_on_paper_stand_the_numbers_and_the_text_and_no_form(visit: Visitors) -> None:
    page = visit("shift", screen=DESK)
    page.goto("/triage/handover")
    page.locator("#words").fill("纸上的话")
    page.get_by_role("button", name=zh("Hand over"), exact=True).click()
    page.wait_for_url("**/triage/handovers/*")
    other = visit("acceptor", screen=DESK)
    other.goto(page.url)

    other.emulate_media(media="print")

    expect(other.get_by_text("纸上的话")).to_be_visible()
    expect(other.locator(".t-heaps")).to_be_visible()
    expect(other.locator("form[action$='/receive']")).to_be_hidden()
    expect(other.locator(".s-head")).to_be_hidden()
    other.emulate_media(media="screen")
    other.get_by_role("button", name=zh("Receive"), exact=True).click()
    expect(other.get_by_text(zh("Received: you are on now."))).to_be_visible()
