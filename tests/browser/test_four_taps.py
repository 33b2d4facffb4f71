"""From the picture to the receipt in four presses; the place is asked for only where nobody knows it."""

import time

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.acts import button, picture
from tests.browser.axe import violations
from tests.browser.visit import DESK, PHONE, Screen, Visitors
from tests.browser.words import like, zh

MOST = 4
AWAY = (113.1187, 41.0142)  # degrees WGS 84, in the city, where nothing was reported


class Taps:
    """Counts what is pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.number = page, 0

    def press(self, target: Locator) -> None:
        target.click()
        self.number += 1


def opened(visit: Visitors, *, position: bool, screen: Screen = PHONE) -> Page:
    page = visit(screen=screen)
    page.context.set_geolocation(
        {"longitude": AWAY[0], "latitude": AWAY[1], "accuracy": 12} if position else None
    )
    if not position:
        page.context.clear_permissions()
    page.goto("/report")
    return page


def tile(page: Page, slug: str) -> Locator:
    return page.locator(f"label:has([data-slug={slug}])")


@pytest.mark.parametrize("known_by", ["phone", "photo"])
def test_four_presses_after_the_picture_are_enough(visit: Visitors, known_by: str) -> None:
    page = opened(visit, position=known_by == "phone")
    taps = Taps(page)
    door = "[data-camera]" if known_by == "phone" else "[data-gallery]"
    page.locator(door).set_input_files([picture("rubbish-before", minutes_ago=1, at=AWAY)])
    began = time.monotonic()

    taps.press(button(page, "Next"))
    taps.press(tile(page, "littering_dumping"))
    taps.press(page.get_by_role("button", name="暴露垃圾"))
    source = (
        like("From the phone, exact to about {metres} m")
        if known_by == "phone"
        else zh("From the place in the photo")
    )
    expect(page.locator("[data-sum-source]")).to_have_text(source)
    taps.press(button(page, "Send"))

    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()
    print(f"\nplace by {known_by}: {taps.number} presses, {time.monotonic() - began:.1f} s to the receipt")  # noqa: T201 - figures to read
    assert taps.number <= MOST


def test_without_a_position_the_place_is_asked_for_and_the_last_one_is_proposed_next_time(
    visit: Visitors,
) -> None:
    page = opened(visit, position=False)
    shot = picture("rubbish-before", minutes_ago=1)
    shot["buffer"] = without_exif(shot["buffer"])
    page.locator("[data-gallery]").set_input_files([shot])
    button(page, "Next").click()
    expect(page.get_by_role("heading", name=zh("Where is it?"))).to_be_focused()
    button(page, "It is here").click()
    expect(page.locator("#step-place [data-step-error]")).to_be_visible()
    page.locator("#area_id").select_option(index=1)
    page.locator("#address").fill("解放大街12号")
    button(page, "It is here").click()
    tile(page, "littering_dumping").click()
    page.get_by_role("button", name="暴露垃圾").click()
    button(page, "Send").click()
    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()
    page.wait_for_load_state()  # the receipt has forgotten the draft

    page.goto("/report")
    page.locator("[data-gallery]").set_input_files([shot])
    button(page, "Next").click()

    expect(page.locator("#address")).to_have_value("解放大街12号")
    expect(page.locator("[data-place-lead]")).to_have_text(
        zh(
            "Nobody says where it is: neither the phone nor the photo. This is where you reported last; is it here again?"
        )
    )


def without_exif(content: bytes) -> bytes:
    start = content.index(b"\xff\xe1")
    return content[:start] + content[start + 2 + int.from_bytes(content[start + 2 : start + 4]) :]


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_what_is_missing_is_said_before_sending_where_one_more_can_be_taken(
    visit: Visitors, screen: Screen
) -> None:
    page = opened(visit, position=True, screen=screen)
    page.locator("[data-camera]").set_input_files([picture("park-before", minutes_ago=1, at=AWAY)])
    button(page, "Next").click()
    tile(page, "illegal_parking").click()
    page.get_by_role("button", name="占盲道").click()
    told = page.locator("[data-evidence-now]")
    expect(told).to_contain_text("2 张照片")
    assert violations(page) == []

    with page.expect_file_chooser() as asked:
        button(told, "Take one with a street sign").click()
    asked.value.set_files([picture("park-before", minutes_ago=0, at=AWAY)])

    expect(page.locator("[data-sum-photos] img")).to_have_count(2)
    expect(page.locator("[data-views] select").last).to_have_value("far")
    expect(told).not_to_contain_text("2 张照片")
    button(page, "Send").click()
    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()


def test_the_place_is_one_press_away_from_the_end_and_leads_back_to_it(visit: Visitors) -> None:
    page = opened(visit, position=True)
    page.locator("[data-camera]").set_input_files([picture("rubbish-before", minutes_ago=1, at=AWAY)])
    button(page, "Next").click()
    tile(page, "littering_dumping").click()
    page.get_by_role("button", name="暴露垃圾").click()

    page.locator("[data-summary] a[href='#step-place']").click()
    expect(page.locator(".leaflet-container path").first).to_be_attached()
    button(page, "It is here").click()

    expect(page.get_by_role("heading", name=zh("Look it over and send it"))).to_be_focused()
    button(page, "Back a step").click()
    expect(page.get_by_role("heading", name=zh("What kind is it?"))).to_be_focused()
    button(page, "Back a step").click()
    expect(page.get_by_role("heading", name=zh("First the photos"))).to_be_focused()


def test_whoever_has_gone_back_is_not_drawn_on_by_a_late_answer(visit: Visitors) -> None:
    page, held = opened(visit, position=True), list[Route]()
    page.locator("[data-camera]").set_input_files([picture("rubbish-before", minutes_ago=1, at=AWAY)])
    button(page, "Next").click()
    tile(page, "littering_dumping").click()
    page.route("**/report/nearby?*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright reads its signature
    with page.expect_request("**/report/nearby?*") as asked:
        page.get_by_role("button", name="暴露垃圾").click()

    button(page, "Back a step").click()
    first = page.get_by_role("heading", name=zh("First the photos"))
    expect(first).to_be_focused()
    page.unroute("**/report/nearby?*")
    asked.value.response()

    page.wait_for_timeout(300)
    expect(first).to_be_visible()


def test_words_lead_to_a_kind_where_they_are_clear(visit: Visitors) -> None:
    page = opened(visit, position=True)
    page.locator("[data-camera]").set_input_files([picture("rubbish-before", minutes_ago=1, at=AWAY)])
    button(page, "Next").click()
    page.locator("#guess-words").fill("垃圾桶满了没人清")

    expect(page.locator("#step-kind [data-guess-word]")).to_have_text("按您的描述，像是：乱扔乱倒 · 暴露垃圾")
    button(page.locator("[data-guess]"), "Take this kind").click()

    expect(page.locator("[data-sum-kind]")).to_have_text("乱扔乱倒 · 暴露垃圾")
    expect(page.locator("#words")).to_have_value("垃圾桶满了没人清")
