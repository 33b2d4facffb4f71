"""A moderator presses the wrong key, and takes it back: by key, without JavaScript, and when it is too late."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from reporter.kernel.db import db
from reporter.kernel.policy import Actor, Role
from reporter.reports.commands.aside import take_back
from reporter.reports.commands.holding import ON_ITS_WAY
from reporter.reports.lifecycle import State
from reporter.reports.queries import get_report
from reporter.reports.worklists import AtTriage, triage_list
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, Visitors
from tests.browser.words import like, zh


@pytest.fixture(autouse=True)
def waits(city: LiveCity) -> Iterator[None]:
    """Let decisions wait as long as a slow machine needs."""
    city.app.config["UNDO_FOR"] = timedelta(seconds=40)
    yield
    city.app.config["UNDO_FOR"] = timedelta(0)


def first_waiting(city: LiveCity) -> int:
    with city.looked_into():
        return triage_list(AtTriage.WAITING).rows[0].id


def state_of(city: LiveCity, report_id: int) -> State:
    with city.looked_into():
        db.session.expire_all()
        return get_report(report_id).state


def leave_as_it_was(city: LiveCity, report_id: int) -> None:
    """Put a report back into the queue: other stories are told with it."""
    with city.looked_into():
        take_back(get_report(report_id), by=Actor(id=None, roles=frozenset({Role.ACCEPTOR})))


def undone(page: Page) -> None:
    expect(page.locator(".flashes")).to_contain_text(
        like("Undone: %(number)s is as it was before. Nobody was told.")
    )


def test_the_wrong_key_is_taken_back_by_another(visit: Visitors, city: LiveCity) -> None:
    report_id = first_waiting(city)
    page = visit("acceptor", screen=DESK)
    page.goto(f"/triage/{report_id}")

    page.keyboard.press("b")
    bar = page.locator("[data-undo]")
    expect(bar).to_contain_text(zh("Undo"))
    expect(page.locator("h1")).to_be_focused()
    during = state_of(city, report_id)
    page.keyboard.press("?")
    expect(page.locator("dialog[open] .keys")).to_contain_text(zh("Undo"))
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("z")

    undone(page)
    expect(page.locator("h1")).to_be_focused()
    expect(bar).to_have_count(0)
    expect(page).to_have_url(f"{city.address}/triage/{report_id}")
    assert during is State.ASIDE
    assert state_of(city, report_id) is State.SUBMITTED


def test_the_bar_goes_by_itself_and_the_focus_stays_on_the_page(visit: Visitors, city: LiveCity) -> None:
    city.app.config["UNDO_FOR"] = timedelta(seconds=8)
    report_id = first_waiting(city)
    page = visit("acceptor", screen=DESK)
    page.goto(f"/triage/{report_id}")
    page.keyboard.press("b")
    bar = page.locator("[data-undo]")

    bar.locator("button").focus()
    expect(bar).to_have_count(0)

    expect(page.locator("h1")).to_be_focused()
    page.wait_for_timeout(1000 * ON_ITS_WAY.total_seconds())
    assert state_of(city, report_id) is State.ASIDE
    leave_as_it_was(city, report_id)


def test_it_is_taken_back_without_scripts(visit: Visitors, city: LiveCity) -> None:
    report_id = first_waiting(city)
    page = visit("acceptor", screen=DESK, scripts=False)
    page.goto(f"/triage/{report_id}")

    page.locator("form[action*='/aside'] button").click()
    expect(page.locator("[data-undo]")).to_contain_text(like("until %(time)s"))
    page.locator("[data-undo] button").click()

    undone(page)
    assert state_of(city, report_id) is State.SUBMITTED
