"""Posts on other sites: oEmbed, two pages that may be framed, and what search engines are told."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from flask.testing import FlaskClient

from reporter.board.lifecycle import State
from reporter.board.models import Exposure
from tests.board.posts import an_exposure
from tests.desks.shown import HOSTILE, retitled, secrets_of
from tests.desks.test_feeds import several

NOT_SHOWN = sorted(set(State) - {State.PUBLISHED})


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return another site, or somebody who reads one."""
    return client_as()


def address(post: Exposure) -> str:
    return f"http://localhost/board/{post.public_id}"


def card(post: Exposure) -> str:
    return f"/board/{post.public_id}/card"


def told(client: FlaskClient, post: Exposure, **asked: Any) -> Any:
    answer = client.get("/oembed", query_string={"url": address(post), **asked})
    assert answer.status_code == 200
    return answer.get_json()


def test_another_site_is_told_how_a_post_is_shown(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)

    said = told(client, post)

    assert (said["version"], said["type"], said["title"]) == ("1.0", "rich", post.title)
    assert f'src="{address(post)}/card"' in said["html"]
    assert f'width="{said["width"]}" height="{said["height"]}"' in said["html"]
    assert client.get(said["thumbnail_url"]).mimetype == "image/jpeg"
    assert max(said["thumbnail_width"], said["thumbnail_height"]) <= 480
    assert "author_url" not in said


def test_xml_says_the_same(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)

    answer = client.get("/oembed", query_string={"url": address(post), "format": "xml"})

    assert answer.mimetype == "text/xml"
    assert {one.tag: one.text for one in fromstring(answer.data)} == {  # noqa: S314 - our own
        name: str(words) for name, words in told(client, post).items()
    }


def test_nothing_is_larger_than_the_site_asks_for(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)

    small = told(client, post, maxwidth=200, maxheight=100)

    assert (small["width"], small["height"]) == (200, 100)
    assert small.get("thumbnail_width", 0) <= 200
    assert small.get("thumbnail_height", 0) <= 100
    assert told(client, post, maxwidth=9999)["width"] == told(client, post)["width"]


@pytest.mark.parametrize("asked", ["0", "-1", "x", "1e9", "²", ""])
def test_a_size_that_is_none_is_refused_in_words(client: FlaskClient, asked: str) -> None:
    post = an_exposure(State.PUBLISHED)

    answer = client.get("/oembed", query_string={"url": address(post), "maxwidth": asked})

    assert answer.status_code == 422


def test_a_format_that_is_none_is_not_implemented(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)

    assert client.get("/oembed", query_string={"url": address(post), "format": "yaml"}).status_code == 501


@pytest.mark.parametrize(
    "asked",
    [
        "", "x", "http://[", "http://localhost/", "http://localhost/board", "http://localhost/board/nothing",
        "http://evil.example/board/%s", "javascript://localhost/board/%s", "//localhost/board/%s", "/board/%s",
        "http://localhost/board/%s/object", "http://localhost@evil.example/board/%s",
    ],
)  # fmt: skip
def test_what_is_no_post_of_this_site_is_not_found(client: FlaskClient, asked: str) -> None:
    post = an_exposure(State.PUBLISHED)

    answer = client.get("/oembed", query_string={"url": asked.replace("%s", post.public_id)})

    assert answer.status_code == 404


@pytest.mark.parametrize("state", NOT_SHOWN)
def test_nothing_of_a_post_that_is_not_shown_is_told_to_other_sites(
    client: FlaskClient, state: State
) -> None:
    post = an_exposure(state)

    answers = {
        path: client.get(path)
        for path in (f"/oembed?url={address(post)}", f"/oembed?url={address(post)}&format=xml", card(post))
    }
    answers["/board/widget"] = client.get("/board/widget")

    assert answers[card(post)].status_code in {404, 410}
    assert {answer.status_code for path, answer in answers.items() if "oembed" in path} == {404}
    for answer in answers.values():
        assert post.title not in answer.text
        assert "/board/pictures/" not in answer.text


