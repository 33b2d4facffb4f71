"""Rows by the hundred thousand, straight into the tables: the driver alone, and no index while they are written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Any, Protocol

from sqlalchemy import Table, text
from sqlalchemy.engine import Connection

from reporter.kernel.db import Model, db

AT_A_TIME = 5_000
# The log of everything written at once would be as large as the tables, and slower to read.
HURRIED_FILE = ("journal_mode=DELETE", "foreign_keys=OFF", "synchronous=OFF", "cache_size=-512000")
HURRIED_SERVER = (
    "session_replication_role = replica",
    "synchronous_commit = off",
    "maintenance_work_mem = '512MB'",
)
# Unique indexes stay, for they are constraints.
FOUND = {
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :table AND indexname LIKE 'ix\\_\\_%'",
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
    "AND name LIKE 'ix\\_\\_%' ESCAPE '\\' AND tbl_name = :table",
}
Row = Sequence[Any]


def table_of(model: type[Model]) -> Table:
    """Return the table of a model."""
    return Model.metadata.tables[model.__tablename__]


class Writer(Protocol):
    """Writes rows of one table, whose values are those of the driver: moments as `moment` writes them, JSON as text."""

    def write(self, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Write `rows` of `columns`."""
        ...


class _Sqlite:
    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def write(self, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
        names, places = ", ".join(columns), ", ".join("?" * len(columns))
        cursor = self.connection.cursor()
        cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({places})", rows)  # noqa: S608 - names of our own
        cursor.close()


class _Postgresql:
    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def write(self, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as line,
        ):
            for row in rows:
                line.write_row(row)


@contextmanager
def writing(tables: Sequence[Table]) -> Iterator[Writer]:
    """Give what writes into `tables`; when the block ends their indexes are made anew and all of it is there at once.

    The connection is its own and gone afterwards: neither foreign keys are looked up, nor is anything but the end
    waited for on the disk. What is half done when the machine stops is to be made again.
    """
    db.session.remove()
    db.engine.dispose()  # a file gives up its log only when nobody else has it open
    connection = db.engine.connect()
    driver: Any = connection.connection.driver_connection
    try:
        if connection.dialect.name == "postgresql":
            for setting in HURRIED_SERVER:
                driver.execute(f"SET {setting}")
            writer: Writer = _Postgresql(driver)
        else:
            for setting in HURRIED_FILE:
                driver.execute(f"PRAGMA {setting}")
            writer = _Sqlite(driver)
        with connection.begin():
            yield from _without_indexes(connection, tables, writer)
    finally:
        connection.invalidate()  # its settings go with it
        connection.close()


def _without_indexes(connection: Connection, tables: Sequence[Table], writer: Writer) -> Iterator[Writer]:
    found = text(FOUND[connection.dialect.name])
    indexes = [row for table in tables for row in connection.execute(found, {"table": table.name})]
    for name, _ in indexes:
        connection.execute(text(f"DROP INDEX {name}"))
    yield writer
    for _, made in indexes:
        connection.execute(text(made))
    if connection.dialect.name == "postgresql":
        for table in tables:
            last = f"SELECT setval('{table.name}_id_seq', (SELECT coalesce(max(id), 1) FROM {table.name}))"  # noqa: S608
            connection.execute(text(last))


def settle() -> None:
    """Let the database look at its tables."""
    db.session.remove()
    with closing(db.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        if db.engine.dialect.name == "postgresql":
            driver.set_autocommit(True)
            driver.execute("VACUUM ANALYZE")
            driver.set_autocommit(False)
        else:
            driver.execute("ANALYZE")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@lru_cache(maxsize=256)
def moment(at: datetime) -> str:
    """Return an instant, UTC and without a zone, as both databases keep it."""
    return at.isoformat(" ", "microseconds")


def filled(
    table: Table, rows: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[list[str], list[tuple[Any, ...]]]]:
    """Yield columns and rows, some thousand at a time; what a row does not name has the default of its column.

    All rows name the same columns.
    """
    source = iter(rows)
    first = next(source, None)
    if first is None:
        return
    named = list(first)
    others = {column.name: _default(column) for column in table.columns if column.name not in first}
    others = {name: value for name, value in others.items() if value is not None}
    columns, rest = [*named, *others], tuple(others.values())
    every = chain([first], source)
    while part := [(*row.values(), *rest) for row in islice(every, AT_A_TIME)]:
        yield columns, part


def _default(column: Any) -> Any:
    if column.primary_key or column.default is None:
        return None
    value = column.default.arg
    if callable(value):
        return "{}" if "dict" in repr(value) else "[]"
    return getattr(value, "value", value)
