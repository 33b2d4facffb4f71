"""The side queue while it is being cleared: the moderator stays where they are and sees how far it is."""

from playwright.sync_api import expect

from reporter.accounts.queries import user_by_login
from reporter.kernel.db import command, db
from reporter.ports import ports
from reporter.reports.models import Clearing
from tests.browser.server import MAIL, LiveCity
from tests.browser.visit import DESK, Visitors
from tests.browser.words import zh


@command
def under_way(*, done: int, over: bool = False, known: int | None = None) -> int:
    """Write how far a clearing of ten reports is; return its id."""
    by, now = user_by_login(f"acceptor@{MAIL}"), ports.clock.now()
    assert by
    clearing = db.session.get(Clearing, known) if known else None
    if clearing is None:
        clearing = Clearing(by_id=by.id, reason="测试", last_report_id=0, total=10, told=[], began_at=now)
        db.session.add(clearing)
    clearing.done, clearing.ended_at = done, now if over else None
    db.session.flush()
    return clearing.id


def test_how_far_a_clearing_is_comes_by_itself_and_nothing_else_moves(
    visit: Visitors, city: LiveCity
) -> None:
    with city.looked_into():
        clearing_id = under_way(done=3)
    page = visit("acceptor", screen=DESK)
    page.goto("/triage/?list=aside")
    bar = page.locator("#clearing progress")
    expect(bar).to_have_attribute("value", "3")

    with city.looked_into():
        under_way(done=7, known=clearing_id)
    expect(bar).to_have_attribute("value", "7")
    with city.looked_into():
        under_way(done=10, over=True, known=clearing_id)

    expect(page.locator("#clearing")).to_contain_text(zh("The side queue was cleared."))
    expect(page).to_have_url(f"{city.address}/triage/?list=aside")
    expect(page.locator("#main")).to_be_visible()
