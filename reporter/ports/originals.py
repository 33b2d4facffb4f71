"""Pictures as they came, apart from everything that is served, and readable with a key of the installation only."""

import hashlib
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reporter.kernel.errors import ConfigError, ReporterError
from reporter.ports.storage import MemoryStorage, Storage
from reporter.ports.storage.places import originals_address, store_at

_KEY = re.compile(r"[0-9a-f]{64}")
_NONCE = 12  # bytes; random, so one key is good for some four thousand million files (NIST SP 800-38D, 8.3)
_NAME = 8  # hexadecimal digits of a key's digest


class Unopenable(ReporterError):
    """An original cannot be read: the key it was sealed with is not among the settings, or the file was changed."""

    status = 503


class Originals(Protocol):
    """Originals by key, such as `3f/3f2c…-token`, sealed with the newest key, opened with any."""

    @property
    def newest(self) -> str:
        """Return the name of the key that seals now."""
        ...

    def seal(self, key: str, content: bytes) -> None:
        """Write `content` durably and all at once under the newest key; one that is there stays."""
        ...

    def open(self, key: str, sealed_with: str) -> bytes:
        """Return the content. Raises `NotFound`, or `Unopenable`."""
        ...

    def delete(self, key: str, sealed_with: str) -> None:
        """Remove `key` as it was sealed; one that is not there is no error."""
        ...

    def forget(self, key: str, *, but: Collection[str] = ()) -> None:
        """Remove `key` under whichever key it was sealed, but those named in `but`."""
        ...

    def forget_all(self, prefix: str) -> None:
        """Remove every key that begins with `prefix`, under whichever key it was sealed."""
        ...

    def iterate(self) -> Iterator[str]:
        """Yield the name of every file: its key, a dot, the name of its sealing key."""
        ...

    def sweep(self) -> None:
        """Remove what killed processes left half-written."""
        ...

    def check(self) -> None:
        """Raise `StorageUnavailable` unless the store can be written and read just now."""
        ...


class SealedOriginals:
    """Files of AES-256-GCM: a random nonce, then the sealed content, bound to the file's own name."""

    def __init__(self, storage: Storage, keys: Sequence[str]) -> None:
        """Keep the files in `storage`.

        Args:
            keys: 64 hexadecimal digits each, the newest first.

        Raises:
            ConfigError: no key, or one that is none.
        """
        if not keys or not all(map(_KEY.fullmatch, keys)):
            raise ConfigError(
                "ORIGINAL_KEYS wants keys of 64 hexadecimal digits, the newest first, commas between."
            )
        self._storage = storage
        self._keys = {name_of(key): AESGCM(bytes.fromhex(key)) for key in keys}
        self.newest = name_of(keys[0])

    def seal(self, key: str, content: bytes) -> None:
        """Seal and write."""
        name, nonce = f"{key}.{self.newest}", os.urandom(_NONCE)
        self._storage.put_if_absent(
            name, nonce + self._keys[self.newest].encrypt(nonce, content, name.encode())
        )

    def open(self, key: str, sealed_with: str) -> bytes:
        """Read and open."""
        name = f"{key}.{sealed_with}"
        sealed = self._storage.open(name)
        if sealed_with not in self._keys:
            raise Unopenable("This original was sealed with a key that is not in use any more.")
        try:
            return self._keys[sealed_with].decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
        except InvalidTag as error:
            raise Unopenable(
                "The file of this original has been changed; it proves nothing any more."
            ) from error

    def delete(self, key: str, sealed_with: str) -> None:
        """Remove the file, for good once this returns."""
        self._storage.delete(f"{key}.{sealed_with}")

    def forget(self, key: str, *, but: Collection[str] = ()) -> None:
        """Remove every file of that key, for good once this returns."""
        kept = {f"{key}.{sealed_with}" for sealed_with in but}
        for name in list(self._storage.iterate(f"{key}.")):
            if name not in kept:
                self._storage.delete(name)

    def forget_all(self, prefix: str) -> None:
        """Remove every file whose name begins so, for good once this returns."""
        for name in list(self._storage.iterate(prefix)):
            self._storage.delete(name)

    def iterate(self) -> Iterator[str]:
        """Yield names, sorted."""
        return self._storage.iterate()

    def sweep(self) -> None:
        """Let the store do it."""
        self._storage.sweep()

    def check(self) -> None:
        """Ask the store."""
        self._storage.check()


class StoredOriginals(SealedOriginals):
    """In the folder `ORIGINALS`, or where `ORIGINALS_STORE` says."""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return the store of the settings."""
        storage = store_at(originals_address(config), config, setting="ORIGINALS_STORE")
        return cls(storage, keys_of(config["ORIGINAL_KEYS"]))


class MemoryOriginals(SealedOriginals):
    """For tests: nothing reaches the disk."""

    def __init__(self, storage: MemoryStorage, keys: Sequence[str]) -> None:
        """Remember the files, for the tests to look at."""
        super().__init__(storage, keys)
        self.files = storage.files

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return an empty store."""
        return cls(MemoryStorage(), keys_of(config["ORIGINAL_KEYS"]))


def keys_of(setting: str) -> list[str]:
    """Return the keys that the setting `ORIGINAL_KEYS` holds, the newest first."""
    return [key.strip().lower() for key in setting.split(",") if key.strip()]


def name_of(key: str) -> str:
    """Return what a key is called in names of files; it tells nothing of the key."""
    return hashlib.sha256(bytes.fromhex(key)).hexdigest()[:_NAME]
