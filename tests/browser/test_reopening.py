"""Put right, says the city; no, says the resident, with a picture: it is done again, once, and then the way out is named."""

from playwright.sync_api import Page, expect

from reporter.cases.queries import case_by_number
from tests.browser import acts
from tests.browser.acts import button, picture
from tests.browser.axe import violations
from tests.browser.hands import Finger
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, PHONE, Screen, Visitors, Watch
from tests.browser.words import zh

SPOT = (113.1352, 41.0168)  # degrees WGS 84; no other story's
USED_UP = "This case has been reopened once already; please report it anew."


def not_solved(page: Page) -> None:
    """Say that it is not put right, with a picture and a few words, and leave the form filled in."""
    page.locator("#reopen summary").click()
    form = page.locator("#reopen form")
    form.locator("textarea").fill("只清走了一半，袋子还在。")
    form.locator("input[type=file]").first.set_input_files(
        [picture("rubbish-before", minutes_ago=1, at=SPOT)]
    )
    expect(form.locator("[name$=token]:enabled")).to_have_count(1)


def test_what_was_not_put_right_is_done_again_once_and_then_the_way_out_is_named(
    visit: Visitors, watch: Watch, city: LiveCity, as_found: None
) -> None:
    watch.expected.add(409)  # the second time is refused

    def staff(login: str, *, screen: Screen = DESK) -> Finger:
        hands = Finger(visit(screen=screen))
        acts.sign_in(hands, login)
        return hands

    resident = Finger(visit())
    number, code = acts.report(resident, SPOT)
    case_number = acts.accept(staff("acceptor"), number)
    with city.looked_into():
        case = case_by_number(case_number)
        assert case
        case_id = case.id
    unit = staff("sanitation_1", screen=PHONE)
    acts.handle(unit, case_id)
    inspector = staff("inspector")
    acts.inspect(inspector, case_id)
    page, late = resident.page, resident.page.context.new_page()
    for tab in (page, late):
        tab.goto(f"/track/{code}")
    for tab in (page, late):
        not_solved(tab)
    assert violations(page) == []

    button(page, "Have it done again").click()

    expect(page.locator(".flashes")).to_be_visible()
    expect(page.locator("#reopen")).to_have_count(0)
    unit.page.goto("/unit/")
    acts.link(unit.page, "Rework").click()
    acts.hand_in(unit, case_id)
    inspector.page.goto("/inspection/")
    acts.inspect(inspector, case_id)
    button(late, "Have it done again").click()
    expect(late.get_by_text(zh(USED_UP)).first).to_be_visible()
    expect(late.locator("main")).to_contain_text(
        zh("It was opened again once already. If it is still not put right:")
    )
    assert violations(late) == []
    acts.link(late, "report it anew").click()
    expect(late.locator("[data-slug=littering_dumping]")).to_be_checked()
