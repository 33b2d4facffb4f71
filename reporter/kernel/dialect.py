"""The few places where SQLite and PostgreSQL speak differently."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from reporter.kernel.db import Model, db


def insert_if_absent(model: type[Model], **values: Any) -> None:
    """Insert a row unless one with the same unique key is there; two who race both succeed."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(model).values(**values).on_conflict_do_nothing())
