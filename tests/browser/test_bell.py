"""The bell rings on an open page, asks ever more seldom, and not at all while nobody looks."""

from playwright.sync_api import Page, expect

from reporter.accounts.queries import user_by_login
from reporter.kernel.db import command, db
from reporter.notices.models import Notice
from reporter.ports import ports
from tests.browser.server import LiveCity
from tests.browser.visit import Visitors
from tests.browser.waiting import wait_until

POLL = "/notices/bell"
HALF_A_MINUTE = 30_000  # milliseconds
LONGEST = 300  # seconds between two questions
# When the bell asked last, by the clock of its page: while the answer is on its way that clock goes on.
NOTED = f"""{{
    const ask = window.fetch;
    window.fetch = (...given) => {{
        if (String(given[0]).endsWith("{POLL}")) window.askedAt = Date.now();
        return ask(...given);
    }};
}}"""


def tell(city: LiveCity, login: str) -> None:
    """Tell somebody something."""
    with city.looked_into():
        user = user_by_login(login)
        assert user is not None
        row = Notice(
            user_id=user.id, who="reporter", what="report.submit", number="R-1", at=ports.clock.now()
        )
        command(lambda: db.session.add(row))()


def asked_next(page: Page) -> tuple[int, int]:
    """Let time pass on the page until it asks.

    Returns:
        How many half minutes went by there, rounded, and what the server answered.
    """
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if answer.url.endswith(POLL) else None)
    began = page.evaluate("Date.now()")
    for _ in range(LONGEST):
        page.clock.run_for(1000)
        passed: int = page.evaluate("window.askedAt ?? 0") - began
        if passed > 0:
            return round(passed / HALF_A_MINUTE), first_of(answers, page)
    raise AssertionError(f"nothing was asked in {LONGEST} s")


def first_of(answers: list[int], page: Page) -> int:
    """Return the first answer, once it has come."""
    wait_until(page, lambda: bool(answers))
    return answers[0]


def test_the_number_comes_without_a_reload_and_goes_when_it_was_read(visit: Visitors, city: LiveCity) -> None:
    page = visit("resident")
    page.clock.install()
    page.add_init_script(NOTED)
    page.goto(f"{city.address}/notices/")
    number = page.locator("[data-bell-number]")
    with page.expect_event("load"):  # the bell counts from there
        page.locator("form[action='/notices/read'] button").click()
    expect(number).to_be_hidden()

    asked = [asked_next(page), asked_next(page)]
    expect(number).to_be_hidden()
    tell(city, "resident@jining.example")
    asked.append(asked_next(page))

    expect(number).to_have_text("1")
    assert asked == [(1, 200), (1, 304), (2, 200)]


def test_a_page_that_is_hidden_asks_nothing(visit: Visitors, city: LiveCity) -> None:
    page = visit("resident")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith(POLL) else None)
    page.clock.install()
    page.goto(f"{city.address}/")
    page.evaluate(
        """() => { Object.defineProperty(document, "hidden", { value: true, configurable: true });
        document.dispatchEvent(new Event("visibilitychange")); }"""
    )

    page.clock.run_for(LONGEST * 1000)

    assert asked == []
