"""Ids that were met in a file, however many: they lie in a file without a name, not in memory."""

import sqlite3
from typing import Self


class Seen:
    """Remembers ids for as long as the block lasts."""

    def __enter__(self) -> Self:
        self._ids = sqlite3.connect("")  # a temporary database, on the disk as soon as it is large
        self._ids.execute("CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID")
        return self

    def __exit__(self, *_: object) -> None:
        self._ids.close()

    def is_new(self, one: str) -> bool:
        """Remember an id and tell whether it is met for the first time."""
        return self._ids.execute("INSERT OR IGNORE INTO seen VALUES (?)", (one,)).rowcount == 1
