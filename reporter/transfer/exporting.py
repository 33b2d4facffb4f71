"""Everything of one city as lines of JSON, one file for each table, and its pictures: read within one snapshot."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table

from reporter.ports.storage import Storage
from reporter.transfer.archive import FORMAT, Writing, written
from reporter.transfer.backing import Files, add_files
from reporter.transfer.databases import schema_in
from reporter.transfer.named import files_of_rows
from reporter.transfer.tables import city_rows, exported, written_row

WHAT = "reporter export"
ABOUT, COUNTS = "export.json", "counts.json"
_ROUND = 1000  # rows that are held at a time

Told = Callable[[str], None]


@dataclass
class Exported:
    """How many rows of each table, and how many files of each store."""

    rows: dict[str, int] = field(default_factory=dict)
    files: dict[str, Files] = field(default_factory=dict)


def export(
    path: Path,
    engine: Engine,
    stores: Mapping[str, Storage],
    *,
    city_id: int,
    at: datetime,
    about: Mapping[str, Any],
    told: Told,
) -> Exported:
    """Write one city into the archive `path`; return what it holds. Nobody who writes meanwhile waits for it.

    Args:
        stores: whose files go along, by the folder in the archive.
        about: what else the archive says of itself.

    Raises:
        Unwritable: there is something of that name, or the disk is full.
        StorageUnavailable: a store is down.
    """
    done = Exported()
    with written(path, at=at.timestamp()) as archive, _snapshot(engine) as connection:
        facts = {"what": WHAT, "format": FORMAT, "made_at": at.isoformat(), "schema": schema_in(connection)}
        archive.add_json(ABOUT, {**facts, **about})
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as folder:
            for table in exported():
                done.rows[table.name] = _add_rows(archive, connection, table, city_id, Path(folder, "rows"))
                told(f"{table.name}: {done.rows[table.name]} rows")
        for name, store in stores.items():
            named = files_of_rows(lambda question: connection.execute(question).all(), city_id=city_id)
            keys = (key for where, key in named if where == name)
            done.files[name] = add_files(archive, name, store, keys, told)
        files = {name: asdict(one) for name, one in done.files.items()}
        archive.add_json(COUNTS, {"rows": done.rows, "files": files})
    return done


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that sees the database as it is at one moment."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        yield connection
        connection.rollback()


def lines_of(connection: Connection, question: Select[Any]) -> Iterator[bytes]:
    """Yield the rows as lines of JSON, of which some hundred are held."""
    rows = connection.execute(question.execution_options(yield_per=_ROUND))
    for row in rows.mappings():
        yield json.dumps(written_row(dict(row)), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _add_rows(archive: Writing, connection: Connection, table: Table, city_id: int, draft: Path) -> int:
    """Write the rows of one table; how large they are is known only when all are written, so first beside it."""
    number = 0
    with draft.open("wb") as file:
        for line in lines_of(connection, city_rows(table, city_id)):
            file.write(line)
            number += 1
    archive.add_file(f"tables/{table.name}.jsonl", draft)
    return number
