"""The board for feed readers: what they read is what stands on the board, and nothing of a post that does not."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient

from reporter.board.commands.objections import file_objection
from reporter.board.lifecycle import ObjectionKind, State
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure
from reporter.kernel.policy import ANYONE
from reporter.ports import ports
from tests.board.posts import an_exposure

ATOM, JSON = "/board/feed.atom", "/board/feed.json"


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return a feed reader."""
    return client_as()


def several(number: int) -> list[Exposure]:
    """Return published posts, oldest first, a minute apart."""
    made = []
    for _ in range(number):
        made.append(an_exposure(State.PUBLISHED))
        ports.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]  # the tests' clock
    return made


def read(client: FlaskClient, address: str = ATOM) -> Any:
    answer = client.get(address)
    found = feedparser.parse(answer.data, response_headers={"content-type": answer.content_type})
    assert not found.bozo, found.get("bozo_exception")
    return found


def test_a_reader_finds_title_place_time_and_pictures(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)

    feed = read(client)
    [entry] = feed.entries

    assert feed.version == "atom10"
    assert feed.feed.language == "zh-CN"
    assert entry.title == post.title
    assert entry.link == entry.id == f"http://localhost/board/{post.public_id}"
    assert post.summary in entry.summary
    assert entry.published_parsed[:5] == post.published_at.utctimetuple()[:5]  # type: ignore[union-attr]
    assert [tag.label for tag in entry.tags] == [post.kind_zh]
    for picture in entry.enclosures:
        assert client.get(picture.href).mimetype == picture.type == "image/jpeg"
    assert len(entry.enclosures) == 2


def test_json_says_the_same(client: FlaskClient) -> None:
    several(2)

    atom, told = read(client), client.get(JSON)
    said = json.loads(told.data)

    assert told.content_type.startswith("application/feed+json")
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    assert said["title"] == atom.feed.title
    assert [(item["id"], item["title"]) for item in said["items"]] == [
        (one.id, one.title) for one in atom.entries
    ]
    assert [[one["url"] for one in item["attachments"]] for item in said["items"]] == [
        [one.href for one in entry.enclosures] for entry in atom.entries
    ]


def test_older_posts_follow_in_further_documents(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.desks.public.boards.FEED_SIZE", 2)
    made = several(5)
    address, found, documents = ATOM, list[str](), 0

    while address:
        feed = read(client, address)
        found += [entry.title + entry.id for entry in feed.entries]
        documents += 1
        address = next((link.href for link in feed.feed.links if link.rel == "next"), "")

    assert documents == 3
    assert found == [f"{post.title}http://localhost/board/{post.public_id}" for post in reversed(made)]


def test_a_feed_is_narrowed_as_the_board_is_and_the_board_leads_to_it(client: FlaskClient) -> None:
    one, other = several(2)
    narrowed = f"?kind={one.kind_slug}&lang=en"

    entries = read(client, ATOM + narrowed).entries
    board = client.get(f"/board?kind={one.kind_slug}").text

    assert one.kind_slug != other.kind_slug
    assert [entry.link for entry in entries] == [f"http://localhost/board/{one.public_id}"]
    assert [tag.label for tag in entries[0].tags] == [one.kind_en]
    assert f'type="application/atom+xml" title="曝光台" href="{ATOM}?kind={one.kind_slug}"' in board
    assert f'href="{JSON}?kind={one.kind_slug}"' in board


@pytest.mark.parametrize("state", sorted(set(State) - {State.PUBLISHED}))
def test_nothing_of_a_post_that_is_not_shown_is_in_a_feed(client: FlaskClient, state: State) -> None:
    post = an_exposure(state)

    for address in (ATOM, JSON):
        told = client.get(address).text
        assert post.public_id not in told
        assert post.title not in told


def test_an_empty_board_is_a_feed_without_entries(client: FlaskClient) -> None:
    assert read(client).entries == []
    assert json.loads(client.get(JSON).data)["items"] == []


@pytest.mark.parametrize("address", [ATOM, JSON])
def test_a_reader_that_has_it_is_told_so_until_a_post_is_hidden(client: FlaskClient, address: str) -> None:
    post = an_exposure(State.PUBLISHED)
    known = {"If-None-Match": client.get(address).headers["ETag"]}
    assert client.get(address, headers=known).status_code == 304

    file_objection(get_exposure(post.id), ObjectionKind.IDENTITY, "认得出是谁", by=ANYONE)

    after = client.get(address, headers=known)
    assert after.status_code == 200
    assert post.public_id not in after.text
    assert "no-cache" in after.headers["Cache-Control"]


@pytest.mark.parametrize("asked", ["?month=x", "?after=x", "?month=2026-13"])
def test_a_feed_that_cannot_be_is_refused_in_words(client: FlaskClient, asked: str) -> None:
    answer = client.get(ATOM + asked)

    assert answer.status_code == 422
    assert "请" in answer.text
