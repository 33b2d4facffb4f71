"""The page of one post: what it tells those who pass it on is the published copy, and its masked picture."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reporter.board.commands.exposures import correct
from reporter.board.commands.showing import set_hold
from reporter.board.lifecycle import State
from reporter.board.queries import get_exposure
from reporter.kernel.policy import SYSTEM, Role
from tests.board.copies import accepted
from tests.board.posts import an_exposure
from tests.make import a_user


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return the browser of somebody who did not sign in."""
    return client_as()


def test_a_shared_post_shows_title_words_and_a_masked_picture(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)

    page = client.get(f"/board/{post.public_id}").text
    told = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]+)">', page))

    assert told["title"] == post.title
    assert told["description"] == post.summary
    assert told["url"] == f"http://localhost/board/{post.public_id}"
    assert post.after is not None
    assert post.after.token in told["image"]
    assert client.get(told["image"]).mimetype == "image/jpeg"
    assert '<meta name="robots" content="noindex">' in page


def test_a_post_has_its_address_as_words_and_as_a_square(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)

    page = client.get(f"/board/{post.public_id}").text

    assert f'id="address">http://localhost/board/{post.public_id}</span>' in page
    assert re.search(r'class="qr"[^>]*><svg [^>]*viewBox', page)


def test_the_way_from_the_narrowed_board_to_the_map_keeps_the_area(client: FlaskClient) -> None:
    assert "/map?area=3&amp;month=2026-11" in client.get("/board?area=3&month=2026-11").text


def test_every_correction_stands_on_the_post_with_its_day_and_the_last_one_in_the_feed(
    client: FlaskClient,
) -> None:
    post, leader = an_exposure(State.PUBLISHED), a_user(Role.LEADER).actor
    for words in ("地点应为新华街", "时间应为上午"):
        correct(get_exposure(post.id), words, by=leader)

    page = client.get(f"/board/{post.public_id}").text

    assert re.findall(r"11月23日</time>更正</b> (\S+?)</div>", page) == ["地点应为新华街", "时间应为上午"]
    assert "更正：时间应为上午" in client.get("/board/feed.atom").text


SHOWN = {State.PUBLISHED: 200, State.HIDDEN: 410, State.WITHDRAWN: 410, State.EXPIRED: 410}
VISITORS = (
    None,
    Role.RESIDENT,
    Role.HANDLER,
    Role.REDACTOR,
    Role.SECOND_REVIEWER,
    Role.LEADER,
    Role.SYSTEM_ADMIN,
)


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("state", State)
def test_the_public_address_of_a_post_opens_to_nobody_unless_it_is_on_show(
    client_as: Callable[..., FlaskClient], state: State, visitor: Role | None
) -> None:
    post = an_exposure(state)
    client = client_as(a_user(visitor)) if visitor else client_as()
    picture = post.pictures[0]

    answers = [client.get(f"/board/{post.public_id}{part}") for part in ("", "/card", "/object")]
    file = next(iter(picture.files), "0" * 32 + "-960.jpeg")

    wanted = SHOWN.get(state, 404)
    assert [answer.status_code for answer in answers] == [wanted] * 3
    assert client.get(f"/board/pictures/{picture.token}/{file}").status_code == wanted
    if wanted != 200:
        assert not any(post.title in answer.text for answer in answers)


@pytest.mark.parametrize("visitor", VISITORS)
def test_a_post_in_its_hold_opens_to_nobody(
    client_as: Callable[..., FlaskClient], visitor: Role | None
) -> None:
    set_hold(4, by=SYSTEM)
    post = accepted()
    client = client_as(a_user(visitor)) if visitor else client_as()

    parts = ("", "/card", "/object")
    assert [client.get(f"/board/{post.public_id}{part}").status_code for part in parts] == [404] * 3
