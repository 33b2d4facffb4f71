"""Ten thousand reports of suspected spam declined at one press: `python -m bench.clearing [NUMBER]`.

Every other one left a contact of its own, so that there is somebody to tell. Beside it, in the same run and on rows of
the same kind: as many rows changed one by one with an entry in the trail each, in transactions as large, and nothing
else. `DATABASE_URL` with a PostgreSQL server measures on a database made for it there and dropped afterwards.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import String, cast, insert, select, update

from bench.city import enter_first_city, found, moderator, open_city, photos
from bench.databases import databases
from bench.queue import PICTURES, fill_queue
from reporter.accounts.queries import user_by_login
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import current_city_id, db
from reporter.ports import ports
from reporter.reports.commands.aside import AT_A_TIME, begin_clearing, clear
from reporter.reports.lifecycle import State
from reporter.reports.models import Clearing, Report

NUMBER, GOAL = 10_000, 60  # reports; seconds
REASON = "同一内容反复上报"


@dataclass(frozen=True)
class Figures:
    """Seconds for all of them."""

    kind: str
    declined: int
    cleared: float
    bare: float


def measured(folder: Path, address: str, number: int) -> Figures:
    """Fill a database of the bench's own with twice `number` reports that look like spam, and clear half of them."""
    with databases(folder, address) as made:
        app = open_city(folder / "files", made.url("spam"))
        with app.app_context():
            found()
        with app.app_context():
            enter_first_city()
            pictures = photos(PICTURES)
            enter_first_city()
            fill_queue(2 * number, pictures)
            cut = _set_aside(number)
            bare = _seconds(lambda: _bare(cut))
            clearing_id = _begun()
            cleared = _seconds(lambda: clear(clearing_id))
            enter_first_city()
            declined = db.session.get_one(Clearing, clearing_id).done
            db.session.remove()
            db.engine.dispose()
    return Figures(made.kind, declined, cleared, bare)


def _set_aside(number: int) -> int:
    """Let twice `number` reports lie in the side queue, every other one with a contact of its own.

    Returns:
        The id of the first of the later half.
    """
    enter_first_city()
    ids = db.session.scalars(select(Report.id).order_by(Report.id).limit(2 * number)).all()
    ours, own = Report.id <= ids[-1], "spam" + cast(Report.id, String) + "@example.org"
    db.session.execute(update(Report).values(state=State.SUBMITTED))
    db.session.execute(update(Report).where(ours).values(state=State.ASIDE, due_at=None))
    db.session.execute(update(Report).where(ours, Report.id % 2 == 0).values(contact=own, notify=True))
    db.session.commit()
    return ids[number]


def _bare(first: int) -> None:
    """Change the later half of the side queue, row by row with an entry each, and nothing else."""
    enter_first_city()
    later = select(Report.id).where(Report.id >= first, Report.state == State.ASIDE)
    ids = db.session.scalars(later).all()
    for start in range(0, len(ids), AT_A_TIME):
        enter_first_city()
        for report_id in ids[start : start + AT_A_TIME]:
            declined = update(Report).where(Report.id == report_id).values(state=State.DECLINED)
            db.session.execute(declined)
            db.session.execute(insert(TrailEntry).values(_entry(report_id)))
        db.session.commit()


def _entry(report_id: int) -> dict[str, Any]:
    return {
        "city_id": current_city_id(), "subject": "bench", "subject_id": report_id, "seq": 1, "at": ports.clock.now(),
        "action": "decline", "source": "aside", "target": "declined", "reason": REASON, "facts": {},
        "previous": "", "digest": "",
    }  # fmt: skip


def _begun() -> int:
    enter_first_city()
    someone = user_by_login(moderator()[0])
    assert someone
    return begin_clearing(REASON, by=someone.actor).id


def _seconds(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def main() -> None:
    """Print one line: on SQLite, or on the PostgreSQL server that `DATABASE_URL` names."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        figures = measured(Path(name), os.environ.get("DATABASE_URL", ""), number)
    print(
        f"{figures.kind}: {figures.declined} reports of the side queue declined in {figures.cleared:.1f} s "
        f"(goal for {NUMBER}: {GOAL} s), {figures.cleared / figures.bare:.1f} times bare changes with bare entries "
        f"({figures.bare:.1f} s); load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
