"""Work that takes long stands behind nothing and in nobody's way."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from reporter.kernel.db import command, current_city_id, db, enter_city
from reporter.ports import Ports
from reporter.ports.queue import Drain, enqueue, oldest_waiting_seconds, run_next


@pytest.fixture
def done(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what was done so far; `quick` and `slow` are the kinds of work there are."""
    words: list[str] = []
    jobs = {kind: lambda kind=kind: words.append(kind) for kind in ("quick", "slow")}
    monkeypatch.setitem(app.extensions, "jobs", jobs)
    monkeypatch.setitem(app.extensions, "slow_jobs", ["slow"])
    return words


@command
def wait_for(*kinds: str) -> None:
    for kind in kinds:
        enqueue(kind)


def test_quick_work_does_not_wait_behind_slow(done: list[str], fakes: Ports) -> None:
    wait_for("slow", "slow")
    fakes.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]  # the tests' clock
    wait_for("quick")

    assert run_next(slow=False)
    assert done == ["quick"]
    assert not run_next(slow=False)


def test_slow_work_is_done_by_whoever_asks_for_it(done: list[str]) -> None:
    wait_for("quick", "slow")

    assert run_next(slow=True)
    assert not run_next(slow=True)
    assert done == ["slow"]


def test_whoever_asks_for_any_work_does_all(done: list[str]) -> None:
    wait_for("slow", "quick")

    while run_next():
        pass

    assert sorted(done) == ["quick", "slow"]


def test_slow_work_that_waits_does_not_make_the_city_late(done: list[str], fakes: Ports) -> None:
    wait_for("slow")
    fakes.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]
    assert oldest_waiting_seconds() == 0

    wait_for("quick")
    fakes.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]
    assert oldest_waiting_seconds() == 60


@pytest.fixture
def hung(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Return two events: one that slow work waits for, one that quick work sets."""
    released, told = threading.Event(), threading.Event()
    monkeypatch.setitem(app.extensions, "jobs", {"slow": lambda: released.wait(30), "quick": told.set})
    monkeypatch.setitem(app.extensions, "slow_jobs", ["slow"])
    yield released, told
    released.set()


def test_two_threads_share_the_work(app: Flask, hung: tuple[threading.Event, threading.Event]) -> None:
    released, told = hung
    city = current_city_id()
    wait_for("slow", "slow", "quick")
    db.session.rollback()
    drains = [Drain(app, every=0.05, slow=slow) for slow in (True, False)]
    for drain in drains:
        drain.start()

    assert told.wait(20)
    released.set()
    for drain in drains:
        drain.stop()
    enter_city(city)
    assert oldest_waiting_seconds() == 0
