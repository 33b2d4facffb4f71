"""Builders that work once: what one wrote into a known city is kept, and laid down again when it is called again.

A post that came to the board has walked some fifteen real steps. Most tests only start from it, so the rows and files
that the walk left are kept in memory. They stand for the walk only where everything in the tables was written by
builders called with the same arguments, at the same time of the clock, with the same settings: any other write, seen
by the engine, makes the next builder walk again.
"""

import dataclasses
import re
from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

from flask import Flask, current_app
from sqlalchemy import Connection, Engine, Select, Table, event, inspect, select

from reporter.kernel.db import Model, db
from reporter.ports import Ports, ports
from reporter.ports.mail import Letter

P = ParamSpec("P")
R = TypeVar("R")

_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')
_READS = re.compile(r"\s*(?:SELECT|PRAGMA|BEGIN|SAVEPOINT|RELEASE|ROLLBACK|COMMIT|SHOW|EXPLAIN)\b")
MOST = 12  # calls of builders; a city of more is hardly ever built twice
_PLAIN = (str, bytes, int, float, bool, type(None), Enum, date, datetime, timedelta)


@dataclasses.dataclass(frozen=True)
class _Kept:
    """What a builder left: the rows of every table that was ever written to, the files, the messages, the clock."""

    rows: Mapping[str, list[dict[str, Any]]]
    files: Mapping[str, bytes]
    originals: Mapping[str, bytes]
    letters: list[Letter]
    texts: list[tuple[str, str]]
    now: datetime
    result: Any


class _City:
    """What is known of the worker's tables at this moment."""

    def __init__(self) -> None:
        # Every builder called since the tables were empty; None: somebody else wrote.
        self.calls: tuple[Hashable, ...] | None = None
        self.written: set[str] = set()  # tables that may hold rows
        self.settings: dict[str, Any] = {}
        self.ports: Ports | None = None
        self.kept: dict[tuple[Hashable, ...] | None, _Kept] = {}

    def is_known(self) -> bool:
        """Tell whether a builder would write here what it wrote in another city of the same calls."""
        same = current_app.extensions["ports"] is self.ports and dict(current_app.config) == self.settings
        return self.calls is not None and same


_city = _City()


def begin(app: Flask) -> None:
    """Say that the tables are empty and the ports new; builders start to be remembered from here."""
    _city.calls, _city.written = (), set()
    _city.settings, _city.ports = dict(app.config), app.extensions["ports"]


def written_tables() -> set[str]:
    """Return the names of the tables that may hold rows."""
    return set(_city.written)


def remembered(*, keep: bool) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a builder known: by itself it does not make the city unknown.

    Args:
        keep: keep what it leaves, for builders that take longer than laying rows down. What they return is rows,
            plain values, or dataclasses of these.
    """

    def wrap(build: Callable[P, R]) -> Callable[P, R]:
        @wraps(build)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            calls = _calls_after(build.__qualname__, args, kwargs)
            if kept := _city.kept.get(calls):
                result: R = _lay_down(kept)
            else:
                result = build(*args, **kwargs)
                if keep and calls and len(calls) <= MOST and (left := _plain(result)):
                    _city.kept[calls] = _taken(left)
            _city.calls = calls
            return result

        return run

    return wrap


def _calls_after(name: str, args: Any, kwargs: Any) -> tuple[Hashable, ...] | None:
    """Return the city's calls with this one; None where it is not known what the builder would find."""
    if not _city.is_known():
        return None
    given = _plain((args, sorted(kwargs.items())))
    here = (name, given, ports.clock.now(), db.session.info.get("city_id"))
    return None if given is None or _city.calls is None else (*_city.calls, here)


@event.listens_for(Engine, "before_cursor_execute")
def _note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    if found := _WRITES.match(statement):
        _city.written.add(found[1])
    elif not _READS.match(statement):
        _city.written |= set(db.metadata.tables)
    else:
        return
    _city.calls = None


