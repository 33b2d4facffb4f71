"""A store in memory, for tests."""

import threading
from collections.abc import Iterator, Mapping
from typing import Any, Self

from reporter.ports.storage.contract import absent, checked, checked_prefix


class MemoryStorage:
    """Keeps files in memory, for tests."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._writing = threading.Lock()

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return an empty store; it has no settings."""
        return cls()

    def put_if_absent(self, key: str, content: bytes) -> bool:
        """Remember the content."""
        with self._writing:
            if checked(key) in self.files:
                return False
            self.files[key] = content
            return True

    def open(self, key: str) -> bytes:
        """Return the content. Raises `NotFound`."""
        if checked(key) not in self.files:
            raise absent()
        return self.files[key]

    def exists(self, key: str) -> bool:
        """Tell whether `key` is there."""
        return checked(key) in self.files

    def delete(self, key: str) -> None:
        """Forget the content."""
        self.files.pop(checked(key), None)

    def iterate(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that begin with `prefix`, sorted."""
        yield from sorted(key for key in self.files if key.startswith(checked_prefix(prefix)))

    def link(self, key: str, *, seconds: int, mimetype: str) -> None:
        """Return None: nobody reaches it but we."""

    def sweep(self) -> None:
        """Nothing is ever half-written."""

    def check(self) -> None:
        """Memory is always there."""
