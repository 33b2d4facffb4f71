"""Two moderators at one queue: each sees where the other is, none is led there, and what both decided is shown as a difference."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from reporter.kernel.db import command, db
from reporter.reports.desk_models import ReportLock
from reporter.reports.locks import holders_of
from reporter.reports.worklists import AtTriage, triage_list
from tests.browser.axe import violations
from tests.browser.hands import Keys
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, Visitors, Watch
from tests.browser.words import like, zh

HERE, THERE = "acceptor", "shift"  # 乌兰 and 孟和
PATIENCE = 20  # seconds
LONG, SHORT = timedelta(minutes=2), timedelta(seconds=3)


@command
def nobody_is_anywhere() -> None:
    db.session.query(ReportLock).delete()


@pytest.fixture(autouse=True)
def nobody(city: LiveCity) -> Iterator[None]:
    """Let the stories before and after this one find every report free."""
    with city.looked_into():
        nobody_is_anywhere()
    yield
    city.app.config["LOCK_FOR"] = LONG
    with city.looked_into():
        nobody_is_anywhere()


def waiting(city: LiveCity) -> list[int]:
    with city.looked_into():
        return [line.id for line in triage_list(AtTriage.WAITING).rows]


def at_report(page: Page, report_id: int) -> None:
    expect(page.locator(f'[data-report="{report_id}"]')).to_be_attached()


def held(page: Page, how: str) -> None:
    expect(page.locator(f'[data-lock="{how}"]')).to_be_attached()


def moves_until(page: Page, sign: str, *, at: Page | None = None) -> None:
    """Move the mouse now and then until there is a sign, on this page or another: who rests for seconds holds nothing."""
    there, until = (at or page).locator(sign), time.monotonic() + PATIENCE
    while not there.count() and time.monotonic() < until:
        page.mouse.move(400, 300)
        page.wait_for_timeout(500)
        page.mouse.move(410, 300)
    assert there.count()


def until_free(city: LiveCity, report_id: int) -> None:
    """Wait until nobody holds a report: what a page sends as it is left may take a moment."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with city.looked_into():
            if not holders_of([report_id], idle=LONG):
                return
        time.sleep(0.2)
    raise AssertionError("still held")


def test_the_name_is_shown_and_next_leads_past_it(visit: Visitors, city: LiveCity) -> None:
    first, second, third = waiting(city)[:3]
    mine, theirs = visit(HERE, screen=DESK), visit(THERE, screen=DESK)

    theirs.goto(f"/triage/{second}")
    mine.goto("/triage/")
    at_report(mine, first)
    expect(mine.locator(f'.q[href="/triage/{second}"]')).to_contain_text("孟和")
    mine.keyboard.press("j")

    at_report(mine, third)
    expect(mine.locator("h1")).to_be_focused()
    held(mine, "mine")
    assert violations(mine) == []


def test_who_came_meanwhile_is_passed_by_too(visit: Visitors, city: LiveCity) -> None:
    first, second, third = waiting(city)[:3]
    mine, theirs = visit(HERE, screen=DESK), visit(THERE, screen=DESK)
    mine.goto(f"/triage/{first}")
    expect(mine.locator("[data-ahead-is=here]")).to_be_attached()

    theirs.goto(f"/triage/{second}")
    held(theirs, "mine")
    mine.keyboard.press("j")

    at_report(mine, third)
    expect(mine.locator("h1")).to_be_focused()


def test_one_may_look_and_take_over_by_key_and_the_other_one_reads_it_where_they_are(
    visit: Visitors, city: LiveCity
) -> None:
    city.app.config["LOCK_FOR"] = timedelta(seconds=30)  # a sign of life every five
    report_id = waiting(city)[0]
    theirs, mine = visit(THERE, screen=DESK), visit(HERE, screen=DESK)
    theirs.goto(f"/triage/{report_id}")
    held(theirs, "mine")
    theirs.keyboard.press("d")
    theirs.keyboard.press("1")
    expect(theirs.locator("#decline-reason")).not_to_have_value("")
    theirs.keyboard.type("谢谢")

    mine.goto(f"/triage/{report_id}")
    line = mine.locator("[data-lock-words]")
    expect(line).to_have_text(like("%(name)s is at it, last moved %(ago)s"))
    expect(line).to_contain_text("孟和")
    seen = violations(mine)
    mine.keyboard.press("?")
    expect(mine.locator("dialog[open] .keys")).to_contain_text(zh("Take this over"))
    mine.keyboard.press("Escape")
    expect(mine.locator("dialog[open]")).to_have_count(0)
    mine.keyboard.press("i")

    held(mine, "mine")
    expect(mine.locator("h1")).to_be_focused()
    told = theirs.locator("[data-lock-words]")
    expect(told).to_have_text(like("%(said)s What you typed is still here."))
    expect(told).to_contain_text("乌兰")
    expect(theirs.locator("#decline-reason")).to_be_focused()
    expect(theirs.locator("#decline-reason")).to_have_value(re.compile("谢谢$"))
    theirs.keyboard.press("Escape")
    assert seen == violations(theirs) == []


