"""A moderator puts the place of a report right: by the keyboard alone, by a press on the map, and without scripts."""

import re

from playwright.sync_api import Page, expect

from reporter.kernel.db import db
from reporter.reports.queries import get_report
from tests.browser.acts import button
from tests.browser.axe import violations
from tests.browser.server import LiveCity
from tests.browser.test_typed_address import asking_for
from tests.browser.test_undo import first_waiting
from tests.browser.visit import DESK, Visitors
from tests.browser.words import zh

CROSSING = "新华街与建设路交叉口"


def at_a_report(visit: Visitors, city: LiveCity, *, scripts: bool = True) -> tuple[Page, int]:
    report_id = first_waiting(city)
    page = visit("acceptor", screen=DESK, scripts=scripts)
    page.goto(f"/triage/{report_id}")
    return page, report_id


def point_of(city: LiveCity, report_id: int) -> tuple[float, float]:
    with city.looked_into():
        db.session.expire_all()
        report = get_report(report_id)
        return report.lon, report.lat


def test_an_address_is_chosen_and_weighed_by_the_keyboard_alone_and_nothing_is_written_yet(
    visit: Visitors, city: LiveCity
) -> None:
    page, report_id = at_a_report(visit, city)
    before = point_of(city, report_id)

    page.keyboard.press(".")
    field = page.get_by_role("combobox", name=re.compile(zh("Address")))
    expect(field).to_be_focused()
    field.fill("")
    with asking_for(page, "新华街建设路口"):
        page.keyboard.type("新华街建设路口")
    expect(page.locator("#address-list [role=option]").first).to_contain_text(CROSSING)
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-place-said]")).to_contain_text(CROSSING)
    page.keyboard.press("Enter")

    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".t-map .map-note")).to_contain_text(CROSSING)
    expect(page.locator("#to-dialog-place")).to_be_focused()
    expect(page.locator("#judge [name=lon]")).not_to_have_value("")
    assert violations(page) == []
    assert point_of(city, report_id) == before


def test_leaving_the_dialog_leaves_the_place_as_it_was(visit: Visitors, city: LiveCity) -> None:
    page, _report_id = at_a_report(visit, city)
    address = page.locator("#address").input_value()

    page.keyboard.press(".")
    page.locator("#address").fill("新华街建设路口")
    page.locator("#address-list [role=option]").first.click()
    expect(page.locator("#judge [name=lon]")).not_to_have_value("")
    button(page.locator("#dialog-place"), "Not now").click()

    expect(page.locator("#judge [name=lon]")).to_have_value("")
    expect(page.locator("#address")).to_have_value(address)


def test_a_press_on_the_map_sets_the_place_and_says_where_it_lies(visit: Visitors, city: LiveCity) -> None:
    page, _report_id = at_a_report(visit, city)

    page.keyboard.press(".")
    drawn = page.locator("#dialog-place .leaflet-container")
    expect(drawn).to_be_visible()
    drawn.click(position={"x": 60, "y": 60})
    expect(page.locator("[data-place-said]")).not_to_be_empty()
    button(page, "Take this place").click()

    expect(page.locator("#judge [name=place_source]")).to_have_value("picked")
    expect(page.locator(".t-body .check").last).to_contain_text("由您更正")


def test_without_scripts_the_places_are_plain_choices(visit: Visitors, city: LiveCity) -> None:
    page, report_id = at_a_report(visit, city, scripts=False)
    before = point_of(city, report_id)
    page.locator("#address").fill("新华街建设路口")

    button(page, "Look the address up").click()
    found = page.get_by_role("radio", name=re.compile(f"^{CROSSING}"))
    expect(found).to_be_attached()
    page.wait_for_load_state()
    found.check(force=True)
    button(page, "Take this place").click()

    expect(page.locator("#judge [name=lon]")).not_to_have_value("")
    expect(page.locator("#address")).to_have_value(re.compile("新华街建设路口"))
    assert point_of(city, report_id) == before
