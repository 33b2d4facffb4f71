"""Work after commit: an outbox row written in the same transaction, driven by threads of this process or by Celery.

Every job is idempotent, takes ids and happens at least once: a killed process leaves its row, whose lease runs out,
and the row is taken again. Without a broker two threads (`drain.py`) look for rows; with one, workers are told the id of a row
right after commit, and the sweep tells them again of what is still undone.
"""

import inspect
import logging
import random
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import uuid4

from flask import Flask, current_app
from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    and_,
    delete,
    event,
    or_,
    select,
    update,
)  # fmt: skip
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from reporter.kernel.db import Model, UtcDateTime, command, current_city_id, db, enter_city
from reporter.kernel.dialect import insert_if_absent
from reporter.kernel.errors import NotFound
from reporter.ports import ports
from reporter.ports.broker import BrokerAway

log = logging.getLogger(__name__)

Work = Callable[..., None]
LEASE = timedelta(minutes=1)
EXTENSIONS = (
    180  # how often a lease is extended, each time after a third of it: an hour, then it is somebody else's
)
MOST_ATTEMPTS = 16  # three to five hours with the waits between them
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(hours=1)
HANDED_AGAIN = timedelta(minutes=1)  # after the last time that workers were told of a row
SWEPT = 1000  # messages up to which the sweep fills a queue
KEPT, STRUCK = timedelta(days=30), 5000  # how long the row of done work stays; rows taken away at a time
ERROR_LENGTH = 500  # characters kept of what went wrong


class Poison(Exception):
    """A row that can never be done as it stands: nobody knows its kind, or its arguments are not those of the work."""


class WorkerLost(Exception):
    """Whoever did the job died of it, as often as a job is tried."""


HOPELESS = (Poison, NotFound)  # the same tomorrow: not tried again. Ids are written with what they name.


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
    handed_at: Mapped[Any] = mapped_column(
        UtcDateTime, nullable=True
    )  # when workers were told; None: not yet


def init_app(app: Flask, jobs: Mapping[str, Work], *, slow: Collection[str] = ()) -> None:
    """Remember what each kind of job does, and which are `slow`: seconds each, and nobody waits for them."""
    app.extensions["jobs"], app.extensions["slow_jobs"] = dict(jobs), sorted(slow)


def is_slow() -> ColumnElement[bool]:
    """Return the condition of rows of the kinds that are slow."""
    return Job.kind.in_(current_app.extensions["slow_jobs"])


def enqueue(kind: str, *, key: str | None = None, after: timedelta = timedelta(0), **args: Any) -> None:
    """Write a job into the current transaction; it runs after commit.

    Args:
        kind: a name of `JOBS` in `reporter/app.py`.
        key: a second job of the same key is not written, until the first is struck or done for `KEPT`.
        args: JSON values, ids rather than things.
    """
    now = ports.clock.now()
    at_once = ports.broker.there() and not after
    written = insert_if_absent(
        Job, city_id=current_city_id(), kind=kind, key=key, args=args, run_at=now + after,
        state="ready", attempts=0, error="", handed_at=now if at_once else None,
    )  # fmt: skip
    if at_once and written is not None:
        tell_after_commit([Handed(written, kind)])


class Handed(NamedTuple):
    """A row that workers are told of."""

    id: int
    kind: str


_WRITTEN = "jobs_written"  # where a session keeps the rows of its transaction


def tell_after_commit(rows: Sequence[Handed]) -> None:
    """Let workers be told of `rows` once the current transaction is committed."""
    db.session.info.setdefault(_WRITTEN, []).extend(rows)


@event.listens_for(Session, "after_commit")
def _tell_workers(session: Session) -> None:
    """Tell workers of the rows that this transaction wrote; that the broker is away is no fault of the commit."""
    if session.in_nested_transaction():  # a savepoint that was reached; nothing can be seen of it yet
        return
    rows: list[Handed] = session.info.pop(_WRITTEN, [])
    told = _hand_over(rows)
    if missed := rows[told:]:
        try:
            with db.engine.begin() as connection:
                connection.execute(_note_handed(missed, at=None))
        except Exception:
            log.exception("the sweep takes what was not handed over a minute later")