def test_who_is_idle_is_followed_by_whoever_looks(visit: Visitors, city: LiveCity) -> None:
    city.app.config["LOCK_FOR"] = SHORT
    report_id = waiting(city)[0]
    theirs, mine = visit(THERE, screen=DESK), visit(HERE, screen=DESK)
    theirs.goto(f"/triage/{report_id}")
    held(theirs, "mine")
    mine.goto(f"/triage/{report_id}")

    moves_until(mine, '[data-lock="mine"]')
    moves_until(mine, '[data-lock="theirs"]:has-text("乌兰")', at=theirs)


def test_who_leaves_lets_go(visit: Visitors, city: LiveCity) -> None:
    report_id = waiting(city)[0]
    theirs, mine = visit(THERE, screen=DESK), visit(HERE, screen=DESK)
    theirs.goto(f"/triage/{report_id}")
    held(theirs, "mine")

    theirs.goto("/account")
    until_free(city, report_id)
    mine.goto("/triage/")

    at_report(mine, report_id)
    held(mine, "mine")


def test_without_scripts_the_name_and_the_button_are_there(visit: Visitors, city: LiveCity) -> None:
    report_id = waiting(city)[0]
    theirs = visit(THERE, screen=DESK)
    mine = visit(HERE, screen=DESK, scripts=False)
    theirs.goto(f"/triage/{report_id}")
    held(theirs, "mine")

    mine.goto(f"/triage/{report_id}")
    expect(mine.locator("[data-lock-words]")).to_contain_text("孟和")
    mine.locator("[data-lock-take]").click()

    expect(mine.locator(".flashes")).to_contain_text(like("You have taken this over from %(name)s."))
    held(mine, "mine")


def test_without_the_network_the_page_stays_and_says_that_nothing_was_taken_over(
    visit: Visitors, city: LiveCity, watch: Watch
) -> None:
    watch.loses = True
    report_id = waiting(city)[0]
    theirs, mine = visit(THERE, screen=DESK), visit(HERE, screen=DESK)
    theirs.goto(f"/triage/{report_id}")
    held(theirs, "mine")
    mine.goto(f"/triage/{report_id}")
    held(mine, "theirs")
    mine.locator("#note-words").fill("先问物业")

    mine.context.set_offline(True)
    mine.locator("[data-lock-take]").click()

    expect(mine.locator("[data-lock-words]")).to_contain_text(
        zh("The connection was lost. Nothing was sent; please try again.")
    )
    expect(mine.locator("#note-words")).to_have_value("先问物业")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_both_decide_and_the_second_reads_the_difference_and_finishes(
    visit: Visitors, city: LiveCity, watch: Watch, *, scripts: bool
) -> None:
    watch.expected = {409}
    report_id = waiting(city)[0]
    mine, theirs = visit(HERE, screen=DESK, scripts=scripts), visit(THERE, screen=DESK)
    mine.goto(f"/triage/{report_id}")
    words = mine.locator("#decline-reason")
    if scripts:
        mine.keyboard.press("d")
        mine.keyboard.press("1")
        mine.keyboard.type("谢谢")
    else:
        words.fill("不属于受理范围，谢谢")

    theirs.goto(f"/triage/{report_id}")
    theirs.keyboard.press("b")
    expect(theirs.locator(".flashes")).to_be_visible()
    if scripts:
        mine.keyboard.press("Control+Enter")
    else:
        mine.locator("#dialog-decline button:not([type=button])").click()

    box = mine.locator(".t-difference")
    expect(box).to_contain_text("谢谢")
    expect(box).to_contain_text("孟和")
    at_report(mine, report_id)
    expect(words).to_have_value(re.compile("谢谢$"))
    if scripts:
        expect(mine.get_by_role("alert")).to_be_focused()
        expect(mine.locator("dialog[open]")).to_have_count(0)
        assert violations(mine) == []
        Keys(mine).press(box.get_by_role("button", name=zh("Edit mine and send it")))
        expect(mine.locator("#dialog-decline")).to_be_visible()
        mine.keyboard.press("Escape")
        expect(mine.locator("dialog[open]")).to_have_count(0)
        mine.keyboard.press("b")
    else:
        mine.locator("form[action*='/back'] button").click()

    expect(mine.locator(".flashes")).to_contain_text(like("Back in the queue: %(number)s."))
    assert report_id in waiting(city)
