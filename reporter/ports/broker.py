"""Who is told, after commit, that there is work: nobody, or Celery's workers through Redis.

The outbox row stays the truth. What is handed over is the id of a row, and a message that is lost, late or doubled
changes nothing: the sweep hands over again, and a row that is done is not done twice.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from werkzeug.utils import import_string

from reporter.kernel.errors import ConfigError

SCHEMES = ("redis://", "rediss://")


class BrokerAway(OSError):
    """The broker took nothing; the sweep hands over what it missed."""


class Broker(Protocol):
    """Tells workers of a job."""

    def there(self) -> bool:
        """Tell whether workers are told at all; otherwise threads of the web process look for work."""
        ...

    def hand_over(self, job_id: int, *, slow: bool) -> None:
        """Tell the workers of one job. Raises `BrokerAway`."""
        ...

    def waiting(self, *, slow: bool) -> int:
        """Return how many messages lie in the queue. Raises `BrokerAway`."""
        ...


class NoBroker:
    """The embedded default: threads of the web process look into the outbox themselves."""

    def there(self) -> bool:
        """Tell that there is none."""
        return False

    def hand_over(self, job_id: int, *, slow: bool) -> None:
        """Do nothing."""

    def waiting(self, *, slow: bool) -> int:
        """Return 0: there is no queue."""
        return 0


class MemoryBroker:
    """Remembers what was handed over, for tests; `away`: takes nothing."""

    def __init__(self) -> None:
        self.handed: list[tuple[int, bool]] = []
        self.away = False

    def there(self) -> bool:
        """Tell that there is one."""
        return True

    def hand_over(self, job_id: int, *, slow: bool) -> None:
        """Remember the job."""
        if self.away:
            raise BrokerAway("the broker is away")
        self.handed.append((job_id, slow))

    def waiting(self, *, slow: bool) -> int:
        """Return how many jobs were handed over and not taken out of `handed`."""
        if self.away:
            raise BrokerAway("the broker is away")
        return sum(pace == slow for _id, pace in self.handed)


class Chosen:
    """The broker that `QUEUE_URL` names."""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Broker:
        """Return it. Raises `ConfigError` when it is not the address of a Redis server."""
        address = str(config["QUEUE_URL"])
        if not address:
            return NoBroker()
        if not address.startswith(SCHEMES):
            scheme = address.partition(":")[0]
            raise ConfigError(
                f"QUEUE_URL={scheme}:… is not the address of a Redis server: redis://host:6379/0 is."
            )
        # Named by its path, so that Celery is loaded where there is a queue.
        broker: Broker = import_string("reporter.ports.celery:CeleryBroker").at(address)
        return broker
