"""天地图 as it answers over HTTP: an address that it knows or not, a failure that is left alone for a while, the budget."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from reporter.kernel.errors import ConfigError
from reporter.ports.carriers import Away, Refused
from reporter.ports.geocoder import Chosen, Located, NoGeocoder, Tianditu

pytestmark = pytest.mark.pure

KNOWN = {
    "msg": "ok", "status": "0",
    "location": {"lon": "113.1042", "lat": 41.0326, "level": "门址", "score": 100, "keyWord": "新华街128号"},
}  # fmt: skip


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def answering(body: Any, status: int = 200) -> Iterator[tuple[str, list[dict[str, list[str]]]]]:
    """Yield the address of a stand-in and a list of what it was asked."""
    asked: list[dict[str, list[str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(parse_qs(urlsplit(self.path).query))
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/geocoder", asked
    finally:
        server.shutdown()
        server.server_close()


def test_an_address_is_asked_for_with_the_key_and_nothing_else() -> None:
    with answering(KNOWN) as (url, asked):
        found = Tianditu("k3y", url=url, budget=9).locate("新华街128号")

    assert found == Located("新华街128号", 113.1042, 41.0326, 30.0)
    assert asked == [{"ds": ['{"keyWord": "新华街128号"}'], "tk": ["k3y"]}]


def test_what_it_does_not_know_is_none() -> None:
    with answering({"msg": "no result", "status": "101"}) as (url, _):
        found = Tianditu("k3y", url=url, budget=9).locate("没有这里")

    assert found is None


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        [],
        {},
        {"status": "0"},
        {"status": "404", "msg": "x"},
        KNOWN | {"location": {"lon": "x", "lat": 1}},
    ],
)
def test_odd_answers_are_a_failure_and_no_crash(body: Any) -> None:
    with answering(body) as (url, _), pytest.raises(Away):
        Tianditu("k3y", url=url, budget=9).locate("新华街")


def test_a_key_that_is_not_taken_is_a_refusal() -> None:
    with answering({"msg": "key"}, 403) as (url, _), pytest.raises(Refused):
        Tianditu("k3y", url=url, budget=9).locate("新华街")


def test_after_a_failure_it_is_left_alone_for_half_a_minute() -> None:
    clock = Clock()

    with answering(b"", 500) as (url, asked):
        service = Tianditu("k3y", url=url, budget=9, clock=clock)
        for _ in range(3):
            with pytest.raises(Away):
                service.locate("新华街")
        clock.now += 31
        with pytest.raises(Away):
            service.locate("新华街")

    assert len(asked) == 2


def test_it_is_not_asked_more_often_than_the_budget_of_a_day() -> None:
    clock = Clock()

    with answering(KNOWN) as (url, asked):
        service = Tianditu("k3y", url=url, budget=2, clock=clock)
        service.locate("新华街")
        service.locate("新华街")
        with pytest.raises(Away):
            service.locate("新华街")
        clock.now += 86_401
        service.locate("新华街")

    assert len(asked) == 3


def test_without_a_key_nothing_is_there_to_be_asked() -> None:
    chosen = Chosen.from_config({"GEOCODER_KEY": "", "GEOCODER_URL": "", "GEOCODER_BUDGET": ""})

    assert isinstance(chosen, NoGeocoder)
    assert (chosen.there(), chosen.locate("新华街")) == (False, None)


@pytest.mark.parametrize(
    ("url", "budget"), [("tianditu", "9"), ("https://api.example/", "0"), ("https://api.example/", "x")]
)
def test_a_setting_that_is_none_stops_the_start(url: str, budget: str) -> None:
    with pytest.raises(ConfigError):
        Chosen.from_config({"GEOCODER_KEY": "k", "GEOCODER_URL": url, "GEOCODER_BUDGET": budget})
