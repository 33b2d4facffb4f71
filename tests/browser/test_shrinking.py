"""A large picture is made smaller on the phone, says the same as before, and is not lost by a full phone or a dead session."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from reporter.photos.models import Photo
from reporter.photos.pixels import Flag
from reporter.photos.queries import by_token
from tests.browser.acts import button, picture
from tests.browser.server import LiveCity
from tests.browser.visit import HERE, Visitors, Watch
from tests.browser.words import like, zh
from tests.photos import pictures

LARGE = (3600, 2700)
TAKEN = "2026:11:23 08:09:10"
PLACE = ("N", (41, 1, 55.2), "E", (113, 6, 32.4))
FETCHED = """() => ["exif", "shrink"].every((name) =>
    performance.getEntriesByType("resource").some((one) => one.name.endsWith(`/${name}.js`)))"""


def large(*, orientation: int = 1) -> bytes:
    """Return a phone's JPEG of several megabytes whose corners tell which way is up."""
    image = pictures.quarters(LARGE)
    image.paste(pictures.grain((2400, 1800)), (600, 450))
    block = pictures.exif_block(orientation=orientation, taken=TAKEN, offset="+08:00", place=PLACE)
    return pictures.jpeg(image, exif=block)


def add(page: Page, content: bytes, name: str = "IMG_1.jpg", kind: str = "image/jpeg") -> Locator:
    page.goto("/report")
    page.locator("[data-gallery]").set_input_files([FilePayload(name=name, mimeType=kind, buffer=content)])
    shot = page.locator("[data-shot]")
    expect(shot).to_contain_text(zh("Uploaded"))
    return shot


def the_photo(city: LiveCity, page: Page) -> Photo:
    with city.looked_into():
        return by_token(page.locator("[data-shot] input[type=hidden]:enabled").input_value())


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_large_picture_is_sent_smaller_and_says_the_same_of_time_and_place(
    visit: Visitors, city: LiveCity, orientation: int
) -> None:
    content, page = large(orientation=orientation), visit()

    add(page, content)

    photo = the_photo(city, page)
    print(f"\n{len(content) / 1e6:.1f} MB became {photo.size / 1e6:.1f} MB")  # noqa: T201 - a figure to read
    assert photo.size < 0.6 * len(content)
    assert (photo.width, photo.height) == ((2560, 1920) if orientation == 1 else (1920, 2560))
    assert photo.taken_at == datetime(2026, 11, 23, 0, 9, 10, tzinfo=UTC)
    assert (photo.lon, photo.lat) == pytest.approx((113.109, 41.032), abs=1e-6)
    assert Flag.MADE_SMALLER in photo.flags


def test_a_small_picture_and_one_that_the_browser_cannot_read_are_sent_as_they_are(
    visit: Visitors, city: LiveCity
) -> None:
    small, other = pictures.jpeg(), pictures.heic(pictures.grain((1600, 1200)))
    page = visit()

    add(page, small)
    assert (the_photo(city, page).size, the_photo(city, page).flags.count(Flag.MADE_SMALLER)) == (
        len(small),
        0,
    )

    add(visit_again := visit(), other, "IMG_2.heic", "image/heic")
    assert (the_photo(city, visit_again).format, the_photo(city, visit_again).size) == ("HEIF", len(other))


def test_a_full_phone_is_said_in_words_and_the_picture_is_sent_all_the_same(
    visit: Visitors, watch: Watch
) -> None:
    watch.loses = True
    page = visit()
    page.add_init_script(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }"
    )
    page.goto("/report")
    page.wait_for_function(FETCHED)  # what is needed later
    page.context.set_offline(True)

    page.locator("[data-gallery]").set_input_files([picture("rubbish-before", minutes_ago=1)])

    expect(page.locator("[data-shot] [data-warning]")).to_contain_text("手机存储空间已满")
    page.context.set_offline(False)
    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))


@pytest.mark.parametrize("lost", ["before the picture", "before sending"])
def test_a_session_that_ended_costs_neither_picture_nor_report(
    visit: Visitors, watch: Watch, city: LiveCity, lost: str
) -> None:
    watch.expected.update({404, 422})
    page = visit()
    page.context.set_geolocation(HERE)
    page.goto("/report")
    if lost == "before the picture":
        page.context.clear_cookies(name="session")
    page.locator("[data-camera]").set_input_files([picture("rubbish-before", minutes_ago=1)])
    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))
    here = like("From the phone, exact to about {metres} m")
    expect(page.locator("[data-place-source]")).to_have_text(here)
    button(page, "Next").click()
    page.locator("label:has([data-slug=littering_dumping])").click()
    page.get_by_role("button", name="暴露垃圾").click()
    expect(page.get_by_role("heading", name=zh("Look it over and send it"))).to_be_focused()
    if lost == "before sending":
        told = page.locator("#report-form [data-send]")
        expect(told).to_have_attribute("value", "send_as_it_is")  # it was asked what is lacking
        page.context.clear_cookies(name="session")

    button(page, "Send").click()

    if lost == "before sending":
        expect(page.locator("[data-outbox-list] > li")).to_contain_text(zh("Sent, thank you"))
    else:
        expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()
