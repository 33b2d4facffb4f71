"""What a tick costs beside a million open cases: `python -m bench.ticking [NUMBER]`.

Of a million open cases a hundred are due. Measured are finding what is due, as the product does it, when nothing is due
and when a hundred are; the whole tick over the hundred, each a transaction of its own with its step in the trail; and, as
bounds, one row by its primary key and one bare durable update of a case. Rows are copies of one case that was made by the
real commands.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Insert, String, Table, cast, func, insert, select, text, update

from bench.city import enter_first_city, found, open_city
from bench.databases import databases
from reporter.cases.commands import Finding, register
from reporter.cases.models import Case
from reporter.cases.queries import categories, ringing_ids
from reporter.kernel.db import db
from reporter.kernel.policy import Actor, Role
from reporter.places.queries import areas
from reporter.ports import ports
from reporter.routing.commands import dispatch
from reporter.routing.models import WorkOrder
from reporter.routing.ticking import tick

NUMBER, DUE, ROUNDS = 1_000_000, 100, 50


@dataclass(frozen=True)
class Figures:
    """Milliseconds at the median; `each_ms` is of one case that is due, with all that its step sets off."""

    kind: str
    nothing_ms: float
    finding_ms: float
    row_ms: float
    each_ms: float
    update_ms: float
    done: int


def measured(folder: Path, address: str, number: int) -> Figures:
    """Fill a database of the bench's own with `number` open cases and let time go on."""
    folder.mkdir(exist_ok=True)
    with databases(folder, address) as made:
        app = open_city(folder / "files", made.url("ticks"))
        with app.app_context():
            found()
        with app.app_context():
            enter_first_city()
            copy_cases(number)
            figures = ticked(made.kind)
            db.session.remove()
            db.engine.dispose()
    return figures


def copy_cases(number: int) -> None:
    """Make `number` open cases out of one that was dispatched, each with its work order; nothing is due for a week."""
    first = a_dispatched_case()
    for table in (Case.__table__, WorkOrder.__table__):
        have = 1
        while have < number:
            db.session.execute(copies(table, first, have, min(have, number - have)))  # type: ignore[arg-type]
            have *= 2
    db.session.commit()
    db.session.remove()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))
    enter_first_city()


def a_dispatched_case() -> int:
    """Register a case, give it to a unit, and let it ring in a week; return its id. No other case rings at all."""
    db.session.execute(update(Case).values(ring_at=None))
    db.session.commit()
    enter_first_city()
    kind, area, now = categories()[0], areas()[0], ports.clock.now()
    finding = Finding(
        category_id=kind.id, subcategory_id=None, area_id=area.id, lon=area.lon, lat=area.lat, address="解放大街",
        words="", title="解放大街占道", photo_ids=[], reported_at=now,
    )  # fmt: skip
    by = Actor(id=None, roles=frozenset({Role.ACCEPTOR, Role.DISPATCHER}))
    case = register(finding, by=by)
    dispatch(case, by=by)
    later = now + timedelta(days=7)
    db.session.execute(update(Case).where(Case.id == case.id).values(ring_at=later, due_at=later))
    db.session.commit()
    enter_first_city()
    return case.id


def copies(table: Table, first: int, have: int, wanted: int) -> Insert:
    """Return the statement that copies `wanted` of the `have` rows that stand for case `first` and those after it."""
    case_id = table.c.id if table.name == Case.__tablename__ else table.c.case_id
    written = (column for column in table.columns if column.computed is None)
    columns = [column for column in written if column.name != "id" or column is case_id]
    told_apart = {
        "id": table.c.id + have,
        "case_id": case_id + have,
        "number": cast(case_id + have, String()),
    }
    values = [told_apart.get(column.name, column) for column in columns]
    rows = select(*values).where(case_id >= first, case_id < first + wanted)
    return insert(table).from_select([column.name for column in columns], rows)


def ticked(kind: str) -> Figures:
    """Look for what is due, then let a hundred be due and do it."""
    now = ports.clock.now()
    nothing = [timed(partial(ringing_ids, now)) for _ in range(ROUNDS)]
    top = db.session.scalar(select(func.max(Case.id))) or 0
    due = [top - place * 37 for place in range(DUE)]
    row = [timed(partial(one_row, one)) for one in due[:ROUNDS]]
    db.session.execute(update(Case).where(Case.id.in_(due)).values(ring_at=now, due_at=now))
    db.session.commit()
    enter_first_city()
    finding = [timed(partial(ringing_ids, now)) for _ in range(ROUNDS)]
    bare = [timed(partial(one_update, one)) for one in due[:ROUNDS]]
    done: list[int] = []
    whole = timed(lambda: done.append(tick()))
    middle = statistics.median
    return Figures(kind, middle(nothing), middle(finding), middle(row), whole / DUE, middle(bare), done[0])


def one_row(case_id: int) -> int | None:
    """Look one row up by its key."""
    return db.session.scalar(select(Case.rung).where(Case.id == case_id))


def one_update(case_id: int) -> None:
    """Write one column of one row, and make it durable."""
    db.session.execute(update(Case).where(Case.id == case_id).values(title="bench"))
    db.session.commit()
    enter_first_city()


def timed(what: Callable[[], object]) -> float:
    """Return how many milliseconds `what` took."""
    began = time.perf_counter()
    what()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Print one line: on SQLite, or on the PostgreSQL server that `DATABASE_URL` names."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        figures = measured(Path(name), os.environ.get("DATABASE_URL", ""), number)
    print(
        f"{figures.kind}, {number} open cases: {figures.nothing_ms:.2f} ms when nothing is due "
        f"({figures.nothing_ms / figures.row_ms:.1f} times a row by its key), {figures.finding_ms:.2f} ms to find {DUE} that "
        f"are; {figures.done} done, {figures.each_ms:.1f} ms each ({figures.each_ms / figures.update_ms:.1f} times a bare "
        f"durable update); load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
