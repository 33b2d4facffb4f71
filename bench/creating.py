"""What one report costs, its pictures taken in before, against one bare row made durable the same way."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from flask import Flask
from sqlalchemy import make_url

from bench.city import enter_first_city, photos
from bench.figures import Load
from reporter.cases.queries import categories
from reporter.kernel.policy import ANYONE
from reporter.places.queries import areas
from reporter.reports.commands.intake import Spot, Submission, submit

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON")  # as kernel/db.py
TABLE = "CREATE TABLE IF NOT EXISTS bench_rows (id varchar PRIMARY KEY, words varchar, lon float, lat float)"
ROW = ("占了人行道，老人只能走马路。" * 10, 113.1, 41.0)


def speed(write: Callable[[], None], number: int) -> Load:
    """Return how fast `write` is, done `number` times; CPU of this process."""
    began, cpu = time.perf_counter(), time.process_time()
    for _ in range(number):
        write()
    return Load(number / (time.perf_counter() - began), (time.process_time() - cpu) * 1000 / number)


def reports(app: Flask, number: int) -> Load:
    """Return how fast residents' reports go in: each a unit of work of its own, as a request is."""
    with app.app_context():
        enter_first_city()
        prepared = iter(photos(number))
        area, kind = areas(level="street")[0], categories()[0]
        spot = Spot(source="picked", lon=area.lon, lat=area.lat, address="解放大街")
        kind_id = kind.id

    def write() -> None:
        with app.app_context():
            enter_first_city()
            submit(
                Submission(
                    client_id=str(uuid4()), category_id=kind_id, subcategory_id=None, spot=spot,
                    words="占了人行道，老人只能走马路。", photo_ids=[next(prepared)],
                ), by=ANYONE,
            )  # fmt: skip

    return speed(write, number)


@contextmanager
def bare_rows(url: str, folder: Path) -> Iterator[Callable[[], None]]:
    """Give what writes one bare row durably: the driver alone, one connection, no framework."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as link:
            for pragma in PRAGMAS:
                link.execute(f"PRAGMA {pragma}")
            link.execute(TABLE)
            yield lambda: _sqlite_row(link)
        return
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(TABLE)
        yield lambda: _postgresql_row(connection)
        connection.execute("DROP TABLE bench_rows")


def _sqlite_row(link: sqlite3.Connection) -> None:
    link.execute("BEGIN IMMEDIATE")
    link.execute("INSERT INTO bench_rows VALUES (?, ?, ?, ?)", (str(uuid4()), *ROW))
    link.execute("COMMIT")


def _postgresql_row(link: psycopg.Connection[tuple[str, ...]]) -> None:
    link.execute("INSERT INTO bench_rows VALUES (%s, %s, %s, %s)", (str(uuid4()), *ROW))
