"""A bad network: the first view is light, and a report is written and sent before any map has come."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import acts
from tests.browser.hands import Finger
from tests.browser.samples import story_report
from tests.browser.server import LiveCity
from tests.browser.visit import Visitors
from tests.browser.words import zh

SLOW = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}  # 400 kb/s
MOST = 150_000  # bytes
# Pictures that lie below the first screen are fetched for those who go on, not for the first view.
BELOW = """() => [...document.images].filter((image) => image.getBoundingClientRect().top > innerHeight)
    .map((image) => image.currentSrc)"""


@pytest.mark.parametrize("of", ["home", "report", "tracking"])
def test_the_first_view_is_light(visit: Visitors, city: LiveCity, of: str) -> None:
    with city.looked_into():
        address = {"home": "/", "report": "/report", "tracking": f"/track/{story_report('handling').code}"}[
            of
        ]
    page = visit()
    weights = weighed(page)

    page.goto(address, timeout=60_000)

    below = set(page.evaluate(BELOW))
    weight = sum(size for url, size in weights() if url not in below)
    print(f"\n{address}: {weight / 1000:.0f} kB in {len(weights())} answers")  # noqa: T201 - a figure to read
    assert 30_000 < weight < MOST


def weighed(page: Page) -> Any:
    """Slow the network of `page` down; return what tells the address and bytes of each answer so far."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW)
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    devtools.on(
        "Network.requestWillBeSent",
        lambda said: addresses.update({said["requestId"]: said["request"]["url"]}),
    )
    devtools.on(
        "Network.loadingFinished", lambda said: sizes.update({said["requestId"]: said["encodedDataLength"]})
    )
    return lambda: [(addresses[name], size) for name, size in sizes.items()]


def test_a_report_is_sent_without_waiting_for_a_map(visit: Visitors) -> None:
    page = visit()
    held: list[Route] = []
    page.route("**/leaflet.js*", lambda route: held.append(route))  # noqa: PLW0108 - playwright calls no bound method of a list  # never answered

    number, _ = acts.report(Finger(page))

    assert number.startswith("R-")
    assert held == []  # the photo says where it is: nobody has to look at a map
    expect(page.locator(".leaflet-container")).to_have_count(0)


def test_a_picture_chosen_before_the_script_has_come_is_taken(visit: Visitors) -> None:
    page = visit()
    held: list[Route] = []
    page.route("**/report_shot.js*", lambda route: held.append(route))  # noqa: PLW0108 - playwright calls no bound method of a list
    with page.expect_request("**/report_shot.js*"):
        page.goto("/report", wait_until="commit")

    page.locator("[data-camera]").set_input_files([acts.picture("rubbish-before", minutes_ago=1)])
    for route in held:
        route.continue_()
    page.unroute("**/report_shot.js*")

    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))


def test_the_map_is_not_fetched_before_its_screen(visit: Visitors) -> None:
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto("/report", wait_until="networkidle")

    expect(page.locator("#step-photos")).to_be_visible()
    assert [url for url in asked if "leaflet.js" in url] == []
