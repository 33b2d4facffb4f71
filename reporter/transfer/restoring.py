"""An archive back into an empty installation: looked through first, then the files, the database last of all.

Until the database is there, and it comes whole or not at all, the installation stays empty.
"""

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine

from reporter.kernel.errors import ConfigError, NotFound
from reporter.ports.storage import Storage
from reporter.transfer.archive import FORMAT, Damaged, Member, members
from reporter.transfer.backing import ABOUT, DATABASE, WHAT
from reporter.transfer.databases import foreign_tables, load_database, rows_in

_MOST_FACTS = 16 * 1024 * 1024  # bytes; what is written takes some kilobytes

Told = Callable[[str], None]


@dataclass(frozen=True)
class Backup:
    """What an archive says of itself."""

    made_at: str
    cities: list[str]
    kind: str
    schema: str
    rows: Mapping[str, int]
    made_with: int
    keys: Mapping[str, Any]


@dataclass
class Looked:
    """What was read and is what was written."""

    files: int = 0
    bytes: int = 0


def look_through(path: Path, told: Told = lambda _line: None) -> tuple[Backup, Looked]:
    """Read a whole archive and compare every digest; return what it says of itself. Writes nothing.

    Raises:
        Damaged: a file in it is not what was written, or it is cut off.
        ConfigError: it is no backup, or one of a newer program.
    """
    backup, looked = None, Looked()
    for member in members(path):
        if member.name == ABOUT and not looked.files:
            backup = _about(member, path)
        elif backup is None:
            raise ConfigError(f"{path} is no backup of this program.")
        looked.files += 1
        looked.bytes += member.size
        if looked.files % 1000 == 0:
            told(f"looked through {looked.files} files")
    if backup is None:
        raise ConfigError(f"{path} is no backup of this program.")
    return backup, looked


def _about(member: Member, path: Path) -> Backup:
    facts = facts_of(member, WHAT, f"{path} is no backup of this program.")
    with unlike(f"{path} is no backup of this program."):
        database = facts["database"]
        return Backup(
            facts["made_at"], facts["cities"], database["kind"], database["schema"], database["rows"],
            database["made_with"], facts["keys"],
        )  # fmt: skip


def facts_of(member: Member, what: str, otherwise: str) -> dict[str, Any]:
    """Return what an archive says of itself. Raises `ConfigError` for one of another kind, or of a newer program."""
    if member.size > _MOST_FACTS:
        raise ConfigError(otherwise)
    with unlike(otherwise):
        facts: dict[str, Any] = json.loads(member.read())
        if facts["what"] != what:
            raise ConfigError(otherwise)
        if facts["format"] > FORMAT:
            raise ConfigError("It was written by a newer program. Bring the code up to date first.")
    return facts


@contextlib.contextmanager
def unlike(otherwise: str) -> Iterator[None]:
    """Raise `ConfigError` where facts are not of the form that this program writes."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ConfigError(otherwise) from error


def refuse_unless_empty(engine: Engine, stores: Mapping[str, Storage], *, begun: bool) -> None:
    """Raise `ConfigError` unless nothing can be lost here: no city, no table of others, no file.

    Args:
        begun: files may lie there, of a restore that was interrupted.
    """
    if others := foreign_tables(engine):
        raise ConfigError(
            f"The database holds tables that are not of this program ({', '.join(others[:5])}). Give the city one of its own."
        )
    _refuse_city(engine)
    for name, store in stores.items():
        if not begun and next(iter(store.iterate()), None) is not None:
            raise ConfigError(
                f"The store of {name} holds files. Name an empty one; or, if they are of a restore that was interrupted, add --go-on."
            )


def _refuse_city(engine: Engine) -> None:
    if rows_in(engine).get("jurisdictions"):
        raise ConfigError(
            "This installation has a city, and only an empty one is filled: name another DATA, or another DATABASE_URL and stores."
        )


def refuse_unknown_schema(backup: Backup, engine: Engine, known: frozenset[str]) -> None:
    """Raise `ConfigError` for a copy of another kind of database, or of a schema that this program does not know."""
    if backup.kind != engine.dialect.name:
        raise ConfigError(
            f"This is a backup of {backup.kind}, and DATABASE_URL names {engine.dialect.name}. Name a database of the same kind."
        )
    if backup.schema not in known:
        raise ConfigError(
            f"The backup has schema {backup.schema}, which this program does not know: it is newer. Bring the code up to date first."
        )


def lay_down(
    path: Path,
    backup: Backup,
    engine: Engine,
    stores: Mapping[str, Storage],
    *,
    empty_tables: Callable[[], None],
    laid: IO[str],
    told: Told,
) -> dict[str, int]:
    """Write the files, read each back, then load the database; return how many files came into each store.

    Args:
        empty_tables: takes away the tables of an installation that has no city yet.
        laid: where the name of each file that was not there yet is noted, one to a line.

    Raises:
        Damaged: the archive changed since it was looked through.
        ConfigError: a file of that name lies there already and is another one, or a city came here meanwhile.
        ReporterError: the database did not take the copy; it is as empty as before.
        StorageUnavailable: a store is down.
    """
    counts = dict.fromkeys(stores, 0)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as folder:
        copy = Path(folder, DATABASE)
        for member in members(path):
            where, _, key = member.name.partition("/")
            if member.name == DATABASE:
                member.copy_to(copy)
            elif where in stores and key:
                if put(stores[where], where, key, member):
                    laid.write(f"{member.name}\n")
                counts[where] += 1
                if sum(counts.values()) % 1000 == 0:
                    told(f"{sum(counts.values())} files written and read back")
        _refuse_city(engine)  # the files took their time
        empty_tables()
        load_database(engine, copy, made_with=backup.made_with)
    if rows_in(engine) != backup.rows:
        raise Damaged("The database does not have the rows that were counted when it was copied.")
    return counts


def put(store: Storage, where: str, key: str, member: Member) -> bool:
    """Write one file and read it back; return whether it was not there yet.

    Raises:
        Damaged: its name is none of ours.
        ConfigError: another one lies under its name.
    """
    content = member.read()
    try:
        new = store.put_if_absent(key, content)
        found = store.open(key)
    except ValueError as error:
        raise Damaged(f"{member.name} is no name of a file of ours.") from error
    except NotFound as error:
        raise ConfigError(f"The store of {where} did not keep {key}.") from error
    if hashlib.sha256(found).digest() != hashlib.sha256(content).digest():
        raise ConfigError(f"The store of {where} has another file under {key}. Name an empty store.")
    return new
