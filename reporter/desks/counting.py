"""Where limits are counted: together in Redis, and while that is away each process for itself. Never not at all."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from limits.storage import MemoryStorage, RedisStorage
from redis.exceptions import RedisError

from reporter.kernel.errors import ConfigError

AWAY = 5.0  # seconds for which Redis is not asked again after it was away: nobody waits for it twice
WAIT = 0.5  # seconds that a request waits for it
SCHEME = "shared+"
OUTSIDE = ("redis://", "rediss://")

R = TypeVar("R")
log = logging.getLogger(__name__)


class SharedStorage(RedisStorage):
    """Counters in Redis; while it is away they are in the memory of this process, which the log says once."""

    STORAGE_SCHEME = [f"{SCHEME}redis", f"{SCHEME}rediss"]  # noqa: RUF012 - as the library has it

    def __init__(self, uri: str, **options: Any) -> None:
        """Take an address such as `shared+redis://host:6379/1`. Nothing is asked of Redis yet."""
        self._alone = MemoryStorage()
        self._until: float | None = None
        super().__init__(
            uri.removeprefix(SCHEME),
            **{"socket_timeout": WAIT, "socket_connect_timeout": WAIT, **options},
        )

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and return how many there are now."""
        return self._counted(
            lambda: super(SharedStorage, self).incr(key, expiry, amount),
            lambda: self._alone.incr(key, expiry, amount),
        )

    def get(self, key: str) -> int:
        """Return how many there are now."""
        return self._counted(lambda: super(SharedStorage, self).get(key), lambda: self._alone.get(key))

    def get_expiry(self, key: str) -> float:
        """Return when they end, in seconds of the epoch."""
        return self._counted(
            lambda: super(SharedStorage, self).get_expiry(key), lambda: self._alone.get_expiry(key)
        )

    def clear(self, key: str) -> None:
        """Begin anew."""
        self._counted(lambda: super(SharedStorage, self).clear(key), lambda: self._alone.clear(key))

    def _counted(self, shared: Callable[[], R], alone: Callable[[], R]) -> R:
        if self._until is not None and time.monotonic() < self._until:
            return alone()
        try:
            answer = shared()
        except (RedisError, OSError) as error:
            if self._until is None:
                log.warning("limits are counted in this process alone, Redis is away: %s", error)
            self._until = time.monotonic() + AWAY
            return alone()
        if self._until is not None:
            self._until = None
            log.warning("limits are counted in Redis again")
        return answer


def storage_uri(config: Mapping[str, Any]) -> str:
    """Return where limits are counted: `LIMITS_URL`, else where work is handed over, else this process.

    Raises:
        ConfigError: `LIMITS_URL` is no address of Redis.
    """
    given = config["LIMITS_URL"] or config["QUEUE_URL"]
    if not given:
        return "memory://"
    if not given.startswith(OUTSIDE):
        raise ConfigError(f"LIMITS_URL={given} has to begin with redis:// or rediss://.")
    return f"{SCHEME}{given}"
