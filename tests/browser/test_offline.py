"""A report written without a network: it waits on the phone, through a closed browser, and is sent once."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from reporter.kernel.db import db
from reporter.reports.models import Report
from tests.browser.acts import button, link, picture
from tests.browser.axe import violations
from tests.browser.conftest import QUIET, chromium
from tests.browser.server import LiveCity
from tests.browser.visit import HERE, PHONE, Visitors, Watch
from tests.browser.waiting import wait_until
from tests.browser.words import zh

KEPT = """async () => {
  await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 200; tries += 1) {
    const { controller } = navigator.serviceWorker; // what the page itself asks for goes through the worker by then
    if (controller && await caches.match("/report/waiting") && await caches.match("/report")) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}"""
NOTHING_WAITS = """() => new Promise((resolve) => {
  const opening = indexedDB.open("outbox", 1);
  opening.onsuccess = () => {
    const counting = opening.result.transaction("reports").objectStore("reports").count();
    counting.onsuccess = () => { opening.result.close(); resolve(counting.result === 0); };
  };
})"""
ALL_KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
  return found;
}"""


def ready(page: Page, address: str = "/report") -> None:
    """Open a page and wait until the phone keeps the form."""
    page.goto(address)
    assert page.evaluate(KEPT)


def write(page: Page, words: str) -> None:
    """Write a whole report and press Send."""
    page.locator("[data-gallery]").set_input_files([picture("rubbish-before", minutes_ago=12)])
    button(page, "Next").click()
    page.locator("[data-locate]").click()
    expect(page.locator("[data-place-source]")).to_contain_text("手机")
    button(page, "It is here").click()
    expect(page.locator("#step-kind")).to_be_visible()
    page.locator("[name=category][data-slug=littering_dumping]").check(force=True)
    button(page, "Next").click()
    page.locator("#words").fill(words)
    page.get_by_role("switch", name=zh("A child or teenager can be seen in the photos")).check()
    button(page, "Send").click()


def nothing_waits(page: Page) -> None:
    """Wait until the phone keeps no report: the page of its receipt forgets it when its script is there."""
    wait_until(page, lambda: bool(page.evaluate(NOTHING_WAITS)))


def sent_with(city: LiveCity, words: str) -> list[Report]:
    with city.looked_into():
        found = list(db.session.scalars(select(Report).where(Report.words == words)))
        for one in found:
            _ = one.photo_count
        return found


def test_a_report_written_offline_survives_a_closed_browser_and_is_sent_when_the_network_is_back(
    city: LiveCity, browser: Browser, watch: Watch, tmp_path: Path
) -> None:
    watch.loses = True
    words = "断网时写下的：垃圾桶满了。"
    phone = opened(browser, city, watch, tmp_path)
    page = phone.new_page()
    ready(page, "/")
    phone.set_offline(True)

    page.goto("/report")
    expect(page.get_by_role("heading", name=zh("First the photos"))).to_be_visible()
    write(page, words)
    expect(page).to_have_url(re.compile("/report/waiting$"))
    expect(page.locator("[data-outbox-list] > li")).to_contain_text(zh("Waiting for the network"))
    assert sent_with(city, words) == []
    phone.close()

    phone = opened(browser, city, watch, tmp_path)
    page = phone.new_page()
    page.goto("/report/waiting")
    row = page.locator("[data-outbox-list] > li")
    expect(row).to_contain_text(zh("Sent, thank you"))
    link(row, "Receipt with the query code").click()
    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()
    reports = sent_with(city, words)
    assert [report.photo_count for report in reports] == [1]
    phone.close()
    assert watch.faults == []


def opened(browser: Browser, city: LiveCity, watch: Watch, folder: Path) -> BrowserContext:
    """Return a browser that remembers, as a phone's does, what it kept in `folder`."""
    phone = browser.browser_type.launch_persistent_context(
        folder, executable_path=chromium(), args=QUIET, base_url=city.address, locale="zh-CN", geolocation=HERE,
        permissions=["geolocation"], reduced_motion="reduce", **PHONE,
    )  # fmt: skip
    watch.over(phone)
    return phone