@event.listens_for(Session, "after_soft_rollback")
def _forget_written(session: Session, ended: SessionTransaction) -> None:
    if not ended.nested:
        session.info.pop(_WRITTEN, None)


def _hand_over(rows: Sequence[Handed]) -> int:
    """Tell workers of `rows`; return of how many before the broker was away."""
    slow = current_app.extensions["slow_jobs"] if rows else ()
    for number, row in enumerate(rows):
        try:
            ports.broker.hand_over(row.id, slow=row.kind in slow)
        except BrokerAway as away:
            left = len(rows) - number
            log.warning("%s jobs were not handed over, the broker is away (%s); the sweep will", left, away)
            return number
    return len(rows)


def _note_handed(rows: Sequence[Handed], *, at: datetime | None) -> Any:
    return update(Job).where(Job.id.in_([row.id for row in rows])).values(handed_at=at)


def sweep() -> int:
    """Tell workers of what is due or left behind and of which they were not told lately; return of how many rows.

    A queue is filled up to `SWEPT` messages and no further: what lies in it is likely to be the same rows, and
    messages about what is done already would keep workers from what is not.
    """
    return sum(_sweep(slow=slow) for slow in (False, True))


def _sweep(*, slow: bool) -> int:
    try:
        room = SWEPT - ports.broker.waiting(slow=slow)
    except BrokerAway as away:
        log.warning("nothing was swept, the broker is away (%s)", away)
        return 0
    if room <= 0:
        return 0
    now, pace = ports.clock.now(), is_slow() if slow else ~is_slow()
    untold = or_(Job.handed_at.is_(None), Job.handed_at < now - HANDED_AGAIN)
    due = select(Job.id, Job.kind).where(_due(now), untold, pace).order_by(Job.run_at, Job.id).limit(room)
    rows = [Handed(*row) for row in db.session.execute(due)]
    db.session.rollback()  # telling takes as long as the broker does: no snapshot is held for it
    told = rows[: _hand_over(rows)]
    if told:
        command(lambda: db.session.execute(_note_handed(told, at=now)))()
    return len(told)


def strike(key: str) -> bool:
    """Take back, in the current transaction, a job that nobody has begun; return False when there is none."""
    idle = delete(Job).where(Job.key == key, Job.state == "ready", Job.attempts == 0)
    return db.session.execute(idle.returning(Job.id)).first() is not None


@command
def forget_done() -> int:
    """Take away the rows of work that was due `KEPT` ago or earlier and is done; return how many it were."""
    done = select(Job.id).where(Job.state == "done", Job.run_at < ports.clock.now() - KEPT)
    oldest = done.order_by(Job.run_at).limit(STRUCK)
    gone = delete(Job).where(Job.id.in_(oldest)).returning(Job.id)
    return len(db.session.scalars(gone.execution_options(synchronize_session=False)).all())


class _Taken(NamedTuple):
    """A row that this process leased; nobody else finishes it while the row says `token`."""

    id: int
    kind: str
    attempts: int
    token: str


def _due(now: datetime) -> ColumnElement[bool]:
    """Return the condition of rows that wait and are due, or were left behind by a process that died."""
    waits = and_(Job.state == "ready", Job.run_at <= now)
    left = and_(Job.state == "running", Job.lease_until < now)
    return or_(waits, left)


@command
def _take(*which: ColumnElement[bool]) -> _Taken | None:
    """Lease the oldest row that is due; never read arguments, which may be anything."""
    now = ports.clock.now()
    columns = select(Job.id, Job.kind, Job.attempts, Job.city_id)
    oldest = columns.where(_due(now), *which).order_by(Job.run_at, Job.id).limit(1)
    while (job := db.session.execute(oldest.with_for_update(skip_locked=True)).first()) is not None:
        if job.attempts >= MOST_ATTEMPTS:
            log.error("job %s, %s: given up, whoever did it died each time", job.id, job.kind)
            _set(Job.id == job.id, _dead(WorkerLost("its process died each time"), at=now))
            continue
        token = uuid4().hex
        _set(
            Job.id == job.id,
            {"state": "running", "token": token, "lease_until": now + LEASE, "attempts": job.attempts + 1},
        )
        enter_city(job.city_id)
        return _Taken(job.id, job.kind, job.attempts + 1, token)
    return None


