"""Two reports on one phone at a time: what is done with one costs the other neither words nor photos."""

import json

from playwright.sync_api import Page, expect

from tests.browser.acts import button
from tests.browser.test_broken_network import PART, Network, choose, keeps, until_noted
from tests.browser.test_double_send import ready_to_send, receipt
from tests.browser.test_offline import ready, write
from tests.browser.visit import Visitors, Watch
from tests.browser.words import zh

DRAFT = "report-draft"
BEGUN = "You have begun another report in the form. Please send it or begin anew there first; this one stays here."
FULL = "This phone could not keep the report for the form: its memory is full. It stays here unchanged; it can be sent as it is."
LOST = (
    "This phone could not save the draft: its memory is full, or the browser does not allow it. "
    "Please leave this page open, or send the report now."
)
NO_ROOM = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    if (this.name === "shots") throw new DOMException("full", "QuotaExceededError");
    return put.apply(this, given);
  };
}"""

# A change that is noted a moment after the report was given to what waits: a slow phone still shows its page then.
SLOW_TO_GO = """() => setInterval(() => {
  const form = document.getElementById("report-form");
  const detail = { faces: [...form.querySelectorAll("[data-shot]")], busy: false, reading: false };
  if (!localStorage.getItem("report-draft")) form.dispatchEvent(new CustomEvent("shots:changed", { detail }));
}, 1)"""


def draft(page: Page) -> dict[str, dict[str, str]]:
    """Return the draft that the phone keeps; empty when there is none."""
    found: dict[str, dict[str, str]] = json.loads(page.evaluate(f"localStorage.getItem('{DRAFT}') ?? '{{}}'"))
    return found


def one_waits(visit: Visitors, watch: Watch, words: str) -> Page:
    """Return the page of what waits, with one report on it, without a network."""
    watch.loses = True
    page = visit(keeps=True)
    ready(page)
    page.context.set_offline(True)
    write(page, words)
    expect(page.locator("[data-outbox-list] > li")).to_contain_text(words)
    return page


def test_the_receipt_of_one_report_leaves_the_draft_and_the_photos_of_another(
    visit: Visitors, watch: Watch, as_found: None
) -> None:
    watch.loses = True
    page = visit()
    page.goto("/report")
    network = Network(page)
    network.break_from(PART)
    choose(page)
    expect(page.locator("[data-shot]")).to_contain_text(zh("Waiting for the network"))
    until_noted(page)
    page.locator("#words").evaluate(
        "field => { field.value = '另一条'; field.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    page.wait_for_function(f"() => localStorage.getItem('{DRAFT}')")
    begun, other = draft(page), page.context.new_page()
    page.close()
    network.mend()

    ready_to_send(other)
    button(other, "Send").click()

    receipt(other)
    other.wait_for_function("() => document.readyState === 'complete'")
    assert draft(other)["values"]["client_id"] == begun["values"]["client_id"]
    keeps(other, 1)
    other.goto("/report")
    button(other, "Go on with it").click()
    expect(other.locator("#words")).to_have_value("另一条")
    expect(other.locator("[data-shot]")).to_contain_text(zh("Uploaded"))


def test_a_full_phone_does_not_cost_the_report_that_is_to_be_changed(visit: Visitors, watch: Watch) -> None:
    page = one_waits(visit, watch, "手机满了还要改。")
    page.evaluate(NO_ROOM)

    button(page, "Change it").click()

    expect(page.locator("[data-outbox-voice]")).to_have_text(zh(FULL))
    expect(page.locator("[data-outbox-list] > li")).to_contain_text("手机满了还要改。")
    assert draft(page).get("values", {}).get("words") != "手机满了还要改。"
    page.reload()
    expect(page.locator("[data-outbox-list] > li")).to_contain_text("手机满了还要改。")


def test_a_report_that_waits_leaves_no_draft_behind_however_slow_its_page_goes(
    visit: Visitors, watch: Watch
) -> None:
    watch.loses = True
    page = visit(keeps=True)
    ready(page)
    page.context.set_offline(True)
    page.evaluate(SLOW_TO_GO)

    write(page, "只发一次。")

    expect(page.locator("[data-outbox-list] > li")).to_contain_text("只发一次。")
    assert draft(page) == {}


def test_changing_one_report_does_not_take_the_place_of_another_draft(visit: Visitors, watch: Watch) -> None:
    page = one_waits(visit, watch, "等着发出的。")
    other = {
        "at": page.evaluate("Date.now()"),
        "values": {"client_id": "other", "words": "另一条"},
        "shots": [],
    }
    page.evaluate(f"text => localStorage.setItem('{DRAFT}', text)", json.dumps(other))

    button(page, "Change it").click()

    expect(page.locator("[data-outbox-voice]")).to_have_text(zh(BEGUN))
    assert draft(page)["values"]["words"] == "另一条"
    expect(page.locator("[data-outbox-list] > li")).to_contain_text("等着发出的。")


def test_deleting_leaves_the_focus_on_the_page(visit: Visitors, watch: Watch) -> None:
    page = one_waits(visit, watch, "不要了。")

    button(page, "Delete").press("Enter")
    button(page, "Delete for good").press("Enter")

    expect(page.get_by_text(zh("Nothing waits here."))).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_a_draft_that_cannot_be_saved_does_not_leave_the_page(visit: Visitors) -> None:
    page = visit()
    page.goto("/report")
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') } }"
    )
    choose(page)
    expect(page.locator("[data-shot]")).to_contain_text(zh("Uploaded"))

    button(page, "Save draft").click()

    expect(page.locator("#step-photos [data-step-error]")).to_contain_text(zh(LOST))
    expect(page.locator("[data-shot]")).to_be_visible()
