"""Real workers behind real Redis: killed at random they lose nothing, and nothing is done twice."""

import contextlib
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter as Count
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from config import ROOT, TestConfig
from reporter.app import create_app
from reporter.cities.models import Counter
from reporter.kernel.db import command, db
from reporter.kernel.errors import ConfigError
from reporter.ports import Ports
from reporter.ports.broker import Broker
from reporter.ports.celery import CeleryBroker
from reporter.ports.clock import SystemClock
from reporter.ports.queue import Job, enqueue, sweep
from tests.redis import Redis

DEEP = os.environ.get("DEPTH") == "deep"
NUMBER = 2000 if DEEP else 100
PATIENCE = 600 if DEEP else 90  # seconds, for a machine that does much else
QUIET = 0.05  # seconds between two looks

Start = Callable[[str], "subprocess.Popen[bytes]"]


@pytest.fixture
def city(app: Flask, redis: Redis) -> Flask:
    """Return the app of the test, with the machine's clock and with Redis behind it."""
    kept: Ports = app.extensions["ports"]
    broker: Broker = CeleryBroker.at(redis.address)
    app.extensions["ports"] = Ports(**vars(kept) | {"clock": SystemClock(), "broker": broker})
    db.session.commit()
    return app


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """Return the file in which work notes that it was begun."""
    return tmp_path / "begun"


@pytest.fixture
def start(city: Flask, redis: Redis, tmp_path: Path, begun: Path) -> Iterator[Start]:
    """Return a function that starts a worker or the beat; all are ended afterwards."""
    started: list[subprocess.Popen[bytes]] = []
    settings = {
        "DATABASE_URL": city.config["SQLALCHEMY_DATABASE_URI"], "QUEUE_URL": redis.address, "BEGUN": str(begun),
        "SECRET_KEY": "test", "ORIGINAL_KEYS": "7e57" * 16, "DATA": str(tmp_path), "PROPOSALS": "0",
    }  # fmt: skip

    def run(what: str) -> subprocess.Popen[bytes]:
        with (tmp_path / f"{what}-{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.workers.program", what], cwd=ROOT, env=os.environ | settings,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        started.append(process)
        return process

    yield run
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    db.session.rollback()
    db.session.execute(delete(Counter))  # written by others, so nobody else here knows of them
    db.session.commit()


def children(process: subprocess.Popen[bytes]) -> list[int]:
    try:
        return [
            int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        ]
    except OSError:
        return []


@command
def wait_for(kind: str, number: int) -> None:
    enqueue(kind, number=number)


def states() -> Count[str]:
    db.session.rollback()
    rows = db.session.execute(select(Job.state, func.count()).group_by(Job.state))
    return Count({row.state: row[1] for row in rows})


def effects() -> Count[int]:
    """Return how often each piece of work took effect."""
    db.session.rollback()
    return Count(
        one["number"] for one in db.session.scalars(select(Job.args).where(Job.kind == "tests.counted"))
    )


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, (states(), effects().total())
        time.sleep(QUIET)


def kill_one(workers: list[subprocess.Popen[bytes]], start: Start, chance: random.Random) -> str:
    """Kill a worker, or one of the processes that work for it; a dead worker is followed by a new one."""
    place = chance.randrange(len(workers))
    inner = children(workers[place])
    if inner and chance.random() < 0.7:
        os.kill(chance.choice(inner), signal.SIGKILL)
        return "inner"
    workers[place].kill()
    workers[place].wait()
    workers[place] = start("worker")
    return "worker"


def test_workers_that_are_killed_lose_nothing_and_double_nothing(start: Start, begun: Path) -> None:
    seed = int(os.environ.get("KILL_SEED", "0")) or secrets.randbelow(10**6)
    chance, killed = random.Random(seed), Count[str]()  # noqa: S311 - no secret
    start("beat")
    workers = [start("worker"), start("worker")]
    until(lambda: all(children(worker) for worker in workers))
    for number in range(NUMBER // 2):
        wait_for("tests.count", number)
    until(begun.exists)

    for number in range(NUMBER // 2, NUMBER):
        wait_for("tests.count", number)
        if number % (NUMBER // 10) == 0:
            killed[kill_one(workers, start, chance)] += 1
            time.sleep(chance.uniform(0, 0.3))
    until(lambda: states() == {"done": 2 * NUMBER})

    assert killed.total() >= 5, seed
    assert effects() == dict.fromkeys(range(NUMBER), 1), seed


def test_work_that_waits_for_redis_is_done_when_it_is_back(
    city: Flask, redis: Redis, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    redis.stop()

    began = time.monotonic()
    for number in range(3):
        wait_for("tests.count", number)
    took = time.monotonic() - began

    assert took < 3
    assert "jobs were not handed over, the broker is away" in caplog.text
    assert redis.address not in caplog.text
    assert states() == {"ready": 3}
    assert sweep() == 0
    redis.start()
    start("beat")
    start("worker")
    until(lambda: states() == {"done": 6})
    assert effects() == {0: 1, 1: 1, 2: 1}


@pytest.mark.parametrize("at_work", [False, True])
def test_workers_and_beat_outlive_redis(redis: Redis, start: Start, begun: Path, *, at_work: bool) -> None:
    start("beat")
    worker = start("worker")
    wait_for("tests.linger", 1)
    until(begun.exists)
    if not at_work:
        until(lambda: states() == {"done": 2})

    redis.stop()
    time.sleep(1)
    redis.start()
    wait_for("tests.stumble", 2)

    until(lambda: states() == {"done": 4})
    assert worker.poll() is None
    assert effects() == {1: 1, 2: 1}


def test_a_worker_that_is_asked_to_stop_finishes_what_it_has(start: Start, begun: Path) -> None:
    worker = start("worker")
    for number in range(20):
        wait_for("tests.count", number)
    until(begun.exists)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=PATIENCE) == 0
    assert "running" not in states()


def test_a_worker_stops_when_it_is_asked_to_while_redis_is_away(
    redis: Redis, start: Start, begun: Path
) -> None:
    worker = start("worker")
    wait_for("tests.linger", 1)
    until(begun.exists)
    redis.stop()
    time.sleep(0.2)

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=PATIENCE) == 0
    assert effects() == {1: 1}


@pytest.mark.parametrize("line", ["worker", "beat"])
def test_without_a_queue_they_do_not_start(app: Flask, line: str) -> None:
    done = app.test_cli_runner().invoke(args=[line])

    assert done.output == (
        "Error: QUEUE_URL is not set: without it the work after commit is done by flask serve.\n"
    )
    assert done.exit_code == 2


@pytest.mark.pure
@pytest.mark.parametrize("address", ["amqp://somewhere", "localhost:6379", "redis"])
def test_an_address_that_is_no_redis_stops_the_start(address: str, tmp_path: Path) -> None:
    settings = {"QUEUE_URL": address, "DATA": tmp_path}

    with pytest.raises(ConfigError, match=r"QUEUE_URL=.* is not the address of a Redis server"):
        create_app(type("Nowhere", (TestConfig,), settings))
