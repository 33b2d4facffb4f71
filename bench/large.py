"""A large city, made once and kept: `python -m bench.city SIZE [URL]`.

SIZE cases of two years with all that belongs to them (`bench.past`), and a tenth as many posts on the board. `URL` is an
empty SQLite file or an empty PostgreSQL database; without it a file below `BENCH_CITIES` or, when that is not set, in the
folder for temporary files. A city that is there already, of the size that is asked for, is left as it is.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import func, inspect, make_url, select, text

from bench.city import SECRET, enter_first_city, found, open_city, photos
from bench.databases import database_of
from bench.past import Shape, tell_past
from bench.posts import write_posts
from bench.rows import settle
from config import ROOT
from reporter.cases.models import Case
from reporter.kernel.audit import seal
from reporter.kernel.db import db
from reporter.ports import ports

PICTURES = 400  # that everything shares: pages only write their addresses


class Kept(SystemExit):
    """The database holds another city, or half of one."""


def address_of(size: int, server: str = "") -> str:
    """Return where the city of this size is kept unless another place is named.

    Args:
        server: the address of a PostgreSQL server, on which its database is made where it is missing; else it is a file.
    """
    if server.startswith("postgresql"):
        return database_of(f"reporter_bench_city_{size}", server)
    folder = Path(os.environ.get("BENCH_CITIES") or Path(tempfile.gettempdir()) / "reporter-bench")
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / f'city_{size}.db'}"


def files_of(url: str) -> Path:
    """Return the folder for files of the city at `url`, beside its file or among the temporary ones."""
    address = make_url(url)
    name = address.database or "city"
    if address.get_backend_name() == "sqlite":
        return Path(name).with_suffix(".files")
    return Path(tempfile.gettempdir()) / f"reporter-bench-{name}.files"


def city_of(size: int, url: str) -> None:
    """Make the city of `size` cases at `url` unless it is there.

    Raises:
        Kept: something else is there.
    """
    app = open_city(files_of(url), url)
    with app.app_context():
        if inspect(db.engine).has_table("cases") and (have := _cases()):
            if have < size or have > size + size // 10:  # those that a measurement added
                raise Kept(f"{url} holds {have} cases: name an empty database, or remove it")
            upgrade(directory=str(ROOT / "migrations"))
            return
        _make(size)


def _cases() -> int:
    enter_first_city()
    return db.session.scalar(select(func.count(Case.id))) or 0


def _make(size: int) -> None:
    began, shape = time.monotonic(), Shape.of(size)
    found()
    enter_first_city()
    pictures = photos(PICTURES)
    enter_first_city()
    tell_past(shape, pictures, told=say)
    write_posts(max(60, size // 10) if size > 100 else size, shape.cases - shape.open)
    say(f"posts after {time.monotonic() - began:.0f} s")
    enter_first_city()
    seal(SECRET, at=ports.clock.now())
    say(f"sealed after {time.monotonic() - began:.0f} s")
    settle()
    took = time.monotonic() - began
    rows, megabytes = _rows(), _bytes() / 1e6
    say(f"{size} cases: {rows} rows in {took:.0f} s, {rows / took:.0f} rows/s, {megabytes:.0f} MB")
    db.session.remove()
    db.engine.dispose()


def _rows() -> int:
    with db.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return sum(
            connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0  # noqa: S608 - names of our own
            for name in names
        )


def _bytes() -> int:
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
        return Path(str(db.engine.url.database)).stat().st_size


def say(words: str) -> None:
    """Say how far it is."""
    print(f"… {words}", flush=True)


def main() -> None:
    """Make the city that the command line names."""
    if len(sys.argv) not in {2, 3} or not sys.argv[1].isdecimal():
        raise SystemExit("python -m bench.city SIZE [URL]")
    size = int(sys.argv[1])
    url = sys.argv[2] if len(sys.argv) > 2 else address_of(size)
    city_of(size, url)
    print(url)
