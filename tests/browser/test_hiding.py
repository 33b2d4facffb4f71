"""A resident hides a part of a photo before sending it: with a finger or a mouse, or with the keyboard alone."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from reporter.photos.models import Photo
from reporter.photos.pixels import Flag
from reporter.photos.queries import by_token
from tests.browser.acts import button, picture
from tests.browser.axe import violations
from tests.browser.samples import story_report
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, PHONE, Screen, Visitors, Watch
from tests.browser.words import zh

SCREENS = pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
HIDE_AT = re.compile(r"/report/photos/\w+/hide$")
LARGE_AT = re.compile(r"/report/photos/\w+/large\.jpg$")


def opened(visit: Visitors, screen: Screen) -> Page:
    """Return the report's page with one photo in it and the dialog open."""
    page = visit(screen=screen)
    page.goto("/report")
    page.locator("[data-gallery]").set_input_files([picture("sofa-before", minutes_ago=3)])
    button(page, "Hide parts").click()
    expect(page.get_by_role("heading", name=zh("Hide parts of the photo"))).to_be_visible()
    expect(page.locator("[data-hiding-picture]")).to_have_js_property("complete", value=True)
    expect(page.locator("[data-hiding-add]")).to_be_enabled()  # boxes are drawn from now on
    return page


def boxes(page: Page) -> Locator:
    return page.locator("[data-hiding-boxes] rect")


def token(page: Page) -> str:
    return page.locator("[data-shot] input[type=hidden]:enabled").input_value()


def the_photo(city: LiveCity, page: Page) -> Photo:
    with city.looked_into():
        return by_token(token(page))


def is_filled(page: Page, x: float, y: float) -> bool:
    """Tell whether the large copy has the colour of a filled box at this place, in fractions."""
    answer = page.request.get(f"/report/photos/{token(page)}/large.jpg")
    with Image.open(BytesIO(answer.body())) as image:
        colour = image.convert("L").getpixel((int(image.width * x), int(image.height * y)))
    assert isinstance(colour, int)
    return colour < 40


