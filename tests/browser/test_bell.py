"""The bell rings on an open page, asks ever more seldom, and not at all while nobody looks."""

from playwright.sync_api import Page, expect

from reporter.accounts.queries import user_by_login
from reporter.kernel.db import command, db
from reporter.notices.models import Notice
from reporter.ports import ports
from tests.browser.server import LiveCity
from tests.browser.visit import Visitors

POLL = "/notices/bell"
HALF_A_MINUTE = 31_000  # milliseconds


def tell(city: LiveCity, login: str) -> None:
    """Tell somebody something."""
    with city.looked_into():
        user = user_by_login(login)
        assert user is not None
        row = Notice(
            user_id=user.id, who="reporter", what="report.submit", number="R-1", at=ports.clock.now()
        )
        command(lambda: db.session.add(row))()


def status_after(page: Page, milliseconds: int) -> int:
    """Let time pass on the page, and return what the server answers to the question that is asked then."""
    with page.expect_response(lambda answer: answer.url.endswith(POLL)) as found:
        page.clock.run_for(milliseconds)
    return found.value.status


def test_the_number_comes_without_a_reload_and_goes_when_it_was_read(visit: Visitors, city: LiveCity) -> None:
    page = visit("resident")
    page.clock.install()
    page.goto(f"{city.address}/notices/")
    number = page.locator("[data-bell-number]")
    page.locator("form[action='/notices/read'] button").click()
    expect(number).to_be_hidden()

    statuses = [status_after(page, HALF_A_MINUTE), status_after(page, HALF_A_MINUTE)]
    expect(number).to_be_hidden()
    tell(city, "resident@jining.example")
    statuses.append(status_after(page, HALF_A_MINUTE * 2))

    expect(number).to_have_text("1")
    assert statuses == [200, 304, 200]


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

    page.clock.run_for(HALF_A_MINUTE * 10)

    assert asked == []
