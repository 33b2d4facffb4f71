"""Whether anything in the database has changed: a value that is another one after every commit, whoever made it.

Asking costs some microseconds on SQLite (`PRAGMA data_version`, by a connection that never writes) and one round trip
on PostgreSQL (the snapshot that a transaction beginning now would see). What was read after an edition was asked for is
true for as long as the edition is the same.
"""

import logging
import sqlite3
import threading
from collections.abc import Hashable
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import URL

log = logging.getLogger(__name__)
WAITS = 2  # seconds for a connection


class Edition(Protocol):
    """Tells one state of the database from another. Any thread may ask."""

    def now(self) -> Hashable | None:
        """Return the edition; None when it cannot be told just now, and then nothing may be taken for unchanged."""
        ...

    def close(self) -> None:
        """Give the connection back; whoever asks afterwards opens another."""
        ...


class _OfSqlite:
    def __init__(self, path: str) -> None:
        self._path, self._lock = path, threading.Lock()
        self._link: sqlite3.Connection | None = None
        self._opened = 0

    def now(self) -> Hashable | None:
        with self._lock:
            try:
                if self._link is None:
                    address = f"{Path(self._path).resolve().as_uri()}?mode=ro"
                    self._link = sqlite3.connect(
                        address, uri=True, timeout=WAITS, isolation_level=None, check_same_thread=False
                    )
                    self._opened += 1  # numbers of different connections say nothing about each other
                return self._opened, self._link.execute("PRAGMA data_version").fetchone()[0]
            except sqlite3.Error as error:
                log.warning("whether the database has changed could not be asked: %s", error)
                self._link = None
                return None

    def close(self) -> None:
        with self._lock:
            if self._link is not None:
                self._link.close()
            self._link = None


class _OfPostgresql:
    def __init__(self, address: str) -> None:
        self._address, self._lock = address, threading.Lock()
        self._link: psycopg.Connection[Any] | None = None

    def now(self) -> Hashable | None:
        with self._lock:
            try:
                if self._link is None:
                    self._link = psycopg.connect(self._address, autocommit=True, connect_timeout=WAITS)
                found = self._link.execute("SELECT pg_current_snapshot()::text").fetchone()
            except psycopg.Error as error:
                log.warning("whether the database has changed could not be asked: %s", type(error).__name__)
                self._link = None
                return None
            return found and str(found[0])

    def close(self) -> None:
        with self._lock:
            if self._link is not None:
                self._link.close()
            self._link = None


def edition_of(url: URL) -> Edition | None:
    """Return what watches the database at `url`, None for one that lives in memory."""
    if url.get_backend_name() == "postgresql":
        return _OfPostgresql(url.set(drivername="postgresql").render_as_string(hide_password=False))
    return _OfSqlite(url.database) if url.database and url.database != ":memory:" else None
