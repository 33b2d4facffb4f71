"""Celery on Redis: how workers on any number of machines are told of work."""

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from reporter.kernel.errors import ConfigError
from reporter.ports.broker import Broker, BrokerAway

JOBS, SLOW, TICKS = (
    "jobs",
    "slow",
    "ticks",
)  # queues: what somebody waits for, what nobody does, what time sets off
RUN, SWEEP, TICK = (
    "reporter.run",
    "reporter.sweep",
    "reporter.tick",
)  # names of the tasks, see `reporter.workers`
SPARED = (
    10.0  # seconds without another try after the broker did not answer, so that no request waits for it again
)
REACHED_WITHIN = 2.0  # seconds to connect


class CeleryBroker:
    """Celery on Redis. A broker that does not answer is left alone for some seconds."""

    def __init__(self, celery: Celery) -> None:
        self.celery = celery
        self._spared_until = 0.0

    @classmethod
    def at(cls, address: str) -> Self:
        """Return the broker on the Redis server at `address`."""
        return cls(_celery(address))

    def there(self) -> bool:
        """Tell that there is one."""
        return True

    def hand_over(self, job_id: int, *, slow: bool) -> None:
        """Put the id into the queue of its kind."""
        with self._reaching():
            self.celery.send_task(RUN, (job_id,), queue=queue_of(slow=slow), retry=False)

    def waiting(self, *, slow: bool) -> int:
        """Ask Redis for the length of the list behind the queue."""
        with self._reaching(), self.celery.pool.acquire(block=True) as connection:
            return int(connection.default_channel.client.llen(queue_of(slow=slow)))

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """Raise `BrokerAway` when the block does not reach Redis, and for some seconds afterwards."""
        if time.monotonic() < self._spared_until:
            raise BrokerAway("it did not answer a moment ago")
        try:
            yield
        except (OperationalError, RedisError, OSError) as error:
            self._spared_until = time.monotonic() + SPARED
            raise BrokerAway(str(error).partition("\n")[0] or type(error).__name__) from error


def queue_of(*, slow: bool) -> str:
    """Return the queue of a kind of work."""
    return SLOW if slow else JOBS


def celery_of(broker: Broker) -> Any:
    """Return what workers run. Raises `ConfigError` where there is no broker."""
    if not isinstance(broker, CeleryBroker):
        raise ConfigError("QUEUE_URL is not set: without it the work after commit is done by flask serve.")
    return broker.celery


def _celery(address: str) -> Any:
    """Return Celery on the server at `address`: acknowledged when done, one at a time, no results kept."""
    celery = Celery("reporter", broker=address)
    celery.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        task_default_queue=JOBS,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,  # workers and beat wait for Redis for as long as it takes
        broker_transport_options={
            "max_retries": 0,  # a request does not wait for Redis; what is missed the sweep hands over
            "socket_connect_timeout": REACHED_WITHIN,
            "socket_keepalive": True,
        },
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        enable_utc=True,
    )
    if address.startswith("rediss://"):
        celery.conf.broker_use_ssl = {"ssl_cert_reqs": ssl.CERT_REQUIRED}
    return celery
