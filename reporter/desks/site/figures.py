"""The work after commit in figures, as monitoring reads them."""

import hmac
from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from reporter.ports.backlog import MOST_COUNTED, depth, oldest_waiting_seconds

__all__ = ["CONTENT_TYPE", "gauges", "same"]


class _Jobs(Collector):
    """Asks the outbox when it is asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges."""
        now = depth()
        jobs = GaugeMetricFamily(
            "reporter_jobs",
            documentation=f"work after commit by state, counted up to {MOST_COUNTED}",
            labels=["state", "pace"],
        )
        jobs.add_metric(["waiting", "quick"], now.waiting)
        jobs.add_metric(["waiting", "slow"], now.waiting_slow)
        jobs.add_metric(["running", "any"], now.running)
        jobs.add_metric(["dead", "any"], now.dead)
        yield jobs
        yield GaugeMetricFamily(
            "reporter_jobs_oldest_seconds",
            documentation="seconds for which the oldest due job that is not slow has been waiting",
            value=oldest_waiting_seconds(),
        )


def gauges() -> bytes:
    """Return the figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Jobs())
    return generate_latest(registry)


def same(one: str, other: str) -> bool:
    """Tell whether two secrets are the same, in a time that says nothing of where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
