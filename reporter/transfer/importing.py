"""One exported city into an empty installation: ids as they were, all rows in one transaction, or nothing."""

import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select, text
from sqlalchemy.exc import DataError, IntegrityError, StatementError

from reporter.kernel.errors import ConfigError
from reporter.ports.storage import Storage
from reporter.transfer.archive import Damaged, Member, members
from reporter.transfer.exporting import ABOUT, COUNTS, WHAT
from reporter.transfer.restoring import facts_of, put, unlike
from reporter.transfer.tables import exported, in_order, lying, parent_in, reader_of

_ROUND = 1000  # rows that are written at a time
_UNFIT = (ValueError, KeyError, TypeError, AttributeError, StatementError, DataError, IntegrityError)

Told = Callable[[str], None]


@dataclass(frozen=True)
class Export:
    """What an archive says of itself."""

    made_at: str
    city: str
    schema: str
    keys: Mapping[str, Any]
    originals: bool


def look_through_export(path: Path) -> Export:
    """Read a whole archive and compare every digest; return what it says of itself. Writes nothing.

    Raises:
        Damaged: a file in it is not what was written, or it is cut off.
        ConfigError: it is no export, or one of a newer program.
    """
    facts: dict[str, Any] | None = None
    otherwise = f"{path} is no export of this program."
    for member in members(path):
        if facts is None and member.name == ABOUT:
            facts = facts_of(member, WHAT, otherwise)
        elif facts is None:
            break
    if facts is None:
        raise ConfigError(otherwise)
    with unlike(otherwise):
        return Export(facts["made_at"], facts["city"], facts["schema"], facts["keys"], facts["originals"])


def bring_in(path: Path, engine: Engine, stores: Mapping[str, Storage], *, told: Told) -> Counter[str]:
    """Write the city of the archive `path`; return how many rows of each table and files of each store came.

    Raises:
        Damaged: a row does not fit, or there are not as many as were counted; the database stays empty.
        ConfigError: a file of that name lies there already and is another one.
        StorageUnavailable: a store is down.
    """
    counts: Counter[str] = Counter()
    tables = {f"tables/{table.name}.jsonl": table for table in exported()}
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection, connection.begin():
        for member in members(path):
            if (table := tables.pop(member.name, None)) is not None:
                counts[table.name] = _write_rows(connection, table, member)
                told(f"{table.name}: {counts[table.name]} rows")
            elif member.name == COUNTS:
                _compare(json.loads(member.read()), counts)
            elif member.name != ABOUT:
                where = _put(stores, member)
                counts[where] += 1
                if counts[where] % _ROUND == 0:
                    told(f"{where}: {counts[where]} files written and read back")
        if tables:
            raise Damaged(f"The archive has no {min(tables)}.")
        if connection.dialect.name == "postgresql":
            _number_on(connection)
    return counts


def _put(stores: Mapping[str, Storage], member: Member) -> str:
    where, _, key = member.name.partition("/")
    if where not in stores or not key:
        raise Damaged(f"The archive holds {member.name}, which belongs to no table and no store.")
    put(stores[where], where, key, member)
    return where


def _write_rows(connection: Connection, table: Table, member: Member) -> int:
    """Write the rows of one table, each after the one it refers to."""
    read, number = reader_of(table), 0
    try:
        rows: Iterator[dict[str, Any]] = (read(json.loads(line)) for line in _lines(member))
        if parent := parent_in(table):
            rows = in_order(rows, parent)
        into = insert(lying(table))  # type: ignore[arg-type]  # a lean table is one too
        while some := list(itertools.islice(rows, _ROUND)):
            connection.execute(into, some)
            number += len(some)
    except _UNFIT as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise Damaged(f"{member.name}: a row after number {number} does not fit: {reason}") from error
    return number


def _lines(member: Member) -> Iterator[bytes]:
    rest = b""
    for chunk in member.chunks():
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        yield from lines
    if rest:
        yield rest


def _compare(counted: Mapping[str, Any], found: Counter[str]) -> None:
    wanted = dict(counted["rows"]) | {name: files["files"] for name, files in counted["files"].items()}
    wrong = [name for name, number in wanted.items() if found[name] != number]
    if wrong:
        raise Damaged(f"There are not as many of {', '.join(wrong)} as were counted when they were exported.")


def _number_on(connection: Connection) -> None:
    """Let PostgreSQL number new rows on behind those that came."""
    for table in exported():
        if "id" in table.c and (last := connection.scalar(select(func.max(table.c.id)))):
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                {"name": table.name, "last": last},
            )
