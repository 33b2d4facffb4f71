"""Pictures that other systems name: fetched within a bounded time, held against nobody, and not without end."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from reporter.kernel.db import db
from reporter.open311.commands import fetching
from reporter.open311.commands.fetching import MOST_TRIES, SECONDS, fetch_media
from reporter.open311.post_models import PostedRequest
from reporter.ports.outgoing import PinnedHttp, Unreachable
from reporter.reports.models import Report
from tests.make import a_picture
from tests.notices.posting import work
from tests.notices.receivers import Receiver, hang, http_server, silent_server
from tests.open311.sending import a_key, a_request, send, told


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return the client of another system, which reads English."""
    found = client_as()
    found.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return found


def let_fetch(app: Flask, fetch: Callable[..., bytes]) -> None:
    """Let `fetch` be the way to the outside."""
    outgoing = PinnedHttp(public=lambda _ip: True)
    vars(outgoing)["fetch"] = fetch
    vars(app.extensions["ports"])["outgoing"] = outgoing


def the_post() -> PostedRequest:
    db.session.rollback()
    return db.session.scalars(select(PostedRequest)).one()


def test_addresses_that_do_not_answer_hold_the_lane_for_one_bounded_time_all_together(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 1.5)
    let_fetch(app, PinnedHttp(public=lambda _ip: True).fetch)
    picture = Receiver(body=a_picture("a"), headers={"Content-Type": "image/jpeg"})
    with silent_server(hang) as hanging, http_server(picture) as port:
        urls = [
            f"http://127.0.0.1:{hanging}/a",
            f"http://127.0.0.1:{hanging}/b",
            f"http://127.0.0.1:{port}/c",
        ]
        send(client, a_request(a_key(), media_url=urls))
        began = time.monotonic()
        work()
        took = time.monotonic() - began

    assert took < 2.7
    assert [one["state"] for one in the_post().media] == ["waiting", "waiting", "taken"]


def test_a_post_is_given_up_after_three_times_a_minute(app: Flask, client: FlaskClient) -> None:
    given: list[float] = []

    def never(_address: str, *, most: int, within: float) -> bytes:
        assert most > 0
        given.append(within)
        raise Unreachable("It did not answer in time.")

    let_fetch(app, never)
    send(client, a_request(a_key(), media_url=[f"https://example.org/{n}.jpg" for n in range(9)]))
    for _ in range(5):
        try:
            fetch_media(the_post().id)
        except Unreachable:
            continue

    assert (MOST_TRIES, SECONDS) == (3, 60.0)
    assert len(given) == 9 * 3
    assert max(given[::9]) <= SECONDS / 9
    assert {one["state"] for one in the_post().media} == {"failed"}
    assert the_post().waiting == 0


def test_nothing_of_the_database_is_held_while_the_outside_is_asked(app: Flask, client: FlaskClient) -> None:
    held: list[bool] = []

    def look(*_args: Any, **_facts: Any) -> bytes:
        held.append(db.session().in_transaction())
        return a_picture(str(len(held)))

    let_fetch(app, look)
    send(client, a_request(a_key(), media_url=["https://example.org/1.jpg", "https://example.org/2.jpg"]))
    work()

    assert held == [False, False]
    assert db.session.scalars(select(Report)).one().photo_count == 2


def test_a_key_whose_pictures_pile_up_names_no_more_until_they_came(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.desks.open311.keyed.MOST_WAITING", 2)
    let_fetch(app, lambda *_args, **_facts: a_picture("a"))
    secret, other = a_key(), a_key(name="另一个系统")

    def post(number: int, key: str = secret, **more: Any) -> Any:
        fields = a_request(key, description=f"第{number}处", **more)
        return send(client, fields)

    media = {"media_url": "https://example.org/1.jpg"}
    first = [post(number, **media).status_code for number in (1, 2)]
    refused = post(3, **media)
    beside = [post(4).status_code, post(5, other, **media).status_code]
    work()
    later = post(3, **media)

    assert (first, beside, later.status_code) == ([200, 200], [200, 200], 200)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "media_url" in next(iter(told(refused)))[1]
