"""Inside 微信's own browser: signed in silently, tied to an account, and a report with its camera and its place."""

import base64
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.acts import button, link, picture
from tests.browser.axe import violations
from tests.browser.server import LiveCity
from tests.browser.visit import PHONE, Visitors
from tests.browser.words import zh

SPOT = (113.1213, 41.0202)  # degrees WGS 84; no other story's
AGENT = (
    "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/116 Mobile Safari/537.36 MMWEBID/1"
    " MicroMessenger/8.0.49.2600(0x28003135) WeChat/arm64"
)
SCRIPT = "/jweixin-stand-in.js"
# As 微信's own script answers: a picture by a name of its own, its bytes without the head of a data address, numbers as text.
STAND_IN = """
window.asked = [];
window.wx = {
  config: (given) => { window.asked.push(["config", given.jsApiList.length, Boolean(given.signature)]); setTimeout(() => window.isReady?.()); },
  ready: (then) => { window.isReady = then; },
  error: () => {},
  chooseImage: ({ sourceType, success }) => { window.asked.push(["chooseImage", ...sourceType]); success({ localIds: ["wxLocalResource://1"] }); },
  getLocalImgData: ({ success }) => success({ localData: "PICTURE" }),
  getLocation: ({ type, success }) => { window.asked.push(["getLocation", type]); success({ latitude: "LAT", longitude: "LON", accuracy: "20" }); },
};
"""


@pytest.fixture
def openid(city: LiveCity) -> Iterator[str]:
    """Return who somebody is to the city's account at 微信, which answers at once while the test runs."""
    me, account = f"o-{uuid4().hex}", city.app.extensions["ports"].wechat
    account.on, account.script = True, SCRIPT
    account.way_in = lambda back, state: f"{back}?code={me}&state={state}"
    yield me
    account.on = False
    del account.script, account.way_in


def inside(visit: Visitors) -> Page:
    """Return a page of 微信's browser, whose script is there."""
    shot = picture("rubbish-before", minutes_ago=1, at=SPOT)
    body = STAND_IN.replace("LON", str(SPOT[0])).replace("LAT", str(SPOT[1]))
    body = body.replace(
        "PICTURE", base64.b64encode(shot["buffer"]).decode()
    )  # last: any three letters may be in it
    page = visit(screen=PHONE | {"user_agent": AGENT})

    def answer(route: Route) -> None:
        route.fulfill(body=body, content_type="text/javascript")

    page.context.route(f"**{SCRIPT}", answer)
    return page


def open_account(page: Page, name: str) -> None:
    """Come from 微信 for the first time and open an account with it."""
    page.goto("/sign-in?next=/my")
    page.locator("a[href*='/wechat/in']").first.click()
    expect(page.get_by_role("heading", name=zh("I am new here"))).to_be_visible()
    assert violations(page) == []
    page.locator("#name").fill(name)
    button(page, "Open an account with WeChat").click()
    expect(page).to_have_url("/my")


def test_whoever_opens_an_account_with_it_is_known_by_it_the_next_time(visit: Visitors, openid: str) -> None:
    open_account(inside(visit), "微信里的居民")
    later = inside(visit)
    later.goto("/sign-in?next=/my")

    later.locator("a[href*='/wechat/in']").first.click()

    expect(later).to_have_url("/my")
    later.goto("/account")
    expect(later.locator("main")).to_contain_text("微信里的居民")
    expect(later.locator(".bi-wechat").first).to_be_visible()


def test_a_report_is_made_with_its_camera_and_its_place(visit: Visitors, openid: str, as_found: None) -> None:
    page = inside(visit)
    open_account(page, "微信里的居民")
    page.goto("/report")
    page.wait_for_function("() => document.getElementById('report-form').locate")  # both ways are laid then

    page.locator("[data-camera]").dispatch_event("click")
    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))
    button(page, "Next").click()
    page.locator("label:has([data-slug=littering_dumping])").click()
    page.get_by_role("button", name="暴露垃圾").click()
    expect(page.locator("[data-sum-source]")).to_contain_text("手机")
    asked = page.evaluate("window.asked")
    button(page, "Send").click()

    assert asked == [["config", 3, True], ["chooseImage", "camera"], ["getLocation", "wgs84"]]
    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()
    link(page, "See how it goes").click()
    expect(page.get_by_role("heading", name="暴露垃圾").first).to_be_visible()
