"""Run migrations on the database of the app that asks; SQLite alters tables by copying them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from reporter.kernel.db import db


@contextmanager
def _tables_may_be_exchanged(connection: Connection) -> Iterator[None]:
    """Let SQLite drop a table that others point at, for the copy of it that takes its name; look afterwards.

    Raises:
        RuntimeError: a row points at none.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    # Before any transaction: within one it changes nothing.
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if lost := driver.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows that point at none: {lost[:10]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Bring the database to the wanted revision, each migration in a transaction of its own."""
    settings: dict[str, Any] = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection, _tables_may_be_exchanged(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transaction_per_migration=True,
            **{"compare_type": True, "render_as_batch": True} | settings,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
