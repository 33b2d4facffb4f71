"""Which tables of a city are exported, in which order, and how their values are written.

A new table is exported by itself when its rows name their city; any other one must take its place here.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    FromClause,
    Numeric,
    Select,
    String,
    Table,
    column,
    select,
    table,
)
from sqlalchemy.types import Integer, TypeEngine

from reporter.kernel.db import Model, UtcDateTime

CITIES = "jurisdictions"
# Rows that name no city, by the column that leads to one that does.
THROUGH = {"trail_sealed_heads": ("seal_id", "trail_seals")}
# What stays behind, and why.
LEFT_OUT = {
    "arriving_photos": "pictures half sent: their parts stay behind, and phones begin anew",
    "one_time_codes": "codes to sign in live for minutes",
    "report_locks": "who has which report open at this moment",
}
Values = Mapping[str, Any]


def exported() -> list[Table]:
    """Return the tables in an order in which rows come after those they refer to."""
    return [one for one in Model.metadata.sorted_tables if one.name not in LEFT_OUT]


def city_rows(of: Table, city_id: int) -> Select[Any]:
    """Return the question for the rows of one city, by their keys, with values as they lie in the table."""
    plain = lying(of)
    rows = select(plain).order_by(*(plain.c[one.name] for one in of.primary_key))
    if of.name == CITIES:
        return rows.where(plain.c.id == city_id)
    if of.name in THROUGH:
        link, owner = THROUGH[of.name]
        own = Model.metadata.tables[owner].c
        return rows.where(plain.c[link].in_(select(own.id).where(own.city_id == city_id)))
    return rows.where(plain.c.city_id == city_id)


def lying(of: Table) -> FromClause:
    """Return the table as it lies in the database: what is sealed stays sealed, words stay words."""
    return table(of.name, *(column(one.name, _lying(one.type)) for one in kept(of)))


def kept(of: Table) -> list[Column[Any]]:
    """Return the columns that somebody writes: not those that a database works out by itself from others."""
    return [one for one in of.columns if one.computed is None]


def _lying(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(kind, UtcDateTime | JSON | Integer | Boolean | Date | Float | Numeric):
        return kind
    return String()


def named_kind(kind: TypeEngine[Any]) -> str:
    """Return how a value of this type is written in JSON."""
    for types, words in _KINDS:
        if isinstance(kind, types):
            return words
    return f"{type(kind).__name__.lower()} text"


_KINDS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((UtcDateTime, DateTime), "instant, ISO 8601 in UTC"),
    ((Date,), "day, ISO 8601"),
    ((JSON,), "JSON"),
    ((Boolean,), "true or false"),
    ((Integer,), "whole number"),
    ((Float, Numeric), "number"),
    ((Enum,), "word"),
    ((String,), "text"),
)


def written_row(row: Values) -> dict[str, Any]:
    """Return a row as JSON can carry it."""
    return {name: _written(value) for name, value in row.items()}


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def reader_of(of: Table) -> Callable[[Values], dict[str, Any]]:
    """Return what makes a row of what `written_row` wrote. It raises `ValueError` and `KeyError` for anything else."""
    names = frozenset(one.name for one in kept(of))
    readers: dict[str, Callable[[str], Any]] = {}
    for one in kept(of):
        if isinstance(one.type, UtcDateTime):
            readers[one.name] = datetime.fromisoformat
        elif isinstance(one.type, Date):
            readers[one.name] = date.fromisoformat

    def read(row: Values) -> dict[str, Any]:
        if row.keys() != names:
            raise KeyError(*sorted(row.keys() ^ names)[:1])
        return {
            name: readers[name](value) if name in readers and value is not None else value
            for name, value in row.items()
        }

    return read


def parent_in(of: Table) -> str:
    """Return the column by which a row refers to another one of its own table; nothing where there is none."""
    return next((key.parent.name for key in of.foreign_keys if key.column.table is of), "")


def in_order(rows: Iterator[dict[str, Any]], parent: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table that refers to itself, each after the one that it refers to."""
    known: set[int] = set()
    waiting: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        ready = [row]
        while ready:
            one = ready.pop()
            if one[parent] is not None and one[parent] not in known:
                waiting.setdefault(one[parent], []).append(one)
                continue
            known.add(one["id"])
            yield one
            ready += waiting.pop(one["id"], [])
    for left in waiting.values():  # they refer to none: the database says so
        yield from left
