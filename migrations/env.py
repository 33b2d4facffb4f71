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

    It reads every row, half a minute in a city of a million cases: where no migration ran nothing is looked at, unless
    the look before found something. The file's own number remembers that.

    Raises:
        RuntimeError: a row points at none.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    # Before any transaction: within one it changes nothing.
    driver.execute("PRAGMA foreign_keys=OFF")
    before = driver.total_changes  # each migration writes at least its own number
    try:
        yield
        if driver.total_changes != before or driver.execute("PRAGMA user_version").fetchone() != (0,):
            driver.execute("PRAGMA user_version=1")
            if lost := driver.execute("PRAGMA foreign_key_check").fetchall():
                raise RuntimeError(f"rows that point at none: {lost[:10]}")
            driver.execute("PRAGMA user_version=0")
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