def test_a_picture_that_was_sent_stays_in_the_draft_that_is_taken_up_without_a_network(
    visit: Visitors, watch: Watch
) -> None:
    watch.loses = True
    page = visit(keeps=True)
    ready(page)
    page.locator("[data-gallery]").set_input_files([picture("rubbish-before", minutes_ago=12)])
    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))
    seen_at = page.locator("[data-shot] img").get_attribute("src") or ""
    button(page, "Next").click()
    expect(page.get_by_role("heading", name=zh("What kind is it?"))).to_be_visible()
    page.context.set_offline(True)

    page.goto("/report")
    # The script asks for the picture that was not seen: whether the server has given it up.
    with page.expect_event(
        "requestfailed", predicate=lambda one: one.resource_type == "fetch" and one.url.endswith(seen_at)
    ):
        page.locator("[data-draft-take]").click()
    shots = page.locator("[data-shot]")
    expect(shots).to_have_count(1)
    expect(page.locator("[data-place-source]")).to_have_text(zh("From the place in the photo"))
    page.wait_for_timeout(1_000)
    expect(shots).to_have_count(1)

    page.context.set_offline(False)
    page.wait_for_function("() => document.querySelector('[data-shot] img').naturalWidth > 0")


def test_the_map_of_the_form_is_drawn_without_a_network(visit: Visitors, watch: Watch) -> None:
    watch.loses = True
    page = visit(keeps=True)
    with page.expect_response("**/map/areas.json*") as areas:
        ready(page)
    areas.value.finished()
    page.context.set_offline(True)

    page.goto("/report")
    page.locator("[data-gallery]").set_input_files([picture("rubbish-before", minutes_ago=12)])
    button(page, "Next").click()
    page.locator("[data-locate]").click()

    expect(page.locator(".leaflet-container path").first).to_be_attached()
    button(page, "It is here").click()
    expect(page.locator("#step-kind")).to_be_visible()
    page.locator("[name=category][data-slug=littering_dumping]").check(force=True)
    button(page, "Next").click()
    expect(page.locator("[data-sum-place]")).to_contain_text(
        "手机"
    )  # where no area can be asked for, the source is said


def test_a_page_that_is_not_kept_says_so_in_words_and_leads_to_the_form(
    visit: Visitors, watch: Watch
) -> None:
    watch.loses = True
    page = visit(keeps=True)
    ready(page, "/")
    page.context.set_offline(True)

    page.goto("/board")

    expect(page.get_by_text(zh("No network at the moment"), exact=True)).to_be_visible()
    expect(page.locator(".post")).to_have_count(0)
    assert violations(page) == []
    link(page.locator("[data-lost]"), "Report with a photo").click()
    expect(page.get_by_role("heading", name=zh("First the photos"))).to_be_visible()
    assert violations(page) == []


def test_nothing_of_the_board_and_of_nobodys_account_is_kept(visit: Visitors) -> None:
    page = visit("acceptor", keeps=True)
    for address in ("/", "/board", "/map", "/report", "/triage/"):
        page.goto(address)
    ready(page)

    kept = page.evaluate(ALL_KEPT)

    assert {path for path in kept if not path.startswith("/static/")} == {
        "/report",
        "/report/waiting",
        "/favicon.svg",
    }


@pytest.mark.parametrize("ended", [False, True])
def test_what_waits_is_sent_on_the_next_visit_once_even_when_the_session_has_ended(
    visit: Visitors, watch: Watch, city: LiveCity, ended: bool
) -> None:
    watch.loses = True
    words = f"恢复网络后发送，会话{'已' if ended else '未'}结束。"
    page = visit(keeps=True)
    ready(page)
    page.context.set_offline(True)
    write(page, words)
    expect(page.locator("[data-outbox-list] > li")).to_contain_text(zh("Waiting for the network"))
    if ended:
        page.context.clear_cookies(name="session")

    page.context.set_offline(False)
    other = (
        page.context.new_page()
    )  # this tab is told that the network is back, and so is the one that is opened
    other.goto("/")

    expect(page.locator("[data-outbox-list] > li")).to_contain_text(zh("Sent, thank you"))
    expect(other.locator("[data-waiting-line]")).to_contain_text(
        zh("A report that waited here was sent. Its query code is here.")
    )
    assert [report.photo_count for report in sent_with(city, words)] == [1]


