"""Two pages may stand in a frame of another site, and no other page may."""

import re
import threading
from collections.abc import Callable, Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.samples import story_exposure
from tests.browser.server import LiveCity

Frames = Callable[[str], Page]


class OtherSite(BaseHTTPRequestHandler):
    """Answers every address with one page."""

    page = b""

    def do_GET(self) -> None:
        """Send the page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere(browser: Browser) -> Iterator[Frames]:
    """Return the function that opens a page of another site, with what it wrote into it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), OtherSite)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    contexts: list[BrowserContext] = []

    def opened(written: str) -> Page:
        OtherSite.page = f"<!doctype html><title>-</title>{written}".encode()
        contexts.append(browser.new_context(locale="zh-CN"))
        page = contexts[-1].new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/", wait_until="networkidle")
        return page

    yield opened
    for context in contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def written_on(browser: Browser, address: str) -> str:
    """Return what the page at `address` gives to write into another one."""
    context = browser.new_context(locale="zh-CN")
    page = context.request.get(address).text()
    context.close()
    return unescape(re.findall(r"<textarea[^>]* readonly[^>]*>(.*?)</textarea>", page, re.DOTALL)[0])


def test_the_newest_posts_and_one_post_stand_in_a_frame_of_another_site(
    browser: Browser, city: LiveCity, elsewhere: Frames
) -> None:
    with city.looked_into():
        one = f"/board/{story_exposure('published').public_id}"

    for path, number in (("/board", 3), (one, 1)):
        page = elsewhere(written_on(browser, f"{city.address}{path}"))
        inside = page.frame_locator("iframe")
        expect(inside.locator("h2 a")).to_have_count(number)
        expect(inside.locator("img").first).to_be_visible()
        expect(inside.locator("img").first).not_to_have_js_property("naturalWidth", 0)
        expect(inside.locator("img").first).to_have_js_property("complete", value=True)
        assert page.context.cookies() == []


def test_a_link_in_a_frame_opens_a_page_of_its_own(
    browser: Browser, city: LiveCity, elsewhere: Frames
) -> None:
    page = elsewhere(written_on(browser, f"{city.address}/board"))

    with page.context.expect_page() as opened:
        page.frame_locator("iframe").locator("h2 a").first.click()

    expect(opened.value.locator("h1").first).to_be_visible()
    assert opened.value.evaluate("window.opener === null")


@pytest.mark.parametrize("path", ["/board", "/", "/report"])
def test_no_other_page_stands_in_a_frame_of_another_site(
    city: LiveCity, elsewhere: Frames, path: str
) -> None:
    page = elsewhere(f'<iframe src="{city.address}{path}"></iframe>')

    assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"]
