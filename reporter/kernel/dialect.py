"""The few places where SQLite and PostgreSQL speak differently."""

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    DDL,
    JSON,
    BigInteger,
    ColumnElement,
    Integer,
    bindparam,
    cast,
    column,
    event,
    extract,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from reporter.kernel.db import Model, db


def add_up(
    model: type[Model], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str], sums: Sequence[str]
) -> None:
    """Add each row's `sums` to the row with the same `key`, which is made when it is not there."""
    db.session.execute(
        _added_up(model, key, sums), [dict(row) for row in rows]
    )  # one statement for all rows would be compiled anew


def count_up(model: type[Model], number: str, **key: Any) -> int:
    """Add one to the column `number` of the row with this unique key, made when it is not there; return the new number.

    Whoever counts the same row up waits until this transaction ends.
    """
    written = _added_up(model, list(key), [number]).returning(model.__table__.c[number])
    return int(db.session.execute(written, {**key, number: 1}).scalar_one())


def _added_up(model: type[Model], key: Sequence[str], sums: Sequence[str]) -> Any:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    table: Any = model.__table__
    added = insert(table)
    totals = {name: table.c[name] + added.excluded[name] for name in sums}
    return added.on_conflict_do_update(index_elements=key, set_=totals)


def hold_writers(model: type[Model]) -> None:
    """Let nobody else write to the table of `model` until the end of the transaction; readers are not stopped.

    A command on SQLite is the only writer anyway.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"LOCK TABLE {model.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


LOOKED_AT = 1000  # rows of each index; the plans need no more, and a million rows are looked at in a twentieth of a second


def gather_statistics() -> None:
    """Let SQLite look at its tables: it chooses wrong indexes for large ones as long as it knows nothing of them.

    Without, a list of ids is looked for among all rows of a city. PostgreSQL looks by itself.
    """
    if db.engine.dialect.name == "sqlite":
        with db.engine.begin() as connection:
            connection.execute(text(f"PRAGMA analysis_limit = {LOOKED_AT}"))
            connection.execute(text("ANALYZE"))


def seconds(moment: InstrumentedAttribute[datetime], *, dialect: str) -> ColumnElement[int]:
    """Return the whole seconds from 1970 to `moment`."""
    if dialect == "postgresql":
        return cast(func.floor(extract("epoch", moment)), BigInteger)
    return cast(func.strftime("%s", moment), BigInteger)


def insert_if_absent(model: type[Model], **values: Any) -> Any:
    """Insert a row unless one with the same unique key is there; two who race both succeed.

    Returns:
        The first column of the new row's primary key, None when nothing was inserted.
    """
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    written = insert(model).values(**values).on_conflict_do_nothing()
    return db.session.scalar(written.returning(inspect(model).primary_key[0]))


def listed(name: str, *, dialect: str) -> CTE:
    """Return a table of one column, `value`: the whole numbers, of 64 bits with sign, that the parameter `name` lists.

    However many they are, the statement stays the same and is planned once. It is materialised because SQLite would
    otherwise read the table that is joined to it from end to end.
    """
    if dialect == "postgresql":
        rows = select(func.unnest(bindparam(name, type_=ARRAY(BigInteger))).label("value"))
    else:
        each = func.json_each(bindparam(name, type_=JSON)).table_valued(column("value", BigInteger))
        rows = select(each.c.value)
    return rows.cte(f"listed_{name}").prefix_with("MATERIALIZED")


def bits_apart(one: ColumnElement[int], other: ColumnElement[int], *, dialect: str) -> ColumnElement[int]:
    """Return in how many of 64 bits the two numbers differ. On SQLite the function is ours, see `kernel.db`."""
    if dialect == "postgresql":
        return func.bit_count(cast(one.bitwise_xor(other), postgresql.BIT(64)), type_=Integer)
    return func.bits_apart(one, other, type_=Integer)


def append_only(model: type[Model]) -> None:
    """Let the database refuse to change or delete a row of `model`, whoever asks; a migration has to do the same.

    SQLite forgets it when a table is altered by copying it: such a migration says it anew.
    """
    table: Any = model.__table__
    statements = {
        "sqlite": (
            f"""CREATE TRIGGER {table.name}_never_changed BEFORE UPDATE ON {table.name}
            BEGIN SELECT RAISE(ABORT, '{table.name} is append-only'); END""",
            f"""CREATE TRIGGER {table.name}_never_deleted BEFORE DELETE ON {table.name}
            BEGIN SELECT RAISE(ABORT, '{table.name} is append-only'); END""",
        ),
        "postgresql": (
            f"""CREATE OR REPLACE FUNCTION {table.name}_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{table.name} is append-only' USING ERRCODE = 'restrict_violation'; END $$""",
            f"""CREATE TRIGGER {table.name}_never_changed BEFORE UPDATE OR DELETE ON {table.name}
            FOR EACH ROW EXECUTE FUNCTION {table.name}_append_only()""",
            f"""CREATE TRIGGER {table.name}_never_emptied BEFORE TRUNCATE ON {table.name}
            FOR EACH STATEMENT EXECUTE FUNCTION {table.name}_append_only()""",
        ),
    }
    for dialect, statement in [(name, one) for name, those in statements.items() for one in those]:
        refusal: Any = DDL(statement)  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", refusal.execute_if(dialect=dialect))


def next_ids(model: type[Model], number: int) -> Sequence[int]:
    """Return so many ids for new rows of `model`, rising; inside a command, so that nobody else is given them."""
    table: Any = model.__table__
    if db.engine.dialect.name == "postgresql":
        drawn = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
        rows = select(drawn).select_from(func.generate_series(1, number))
        return sorted(db.session.scalars(rows))
    last = db.session.scalar(select(func.max(table.c.id))) or 0
    return range(last + 1, last + 1 + number)


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Give whether nobody else does what is called `name` just now; until the end of the block nobody else begins.

    It is let go when the process dies, however it dies. `name`: letters, digits and hyphens.
    """
    if db.engine.dialect.name == "postgresql":
        key = int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
        with db.engine.connect() as connection:
            taken = connection.scalar(select(func.pg_try_advisory_lock(key)))
            connection.rollback()  # a lock of the session outlives the transaction
            try:
                yield bool(taken)
            finally:
                connection.invalidate()  # the connection ends, and with it the lock
        return
    file = os.open(f"{db.engine.url.database}.{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(file)
