"""A real browser on a running city. One city per worker, one set of browsers per test."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.city import city_copied
from tests.browser.samples import end_reports_after, newest_report
from tests.browser.server import LiveCity
from tests.browser.visit import Visitors, Watch

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 20_000  # milliseconds; a busy machine is no fault

expect.set_options(timeout=PATIENCE)


def chromium() -> str | None:
    """Return where the machine's Chromium lies; None for the one that Playwright keeps."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


@pytest.fixture(autouse=True)
def app() -> None:
    """Stand in for the app of the other tests: here the app runs for itself, see `city`."""


@contextmanager
def running(folders: pytest.TempPathFactory, worker_id: str, name: str) -> Iterator[LiveCity]:
    """Run a copy of the city that all workers of this run share, in a folder of this name, until the block ends."""
    base = folders.getbasetemp()
    shared: Path = base if worker_id == "master" else base.parent
    live = LiveCity(city_copied(shared / "browser-city", base / name))
    live.start()
    try:
        yield live
    finally:
        live.stop()


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[LiveCity]:
    """Return the running city of this worker."""
    with running(tmp_path_factory, worker_id, "city") as live:
        yield live


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Chromium: the machine's, else the one that Playwright keeps."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield launched
        launched.close()


@pytest.fixture
def watch(city: LiveCity) -> Watch:
    """Return what watches the browsers of this test."""
    return Watch(city.address)


@pytest.fixture
def as_found(city: LiveCity) -> Iterator[None]:
    """Leave the city as it was found: what a story reported is withdrawn, its cases are void."""
    with city.looked_into():
        before = newest_report()
    yield
    with city.looked_into():
        end_reports_after(before)


@pytest.fixture
def visit(browser: Browser, city: LiveCity, watch: Watch) -> Iterator[Visitors]:
    """Return the function that opens a browser for somebody; faults in any of them fail the test."""
    visitors = Visitors(browser, city, watch)
    yield visitors
    visitors.leave()
    assert watch.faults == []
