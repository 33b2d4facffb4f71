"""A moderator at work: a hundred mixed reports by keyboard alone with 100 000 waiting, the next one there at once."""

import statistics
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from bench.queue import fill_queue
from reporter.kernel.db import command, db
from reporter.photos.models import Photo
from reporter.reports.lifecycle import State
from reporter.reports.models import Report
from tests.browser.conftest import running
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, Visitors, Watch
from tests.browser.words import zh

WAITING, WORKED_OFF = 100_000, 100
KEYS = {
    State.ACCEPTED: ("a",),
    State.DUPLICATE: ("m", "Control+Enter"),
    State.DECLINED: ("d", "1", "Control+Enter"),
    State.INFO_REQUESTED: ("q", "1", "Control+Enter"),
    State.ASIDE: ("b",),
}
MOST_KEYS = 3  # for a clear case
PATIENCE = 20  # seconds for the last answer
SURELY = 3_000  # milliseconds; what is aimed at is 150, see docs/performance.md
# From the last key of a decision to the frame that shows the next report.
WATCH = """() => {
    window.paints = [];
    let pressed = 0, shown = document.querySelector("[data-report]").dataset.report;
    document.addEventListener("keydown", () => { pressed = performance.now(); }, { capture: true });
    new MutationObserver(() => {
        const now = document.querySelector("[data-report]")?.dataset.report;
        if (!now || now === shown) return;
        shown = now;
        requestAnimationFrame(() => window.paints.push(performance.now() - pressed));
    }).observe(document.body, { childList: true, subtree: true });
}"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[LiveCity]:
    """Return a city of its own: a long queue and its cases would stand in the way of other stories."""
    with running(tmp_path_factory, worker_id, "long-queue") as live:
        yield live


@command
def a_long_queue() -> dict[int, State]:
    """Write 100 000 waiting reports; return what is to become of each of the hundred that stand first."""
    pictures = db.session.scalars(select(Photo.id).where(Photo.used).limit(40)).all()
    fill_queue(WAITING, pictures)
    first = db.session.scalars(
        select(Report).where(Report.client_id.like("queue-%"), Report.state == State.SUBMITTED)
        .order_by(Report.id).limit(WORKED_OFF)
    ).all()  # fmt: skip
    plan = {}
    for place, report in enumerate(first):
        plan[report.id] = _becomes(place)
        moved = {
            "risk": 0,
            "urgent": False,
            "due_at": report.submitted_at - timedelta(days=9) + timedelta(seconds=place),
        }
        db.session.execute(update(Report).where(Report.id == report.id).values(moved))
    return plan


def _becomes(place: int) -> State:
    """What is reported on the spot of an open case joins it; of the others most are clear."""
    if place % 10 == 0:
        return State.DUPLICATE
    return {3: State.DECLINED, 5: State.INFO_REQUESTED, 7: State.ASIDE}.get(place % 20, State.ACCEPTED)


def became_of(plan: dict[int, State], city: LiveCity) -> dict[int, State]:
    """Return what became of the reports; the last decision may be on its way still."""
    until = time.monotonic() + PATIENCE
    while True:
        with city.looked_into():
            found = db.session.execute(select(Report.id, Report.state).where(Report.id.in_(plan))).all()
        became = dict(found)
        if became == plan or time.monotonic() > until:
            return became
        time.sleep(0.2)


def at(page: Page) -> int:
    return int(page.locator("[data-report]").get_attribute("data-report") or 0)


def the_next_is_here(page: Page) -> None:
    expect(page.locator("[data-ahead-is=here]")).to_be_attached()


def test_a_hundred_mixed_reports_by_keyboard_alone(
    visit: Visitors, city: LiveCity, capsys: pytest.CaptureFixture[str]
) -> None:
    with city.looked_into():
        plan = a_long_queue()
    page = visit("acceptor", screen=DESK)
    page.goto("/triage/")
    page.evaluate(WATCH)

    pressed: list[int] = []
    began = time.monotonic()
    for report_id, state in plan.items():
        expect(page.locator(f'[data-report="{report_id}"]')).to_be_attached()
        the_next_is_here(page)
        assert page.evaluate("document.activeElement !== document.body") or not pressed, "the focus is lost"
        for key in KEYS[state]:
            page.keyboard.press(key)
        pressed.append(len(KEYS[state]))
    expect(page.locator(f'[data-report="{list(plan)[-1]}"]')).to_have_count(0)
    took = time.monotonic() - began

    expect(page.locator(f'.pane-l .q[href="/triage/{list(plan)[-1]}"]')).to_have_count(0)
    page.wait_for_function("many => window.paints.length >= many", arg=WORKED_OFF)
    paints = page.evaluate("window.paints")
    with capsys.disabled():
        sys.stdout.write(
            f"\na hundred reports with {WAITING} waiting: {took:.0f} s, {statistics.mean(pressed):.2f} keys each, "
            f"next one painted after {statistics.median(paints):.0f} ms (median of {len(paints)}), "
            f"{sorted(paints)[int(len(paints) * 0.95)]:.0f} ms (p95)\n"
        )
    became = became_of(plan, city)
    assert became == plan
    assert max(pressed) <= MOST_KEYS
    assert len(paints) == WORKED_OFF
    assert statistics.median(paints) < SURELY


def two_that_wait(page: Page) -> tuple[int, str]:
    """Open the queue with the next one there; return the first one's id and number."""
    page.goto("/triage/")
    the_next_is_here(page)
    return at(page), page.locator("[data-report]").get_attribute("data-number") or ""


@command
def a_colleague_declines(report_id: int) -> None:
    db.session.execute(
        update(Report).where(Report.id == report_id).values(state=State.DECLINED, version=Report.version + 1)
    )


def test_what_was_refused_comes_back_with_why(visit: Visitors, city: LiveCity, watch: Watch) -> None:
    watch.expected = {409}
    page = visit("acceptor", screen=DESK)
    report_id, _number = two_that_wait(page)
    with city.looked_into():
        a_colleague_declines(report_id)

    page.keyboard.press("a")

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(f'[data-report="{report_id}"]')).to_be_attached()


def test_without_a_network_the_report_comes_back_as_it_was(visit: Visitors, watch: Watch) -> None:
    watch.loses = True
    page = visit("acceptor", screen=DESK)
    report_id, _number = two_that_wait(page)
    page.keyboard.press("d")
    page.keyboard.press("2")

    page.context.set_offline(offline=True)
    page.keyboard.press("Control+Enter")

    lost = zh("The connection was lost. Nothing was sent; please try again.")
    expect(page.locator("#dialog-decline").get_by_role("alert")).to_have_text(lost)
    expect(page.locator(f'[data-report="{report_id}"]')).to_be_attached()
    expect(page.locator("#decline-reason")).not_to_have_value("")


def test_the_list_and_what_was_done_follow_the_next_report(visit: Visitors) -> None:
    page = visit("acceptor", screen=DESK)
    report_id, number = two_that_wait(page)

    page.keyboard.press("b")

    expect(page.locator("[data-said=flashes]")).to_contain_text(number)
    expect(page.locator(f'.pane-l .q[href="/triage/{report_id}"]')).to_have_count(0)
    following = at(page)
    expect(page.locator(".pane-l .q[aria-current]")).to_have_attribute("href", f"/triage/{following}")
    expect(page.locator("#report-title")).to_be_focused()
