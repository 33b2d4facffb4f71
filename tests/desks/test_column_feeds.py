"""The columns and the honour list for feed readers, and in the sitemap: what is released, and nothing that is gone."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient

from reporter.editorial.commands.articles import edit_article
from reporter.editorial.commands.consents import withdraw_consent
from reporter.editorial.commands.pieces import withdraw
from reporter.editorial.lifecycle import State
from reporter.editorial.models import HonourKind, Rubric
from reporter.editorial.queries import article_addresses, today
from reporter.editorial.worklists import consents_to
from reporter.kernel.policy import Role
from reporter.ports import ports
from tests.editorial.pieces import a_text, an_article, an_honour, pens
from tests.editorial.test_english import ENGLISH
from tests.make import a_user

COLUMN, HONOURS = "/columns/progress/feed", "/honours/feed"
FEEDS = [f"{place}.{kind}" for place in (COLUMN, HONOURS) for kind in ("atom", "json")]


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return a feed reader."""
    return client_as()


def read(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    found = feedparser.parse(answer.data, response_headers={"content-type": answer.content_type})
    assert not found.bozo, found.get("bozo_exception")
    return found


def test_a_reader_finds_an_article_with_its_standfirst_and_masked_pictures(client: FlaskClient) -> None:
    one = an_article(State.PUBLISHED, pictures=2)
    an_article(State.PUBLISHED, rubric=Rubric.CIVILITY)

    feed = read(client, f"{COLUMN}.atom")
    [entry] = feed.entries

    assert (feed.version, feed.feed.language) == ("atom10", "zh-CN")
    assert feed.feed.title.startswith("创城进行时 · ")
    assert entry.link == entry.id == f"http://localhost/columns/progress/{one.public_id}"
    assert (entry.title, entry.summary) == (one.title, one.standfirst)
    assert entry.published_parsed[:5] == one.published_at.utctimetuple()[:5]  # type: ignore[union-attr]
    assert client.get(entry.link).status_code == 200
    assert len(entry.enclosures) == 2
    for picture in entry.enclosures:
        assert client.get(picture.href).mimetype == picture.type == "image/jpeg"


def test_a_reader_finds_who_is_on_the_honour_list_and_where(client: FlaskClient) -> None:
    one = an_honour(State.PUBLISHED, name="环卫一队")

    [entry] = read(client, f"{HONOURS}.atom").entries

    assert (entry.title, entry.summary) == ("环卫一队", one.deed)
    assert [tag.term for tag in entry.tags] == ["unit"]
    page, _, anchor = entry.link.partition("#")
    assert f'id="{anchor}"' in client.get(page).text


@pytest.mark.parametrize("place", [COLUMN, HONOURS])
def test_json_says_the_same(client: FlaskClient, place: str) -> None:
    an_article(State.PUBLISHED, pictures=1)
    an_honour(State.PUBLISHED)

    atom, told = read(client, f"{place}.atom"), client.get(f"{place}.json")
    said = json.loads(told.data)

    assert told.content_type.startswith("application/feed+json")
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    assert said["title"] == atom.feed.title
    assert said["description"] == atom.feed.subtitle
    assert [(item["id"], item["title"], item["content_text"]) for item in said["items"]] == [
        (one.id, one.title, one.summary) for one in atom.entries
    ]


def test_a_feed_in_english_has_what_is_english_and_marks_what_is_not(client: FlaskClient) -> None:
    an_article(State.PUBLISHED, **ENGLISH)
    an_article(State.PUBLISHED)

    feed = read(client, f"{COLUMN}.atom?lang=en")
    told = json.loads(client.get(f"{COLUMN}.json?lang=en").data)
    chinese = json.loads(client.get(f"{COLUMN}.json").data)

    assert feed.feed.language == told["language"] == "en"
    assert [entry.title for entry in feed.entries] == ["老旧小区换了新貌", "Roads mended"]
    assert [entry.title_detail.language for entry in feed.entries] == ["zh-CN", "en"]
    assert [item.get("language") for item in told["items"]] == ["zh-CN", None]
    assert "Roads mended" not in str(chinese)
    assert {item.get("language") for item in chinese["items"]} == {None}


@pytest.mark.parametrize(("place", "make"), [(COLUMN, an_article), (HONOURS, an_honour)])
def test_older_ones_follow_in_further_documents(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, place: str, make: Any
) -> None:
    monkeypatch.setattr("reporter.desks.public.columns.FEED_SIZE", 2)
    for _number in range(3):
        make(State.PUBLISHED)
        ports.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]  # the tests' clock
    address, found = f"{place}.atom?lang=en", list[str]()

    while address:
        feed = read(client, address)
        found += [entry.id for entry in feed.entries]
        address = next((link.href for link in feed.feed.links if link.rel == "next"), "")
        assert "lang=en" in (address or "lang=en")

    assert len(set(found)) == 3


