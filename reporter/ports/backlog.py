"""What lies in the outbox: how much waits and how long, what was given up, and another try for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy import String, cast, func, literal, select, tuple_, update

from reporter.kernel.db import current_city_id, db
from reporter.ports import ports
from reporter.ports.queue import SWEPT, Handed, Job, is_slow, tell_after_commit

MOST_COUNTED = 10_000  # rows, for figures: nobody counts a table to its end


def oldest_waiting_seconds() -> float:
    """Return for how long the oldest due job that is not slow has been waiting, in seconds; 0 when none is."""
    waiting = select(Job.run_at).where(Job.state == "ready", ~is_slow()).order_by(Job.run_at).limit(1)
    oldest = db.session.scalar(waiting)
    return max(0.0, (ports.clock.now() - oldest).total_seconds()) if oldest else 0.0


@dataclass(frozen=True)
class Depth:
    """How many rows there are in all cities, each counted up to `MOST_COUNTED` and no further."""

    waiting: int
    waiting_slow: int
    running: int
    dead: int


def depth() -> Depth:
    """Return how much work is due, under way and given up; reads at most so many rows of the index for each."""
    due = select(Job.kind).where(Job.state == "ready", Job.run_at <= ports.clock.now())
    some = due.order_by(Job.run_at).limit(MOST_COUNTED).subquery()
    slow = some.c.kind.in_(current_app.extensions["slow_jobs"])
    rows = db.session.execute(select(slow, func.count()).group_by(slow)).all()
    by_pace = {bool(is_slow): number for is_slow, number in rows}
    return Depth(by_pace.get(False, 0), by_pace.get(True, 0), _in_state("running"), _in_state("dead"))


def _in_state(state: str) -> int:
    some = select(Job.id).where(Job.state == state).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


class Dead(NamedTuple):
    """A job of the city that was given up. `about`: the ids it takes, as text; `error`: class and first line."""

    id: int
    kind: str
    about: str
    attempts: int
    at: datetime
    error: str


def dead_jobs(*, before: tuple[datetime, int] | None = None, limit: int = 50) -> list[Dead]:
    """Return the jobs of the city that were given up, the latest first.

    Args:
        before: instant and id of the last one that was seen.
    """
    about = cast(Job.args, String)  # as text: what made it fail may be that it cannot be read
    columns = select(Job.id, Job.kind, about, Job.attempts, Job.run_at, Job.error)
    dead = columns.where(Job.state == "dead", Job.city_id == current_city_id())
    if before:
        dead = dead.where(tuple_(Job.run_at, Job.id) < tuple_(*map(literal, before)))
    rows = db.session.execute(dead.order_by(Job.run_at.desc(), Job.id.desc()).limit(limit))
    return [Dead(*row) for row in rows]


def is_of_city(job_id: int) -> bool:
    """Tell whether the city has such a job, in whatever state."""
    own = select(Job.id).where(Job.id == job_id, Job.city_id == current_city_id())
    return db.session.scalar(own) is not None


def revive(*, job_id: int | None = None) -> int:
    """Let one, or all, of the city's jobs that were given up be tried anew; return how many. In a transaction."""
    dead = update(Job).where(Job.state == "dead", Job.city_id == current_city_id())
    if job_id is not None:
        dead = dead.where(Job.id == job_id)
    anew = {"state": "ready", "run_at": ports.clock.now(), "attempts": 0, "error": "", "handed_at": None}
    revived = db.session.execute(dead.values(anew).returning(Job.id, Job.kind)).all()
    if ports.broker.there():
        tell_after_commit([Handed(*row) for row in revived[:SWEPT]])
    return len(revived)
