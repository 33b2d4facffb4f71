"""Which store a setting means: a folder, or a bucket of a server that speaks S3."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from werkzeug.utils import import_string

from reporter.kernel.errors import ConfigError
from reporter.ports.storage.contract import Storage
from reporter.ports.storage.local import LocalStorage

REMOTE = "s3://"
_NO_FOLDER = re.compile(r"[A-Za-z0-9]+:")


def store_at(address: str, config: Mapping[str, Any], *, setting: str) -> Storage:
    """Return the store at `address`: a folder, or `s3://bucket/prefix`.

    Raises:
        ConfigError: there cannot be one; `setting` is named.
    """
    if not address.startswith(REMOTE):
        if _NO_FOLDER.match(address):
            raise ConfigError(f"{setting}={address} is neither a folder nor {REMOTE}bucket/prefix.")
        return LocalStorage(Path(address), setting=setting)
    # Named by its path, so that boto3, which takes a while to load, is loaded where such a store is used.
    store: Storage = import_string("reporter.ports.storage.s3:S3Storage").at(address, config, setting=setting)
    return store


def uploads_address(config: Mapping[str, Any]) -> str:
    """Return where clean and public copies lie."""
    return str(config["UPLOADS_STORE"] or config["UPLOADS"])


def originals_address(config: Mapping[str, Any]) -> str:
    """Return where originals lie, never within the store of the copies, nor the other way round.

    Raises:
        ConfigError: they would.
    """
    address = str(config["ORIGINALS_STORE"] or config["ORIGINALS"])
    one, other = f"{address.rstrip('/')}/", f"{uploads_address(config).rstrip('/')}/"
    if one.startswith(other) or other.startswith(one):
        raise ConfigError(
            f"ORIGINALS_STORE={address} and UPLOADS_STORE={uploads_address(config)} lie within each other: "
            "give each a folder or a prefix of its own."
        )
    return address


class Uploads:
    """The store of clean and public copies that the settings name."""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Storage:
        """Return it."""
        return store_at(uploads_address(config), config, setting="UPLOADS_STORE")
