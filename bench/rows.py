"""Rows by the hundred thousand, straight into the tables: the driver alone, and no index while they are written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Any, Protocol

from sqlalchemy import Table, text
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection

AT_A_TIME = 5_000
Row = Sequence[Any]


class Writer(Protocol):
    """Writes rows of one table, whose values are those of the driver: moments as `moment` writes them, JSON as text."""

    def write(self, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Write `rows` of `columns`."""
        ...


class _Sqlite:
    def __init__(self, connection: DBAPIConnection) -> None:
        self.connection = connection

    def write(self, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
        names, places = ", ".join(columns), ", ".join("?" * len(columns))
        cursor = self.connection.cursor()
        cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({places})", rows)  # type: ignore[arg-type]  # noqa: S608 - names of our own
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
def writing(connection: Connection, tables: Sequence[Table]) -> Iterator[Writer]:
    """Give what writes into `tables`; their indexes are made anew, and their statistics, when the block ends."""
    driver = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        found = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :table AND indexname LIKE 'ix\\_\\_%'"
        connection.execute(text("SET session_replication_role = replica"))  # foreign keys are not looked up
        writer: Writer = _Postgresql(driver)
    else:
        found = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND name LIKE 'ix\\_\\_%' ESCAPE '\\' AND tbl_name = :table"
        writer = _Sqlite(driver)  # type: ignore[arg-type]
    indexes = [row for table in tables for row in connection.execute(text(found), {"table": table.name})]
    for name, _ in indexes:
        connection.execute(text(f"DROP INDEX {name}"))
    yield writer
    for _, made in indexes:
        connection.execute(text(made))
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = DEFAULT"))
        for table in tables:
            if "id" in table.c:
                last = f"SELECT setval('{table.name}_id_seq', (SELECT max(id) FROM {table.name}))"  # noqa: S608
                connection.execute(text(last))


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
