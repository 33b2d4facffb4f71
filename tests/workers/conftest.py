"""These tests want a Redis server; where there is none, `make test` says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import needs
from tests.redis import Redis, throwaway_redis

collect_ignore_glob = [] if needs.redis().path else ["test_*.py"]


def pytest_report_header() -> list[str]:
    """Say why there are none."""
    return [how] if (how := needs.redis().how) else []


@pytest.fixture
def redis() -> Iterator[Redis]:
    """Return an empty server of this test's own."""
    program = needs.redis().path
    assert isinstance(program, Path)
    with throwaway_redis(program) as server:
        yield server
