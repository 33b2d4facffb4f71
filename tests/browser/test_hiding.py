"""A resident hides a part of a photo before sending it: with a finger or a mouse, or with the keyboard alone."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from reporter.photos.models import Photo
from reporter.photos.pixels import Flag
from reporter.photos.queries import by_token
from tests.browser.acts import button, picture
from tests.browser.axe import violations
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, PHONE, Screen, Visitors
from tests.browser.words import zh

SCREENS = pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])


def opened(visit: Visitors, screen: Screen) -> Page:
    """Return the report's page with one photo in it and the dialog open."""
    page = visit(screen=screen)
    page.goto("/report")
    page.locator("[data-gallery]").set_input_files([picture("sofa-before", minutes_ago=3)])
    button(page, "Hide parts").click()
    expect(page.locator("[data-hiding-picture]")).to_have_js_property("complete", value=True)
    expect(page.get_by_role("heading", name=zh("Hide parts of the photo"))).to_be_visible()
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
