"""A real receiver of webhooks and robots' messages, on this machine."""

from collections.abc import Iterator

import pytest
from flask import Flask

from reporter.ports.outgoing import PinnedHttp
from tests.notices.receivers import OK, Receiver, http_server


@pytest.fixture
def receiver(app: Flask) -> Iterator[Receiver]:
    """Return a real receiver on this machine, which the city may call for the length of the test."""
    found = Receiver(body=OK)
    vars(app.extensions["ports"])["outgoing"] = PinnedHttp(
        frozenset({"127.0.0.1"}), frozenset({"127.0.0.1"}), connect=1.0, whole=2.0
    )
    with http_server(found) as port:
        found.headers = {"X-Port": str(port)}
        yield found
