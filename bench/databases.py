"""Databases of the bench's own: SQLite files in a folder, or databases on a PostgreSQL server; gone afterwards."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql
from sqlalchemy import make_url


class Databases(Protocol):
    """Makes databases and copies them."""

    kind: str

    def url(self, name: str) -> str:
        """Return the address of the database called `name`, made when it is not there."""
        ...

    def copy(self, source: str, target: str) -> str:
        """Make `target` with what `source` holds; return its address. Nobody may be connected to `source`."""
        ...

    def taken(self, address: str, target: str) -> str:
        """Make `target` with what the database at `address` holds, to which nobody may be connected."""
        ...


class Files:
    """SQLite, one file each."""

    kind = "SQLite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        """Return the address of a file; it is made by whoever opens it."""
        return f"sqlite:///{self.folder / name}.db"

    def copy(self, source: str, target: str) -> str:
        """Copy through the library, so that what still lies in the log comes along."""
        _copied(self.folder / f"{source}.db", self.folder / f"{target}.db")
        return self.url(target)

    def taken(self, address: str, target: str) -> str:
        """Copy a file of another folder, through the library as well."""
        _copied(Path(make_url(address).database or ""), self.folder / f"{target}.db")
        return self.url(target)


def _copied(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


class Server:
    """PostgreSQL. Names carry this process's id, so that nothing that is there already can be met."""

    kind = "PostgreSQL"

    def __init__(self, address: str) -> None:
        self.address = make_url(address)
        plain = self.address.set(drivername="postgresql").render_as_string(hide_password=False)
        self.link = psycopg.connect(plain, autocommit=True)
        self.made: list[str] = []

    def _name(self, name: str) -> str:
        return f"reporter_bench_{os.getpid()}_{name}"

    def url(self, name: str) -> str:
        """Return the address of a database of the server, made on first use."""
        database = self._name(name)
        if database not in self.made:
            self.link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
            self.made.append(database)
        return self.address.set(database=database).render_as_string(hide_password=False)

    def copy(self, source: str, target: str) -> str:
        """Let the server copy."""
        return self._copied(self._name(source), target)

    def taken(self, address: str, target: str) -> str:
        """Copy a database of any name."""
        return self._copied(make_url(address).database or "", target)

    def _copied(self, source: str, target: str) -> str:
        names = sql.Identifier(self._name(target)), sql.Identifier(source)
        self.link.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        self.made.append(self._name(target))
        return self.url(target)

    def drop(self) -> None:
        """Remove what was made."""
        for database in self.made:
            self.link.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))
        self.link.close()


def database_of(name: str, address: str) -> str:
    """Return the address of the database called `name` on the server of `address`, made when missing and kept."""
    there = make_url(address)
    plain = there.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as link:
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return there.set(database=name).render_as_string(hide_password=False)


@contextmanager
def databases(folder: Path, address: str) -> Iterator[Databases]:
    """Give databases on the server of `address`; files in `folder` when it names SQLite or is empty."""
    if not address.startswith("postgresql"):
        yield Files(folder)
        return
    server = Server(address)
    try:
        yield server
    finally:
        server.drop()