def _set(which: ColumnElement[bool], values: Mapping[str, Any]) -> None:
    db.session.execute(update(Job).where(which).values(values).execution_options(synchronize_session="fetch"))


def _mine(job: _Taken) -> ColumnElement[bool]:
    return and_(Job.id == job.id, Job.token == job.token)


@command
def _finish(job: _Taken) -> None:
    _set(_mine(job), {"state": "done", "token": None, "error": ""})


@command
def _put_back(job: _Taken, error: Exception) -> None:
    """Let the row wait for its next try, or give it up."""
    now = ports.clock.now()
    if isinstance(error, HOPELESS) or job.attempts >= MOST_ATTEMPTS:
        _set(_mine(job), _dead(error, at=now))
        return
    again = {"state": "ready", "run_at": now + wait_after(job.attempts), "error": _said(error)}
    _set(_mine(job), again | {"token": None, "handed_at": None})


def _dead(error: Exception, *, at: datetime) -> dict[str, Any]:
    """Return what a row is whose work is given up; it was due for the last time when it was."""
    return {"state": "dead", "run_at": at, "token": None, "error": _said(error)}


def _said(error: Exception) -> str:
    """Return class and first line of `error`: the next lines of a database's repeat values, which may be personal."""
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"[:ERROR_LENGTH]


def wait_after(attempts: int) -> timedelta:
    """Return how long a job waits after it failed for the `attempts`-th time, from 1.

    Twice as long each time, from two seconds up to an hour, of which one half is left to chance: what failed together
    does not come back together ("equal jitter": M. Brooker, Exponential Backoff And Jitter, AWS, 2015).
    """
    whole: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, 32), LONGEST_WAIT)
    return whole / 2 + whole / 2 * random.random()  # noqa: S311 - no secret


@command
def _extend(job: _Taken) -> None:
    _set(_mine(job), {"lease_until": ports.clock.now() + LEASE})


@contextmanager
def _leased(job: _Taken) -> Iterator[None]:
    """Extend the lease while the block runs, by a thread of its own, for an hour at most."""
    app, over = current_app._get_current_object(), threading.Event()  # type: ignore[attr-defined]  # noqa: SLF001 - the only way to the thing behind the proxy

    def extend() -> None:
        for _ in range(EXTENSIONS):
            if over.wait(LEASE.total_seconds() / 3):
                return
            try:
                with app.app_context():
                    _extend(job)
            except Exception:
                log.exception("the lease of job %s was not extended", job.id)

    thread = threading.Thread(target=extend, name=f"lease of job {job.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def run_next(*, slow: bool | None = None) -> bool:
    """Do the oldest job that is due; return False when none is.

    The work runs outside a transaction and opens its own commands, so slow work never holds the write lock.

    Args:
        slow: only of the kinds that are slow, or only of the others.
    """
    which = () if slow is None else ((is_slow() if slow else ~is_slow()),)
    job = _take(*which)
    if job is not None:
        _do(job)
    return job is not None


def run_job(job_id: int) -> bool:
    """Do one job; return False when there is nothing to do: it is done, leased, not due, or there is none such."""
    job = _take(Job.id == job_id)
    if job is not None:
        _do(job)
    elif db.session.scalar(select(Job.id).where(Job.id == job_id)) is None:
        log.warning("job %s was handed over, and there is no such row", job_id)
    return job is not None


def _do(job: _Taken) -> None:
    try:
        work = _work_of(job)
        with _leased(job):
            work()
        _finish(job)
    except Exception as error:
        log.exception("job %s, %s: failed, try %s", job.id, job.kind, job.attempts)
        _put_back(job, error)


def _work_of(job: _Taken) -> Callable[[], None]:
    """Return what is to be done. Raises `Poison`."""
    work: Work | None = current_app.extensions["jobs"].get(job.kind)
    if work is None:
        raise Poison(f"there is no work of the kind {job.kind}")
    try:
        args: Any = db.session.scalar(select(Job.args).where(Job.id == job.id))
        inspect.signature(work).bind(**args)
    except (TypeError, ValueError) as error:
        raise Poison(f"its arguments are not those of {job.kind}: {error}") from error
    return partial(work, **args)