def _taken(result: Any) -> _Kept:
    """Return everything that is there now."""
    with db.engine.connect() as connection:
        rows = {
            table.name: [dict(row) for row in connection.execute(_written_of(table)).mappings()]
            for table in db.metadata.sorted_tables
            if table.name in _city.written
        }
    fakes: Any = ports
    return _Kept(
        rows,
        dict(fakes.storage.files),
        dict(fakes.originals.files),
        list(fakes.mail.sent),
        list(fakes.sms.sent),
        fakes.clock.now(),
        result,
    )


def _written_of(table: Table) -> Select[Any]:
    """Return the statement for what somebody wrote into `table`: not what the database works out itself."""
    return select(*(column for column in table.columns if column.computed is None))


def _lay_down(kept: _Kept) -> Any:
    """Put everything back as it was kept, and return what the builder returned."""
    db.session.rollback()
    with db.engine.begin() as connection:
        empty(connection, _city.written)
        for name, rows in kept.rows.items():
            if rows:
                # Under an edition's stamp a process keeps what it worked out from the areas.
                new = {"stamp": uuid4().hex} if name == "area_editions" else {}
                connection.execute(db.metadata.tables[name].insert(), [row | new for row in rows])
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(_numbered_on(kept.rows))
    fakes: Any = ports
    fakes.storage.files.clear()
    fakes.storage.files.update(kept.files)
    fakes.originals.files.clear()
    fakes.originals.files.update(kept.originals)
    fakes.mail.sent[:], fakes.sms.sent[:] = kept.letters, kept.texts
    fakes.clock.set(kept.now)
    db.session.expire_all()
    return _again(kept.result)


def empty(connection: Connection, names: set[str]) -> None:
    """Delete every row of the tables in `names`, and let their numbers start anew."""
    tables = [table for table in reversed(db.metadata.sorted_tables) if table.name in names]
    if connection.dialect.name == "postgresql":
        # In one go: for a test's few rows far faster than TRUNCATE.
        rows = [f'DELETE FROM "{table.name}"' for table in tables]
        first = [_next_number(table.name, 1, used=False) for table in tables if "id" in table.c]
        connection.exec_driver_sql("; ".join(["SET LOCAL session_replication_role = replica", *rows, *first]))
        return
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    refusals = _refusals(connection) if "point_entries" in names else {}
    for refusal in refusals:
        connection.exec_driver_sql(f"DROP TRIGGER {refusal}")
    for table in tables:
        connection.exec_driver_sql(f'DELETE FROM "{table.name}"')
    for statement in refusals.values():
        connection.exec_driver_sql(statement)


def _refusals(connection: Connection) -> dict[str, str]:
    """Return by name what makes SQLite refuse to delete rows; PostgreSQL's are passed over by the role of a replica."""
    found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {row.name: row.sql for row in found}


def _numbered_on(kept: Mapping[str, list[dict[str, Any]]]) -> str:
    return "; ".join(
        _next_number(name, max(row["id"] for row in rows), used=True)
        for name, rows in kept.items()
        if rows and "id" in rows[0]
    )


def _next_number(table: str, number: int, *, used: bool) -> str:
    return f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {number}, {used})"


def _plain(value: Any) -> tuple[Any, ...] | None:
    """Return `value` as something that can be compared and kept, rows by their keys; None when it cannot be."""
    if isinstance(value, _PLAIN):
        return "value", type(value), value
    if isinstance(value, Model):
        key = inspect(value).identity
        return key and ("row", type(value), *key)
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        return _parts(type(value), [getattr(value, name) for name in names])
    if isinstance(value, Mapping):
        return _parts(dict, [*value.items()])
    if isinstance(value, list | tuple):
        return _parts(type(value), value)
    return None


def _parts(kind: Any, values: Any) -> tuple[Any, ...] | None:
    parts = tuple(_plain(value) for value in values)
    return None if None in parts else ("parts", kind, parts)


def _again(left: Any) -> Any:
    """Return the value that `_plain` made `left` of, rows read anew."""
    what: str = left[0]
    kind: Any = left[1]
    rest = left[2:]
    if what == "value":
        return rest[0]
    if what == "row":
        return db.session.get_one(kind, rest)
    parts = [_again(part) for part in rest[0]]
    return kind(*parts) if hasattr(kind, "__dataclass_fields__") else kind(parts)
