"""The keys that sign sessions and seal originals: given by the environment, else made once and kept in DATA."""

import os
import secrets
from pathlib import Path

from reporter.kernel.errors import ConfigError

LENGTH = 32  # random bytes


FILES = {"SECRET_KEY": "secret", "ORIGINAL_KEYS": "original-keys"}
SHAPES = {"SECRET_KEY": "a long random text", "ORIGINAL_KEYS": "64 random hexadecimal digits"}


def secret_key(given: str, *, folder: Path, production: bool, setting: str = "SECRET_KEY") -> str:
    """Return `given`, else the key kept in `folder`, which is made there at the first start.

    Args:
        given: what the environment holds, possibly nothing.
        folder: of the installation's data; the file in it is readable by its owner only.
        setting: which key it is, one of `FILES`.
        production: a key must be given, so that every process and every machine has the same one.

    Raises:
        ConfigError: production without a key, or a folder that cannot be written.
    """
    if given:
        return given
    if production:
        raise ConfigError(
            f"{setting} is not set. In production it must be: {SHAPES[setting]}, the same for all processes."
        )
    file = folder / FILES[setting]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _keep(secrets.token_hex(LENGTH), file)
        return file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ConfigError(f"{file} cannot be written or read: {error.strerror}.") from error


def _keep(key: str, file: Path) -> None:
    """Write `key` so that a reader sees all of it or nothing, and the first of two writers wins."""
    draft = file.with_name(f"{file.name}-{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, key.encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass  # the other writer's key is the one
    finally:
        draft.unlink()
