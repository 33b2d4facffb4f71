"""The few places where SQLite and PostgreSQL speak differently."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Integer, any_, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from reporter.kernel.db import Model, db


def add_up(model: type[Model], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str], column: str) -> None:
    """Add each row's `column` to the row with the same `key`, which is made when it is not there; in one statement."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    added = insert(model).values([dict(row) for row in rows])
    total = getattr(model, column) + getattr(added.excluded, column)
    db.session.execute(added.on_conflict_do_update(index_elements=key, set_={column: total}))


def insert_if_absent(model: type[Model], **values: Any) -> None:
    """Insert a row unless one with the same unique key is there; two who race both succeed."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(model).values(**values).on_conflict_do_nothing())


def one_of(column: ColumnElement[int], name: str, *, dialect: str) -> ColumnElement[bool]:
    """Tell whether `column` is one of the whole numbers that the parameter `name` lists.

    On PostgreSQL they are one parameter, however many: the statement stays the same and is planned once.
    """
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(Integer)))
    return column.in_(bindparam(name, expanding=True))