def test_the_browser_wakes_the_worker_and_it_sends_with_no_page_of_the_city_open(
    visit: Visitors, watch: Watch, city: LiveCity
) -> None:
    watch.loses = True
    words = "后台同步时发出的上报。"
    page = visit(keeps=True)
    devtools = page.context.new_cdp_session(page)
    registered: list[dict[str, str]] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: registered.extend(told["registrations"])
    )
    devtools.send("ServiceWorker.enable")
    ready(page)
    page.context.set_offline(True)
    write(page, words)
    expect(page.locator("[data-outbox-list] > li")).to_contain_text(zh("Waiting for the network"))
    page.goto("about:blank")
    page.context.set_offline(False)
    time.sleep(1)
    assert sent_with(city, words) == []

    waking = {"origin": city.address, "registrationId": registered[-1]["registrationId"]}
    devtools.send("ServiceWorker.dispatchSyncEvent", {**waking, "tag": "outbox", "lastChance": False})

    deadline = time.monotonic() + 20
    while not sent_with(city, words) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert [report.photo_count for report in sent_with(city, words)] == [1]


def test_several_wait_and_each_can_be_changed_or_deleted(
    visit: Visitors, watch: Watch, city: LiveCity
) -> None:
    watch.loses = True
    page = visit(keeps=True)
    ready(page)
    page.context.set_offline(True)
    for words in ("先写的，要删掉。", "后写的，要改。"):
        page.goto("/report")
        write(page, words)
        expect(page.get_by_text(words)).to_be_visible()
    rows = page.locator("[data-outbox-list] > li")
    expect(rows).to_have_count(2)
    assert violations(page) == []

    button(rows.first, "Delete").click()
    button(rows.first, "Delete for good").click()
    expect(rows).to_have_count(1)
    button(rows.first, "Change it").click()
    button(page, "Go on with it").click()
    expect(page.locator("[data-shot]")).to_contain_text(zh("Waiting for the network"))
    page.goto("/report#step-confirm")

    expect(page.locator("#words")).to_have_value("后写的，要改。")
    expect(page.locator("#minors")).to_be_checked()
    page.locator("#words").fill("后写的，改好了。")
    page.context.set_offline(False)
    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))
    button(page, "Send").click()
    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()
    assert len(sent_with(city, "后写的，改好了。")) == 1
    assert sent_with(city, "先写的，要删掉。") == sent_with(city, "后写的，要改。") == []
    nothing_waits(page)
    page.goto("/report/waiting")
    expect(page.get_by_text(zh("Nothing waits here."))).to_be_visible()


def test_what_the_server_refuses_stays_with_its_words(visit: Visitors, watch: Watch) -> None:
    watch.loses = True
    watch.expected.add(422)
    page = visit(keeps=True)
    ready(page)
    page.context.set_offline(True)
    write(page, "电话写错了。")
    expect(page).to_have_url(re.compile("/report/waiting$"))
    page.evaluate(
        """() => new Promise((resolve) => {
          const opening = indexedDB.open("outbox", 1);
          opening.onsuccess = () => {
            const reports = opening.result.transaction("reports", "readwrite").objectStore("reports");
            reports.getAll().onsuccess = ({ target }) => {
              reports.put(Object.assign(target.result[0], { fields: { ...target.result[0].fields, contact: "abc" } }));
            };
            reports.transaction.oncomplete = () => { opening.result.close(); resolve(); };
          };
        })"""
    )

    page.context.set_offline(False)

    row = page.locator("[data-outbox-list] > li")
    expect(row).to_contain_text(zh("Something is to be put right first"))
    expect(row).to_contain_text(zh("Please give a phone number or a mail address."))
    expect(button(row, "Change it")).to_be_visible()


@pytest.mark.parametrize("store", ["forbidden", "full"])
def test_a_phone_that_cannot_keep_a_report_says_so_and_sends_it_when_the_network_is_back(
    visit: Visitors, watch: Watch, store: str
) -> None:
    watch.loses = True
    page = visit(keeps=True)
    ready(page)
    refusal = {
        "forbidden": "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('no') } })",
        "full": "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }",
    }
    page.add_init_script(refusal[store])
    page.goto("/report")
    page.context.set_offline(True)
    write(page, f"存不下的上报：{store}。")

    expect(page.locator("[data-outbox-error]")).to_contain_text("手机没能保存这件上报")
    page.context.set_offline(False)

    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()
