"""Run migrations on the database of the app that asks; SQLite alters tables by copying them."""

from typing import Any

from alembic import context
from flask import current_app

from reporter.kernel.db import db


def run() -> None:
    """Bring the database to the wanted revision, each migration in a transaction of its own."""
    settings: dict[str, Any] = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
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
