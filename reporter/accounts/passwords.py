"""Keep and check passwords with Argon2id. Pure."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10  # characters
_hasher = PasswordHasher()
_NOBODY = _hasher.hash("there is no such account")


def hashed(password: str) -> str:
    """Return what is stored of `password`."""
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Tell whether `password` is the one behind `stored`; an unknown account, and one without a password, take just as long."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False
