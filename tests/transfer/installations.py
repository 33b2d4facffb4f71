"""Installations of their own: a database that migrations made, and both stores in folders."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from click.testing import Result
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, make_url, text

from config import TestConfig
from reporter.app import create_app
from reporter.cities.commands import found_city
from reporter.kernel.audit import seal
from reporter.kernel.db import db, enter_city
from reporter.kernel.policy import SYSTEM
from reporter.ports import ports
from tests.make import a_report

MIGRATIONS = Path(__file__).parents[2] / "migrations"
CITY = {
    "slug": "jining", "code": "150902", "name_zh": "集宁区", "name_en": "Jining", "lon": 113.109, "lat": 41.032,
    "zone": "Asia/Shanghai", "settings": {"hold_hours": 0},
}  # fmt: skip
IN_FOLDERS = {
    "storage": "reporter.ports.storage.places:Uploads",
    "originals": "reporter.ports.originals:StoredOriginals",
}


def address(database_url: str, folder: Path, name: str) -> str:
    """Return the address of an empty database: a file in `folder`, or one on the suite's server."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{folder / name}.db"
    wanted = f"{url.database}_{name}"
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{wanted}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{wanted}"'))
    engine.dispose()
    return url.set(database=wanted).render_as_string(hide_password=False)


@contextlib.contextmanager
def installation(database: str, folder: Path, **settings: object) -> Iterator[Flask]:
    """Yield an app on `database` with its stores below `folder`, in its context. The schema is whoever's business."""
    own = {
        "SQLALCHEMY_DATABASE_URI": database, "DATA": folder, "UPLOADS": folder / "uploads",
        "ORIGINALS": folder / "originals", "PORTS": TestConfig.PORTS | IN_FOLDERS,
    }  # fmt: skip
    app = create_app(type("OwnConfig", (TestConfig,), own | settings))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def found_with(reports: int) -> list[str]:
    """Found a city in the empty database, with reports that have pictures; return their numbers."""
    upgrade(str(MIGRATIONS))
    enter_city(found_city(CITY, by=SYSTEM).id)
    numbers = [a_report(photos=1).number for _ in range(reports)]
    seal("test", at=ports.clock.now())
    return numbers


def run(app: Flask, *words: str | Path) -> Result:
    """Run one of the operator's commands."""
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def tables() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, in the order of their keys."""
    with db.engine.connect() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key))
            ]
            for table in db.metadata.sorted_tables
        }


def files_below(folder: Path) -> dict[str, bytes]:
    """Return every file of a store by its key."""
    paths: Sequence[Path] = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
