"""Keep and check passwords with Argon2id. Pure."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10  # characters
_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher.hash("there is no such account")


def hashed(password: str) -> str:
    """Return what is stored of `password`."""
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Tell whether `password` is the one behind `stored`; an unknown account, and one without a password, take just as long."""
    try:
        return _hasher.verify(stored or _nobody(), password) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False
