"""Workers and beat: the work after commit on any number of machines, with Celery on Redis."""

import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from celery.signals import worker_process_init
from celery.worker import state
from flask import Flask

from reporter.kernel.db import db
from reporter.ports import ports
from reporter.ports.celery import JOBS, RUN, SLOW, SWEEP, TICK, TICKS, celery_of
from reporter.ports.queue import run_job, sweep
from reporter.serve import tick_all

SWEEP_SECONDS, TICK_SECONDS = 5.0, 60.0
ANEW_SECONDS = 1.0  # between a worker that broke off and the next
log = logging.getLogger(__name__)
KEPT_IN_MEMORY = "celery.beat:Scheduler"  # two fixed intervals need no file to be remembered in


def tasks_of(app: Flask, *, tick: Callable[[], None] = tick_all) -> Any:
    """Return Celery with its three tasks, each in a context of `app`.

    Raises:
        ConfigError: `QUEUE_URL` is not set.
    """
    with app.app_context():
        celery = celery_of(ports.broker)

    def within(name: str, act: Callable[..., object]) -> None:
        def task(*args: Any) -> None:
            with app.app_context():
                act(*args)

        celery.task(name=name)(task)

    within(RUN, run_job)
    within(SWEEP, sweep)
    within(TICK, tick)
    celery.conf.beat_schedule = {  # one that nobody took in time is not kept: the next one does as much
        name: {"task": name, "schedule": seconds, "options": {"queue": TICKS, "expires": seconds}}
        for name, seconds in ((SWEEP, SWEEP_SECONDS), (TICK, TICK_SECONDS))
    }

    def begin(**_others: object) -> None:
        with app.app_context():
            db.engine.dispose(close=False)  # connections of the process it was split from

    worker_process_init.connect(begin, weak=False)
    return celery


def work_on(celery: Any, *, slow: bool, processes: int) -> None:
    """Do what is handed over until a signal to stop; then what is under way is finished first.

    A worker that ends without being asked to is started anew in the same process: Celery's breaks off when Redis
    goes away while it has a task in hand (kombu 5.7 asks a closed connection for its host), and says nothing of it in
    its exit status.

    Args:
        slow: only of the kinds that are slow, or only of the others and what time sets off.
        processes: how many do so side by side.
    """
    queues: Sequence[str] = (SLOW,) if slow else (TICKS, JOBS)
    celery.worker_main([
        "worker", "--queues", ",".join(queues), "--concurrency", str(processes),
        "--loglevel", "INFO", "--without-gossip", "--without-mingle",
    ])  # fmt: skip
    if not _asked_to_stop():
        log.error("the worker broke off, and starts anew")
        time.sleep(ANEW_SECONDS)
    if not _asked_to_stop():
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - this very program again


def _asked_to_stop() -> bool:
    return state.should_stop is not None or state.should_terminate is not None


def ring(celery: Any) -> None:
    """Hand over the sweep and the ticks, each when it is time, until a signal to stop."""
    logging.getLogger("celery.beat").setLevel(logging.WARNING)  # a line every five seconds is no news
    celery.start(["beat", "--scheduler", KEPT_IN_MEMORY, "--pidfile", "", "--loglevel", "INFO"])
