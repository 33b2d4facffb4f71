"""Work after commit: an outbox row written in the same transaction, driven by a thread of this process.

Every job is idempotent, takes ids and happens at least once: a killed process leaves its row, whose lease
runs out, and the sweep takes it again.
"""

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask, current_app
from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, and_, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.db import Model, UtcDateTime, command, current_city_id, db, enter_city
from reporter.kernel.dialect import insert_if_absent
from reporter.ports import ports

log = logging.getLogger(__name__)

Work = Callable[..., None]
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8


class Job(Model):
    """One piece of work that waits, runs, is done, or is dead after too many attempts."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix__jobs__state_run_at", "state", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(ForeignKey("jurisdictions.id"))
    kind: Mapped[str]
    args: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="ready")
    run_at: Mapped[Any] = mapped_column(UtcDateTime)
    lease_until: Mapped[Any] = mapped_column(UtcDateTime, nullable=True)
    token: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")


def init_app(app: Flask, jobs: Mapping[str, Work], *, slow: Collection[str] = ()) -> None:
    """Remember what each kind of job does, and which are `slow`: seconds each, and nobody waits for them."""
    app.extensions["jobs"], app.extensions["slow_jobs"] = dict(jobs), sorted(slow)


def _is_slow() -> ColumnElement[bool]:
    return Job.kind.in_(current_app.extensions["slow_jobs"])


def enqueue(kind: str, *, key: str | None = None, after: timedelta = timedelta(0), **args: Any) -> None:
    """Write a job into the current transaction; it runs after commit.

    Args:
        kind: a name of `JOBS` in `reporter/app.py`.
        key: unique over all time, unless struck; a second job of the same key is not written.
        args: JSON values, ids rather than things.
    """
    run_at = ports.clock.now() + after
    insert_if_absent(
        Job, city_id=current_city_id(), kind=kind, key=key, args=args, run_at=run_at,
        state="ready", attempts=0, error="",
    )  # fmt: skip


def strike(key: str) -> bool:
    """Take back, in the current transaction, a job that nobody has begun; return False when there is none."""
    idle = delete(Job).where(Job.key == key, Job.state == "ready", Job.attempts == 0)
    return db.session.execute(idle.returning(Job.id)).first() is not None


@command
def _take(*, slow: bool | None) -> tuple[int, str, str] | None:
    now = ports.clock.now()
    waits = and_(Job.state == "ready", Job.run_at <= now)
    left = and_(Job.state == "running", Job.lease_until < now)
    oldest = select(Job).where(or_(waits, left)).order_by(Job.run_at, Job.id).limit(1)
    if slow is not None:
        oldest = oldest.where(_is_slow() if slow else ~_is_slow())
    job = db.session.scalar(oldest.with_for_update(skip_locked=True))
    if job is None:
        return None
    job.state, job.token, job.lease_until = "running", uuid4().hex, now + LEASE
    job.attempts += 1
    enter_city(job.city_id)
    return job.id, job.kind, job.token


@command
def _finish(job_id: int, token: str) -> None:
    done = update(Job).where(Job.id == job_id, Job.token == token).values(state="done", token=None, error="")
    db.session.execute(done)


@command
def _put_back(job_id: int, token: str, error: Exception) -> None:
    job = db.session.get_one(Job, job_id)
    if job.token != token:
        return
    job.state = "dead" if job.attempts >= MOST_ATTEMPTS else "ready"
    job.run_at = ports.clock.now() + timedelta(seconds=2**job.attempts)
    job.error, job.token = f"{type(error).__name__}: {error}"[:500], None


def run_next(*, slow: bool | None = None) -> bool:
    """Do the oldest job that is due; return False when none is.

    The work runs outside a transaction and opens its own commands, so slow work never holds the write lock.

    Args:
        slow: only of the kinds that are slow, or only of the others.
    """
    taken = _take(slow=slow)
    if taken is None:
        return False
    job_id, kind, token = taken
    args = db.session.get_one(Job, job_id).args
    try:
        current_app.extensions["jobs"][kind](**args)
        _finish(job_id, token)
    except Exception as error:
        log.exception("job %s failed", job_id)
        _put_back(job_id, token, error)
    return True


def oldest_waiting_seconds() -> float:
    """Return for how long the oldest due job that is not slow has been waiting, in seconds; 0 when none is."""
    oldest = db.session.scalar(select(func.min(Job.run_at)).where(Job.state == "ready", ~_is_slow()))
    return max(0.0, (ports.clock.now() - oldest).total_seconds()) if oldest else 0.0


def dead_jobs(*, limit: int = 50) -> list[Job]:
    """Return the newest jobs that were given up after too many attempts."""
    dead = select(Job).where(Job.state == "dead").order_by(Job.id.desc()).limit(limit)
    return list(db.session.scalars(dead))


class Drain:
    """The embedded driver: one thread that runs due jobs and, every 120 rounds, the city's ticks.

    A second one with `slow` does the slow kinds, so that no notice waits behind them.
    """

    def __init__(
        self, app: Flask, *, tick: Callable[[], None] = lambda: None, every: float = 0.5, slow: bool = False
    ) -> None:
        self.app, self.tick, self.every, self.slow = app, tick, every, slow
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to stop and wait until its current job is done."""
        self._stopped.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        rounds = 0
        while not self._stopped.is_set():
            try:
                with self.app.app_context():
                    if rounds % 120 == 0:
                        self.tick()
                    while run_next(slow=self.slow) and not self._stopped.is_set():
                        pass
            except Exception:
                log.exception("the job thread stumbled; it goes on")
            rounds += 1
            self._stopped.wait(self.every)
