"""Workers are told of work right after the commit that wrote it, and again of what they did not do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from reporter.kernel.db import command, db
from reporter.kernel.policy import Role
from reporter.ports import Ports, queue
from reporter.ports.broker import MemoryBroker
from reporter.ports.queue import HANDED_AGAIN, LEASE, Job, enqueue, run_job, run_next, sweep
from tests.make import a_user

SECOND = timedelta(seconds=1)


@pytest.fixture
def broker(app: Flask, monkeypatch: pytest.MonkeyPatch) -> MemoryBroker:
    """Return the broker of this test; `quick`, `slow` and `breaks` are the kinds of work there are."""
    found = MemoryBroker()
    kept: Ports = app.extensions["ports"]
    app.extensions["ports"] = Ports(**vars(kept) | {"broker": found})

    def breaks() -> None:
        raise RuntimeError("no luck")

    monkeypatch.setitem(
        app.extensions, "jobs", {"quick": lambda: None, "slow": lambda: None, "breaks": breaks}
    )
    monkeypatch.setitem(app.extensions, "slow_jobs", ["slow"])
    return found


def move(app: Flask, by: timedelta) -> None:
    app.extensions["ports"].clock.move(by)


@command
def wait_for(*kinds: str, after: timedelta = timedelta(0)) -> None:
    for kind in kinds:
        enqueue(kind, after=after)


def jobs() -> list[Job]:
    db.session.rollback()
    return list(db.session.scalars(select(Job).order_by(Job.id)))


def told(broker: MemoryBroker) -> list[tuple[int, bool]]:
    """Return of which rows workers were told since this was asked for the last time."""
    handed, broker.handed = broker.handed, []
    return handed


def test_workers_are_told_after_the_commit_and_not_before(broker: MemoryBroker) -> None:
    @command
    def write() -> list[tuple[int, bool]]:
        enqueue("quick")
        enqueue("slow")
        with db.session.begin_nested():
            enqueue("quick")
        return told(broker)

    assert write() == []

    quick, slow, nested = [job.id for job in jobs()]
    assert told(broker) == [(quick, False), (slow, True), (nested, False)]


def test_of_what_was_never_written_nobody_is_told(broker: MemoryBroker) -> None:
    @command
    def fail() -> None:
        enqueue("quick")
        raise RuntimeError("no luck")

    with pytest.raises(RuntimeError):
        fail()
    wait_for("quick")

    assert told(broker) == [(jobs()[0].id, False)]


def test_of_the_same_key_workers_are_told_once(broker: MemoryBroker) -> None:
    for _ in range(2):
        command(enqueue)("quick", key="the same")

    assert told(broker) == [(jobs()[0].id, False)]


def test_what_is_not_due_is_handed_over_when_it_is(app: Flask, broker: MemoryBroker) -> None:
    wait_for("quick", after=timedelta(hours=1))
    assert (told(broker), sweep()) == ([], 0)

    move(app, timedelta(hours=1))

    assert sweep() == 1
    assert told(broker) == [(jobs()[0].id, False)]
    assert sweep() == 0


def test_that_the_broker_is_away_is_said_and_the_sweep_makes_up_for_it(
    broker: MemoryBroker, caplog: pytest.LogCaptureFixture
) -> None:
    broker.away = True
    wait_for("quick", "slow")

    assert "2 jobs were not handed over, the broker is away" in caplog.text
    assert (sweep(), [job.handed_at for job in jobs()]) == (0, [None, None])
    broker.away = False
    assert sweep() == 2
    assert [slow for _id, slow in told(broker)] == [False, True]


def test_a_request_succeeds_while_the_broker_is_away(
    broker: MemoryBroker, client_as: Callable[..., FlaskClient]
) -> None:
    wait_for("nobody_knows")
    run_next()
    broker.away = True

    answer = client_as(a_user(Role.SYSTEM_ADMIN)).post("/admin/jobs/again")

    assert answer.status_code == 302
    assert [job.state for job in jobs()] == ["ready"]


def test_a_message_that_was_lost_is_sent_again_and_one_that_waits_is_not(
    app: Flask, broker: MemoryBroker
) -> None:
    wait_for("quick")
    told(broker)

    assert sweep() == 0
    move(app, HANDED_AGAIN + SECOND)
    assert (sweep(), sweep()) == (1, 0)
    assert len(told(broker)) == 1


def test_what_failed_is_handed_over_when_its_wait_is_over(app: Flask, broker: MemoryBroker) -> None:
    wait_for("breaks")
    assert run_job(jobs()[0].id)
    told(broker)

    assert sweep() == 0
    move(app, timedelta(seconds=3))
    assert sweep() == 1


def test_what_a_dead_worker_left_is_handed_over_after_its_lease(app: Flask, broker: MemoryBroker) -> None:
    wait_for("quick")
    (job,) = jobs()
    assert queue._take(Job.id == job.id)  # noqa: SLF001 - and the worker dies
    told(broker)

    assert (sweep(), run_job(job.id)) == (0, False)
    move(app, LEASE + HANDED_AGAIN)
    assert sweep() == 1
    assert run_job(job.id)
    assert [one.state for one in jobs()] == ["done"]


def test_messages_that_mean_nothing_change_nothing(
    app: Flask, broker: MemoryBroker, caplog: pytest.LogCaptureFixture
) -> None:
    wait_for("quick")
    wait_for("quick", after=timedelta(hours=1))
    done, later = (job.id for job in jobs())

    assert run_job(done)
    assert [run_job(done), run_job(later), run_job(4711)] == [False, False, False]

    assert [(job.state, job.attempts) for job in jobs()] == [("done", 1), ("ready", 0)]
    assert "job 4711 was handed over, and there is no such row" in caplog.text


def test_a_queue_is_filled_so_far_and_no_further(
    app: Flask, broker: MemoryBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "SWEPT", 3)
    broker.away = True
    wait_for(*["quick"] * 5, *["slow"] * 4)
    broker.away = False

    assert (sweep(), sweep()) == (6, 0)
    assert [slow for _id, slow in broker.handed] == [False, False, False, True, True, True]
    move(app, HANDED_AGAIN + SECOND)
    assert sweep() == 0  # nobody took anything: more of the same would help nobody
    told(broker)
    assert sweep() == 6
