"""Work that takes long stands behind nothing and in nobody's way."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from reporter.kernel.db import command, db
from reporter.ports import Ports
from reporter.ports.backlog import oldest_waiting_seconds
from reporter.ports.drain import Drain
from reporter.ports.queue import KEPT, Job, enqueue, forget_done, run_next


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


def test_done_work_is_forgotten_after_a_month_and_no_other(done: list[str], fakes: Ports) -> None:
    wait_for("quick")
    while run_next():
        pass
    wait_for("slow")
    fakes.clock.move(KEPT)  # type: ignore[attr-defined]
    assert forget_done() == 0

    fakes.clock.move(timedelta(seconds=1))  # type: ignore[attr-defined]

    assert forget_done() == 1
    assert [job.kind for job in db.session.scalars(select(Job))] == ["slow"]


def test_two_threads_share_the_work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, released, told = threading.Event(), threading.Event(), threading.Event()

    def take_long() -> None:
        begun.set()
        released.wait(30)

    monkeypatch.setitem(app.extensions, "jobs", {"slow": take_long, "quick": told.set})
    monkeypatch.setitem(app.extensions, "slow_jobs", ["slow"])
    wait_for("slow", "slow")
    db.session.rollback()
    drains = [Drain(app, every=0.05, slow=slow) for slow in (True, False)]
    for drain in drains:
        drain.start()

    assert begun.wait(20)
    wait_for("quick")
    assert told.wait(20)
    assert not released.is_set()
    released.set()
    for drain in drains:
        drain.stop()
