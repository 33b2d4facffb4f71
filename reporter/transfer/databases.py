"""Copy a whole database into a file while the city writes on, and a file into an empty database.

SQLite by its own backup, PostgreSQL by pg_dump and pg_restore, each from one snapshot.
"""

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, inspect, text

from reporter.kernel.db import Model
from reporter.kernel.errors import ConfigError, ReporterError

VERSIONS = "alembic_version"
_PAGES = 2048  # copied at a time, some eight megabytes
_WAIT = 30.0  # seconds for a lock
_VERSION = re.compile(r"(\d+)")

Told = Callable[[int, int], None]  # pages that are left, and pages in all


@dataclass(frozen=True)
class Copied:
    """What a copy holds: its schema, and how many rows of each table."""

    kind: str  # sqlite | postgresql
    schema: str
    rows: Mapping[str, int]
    made_with: int  # major version of pg_dump; 0 for SQLite


def copy_database(engine: Engine, into: Path, *, told: Told = lambda _left, _all: None) -> Copied:
    """Write the database as it is at one moment into a new file; nobody who writes meanwhile waits for it.

    Raises:
        ConfigError: there is no schema yet, or PostgreSQL's programs are missing or too old.
        ReporterError: the database is damaged, or its program failed.
    """
    if engine.dialect.name == "sqlite":
        return _copy_sqlite(engine, into, told)
    return _copy_postgresql(engine, into)


def load_database(engine: Engine, source: Path, *, made_with: int) -> None:
    """Write a copy into a database that has no table of ours; all of it or nothing.

    Raises:
        ConfigError: PostgreSQL's programs are missing or too old.
        ReporterError: its program failed.
    """
    if engine.dialect.name == "sqlite":
        _load_sqlite(engine, source)
    else:
        _load_postgresql(engine, source, made_with)


def schema_of(engine: Engine) -> str:
    """Return the revision of the schema, nothing where there is none."""
    with engine.connect() as connection:
        return schema_in(connection)


def rows_in(engine: Engine) -> dict[str, int]:
    """Return how many rows each table has."""
    with engine.connect() as connection:
        return _rows(connection)


def foreign_tables(engine: Engine) -> list[str]:
    """Return the tables that are not ours."""
    with engine.connect() as connection:
        return sorted(set(inspect(connection).get_table_names()) - {*Model.metadata.tables, VERSIONS})


def forget_versions(engine: Engine) -> None:
    """Drop the table that remembers the schema, which outlives all others on the way down."""
    with engine.begin() as connection:
        connection.execute(text(f"DROP TABLE IF EXISTS {VERSIONS}"))


def schema_in(connection: Connection) -> str:
    """Return the revision of the schema that a connection sees, nothing where there is none."""
    if VERSIONS not in inspect(connection).get_table_names():
        return ""
    return str(connection.scalar(text(f"SELECT version_num FROM {VERSIONS}")) or "")  # noqa: S608


def _rows(connection: Connection) -> dict[str, int]:
    names = sorted(set(inspect(connection).get_table_names()) - {VERSIONS})
    return {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in names}  # noqa: S608


# ── SQLite ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _copy_sqlite(engine: Engine, into: Path, told: Told) -> Copied:
    """Copy within one open read transaction: without it every commit of somebody else would begin the copy anew."""
    with _sqlite(Path(str(engine.url.database))) as source, _sqlite(into) as copy:
        source.execute("BEGIN")
        found = source.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (VERSIONS,)).fetchone()
        if not found:
            raise _no_schema(engine)
        source.backup(copy, pages=_PAGES, progress=lambda _status, left, all_: told(left, all_), sleep=0)
        source.execute("ROLLBACK")
        copy.execute(
            "PRAGMA journal_mode=DELETE"
        )  # one file, that can be read from where nothing can be written
        faults = [line for (line,) in copy.execute("PRAGMA quick_check(3)") if line != "ok"]
        if faults:
            raise ReporterError(f"The database itself is damaged: {faults[0]}")
        return Copied("sqlite", *_looked_at(copy), 0)


def _looked_at(copy: sqlite3.Connection) -> tuple[str, dict[str, int]]:
    tables = [
        name
        for (name,) in copy.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        )
    ]
    [(schema,)] = copy.execute(f"SELECT version_num FROM {VERSIONS}").fetchall()  # noqa: S608
    rows = {
        name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for name in tables
        if name != VERSIONS
    }
    return schema, rows


def _load_sqlite(engine: Engine, source: Path) -> None:
    engine.dispose()
    with _sqlite(source) as copy, _sqlite(Path(str(engine.url.database))) as target:
        target.execute("PRAGMA synchronous=FULL")
        copy.backup(target)
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextlib.contextmanager
def _sqlite(path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(path, timeout=_WAIT, isolation_level=None)) as connection:
        try:
            yield connection
        except sqlite3.Error as error:
            raise ReporterError(f"{path}: {error}") from error


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────────────


def _copy_postgresql(engine: Engine, into: Path) -> Copied:
    """Let pg_dump read the very snapshot in which the rows are counted."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        server = _server(connection)
        program, version = _program("pg_dump", least=server)
        if not (schema := schema_in(connection)):
            raise _no_schema(engine)
        snapshot = str(connection.scalar(text("SELECT pg_export_snapshot()")))
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        _run(engine.url, [program, *options, f"--file={into}"])
        return Copied("postgresql", schema, _rows(connection), version)


def _load_postgresql(engine: Engine, source: Path, made_with: int) -> None:
    with engine.connect() as connection:
        server = _server(connection)
    program, _ = _program("pg_restore", least=max(server, made_with))
    engine.dispose()
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    _run(engine.url, [program, *options, f"--dbname={engine.url.database}", str(source)])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))  # what the planner knows of the tables is in no dump


def _server(connection: Connection) -> int:
    return int(str(connection.scalar(text("SHOW server_version_num")))) // 10_000


def _program(name: str, *, least: int) -> tuple[str, int]:
    """Return where a program of PostgreSQL lies, and its major version. Raises `ConfigError` below `least`."""
    path = shutil.which(name)
    wanted = f"apt-get install postgresql-client-{least}, or postgresql-client where that is as new"
    if path is None:
        raise ConfigError(f"{name} is not installed: {wanted}.")
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = _VERSION.search(said.stdout)
    version = int(found[1]) if found else 0
    if version < least:
        raise ConfigError(f"{path} is of version {version}, and version {least} is needed: {wanted}.")
    return path, version


def _run(url: URL, words: list[str]) -> None:
    """Run a program of PostgreSQL on our database; the password stands in no list of processes."""
    done = subprocess.run(  # noqa: S603 - the settings' own database, no shell
        words, env=os.environ | _reached(url), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = [line for line in done.stderr.strip().splitlines() if line.strip()] or ["it said nothing"]
        raise ReporterError(f"{Path(words[0]).name} failed: {said[0]}")


def _reached(url: URL) -> dict[str, str]:
    """Return how libpq reaches the database, as its environment."""
    named = {
        "PGHOST": url.host,
        "PGPORT": url.port and str(url.port),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    named |= {f"PG{name.upper()}": str(value) for name, value in url.query.items()}
    return {name: str(value) for name, value in named.items() if value}


def _no_schema(engine: Engine) -> ConfigError:
    address = engine.url.render_as_string(hide_password=True)
    return ConfigError(f"The database {address} has no schema: flask serve, or flask db upgrade, makes it.")
