"""What editors write, for those who read English: in English where there is a text, else in Chinese that says so."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from reporter.editorial.lifecycle import State
from reporter.editorial.models import Article, Honour, ServiceNotice
from reporter.editorial.queries import get_article
from reporter.editorial.worklists import written
from reporter.kernel.policy import Role
from tests.desks.test_editorial import ARTICLE, a_notice, address, an_entry, send
from tests.editorial.pieces import a_service_notice, an_article, an_honour, pens
from tests.editorial.test_english import ENGLISH
from tests.make import a_picture, a_user

Client = Callable[..., FlaskClient]
HONOUR: dict[str, Any] = {"name_en": "Street cleaners", "deed_en": "Cleared two roads of snow."}
NOTICE: dict[str, Any] = {"title_en": "Park well", "sentence_en": "Give way."}
ONLY, MARK = "in Chinese only", ' lang="zh-CN"'


def in_english(client_as: Client) -> FlaskClient:
    client = client_as()
    client.set_cookie("locale", "en")
    return client


def test_an_article_is_read_in_the_language_of_the_page(client_as: Client) -> None:
    one = an_article(State.PUBLISHED, pictures=1, **ENGLISH)
    path = f"/columns/progress/{one.public_id}"

    english, chinese = in_english(client_as).get(path).text, client_as().get(path).text

    assert '<html lang="en"' in english
    assert all(words in english for words in ("<h1>Roads mended</h1>", "Twenty estates.", "<h2>What</h2>"))
    assert one.title not in english
    assert ONLY not in english
    assert f'<figure class="article-fig"{MARK}>' in english
    assert one.title in chinese
    assert "Roads mended" not in chinese
    assert chinese.count(MARK) == 1  # the page itself


def test_an_article_without_english_stands_in_the_english_page_and_says_what_it_is(client_as: Client) -> None:
    one = an_article(State.PUBLISHED)
    client = in_english(client_as)

    for path in (f"/columns/progress/{one.public_id}", "/columns/progress", "/"):
        page = client.get(path).text
        assert ONLY in page
        assert MARK in page
        assert one.title in page

    assert f'/columns/progress/{one.public_id}" hreflang="zh-CN"' in client.get("/columns/progress").text
    assert ONLY not in client_as().get("/columns/progress").text


@pytest.mark.parametrize("path", ["/honours", "/board"])
def test_entries_are_read_in_the_language_of_the_page(client_as: Client, path: str) -> None:
    an_honour(State.PUBLISHED, name="环卫一队", **HONOUR)
    an_honour(State.PUBLISHED, name="环卫二队")

    english, chinese = in_english(client_as).get(path).text, client_as().get(path).text

    assert "Street cleaners" in english
    assert "Cleared two roads of snow." in english
    assert "环卫一队" not in english
    assert (english.count("环卫二队"), english.count(ONLY)) == (1, 1)
    assert "环卫一队" in chinese
    assert "Street cleaners" not in chinese


def test_notices_are_read_in_the_language_of_the_page(client_as: Client) -> None:
    a_service_notice(State.PUBLISHED, title="文明停车", **NOTICE)
    a_service_notice(State.PUBLISHED, title="节约用水")

    page = in_english(client_as).get("/").text

    assert "Park well" in page
    assert "文明停车" not in page
    assert page.count(ONLY) == 1
    assert f"<b{MARK}>节约用水</b>" in page


@pytest.mark.parametrize(
    ("slug", "model", "sent"),
    [
        ("articles", Article, ARTICLE | ENGLISH),
        ("honours", Honour, HONOUR),
        ("notices", ServiceNotice, NOTICE),
    ],
)
def test_the_english_version_is_written_in_the_same_form(
    client_as: Client, slug: str, model: Any, sent: dict[str, str]
) -> None:
    team = pens()
    writer = client_as(team.writer)
    sent = {
        "articles": lambda: sent,
        "honours": lambda: an_entry(**sent),
        "notices": lambda: a_notice(**sent),
    }[slug]()

    folded = writer.get(f"/editor/{slug}/new").text
    writer.post(f"/editor/{slug}/new", data=sent)
    one = written(model).rows[0]
    again = writer.get(address(one, "edit")).text
    send(writer, one, "hand-in")
    seen = client_as(team.releaser).get(address(one)).text

    words = [text for name, text in sent.items() if name.endswith("_en")]
    assert '<details class="e-english">' in folded
    assert '<details class="e-english" open>' in again
    assert one.has_english
    assert all(text in again for text in words)
    assert all(text.removeprefix("## ") in seen for text in words)


def test_half_an_english_version_comes_back_unfolded_with_all_that_was_typed(client_as: Client) -> None:
    answer = client_as(a_user(Role.REDACTOR)).post(
        "/editor/articles/new", data=ARTICLE | ENGLISH | {"title_en": ""}
    )

    assert answer.status_code == 422
    assert '<details class="e-english" open>' in answer.text
    assert 'href="#title_en"' in answer.text
    assert all(words in answer.text for words in ("Twenty estates.", "## What", "路口宽了。"))
    assert written(Article).rows == []


def test_a_picture_comes_with_its_english_caption_and_gets_another_one(client_as: Client) -> None:
    team = pens()
    one, writer = an_article(team=team), client_as(team.writer)
    writer.post(
        address(one, "pictures"),
        data={
            "version": str(one.version), "caption": "路口", "caption_en": "A junction",
            "photos": (BytesIO(a_picture("x")), "x.jpg"),
        },
    )  # fmt: skip
    one = get_article(one.id)
    picture = one.pictures[0]
    first = picture.caption_en

    step, prefix = f"pictures/{picture.id}/caption", f"picture-{picture.id}"
    wrong = send(writer, one, step, prefix, caption="", caption_en="The wide junction")
    old = send(writer, one, step, prefix, caption="x", caption_en="y", version=str(one.version - 1))
    right = send(writer, one, step, prefix, caption="宽路口", caption_en="The wide junction")

    assert first == "A junction"
    assert (wrong.status_code, old.status_code, right.status_code) == (422, 409, 302)
    assert f'href="#{prefix}-caption"' in wrong.text
    assert "The wide junction" in wrong.text
    assert 'value="y"' in old.text
    picture = get_article(one.id).pictures[0]
    assert (picture.caption, picture.caption_en) == ("宽路口", "The wide junction")
