"""A moderator lets people nearby see a picture only once it could be seen: two quick presses of Enter pass none."""

from playwright.sync_api import Page, Route, expect

from tests.browser import acts
from tests.browser.acts import button
from tests.browser.axe import violations
from tests.browser.hands import Finger
from tests.browser.server import LiveCity
from tests.browser.test_joining import looked_through
from tests.browser.visit import DESK, Visitors
from tests.browser.words import zh

ELSEWHERE = (113.1262, 41.0236)  # degrees WGS 84; no other story's


def at_a_picture_that_waits(visit: Visitors, city: LiveCity) -> tuple[Page, list[Route]]:
    """Open the dialog of the picture for people nearby while the picture is on its way."""
    number, _code = acts.report(Finger(visit()), ELSEWHERE)
    looked_through(city, number)
    moderator, held = Finger(visit(screen=DESK)), list[Route]()
    acts.sign_in(moderator, "acceptor")
    moderator.page.route("**/nearby/*.jpg", lambda route: held.append(route))  # noqa: PLW0108 - Playwright reads its signature
    acts.find(moderator, number)
    expect(moderator.page.get_by_text(acts.WORDS)).to_be_visible()
    moderator.page.wait_for_load_state()  # the keys are there
    moderator.page.keyboard.press("u")
    expect(moderator.page.locator("dialog[open]")).to_be_visible()
    return moderator.page, held


def test_enter_twice_lets_no_picture_pass_unseen_and_the_button_waits_for_it(
    visit: Visitors, city: LiveCity
) -> None:
    page, held = at_a_picture_that_waits(visit, city)
    dialog = page.locator("dialog[open]")
    yes = button(dialog, "Nobody can be recognised: show it")

    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(yes).not_to_be_focused()
    expect(dialog.locator("section").first).to_be_focused()
    expect(yes).to_have_attribute("aria-disabled", "true")
    expect(yes).to_have_accessible_description(
        zh("The picture has not come yet: the button works once it can be seen.")
    )
    yes.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    assert violations(page) == []
    for route in held:
        route.continue_()
    page.unroute("**/nearby/*.jpg")

    expect(yes).to_have_attribute("aria-disabled", "false")
    yes.press("Enter")
    expect(page.locator(".flashes")).to_contain_text(
        zh("People who report the same within 100 m see this picture while the case is open.")
    )
