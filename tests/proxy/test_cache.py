"""Through nginx with its cache on: what is kept for everybody, and that a hidden post is gone from all of it at once."""

import time
from dataclasses import dataclass
from email.message import Message
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from reporter.board.commands.objections import file_objection
from reporter.board.lifecycle import ObjectionKind, State
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure
from reporter.kernel.policy import ANYONE
from reporter.ports.queue import run_next
from tests.board.posts import an_exposure

GONE_WITHIN = 5.0  # seconds
ROUND = 0.1  # seconds between two looks: everything that is kept is asked for while it is kept


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: bytes

    def shows(self, post: Exposure) -> bool:
        """Tell whether it has anything of the post."""
        picture = self.headers.get_content_type() == "image/jpeg"
        return self.status == 200 and (picture or post.public_id.encode() in self.body)


def ask(address: str, **headers: str) -> Answer:
    """Ask for a page of our own."""
    try:
        with urlopen(Request(address, headers=headers), timeout=10) as answer:  # noqa: S310
            return Answer(answer.status, answer.headers, answer.read())
    except HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def places_of(post: Exposure) -> list[str]:
    """Return every address at which something of the post is shown."""
    picture = post.used[0]
    west, south, east, north = post.lon - 0.1, post.lat - 0.1, post.lon + 0.1, post.lat + 0.1
    return [
        "/", "/board", "/board?look=list", "/board?q=%E5%8D%A0%E9%81%93", f"/board?kind={post.kind_slug}", "/map",
        "/board/feed.atom", "/board/feed.json", "/board/posts.csv", "/board/posts.geojson", "/board/widget",
        f"/map/posts.json?box={west},{south},{east},{north}&zoom=18", f"/board/{post.public_id}",
        f"/board/{post.public_id}/card", f"/board/pictures/{picture.token}/{picture.file('960.jpeg')}",
    ]  # fmt: skip


@pytest.mark.enable_socket
def test_a_hidden_post_is_gone_from_every_page_feed_and_picture_within_five_seconds(behind: str) -> None:
    post = an_exposure(State.PUBLISHED)
    places = places_of(post)
    before = {place: ask(behind + place).shows(post) for place in places}
    kept = [place for place in places if ask(behind + place).headers["X-Cache"] == "HIT"]

    file_objection(get_exposure(post.id), ObjectionKind.MINOR, "看得见孩子", by=ANYONE)
    hidden = time.monotonic()
    while run_next():
        pass
    last_seen: dict[str, float] = {}
    while time.monotonic() < hidden + GONE_WITHIN + 1:
        for place in places:
            asked = time.monotonic()
            if ask(behind + place).shows(post):
                last_seen[place] = asked - hidden
        time.sleep(ROUND)

    assert [place for place, there in before.items() if not there] == []
    assert len(kept) > len(places) / 2  # the cache was on
    assert {place: seen for place, seen in last_seen.items() if seen >= GONE_WITHIN} == {}
    assert ask(f"{behind}/board/{post.public_id}").status == 410


@pytest.mark.enable_socket
def test_languages_and_somebody_are_told_apart(behind: str) -> None:
    an_exposure(State.PUBLISHED)
    own = {"Cookie": "session=somebody"}

    chinese, english = ask(f"{behind}/board").body, ask(f"{behind}/board", Cookie="locale=en").body
    mine = ask(f"{behind}/board", **own)

    assert b'lang="zh-CN"' in chinese
    assert b'lang="en"' in english
    assert mine.headers["X-Cache"] == "BYPASS"
    assert mine.headers["Cache-Control"] == "private, no-cache"
    assert ask(f"{behind}/board", Cookie="locale=en; elder=1").headers["X-Cache"] == "MISS"
    assert ask(f"{behind}/board", Cookie="locale=en").headers["X-Cache"] in {
        "HIT",
        "STALE",
        "REVALIDATED",
        "EXPIRED",
    }


@pytest.mark.enable_socket
def test_what_is_not_for_everybody_is_kept_by_nobody(behind: str) -> None:
    for path in ("/report", "/track", "/sign-in", "/board/nosuch"):
        first, second = ask(behind + path), ask(behind + path)

        assert {first.headers["X-Cache"], second.headers["X-Cache"]} == {"MISS"}, path