@SCREENS
def test_a_box_that_is_drawn_is_burnt_in(visit: Visitors, city: LiveCity, screen: Screen) -> None:
    page = opened(visit, screen)
    before = token(page)
    assert not is_filled(page, 0.3, 0.3)
    edge = page.locator("[data-hiding-boxes]").bounding_box()
    assert edge
    assert violations(page) == []

    page.mouse.move(edge["x"] + edge["width"] * 0.2, edge["y"] + edge["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(edge["x"] + edge["width"] * 0.4, edge["y"] + edge["height"] * 0.5, steps=4)
    page.mouse.up()
    expect(boxes(page)).to_have_count(1)
    button(page, "Hide for good").click()

    expect(page.locator("[data-hiding]")).to_be_hidden()
    expect(page.get_by_text(zh("The parts you hid are gone for good."))).to_be_visible()
    assert token(page) != before
    assert is_filled(page, 0.3, 0.3)
    assert not is_filled(page, 0.7, 0.7)
    assert page.request.get(f"/report/photos/{before}.jpg").status == 404
    assert Flag.PARTS_HIDDEN in the_photo(city, page).flags


def test_the_keyboard_alone_is_enough(visit: Visitors) -> None:
    page = opened(visit, DESK)
    page.locator("[data-hiding-add]").press("Enter")
    expect(boxes(page)).to_be_focused()
    for key in ["ArrowLeft"] * 30 + ["Shift+ArrowDown"] * 20:
        page.keyboard.press(key)
    page.locator("[data-hiding-add]").press("Enter")
    page.keyboard.press("Delete")
    expect(boxes(page)).to_have_count(1)

    page.locator("[data-hiding-burn]").press("Enter")

    expect(page.locator("[data-hiding]")).to_be_hidden()
    assert is_filled(page, 0.2, 0.75)
    assert not is_filled(page, 0.5, 0.5)
    expect(page.locator("[data-shot] [data-hide]")).to_be_focused()


def test_whoever_closes_the_dialog_hides_nothing(visit: Visitors) -> None:
    page = opened(visit, PHONE)
    before = token(page)
    page.locator("[data-hiding-add]").click()

    page.keyboard.press("Escape")

    assert token(page) == before
    button(page, "Hide parts").click()
    expect(boxes(page)).to_have_count(0)
    expect(page.locator("[data-hiding-burn]")).to_be_disabled()


def with_two(visit: Visitors) -> tuple[Page, list[str]]:
    """Return the report's page with two photos in it, and their tokens."""
    page = visit(screen=DESK)
    page.goto("/report")
    page.locator("[data-gallery]").set_input_files(
        [picture("sofa-before", minutes_ago=3), picture("rubbish-before", minutes_ago=4)]
    )
    expect(page.locator("[data-shot] [data-hide]:visible")).to_have_count(2)
    return page, tokens(page)


def tokens(page: Page) -> list[str]:
    return [one.input_value() for one in page.locator("[data-shot] input[type=hidden]").all()]


def hide(page: Page, place: int) -> None:
    """Open the dialog at this photo and put a box into it."""
    page.locator("[data-shot] [data-hide]").nth(place).click()
    expect(page.locator("[data-hiding-add]")).to_be_enabled()
    page.locator("[data-hiding-add]").click()


def test_an_answer_that_comes_late_changes_the_photo_it_is_about(visit: Visitors) -> None:
    page, before = with_two(visit)
    held: list[Route] = []
    page.context.route(HIDE_AT, lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    hide(page, 0)
    with page.expect_request(HIDE_AT):
        button(page, "Hide for good").click()
    expect(page.locator("[data-hiding-said]")).to_have_text(zh("The parts are being hidden …"))
    page.keyboard.press("Escape")
    expect(page.locator("[data-shot]").first).to_contain_text(zh("The parts are being hidden …"))

    hide(page, 1)
    (route,) = held
    route.continue_()

    expect(page.locator("[data-shot]").first).to_contain_text(zh("The parts you hid are gone for good."))
    after = tokens(page)
    assert after[0] not in before
    assert after[1] == before[1]
    expect(page.locator("[data-hiding]")).to_be_visible()  # of the second: still drawn at
    expect(boxes(page)).to_have_count(1)


@pytest.mark.parametrize("works", [True, False])
def test_a_form_that_is_sent_while_parts_are_being_hidden_waits_and_never_sends_them_unhidden(
    visit: Visitors, city: LiveCity, watch: Watch, works: bool
) -> None:
    watch.expected.add(503)
    with city.looked_into():
        code = story_report("submitted").code
    page = visit(screen=DESK)
    page.goto(f"/track/{code}")
    page.locator("#add summary").click()
    page.locator("#add [data-gallery]").set_input_files([picture("sofa-before", minutes_ago=3)])
    expect(page.locator("[data-shot] [data-hide]")).to_be_visible()
    held: list[Route] = []
    page.context.route(HIDE_AT, lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks its handlers
    hide(page, 0)
    with page.expect_request(HIDE_AT):
        button(page, "Hide for good").click()
    expect(page.locator("[data-hiding-said]")).not_to_be_empty()
    page.keyboard.press("Escape")

    button(page, "Add it").click()
    expect(page.locator("#add [data-held]")).to_be_visible()
    (route,) = held
    if works:
        route.continue_()
    else:
        route.fulfill(status=503, body="busy")

    if works:
        expect(page.locator(".flashes")).to_contain_text(zh("Thank you. It was added to your report."))
        return
    expect(page.locator("[data-shot]")).to_contain_text(
        zh("That did not work; nothing was hidden. Please try again.")
    )
    expect(page.locator("#add [data-held]")).to_be_hidden()
    expect(page).to_have_url(re.compile(f"/track/{code}"))


def test_nothing_is_drawn_before_the_photo_is_seen_and_one_that_does_not_come_says_so(
    visit: Visitors, watch: Watch
) -> None:
    watch.expected.add(503)
    page, _ = with_two(visit)
    hide(page, 0)
    page.keyboard.press("Escape")
    held: list[Route] = []
    page.context.route(LARGE_AT, lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks its handlers

    with page.expect_request(LARGE_AT):
        page.locator("[data-shot] [data-hide]").nth(1).click()
    expect(page.locator("[data-hiding]")).to_be_visible()
    assert page.locator("[data-hiding-picture]").evaluate("image => image.naturalWidth") == 0
    expect(page.locator("[data-hiding-add]")).to_be_disabled()
    page.locator("[data-hiding-boxes]").dispatch_event(
        "pointerdown", {"button": 0, "pointerId": 1, "clientX": 5, "clientY": 5}
    )
    expect(boxes(page)).to_have_count(0)
    held[0].fulfill(status=503, body="busy")

    expect(page.locator("[data-hiding-error]")).to_have_text(
        zh(
            "The photo could not be loaded, so nothing can be hidden in it. Please close this and open it again."
        )
    )
    expect(page.locator("[data-hiding-add]")).to_be_disabled()


def test_a_second_finger_leaves_no_box_behind(visit: Visitors) -> None:
    page = opened(visit, DESK)
    expect(page.locator("[data-hiding-add]")).to_be_enabled()
    svg = page.locator("[data-hiding-boxes]")
    edge = svg.bounding_box()
    assert edge
    page.mouse.move(edge["x"] + edge["width"] * 0.2, edge["y"] + edge["height"] * 0.2)
    page.mouse.down()

    for kind in ("pointerdown", "pointerup"):
        svg.dispatch_event(
            kind, {"button": 0, "pointerId": 77, "clientX": edge["x"] + 9, "clientY": edge["y"] + 9}
        )
    page.mouse.move(edge["x"] + edge["width"] * 0.5, edge["y"] + edge["height"] * 0.5, steps=3)
    page.mouse.up()

    expect(boxes(page)).to_have_count(1)
    assert float(boxes(page).get_attribute("width") or 0) > 20
