"""I saw this too: the large picture of what is open nearby, joining with a picture of one's own, following, leaving."""

from playwright.sync_api import Page, expect
from sqlalchemy import select

from reporter.cases.queries import case_by_number
from reporter.kernel.db import db
from reporter.photos.commands.searching import note_known
from reporter.reports.models import Report
from reporter.reports.queries import photo_ids_of
from tests.browser import acts
from tests.browser.acts import button
from tests.browser.axe import violations
from tests.browser.hands import Finger, Keys
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, Visitors
from tests.browser.words import zh

SPOT = (113.1351, 41.0202)  # degrees WGS 84; no other story's
BARE = (113.1352, 41.0236)
SIDE_BY_SIDE = ((113.1290, 41.0236), (113.1294, 41.0236))  # some 35 m from each other
FACE = {
    "kind": "face", "x": 0.45, "y": 0.45, "w": 0.1, "h": 0.1, "score": 0.9, "threshold": 0.25, "finder": "story",
}  # fmt: skip


def looked_through(city: LiveCity, number: str) -> None:
    """Let it be written down that a program found a face on the report's photo."""
    with city.looked_into():
        report = db.session.scalars(select(Report).where(Report.number == number)).one()
        note_known(photo_ids_of(report.id)[0], [FACE], by="story")


def let_pass(moderator: Finger, number: str) -> None:
    """Open the picture for people nearby by its key, and say yes to it."""
    page = moderator.page
    acts.find(moderator, number)
    expect(page.get_by_text(acts.WORDS)).to_be_visible()
    page.keyboard.press("u")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("img")).to_have_js_property("naturalWidth", 640)
    assert violations(page) == []
    moderator.press(button(dialog, "Nobody can be recognised: show it"))
    expect(page.locator(".flashes")).to_contain_text(
        zh("People who report the same within 100 m see this picture while the case is open.")
    )


def reported_before(visit: Visitors, city: LiveCity, at: tuple[float, float], *, passes: bool) -> str:
    """Return the number of a case that somebody else reported; `passes`: its picture may be seen nearby."""
    number, _code = acts.report(Finger(visit()), at)
    moderator = Finger(visit(screen=DESK))
    acts.sign_in(moderator, "acceptor")
    if passes:
        looked_through(city, number)
        let_pass(moderator, number)
    return acts.accept(moderator, number)


def people_behind(city: LiveCity, number: str) -> int:
    with city.looked_into():
        case = case_by_number(number)
        assert case
        return case.report_count


def before_what_is_open(visit: Visitors, at: tuple[float, float]) -> tuple[Finger, Page]:
    """Return a resident who has photographed the same and is asked whether it is."""
    resident = Finger(visit())
    acts.begin(resident, at)
    acts.name_kind(resident)
    page = resident.page
    expect(page.get_by_role("heading", name=zh("Reported nearby already: is it the same?"))).to_be_focused()
    return resident, page


def test_somebody_who_saw_it_too_knows_it_by_its_picture_joins_follows_and_leaves(
    visit: Visitors, city: LiveCity, as_found: None
) -> None:
    case_number = reported_before(visit, city, SPOT, passes=True)

    resident, page = before_what_is_open(visit, SPOT)
    picture = page.locator(".near img")
    expect(picture).to_have_js_property("naturalWidth", 640)
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] >= 300
    assert abs(box["width"] / box["height"] - 4 / 3) < 0.02
    assert acts.WORDS not in page.locator(".near").inner_text()
    assert violations(page) == []

    page.locator(".near label.join").click()
    _number, code = acts.send(resident)
    expect(page.get_by_text(zh("It goes with a case that is open already."))).to_be_visible()
    resident.press(acts.link(page, "See how it goes"))
    expect(page.get_by_text(zh("You saw it too"))).to_be_visible()
    assert people_behind(city, case_number) == 2

    resident.press(page.locator("#withdraw summary"))
    resident.press(button(page, "Yes, withdraw it"))
    expect(page).not_to_have_url(f"/track/{code}")
    assert people_behind(city, case_number) == 1


def test_where_nobody_let_a_picture_pass_there_are_words_and_no_picture(
    visit: Visitors, city: LiveCity, as_found: None
) -> None:
    reported_before(visit, city, BARE, passes=False)

    _resident, page = before_what_is_open(visit, BARE)

    expect(page.locator(".near .no-pic")).to_be_visible()
    expect(page.locator(".near img")).to_have_count(0)
    expect(page.locator("#step-near")).to_contain_text("照片不公开")


def test_by_keys_the_cases_are_passed_over_and_one_is_joined(
    visit: Visitors, city: LiveCity, as_found: None
) -> None:
    numbers = [acts.report(Finger(visit()), spot)[0] for spot in SIDE_BY_SIDE]
    moderator = Finger(visit(screen=DESK))
    acts.sign_in(moderator, "acceptor")
    for number in numbers:
        acts.accept(moderator, number)
    resident = Keys(visit())
    acts.begin(resident, SIDE_BY_SIDE[0])
    acts.name_kind(resident)
    page = resident.page
    expect(page.get_by_role("heading", name=zh("Reported nearby already: is it the same?"))).to_be_focused()
    cases = page.locator("[name=joins]:not([value=''])")

    resident.choose(cases.nth(1))
    expect(page.locator("#step-near")).to_be_visible()
    expect(page.locator("[data-next]")).to_have_text(zh("Next"))
    page.keyboard.press("ArrowUp")
    expect(cases.first).to_be_checked()
    assert violations(page) == []
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=zh("Look it over and send it"))).to_be_focused()
    expect(cases.first).to_be_checked()
    page.go_back()
    expect(page.get_by_role("heading", name=zh("Reported nearby already: is it the same?"))).to_be_focused()
    resident.choose(page.locator("[name=joins][value='']"))
    expect(page.locator("[data-next]")).to_have_text(zh("None of these, go on"))
