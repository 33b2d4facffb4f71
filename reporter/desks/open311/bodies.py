"""How many bytes other systems may send: of a key that is proven, and of whoever has proven none."""

from flask import current_app, request

from reporter.desks.errors import limiter, refuse_before, whence
from reporter.open311.key_models import ApiKey

# A request with nine pictures of 20 MB is 180 MB: some hundred such in a day, and without a key one in ten minutes.
BYTES_OF_KEY = f"{20 * 1024**3} per day"
BYTES_OF_STRANGER = f"{256 * 1024**2} per 10 minutes"
STRANGER, KEY = "open311 strange bytes", "open311 key bytes"


def length_sent() -> int:
    """Return how many bytes the body has; one that does not say so counts as the most that is taken."""
    if request.content_length is None:
        return int(current_app.config["MAX_CONTENT_LENGTH"] or 0) if request.method == "POST" else 0
    return request.content_length


def refuse_unread() -> None:
    """Read nothing more from an address whence much came without a good key. Raises `TooMany`."""
    if again := limiter.over(BYTES_OF_STRANGER, STRANGER, whence(), count=False, cost=length_sent()):
        refuse_before(again)


def count_strange() -> None:
    """Count the body of a request that came without a good key."""
    limiter.over(BYTES_OF_STRANGER, STRANGER, whence(), cost=length_sent())


def count_bytes(key: ApiKey) -> None:
    """Count the body of a request that a key proves. Raises `TooMany` when the key has sent too much within a day."""
    if again := limiter.over(BYTES_OF_KEY, KEY, str(key.id), cost=length_sent()):
        refuse_before(again)
