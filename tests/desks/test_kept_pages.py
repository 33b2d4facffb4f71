"""Public pages are kept for a second, told apart by language and print, and never those of one person."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporter.board.commands.objections import file_objection
from reporter.board.lifecycle import ObjectionKind, State
from reporter.board.queries import get_exposure
from reporter.desks.kept_pages import KeptPages
from reporter.kernel.policy import ANYONE, Role
from tests.board.posts import an_exposure
from tests.make import a_user

SHARED = "public, max-age=0, s-maxage=60, stale-while-revalidate=60"
PAGES = ("/", "/board", "/map", "/figures", "/board/feed.atom", "/board/feed.json")


@pytest.fixture
def kept(app: Flask) -> Iterator[None]:
    """Keep pages for a minute: longer than a test takes."""
    plain = app.wsgi_app
    app.config["KEEP_SECONDS"] = 60
    app.wsgi_app = KeptPages(plain, seconds=60)  # type: ignore[method-assign]
    yield
    app.wsgi_app, app.config["KEEP_SECONDS"] = plain, 0  # type: ignore[method-assign]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.usefixtures("kept")
def test_what_everybody_sees_may_be_kept_and_is_asked_for_by_its_tag(
    client_as: Callable[..., FlaskClient], path: str
) -> None:
    an_exposure(State.PUBLISHED)
    first = client_as().get(path)

    again = client_as().get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == SHARED
    assert {"Cookie", "Accept-Language"} <= set(first.vary)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert "Set-Cookie" not in first.headers


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.usefixtures("kept")
def test_a_page_says_since_when_it_is_so_and_is_never_asked_for_by_that(
    client_as: Callable[..., FlaskClient], path: str
) -> None:
    first = client_as().get(path)

    again = client_as().get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert (again.status_code, again.data) == (200, first.data)


@pytest.mark.usefixtures("kept")
def test_a_kept_page_is_the_page_and_the_next_one_is_made_anew_when_its_time_is_over(
    client_as: Callable[..., FlaskClient], app: Flask
) -> None:
    post, client = an_exposure(State.PUBLISHED), client_as()
    first = client.get("/board").data

    file_objection(get_exposure(post.id), ObjectionKind.IDENTITY, "认得出是谁", by=ANYONE)

    assert post.public_id.encode() in first
    assert client.get("/board").data == first
    app.wsgi_app.pages.expire(float("inf"))  # type: ignore[attr-defined]  # a minute later
    assert post.public_id.encode() not in client.get("/board").data


@pytest.mark.usefixtures("kept")
def test_languages_and_print_are_told_apart(client_as: Callable[..., FlaskClient]) -> None:
    def page(languages: str = "", **cookies: str) -> str:
        client = client_as()
        for name, value in cookies.items():
            client.set_cookie(name, value)
        return client.get("/board", headers={"Accept-Language": languages} if languages else {}).text

    plain = page()

    assert 'lang="en"' in page("en")
    assert 'lang="en"' in page(locale="en")
    assert 'lang="en"' in page("en", locale="xx")
    assert "elder" in page(elder="1").partition("<head>")[0]
    assert 'lang="zh-CN"' in plain
    assert page() == plain


@pytest.mark.parametrize("path", PAGES[:3])
@pytest.mark.usefixtures("kept")
def test_the_page_of_somebody_is_kept_by_nobody(client_as: Callable[..., FlaskClient], path: str) -> None:
    somebody = a_user(Role.LEADER, name="巴图")

    own = client_as(somebody).get(path)

    assert own.headers["Cache-Control"] == "private, no-cache"
    assert "巴图" not in client_as().get(path).text


@pytest.mark.parametrize(
    ("method", "headers", "cookie"),
    [("POST", {}, ""), ("GET", {"Range": "bytes=0-9"}, ""), ("GET", {}, "other")],
)
@pytest.mark.usefixtures("kept")
def test_what_is_asked_in_another_way_is_not_answered_from_what_was_kept(
    client_as: Callable[..., FlaskClient], app: Flask, method: str, headers: dict[str, str], cookie: str
) -> None:
    client = client_as()
    if cookie:
        client.set_cookie(cookie, "1")

    client.open("/board", method=method, headers=headers)

    assert len(app.wsgi_app.pages) == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/board/nosuch", "/objections", "/report", "/track"])
@pytest.mark.usefixtures("kept")
def test_forms_and_what_is_not_there_are_not_kept(
    client_as: Callable[..., FlaskClient], app: Flask, path: str
) -> None:
    answer = client_as().get(path)

    assert "s-maxage" not in answer.headers.get("Cache-Control", "")
    assert len(app.wsgi_app.pages) == 0  # type: ignore[attr-defined]


@pytest.mark.usefixtures("kept")
def test_a_day_given_instead_of_a_tag_is_never_enough(client_as: Callable[..., FlaskClient]) -> None:
    an_exposure(State.PUBLISHED)
    first = client_as().get("/board/feed.atom")

    again = client_as().get("/board/feed.atom", headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert again.status_code == 200
