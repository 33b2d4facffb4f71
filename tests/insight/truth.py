"""The counters as they are kept, and what makes them wrong."""

from datetime import date, timedelta

from sqlalchemy import delete, select, update

from reporter.insight.commands import count_anew
from reporter.insight.models import STANDING, Tally
from reporter.insight.truth import Difference, days_counted, differences
from reporter.kernel.db import command, db

Counter = tuple[str, date, int, int, int]


def kept() -> dict[Counter, int]:
    """Return every counter that is not nothing."""
    db.session.rollback()
    columns = Tally.measure, Tally.day, Tally.category_id, Tally.area_id, Tally.unit_id
    return {tuple(key): n for *key, n in db.session.execute(select(*columns, Tally.n).where(Tally.n != 0))}  # type: ignore[misc]


def all_differences() -> list[Difference]:
    """Return what differs on any day."""
    return [one for day in days_counted() for one in differences(day)]


def rebuild() -> None:
    """Write every day anew."""
    for day in days_counted():
        count_anew(day)


@command
def mangle() -> None:
    """Delete some counters, make others wrong, and add some of what never was."""
    some = select(Tally.id).where(Tally.id % 3 == 0)
    db.session.execute(delete(Tally).where(Tally.id.in_(some)))
    db.session.execute(update(Tally).where(Tally.id % 3 == 1).values(n=Tally.n + 7))
    db.session.add_all(
        [
            Tally(measure="closed", day=STANDING - timedelta(days=9), n=3),
            Tally(measure="lost", day=STANDING, n=1),
        ]
    )
