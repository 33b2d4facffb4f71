"""A map is fetched when it is nearly seen, and not before: on a slow network the page is used long before."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visit import DESK, PHONE, Screen, Visitors

MAP = "[data-map]"
DRAWN = f"{MAP}.leaflet-container"


def asked_of(page: Page) -> list[str]:
    """Return the names of the files a page asks for, as they come."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2].partition("?")[0]))
    return asked


def test_a_units_list_on_a_phone_fetches_no_map(visit: Visitors) -> None:
    page = visit("chengguan_1")
    asked = asked_of(page)

    page.goto("/unit/", wait_until="networkidle")

    assert "house.css" in asked
    assert {"leaflet.js", "map.js", "areas.json", "htmx.min.js"}.isdisjoint(asked)


@pytest.mark.parametrize("screen", [PHONE, DESK])
def test_the_map_of_the_start_page_is_fetched_when_one_comes_near(visit: Visitors, screen: Screen) -> None:
    page = visit(screen=screen)
    asked = asked_of(page)
    page.goto("/", wait_until="networkidle")
    assert "leaflet.js" not in asked
    expect(page.locator(DRAWN)).to_have_count(0)

    page.locator(MAP).scroll_into_view_if_needed()

    expect(page.locator(DRAWN)).to_be_visible()
    expect(page.locator(f"{MAP} path").first).to_be_attached()  # the areas


def test_a_map_that_could_not_be_fetched_is_drawn_when_the_network_is_back(visit: Visitors) -> None:
    page = visit()
    page.goto("/", wait_until="networkidle")
    visit.watch.loses = True
    page.context.set_offline(True)
    with page.expect_event("requestfailed", predicate=lambda one: "leaflet.js" in one.url):
        page.locator(MAP).scroll_into_view_if_needed()
    expect(page.locator(DRAWN)).to_have_count(0)

    page.context.set_offline(False)

    expect(page.locator(DRAWN)).to_be_visible()


def test_the_map_of_the_board_asks_for_the_posts_where_it_is_moved(visit: Visitors) -> None:
    page = visit(screen=DESK)
    with page.expect_response(lambda answer: "/map/posts.json" in answer.url) as first:
        page.goto("/map")
        expect(page.locator(DRAWN)).to_be_visible()
    whole = first.value.json()["markers"]
    areas = page.locator("[data-marker^=area-]").count()
    expect(page.locator(f"{MAP} .mk")).to_have_count(areas + len(whole))

    with page.expect_response(lambda answer: "/map/posts.json" in answer.url) as second:
        page.locator(f"{MAP} .leaflet-control-zoom-in").click()

    nearer = second.value.json()["markers"]
    assert second.value.url != first.value.url
    expect(page.locator(f"{MAP} .mk")).to_have_count(areas + len(nearer))
    expect(page.locator(".teaser-side [data-rows] li")).to_have_count(
        sum(marker.get("number", 1) for marker in whole)
    )


def test_a_map_that_is_left_while_it_zooms_fails_nothing(visit: Visitors) -> None:
    page = visit("acceptor", screen=DESK)
    page.emulate_media(reduced_motion="no-preference")
    page.goto("/triage/")
    expect(page.locator("[data-ahead-is=here]")).to_be_attached()
    before = page.locator("[data-report]").get_attribute("data-report") or ""

    page.locator(".leaflet-control-zoom-in").first.click()
    page.keyboard.press("j")

    expect(page.locator("[data-report]")).not_to_have_attribute("data-report", before)
    page.wait_for_timeout(500)  # longer than the zoom; a fault of the script is one of the story