def test_only_two_pages_may_be_framed_by_other_sites(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)
    framed = {"/board/widget", card(post)}
    own = (
        "/",
        "/board",
        "/map",
        "/figures",
        address(post),
        "/report",
        "/track",
        "/sign-in",
        "/oembed",
        "/board/feed.atom",
    )

    headers = {path: client.get(path).headers for path in (*framed, *own)}

    rules = {
        path: one["Content-Security-Policy"].split("frame-ancestors ")[1] for path, one in headers.items()
    }
    assert {path for path, rule in rules.items() if rule == "*"} == framed
    assert {rule for path, rule in rules.items() if path not in framed} == {"'none'"}
    assert [path for path in framed if {"X-Frame-Options", "Set-Cookie"} & set(headers[path].keys())] == []


def test_a_frame_runs_nothing_and_leads_out_of_itself(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)

    for path in ("/board/widget", card(post)):
        answer = client.get(path)
        assert "script" not in answer.text
        assert "<form" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        links = re.findall(r"<a [^>]+>", answer.text)
        assert len(links) == 2
        assert [link for link in links if 'target="_blank" rel="noopener"' not in link] == []
        assert f'href="/board/{post.public_id}"' in answer.text


def test_a_frame_says_that_its_post_is_gone(client: FlaskClient) -> None:
    answer = client.get(card(an_exposure(State.WITHDRAWN)))

    assert answer.status_code == 410
    assert "已下架" in answer.text
    assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors *")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("asked", "shown"), [("", 3), ("n=5", 5), ("n=1", 3), ("n=99", 6), ("n=x", 3)])
def test_the_newest_posts_are_three_to_six(client: FlaskClient, asked: str, shown: int) -> None:
    made = several(7)

    page = client.get(f"/board/widget?{asked}").text

    ids = re.findall(r'<h2><a href="/board/(\w+)"', page)
    assert ids == [post.public_id for post in reversed(made)][:shown]


def test_the_newest_posts_are_narrowed_as_the_board_is(client: FlaskClient) -> None:
    one, other = several(2)

    page = client.get(f"/board/widget?kind={one.kind_slug}").text

    assert one.public_id in page
    assert other.public_id not in page
    assert f'href="/board?kind={one.kind_slug}"' in page


def test_post_and_board_give_what_another_site_has_to_write(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)

    page, board = client.get(address(post)).text, client.get(f"/board?kind={post.kind_slug}").text

    [own] = re.findall(r"<textarea[^>]*readonly[^>]*>(.*?)</textarea>", page, re.DOTALL)
    [newest] = re.findall(r"<textarea[^>]*readonly[^>]*>(.*?)</textarea>", board, re.DOTALL)
    assert unescape(own) == told(client, post)["html"]
    assert unescape(newest).startswith('<iframe src="http://localhost/board/widget?')
    assert f"kind={post.kind_slug}" in newest


def test_a_post_leads_to_what_is_told_of_it(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)

    page = client.get(address(post)).text

    found = dict(re.findall(r'type="(application/json\+oembed|text/xml\+oembed)"[^>]* href="([^"]+)"', page))
    assert client.get(unescape(found["application/json+oembed"])).get_json() == told(client, post)
    assert client.get(unescape(found["text/xml+oembed"])).mimetype == "text/xml"


def test_search_engines_are_told_of_the_thing_and_of_no_person(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)

    page = client.get(address(post)).text

    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    said = json.loads(block)
    assert (said["@type"], said["headline"], said["author"]["@type"]) == (
        "Article",
        post.title,
        "GovernmentOrganization",
    )
    assert said["contentLocation"]["geo"]["longitude"] == post.lon
    assert "Person" not in block
    assert [client.get(one).status_code for one in said["image"]] == [200, 200]


def test_no_byte_tells_of_the_case_behind_a_post(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)
    secrets = secrets_of(post)
    paths = (f"/oembed?url={address(post)}", card(post), "/board/widget", address(post))

    said = "".join(client.get(path).text for path in paths)

    assert [secret for secret in secrets if secret in said] == []


def test_a_hostile_title_stays_text(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)
    retitled(post)

    said, xml = told(client, post), client.get(f"/oembed?url={address(post)}&format=xml").data
    pages = [client.get(path).text for path in (card(post), "/board/widget", address(post))]

    assert said["title"] == HOSTILE
    for page in (said["html"], *pages):
        assert "<script>alert" not in page
    assert fromstring(xml).findtext("title") == HOSTILE.replace("\x01", "").replace("\x0b", "")  # noqa: S314 - our own
    assert fromstring(client.get("/board/feed.atom").data) is not None  # noqa: S314 - our own