@pytest.mark.parametrize("address", FEEDS)
def test_what_is_gone_from_its_page_is_gone_from_the_next_answer(client: FlaskClient, address: str) -> None:
    team, leader = pens(), a_user(Role.LEADER).actor
    gone, changed = (an_article(State.PUBLISHED, team=team, title=title) for title in ("撤下的", "改动的"))
    named = an_honour(State.PUBLISHED, team=team, kind=HonourKind.PERSON, name="哈斯")
    words = ("撤下的", "改动的") if address.startswith(COLUMN) else ("哈斯",)
    known = {"If-None-Match": client.get(address).headers["ETag"]}
    assert client.get(address, headers=known).status_code == 304
    assert all(word in client.get(address).text for word in words)

    withdraw(gone, "事实有误", by=leader)
    edit_article(changed, a_text(), by=team.writer.actor)
    withdraw_consent(named, consents_to(named)[0].id, "本人来电", by=leader)

    after = client.get(address, headers=known)
    assert after.status_code == 200
    assert not any(word in after.text for word in words)
    assert "no-cache" in after.headers["Cache-Control"]


def test_an_entry_whose_days_are_over_is_in_no_feed(client: FlaskClient) -> None:
    an_honour(State.PUBLISHED, until=today())

    ports.clock.move(timedelta(days=1))  # type: ignore[attr-defined]

    assert read(client, f"{HONOURS}.atom").entries == []


@pytest.mark.parametrize("address", FEEDS)
def test_an_empty_list_is_a_feed_and_a_damaged_address_is_answered_in_words(
    client: FlaskClient, address: str
) -> None:
    assert client.get(address).status_code == 200
    assert client.get(f"{address}?after=zzz").status_code == 422
    assert client.get(address.replace("atom", "rss").replace("json", "rss")).status_code == 404


def test_pages_lead_to_their_feeds_in_their_language(client: FlaskClient) -> None:
    one = an_article(State.PUBLISHED)
    pages = {"/columns/progress": COLUMN, f"/columns/progress/{one.public_id}": COLUMN, "/honours": HONOURS}

    for locale, asked, lang in (("zh_Hans_CN", "", "zh-CN"), ("en", "?lang=en", "en")):
        client.set_cookie("locale", locale)
        for path, place in pages.items():
            page = client.get(path).text
            assert f'href="{place}.atom{asked}" hreflang="{lang}"' in page
            assert f'href="{place}.json{asked}" hreflang="{lang}"' in page
            assert (f'<a href="{place}.atom{asked}">' in page) is (one.public_id not in path)


def test_the_sitemap_has_the_columns_the_honour_list_and_released_articles(client: FlaskClient) -> None:
    made = {state: an_article(state) for state in State}

    listed = re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").text)

    assert {
        f"http://localhost/{page}" for page in ("columns/progress", "columns/civility", "honours")
    } <= set(listed)
    assert [page for page in listed if "/columns/progress/" in page] == [
        f"http://localhost/columns/progress/{made[State.PUBLISHED].public_id}"
    ]
    assert all(client.get(page).status_code == 200 for page in listed)


def test_the_sitemap_has_the_newest_articles_and_no_end_of_them() -> None:
    made = [an_article(State.PUBLISHED).public_id for _number in range(3)]

    assert [one.public_id for one in article_addresses(limit=2)] == made[:0:-1]
