"""The house's worker and beat, as processes of their own, with work and a haste that only tests want.

`python -m tests.workers.program worker` and `… beat`, with the settings of the house in the environment.
"""

import os
import random
import sys
import time
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from config import Config
from reporter import workers
from reporter.app import JOBS, create_app
from reporter.cities.models import Counter
from reporter.kernel.db import command, current_city_id, db
from reporter.ports import queue

LEASE = timedelta(seconds=2)
SWEEP_SECONDS = 0.5
LINGERS = 0.5  # seconds


def hastened() -> Flask:
    """Return the house with the tests' own among its work, leases of seconds and no wait after a failure."""
    app = create_app(Config)
    own = {
        "tests.count": count, "tests.linger": linger, "tests.stumble": stumble, "tests.counted": counted,
    }  # fmt: skip
    queue.init_app(app, JOBS | own, slow=("photos.search",))
    queue.LEASE = queue.HANDED_AGAIN = LEASE
    queue.FIRST_WAIT = queue.LONGEST_WAIT = timedelta(seconds=0.2)
    workers.SWEEP_SECONDS = SWEEP_SECONDS
    return app


def count(number: int) -> None:
    """Count one piece of work once, and note beside the database that it was begun."""
    with Path(os.environ["BEGUN"]).open("a", encoding="ascii") as begun:
        begun.write(f"{number}\n")
    time.sleep(random.uniform(0, 0.04))  # noqa: S311 - somewhere to be killed in
    _count(number)
    time.sleep(random.uniform(0, 0.04))  # noqa: S311 - and between the effect and the note that it is done


def linger(number: int) -> None:
    """Count one piece of work that takes a while."""
    with Path(os.environ["BEGUN"]).open("a", encoding="ascii") as begun:
        begun.write(f"{number}\n")
    time.sleep(LINGERS)
    _count(number)


def stumble(number: int) -> None:
    """Fail the first two times."""
    begun = Path(os.environ["BEGUN"])
    with begun.open("a", encoding="ascii") as file:
        file.write(f"{number}\n")
    if begun.read_text().split().count(str(number)) < 3:
        raise RuntimeError("not yet")
    _count(number)


def counted(number: int) -> None:
    """Do nothing: that there is a row of this kind says that `number` took effect."""


@command
def _count(number: int) -> None:
    """Ask for further work; like all work of the house it looks first whether that is done."""
    name = f"done {number}"
    if db.session.scalar(select(Counter.last).where(Counter.name == name)):
        return
    db.session.add(Counter(city_id=current_city_id(), name=name, last=1))
    queue.enqueue("tests.counted", number=number)


def main() -> None:
    """Start what the first argument names."""
    celery = workers.tasks_of(hastened(), tick=lambda: None)
    if sys.argv[1] == "beat":
        workers.ring(celery)
    else:
        workers.work_on(celery, slow=False, processes=2)


if __name__ == "__main__":
    main()
