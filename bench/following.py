"""What the digests of a morning cost: `python -m bench.following [SUBSCRIPTIONS] [POSTS]`.

100 000 subscriptions of 50 000 people (six of ten a sealed place and what is around it, the others an area or a kind),
and the 1 000 posts of one day. Measured are the statements and seconds of everything from finding who is due to the notice and
the job that carries it, each batch one durable transaction; and, as a bound, the same once more when nothing is new.
Rows are written straight into the tables.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import event, func, insert, select, text, update

from bench.city import SPREAD, enter_first_city, fill, found, open_city
from bench.databases import databases
from reporter.accounts.models import User
from reporter.board.models import Exposure
from reporter.board.shown import kinds
from reporter.cities.queries import current_city, local
from reporter.following.commands.digesting import AT_ONCE, write_digests
from reporter.following.models import Digest, Follow, Follower, ShownPost
from reporter.following.rules import RADII, Rhythm, What
from reporter.kernel.db import command, current_city_id, db
from reporter.places.queries import areas
from reporter.places.shapes import Level
from reporter.ports import ports

SUBSCRIPTIONS, POSTS, EACH = 100_000, 1_000, 2  # EACH: subscriptions of one person
AT_A_TIME = 10_000


@dataclass(frozen=True)
class Figures:
    """Seconds and statements of all who are due, with news and without."""

    kind: str
    people: int
    digests: int
    seconds: float
    statements: int
    nothing_seconds: float
    nothing_statements: int


def measured(folder: Path, address: str, subscriptions: int, posts: int) -> Figures:
    """Fill a database of the bench's own, let the hour come, and let it come again a day later."""
    folder.mkdir(exist_ok=True)
    with databases(folder, address) as made:
        app = open_city(folder / "files", made.url("digests"))
        with app.app_context():
            found()
        with app.app_context():
            enter_first_city()
            fill(posts)
            enter_first_city()
            follow_all(subscriptions)
            enter_first_city()
            people = db.session.scalar(select(func.count()).select_from(Follower)) or 0
            seconds, statements = morning()
            digests = db.session.scalar(select(func.count()).select_from(Digest)) or 0
            later()
            enter_first_city()
            nothing_seconds, nothing = morning()
            figures = Figures(made.kind, people, digests, seconds, statements, nothing_seconds, nothing)
            db.session.remove()
            db.engine.dispose()
    return figures


@command
def follow_all(subscriptions: int) -> None:
    """Write people who follow two things each and are due, and the order in which the posts came on show."""
    city, now, dice = current_city(), ports.clock.now(), Random(subscriptions)  # noqa: S311 - no secret
    here, streets, slugs = current_city_id(), areas(level=Level.STREET), [kind.slug for kind in kinds()]
    first = (db.session.scalar(select(func.max(User.id))) or 0) + 1
    ids = range(first, first + subscriptions // EACH)
    person = {
        "city_id": here,
        "name": "",
        "password_hash": "",
        "roles": ["resident"],
        "created_at": now,
        "version": 1,
    }
    _write(
        User,
        [
            person
            | {"id": one, "active": True, "locale": "", "mobile": "", "trail_length": 0, "trail_head": ""}
            for one in ids
        ],
    )
    due = {
        "city_id": here,
        "rhythm": Rhythm.DAILY,
        "hour": 8,
        "weekday": 0,
        "next_at": now - timedelta(minutes=1),
    }
    _write(Follower, [due | {"user_id": one} for one in ids])

    def row(number: int) -> dict[str, Any]:
        lon, lat = (round(middle + dice.uniform(-SPREAD, SPREAD), 3) for middle in (city.lon, city.lat))
        what = (What.PLACE, What.PLACE, What.PLACE, What.AREA, What.CITY)[number % 5]
        return {
            "city_id": here, "user_id": ids[number // EACH], "key": str(number), "what": what, "name": "", "mark": 0,
            "place": f"{lon:.3f},{lat:.3f}" if what is What.PLACE else "", "radius_m": dice.choice(RADII),
            "area_id": dice.choice(streets).id if what is What.AREA else None, "paused": False, "made_at": now,
            "kind_slug": dice.choice(slugs) if what is What.CITY else "",
        }  # fmt: skip

    _write(Follow, [row(number) for number in range(len(ids) * EACH)])
    shown = db.session.scalars(select(Exposure.id).order_by(Exposure.id)).all()
    _write(ShownPost, [{"city_id": here, "exposure_id": one, "at": now} for one in shown])


def _write(model: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), AT_A_TIME):
        db.session.execute(insert(model), rows[start : start + AT_A_TIME])


def morning() -> tuple[float, int]:
    """Write everything that is due; return the seconds and the statements it took."""
    with counted() as statements:
        began, news = time.perf_counter(), None
        while True:
            people, news = write_digests(news)
            if people < AT_ONCE:
                break
        return time.perf_counter() - began, len(statements)


@command
def later() -> None:
    """Let everybody be due again."""
    due = local(ports.clock.now()) - timedelta(seconds=30)
    db.session.execute(update(Follower).values(next_at=due).execution_options(synchronize_session=False))
    db.session.execute(text("SELECT 1"))


@contextmanager
def counted() -> Iterator[list[str]]:
    """Yield a list that fills with the statements of the block."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        statements.append(statement[:20])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def main() -> None:
    """Print one line: on SQLite, or on the PostgreSQL server that `DATABASE_URL` names."""
    subscriptions = int(sys.argv[1]) if len(sys.argv) > 1 else SUBSCRIPTIONS
    posts = int(sys.argv[2]) if len(sys.argv) > 2 else POSTS
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        one = measured(Path(name), os.environ.get("DATABASE_URL", ""), subscriptions, posts)
    print(
        f"{one.kind}, {subscriptions} subscriptions of {one.people} people, {posts} new posts: {one.digests} digests in "
        f"{one.seconds:.1f} s and {one.statements} statements ({one.statements / max(one.digests, 1):.2f} each); nothing new: "
        f"{one.nothing_seconds:.1f} s and {one.nothing_statements} statements "
        f"({one.nothing_statements / max(one.people, 1):.3f} a person, {one.seconds / one.nothing_seconds:.1f} times as quick); "
        f"load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
