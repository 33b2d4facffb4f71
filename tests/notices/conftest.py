"""A real receiver of webhooks and robots' messages, on this machine."""

from collections.abc import Iterator

import pytest
from flask import Flask

from reporter.ports.outgoing import PinnedHttp, is_public
from tests.notices.receivers import HERE, OK, Receiver, http_server


@pytest.fixture
def receiver(app: Flask) -> Iterator[Receiver]:
    """Return a real receiver on this machine, which the city may call for the length of the test."""
    found = Receiver(body=OK)
    vars(app.extensions["ports"])["outgoing"] = PinnedHttp(
        frozenset({HERE}),
        frozenset({HERE}),
        connect=1.0,
        whole=2.0,
        public=lambda ip: (
            ip == HERE or is_public(ip)
        ),  # pictures come from the open internet alone, and this is all there is
    )
    with http_server(found) as port:
        found.headers = {"X-Port": str(port)}
        yield found
