"""The posts as the map asks for them: in heaps that follow the zoom, bounded, and nothing that is not shown."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from reporter.board.cells import LEVELS, level_of, width_of
from reporter.board.commands.counting import count_cells_anew
from reporter.board.commands.exposures import hide
from reporter.board.lifecycle import State
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure
from reporter.board.shown import months_shown
from reporter.desks.public.mapping import MOST
from reporter.kernel.db import command, db
from tests.board.posts import an_exposure
from tests.crowd import copy_all
from tests.desks.shown import HOSTILE, retitled, secrets_of
from tests.desks.test_feeds import several
from tests.queries import counted

WORLD = "box=-180,-90,180,90"


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return a map."""
    return client_as()


@command
def put(post: Exposure, lon: float, lat: float) -> None:
    db.session.execute(update(Exposure).where(Exposure.id == post.id).values(lon=lon, lat=lat))
    count_anew()


def count_anew() -> None:
    """Count the posts that came to their places past every command."""
    for level in LEVELS:
        count_cells_anew(level)


def markers(client: FlaskClient, asked: str) -> list[dict[str, Any]]:
    answer = client.get(f"/map/posts.json?{asked}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["markers"]
    return found


def test_a_post_that_stands_alone_has_its_title_and_leads_to_it(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)

    [marker] = markers(client, f"{WORLD}&zoom=12")

    assert (marker["text"], marker["href"]) == (post.title, f"/board/{post.public_id}")
    assert (marker["lon"], marker["lat"], marker["id"]) == (post.lon, post.lat, post.public_id)


def test_neighbours_are_one_heap_from_afar_and_each_alone_from_near(client: FlaskClient) -> None:
    one, other, far = several(3)
    put(one, 113.100, 41.000)
    put(other, 113.110, 41.002)
    put(far, 115.5, 42.5)

    from_afar = markers(client, "box=110,38,117,44&zoom=8")
    from_near = markers(client, "box=113.05,40.95,113.15,41.05&zoom=15")

    [alone, heap] = from_afar
    assert alone["id"] == far.public_id
    assert (heap["number"], round(heap["lon"], 6), round(heap["lat"], 6)) == (2, 113.105, 41.001)
    west, south, east, north = heap["box"]  # the edges of the cell
    assert (west <= 113.1, east > 113.11, east) == (True, True, west + width_of(8))
    assert (south <= 41.0, north > 41.002, north) == (True, True, south + width_of(8))
    assert {marker["id"] for marker in from_near} == {one.public_id, other.public_id}


def test_west_and_south_of_zero_cells_are_as_wide_as_elsewhere(client: FlaskClient) -> None:
    one, other = several(2)
    put(one, -0.001, -0.001)
    put(other, 0.001, 0.001)

    assert len(markers(client, "box=-1,-1,1,1&zoom=18")) == 2
    assert len(markers(client, "box=-0.0005,-0.0005,0.005,0.005&zoom=18")) == 1


def test_the_map_is_narrowed_as_the_board_is(client: FlaskClient) -> None:
    one, _other = several(2)

    assert [marker["id"] for marker in markers(client, f"{WORLD}&zoom=18&kind={one.kind_slug}")] == [
        one.public_id
    ]
    assert [marker["number"] for marker in markers(client, f"{WORLD}&zoom=18&q=解放大街")] == [2]
    assert markers(client, f"{WORLD}&zoom=18&q=无此路名") == []
    assert (
        f'data-markers-url="/map/posts.json?kind={one.kind_slug}"'
        in client.get(f"/map?kind={one.kind_slug}").text
    )


def test_however_it_is_narrowed_the_map_holds_as_many_posts_as_the_list_beside_it(
    client: FlaskClient,
) -> None:
    several(3)
    post = an_exposure(State.PUBLISHED, lon=113.2)
    put(post, 113.2, 41.1)
    hide(get_exposure(an_exposure(State.PUBLISHED).id), objection_id=1)
    ways = [
        "", f"kind={post.kind_slug}", f"area={post.area_id}", f"unit={post.unit_id}", f"outcome={post.outcome}",
        f"month={months_shown()[0]}", "month=2026-01", f"area={post.area_id}&outcome={post.outcome}", "q=解放大街",
    ]  # fmt: skip

    for narrow in ways:
        listed = len(re.findall(r'<li data-marker="\w+"><a href="/board/', client.get(f"/map?{narrow}").text))
        for zoom in (6, 13, 18):
            found = markers(client, f"box=113,40.9,113.4,41.2&zoom={zoom}&{narrow}")
            assert sum(marker.get("number", 1) for marker in found) == listed, (narrow, zoom)


@pytest.mark.parametrize(
    "asked",
    [
        "", "box=&zoom=3", "box=1,2,3&zoom=3", "box=1,2,3,4,5&zoom=3", "box=a,b,c,d&zoom=3", "box=3,2,1,4&zoom=3",
        "box=1,4,3,2&zoom=3", "box=1,2,1,4&zoom=3", "box=-181,0,1,1&zoom=3", "box=0,0,1,91&zoom=3", "box=nan,0,1,1&zoom=3",
        "box=0,0,inf,1&zoom=3", "box=0,0,1,1", "box=0,0,1,1&zoom=-1", "box=0,0,1,1&zoom=23", "box=0,0,1,1&zoom=x",
        "box=0,0,1,1&zoom=3&month=x", "box=0,0,1,1&zoom=3&q=a", f"box={'9' * 500},0,1,1&zoom=3",
    ],
)  # fmt: skip
def test_a_part_that_is_none_is_refused_in_words(client: FlaskClient, asked: str) -> None:
    answer = client.get(f"/map/posts.json?{asked}", headers={"Accept": "application/json"})

    assert answer.status_code == 422
    assert answer.get_json()["error"]


@pytest.mark.parametrize("zoom", range(23))
def test_whatever_is_asked_for_the_answer_is_bounded(zoom: int) -> None:
    for west, south, east, north in ((-180, -90, 180, 90), (113, 41, 113.2, 41.1), (0, -90, 0.001, 90)):
        cell = width_of(level_of(zoom, (west, south, east, north), most=MOST))
        assert ((east - west) / cell + 1) * ((north - south) / cell + 1) <= MOST


def test_many_posts_cost_as_many_queries_as_one(client: FlaskClient) -> None:
    an_exposure(State.PUBLISHED)
    with counted() as few:
        markers(client, f"{WORLD}&zoom=18")

    copy_all(1, 30)
    count_anew()
    with counted() as many:
        found = markers(client, f"{WORLD}&zoom=18")

    assert sum(marker.get("number", 1) for marker in found) == 31
    assert len(many) <= len(few)


@pytest.mark.parametrize("state", sorted(set(State) - {State.PUBLISHED}))
def test_nothing_of_a_post_that_is_not_shown_is_on_the_map(client: FlaskClient, state: State) -> None:
    post = an_exposure(state)

    assert markers(client, f"{WORLD}&zoom=18") == []
    assert post.public_id not in client.get("/map").text


def test_no_byte_tells_of_the_case_behind_a_post(client: FlaskClient) -> None:
    secrets = secrets_of(an_exposure(State.PUBLISHED))

    told = client.get(f"/map/posts.json?{WORLD}&zoom=22").text

    assert [secret for secret in secrets if secret in told] == []


def test_a_hostile_title_stays_text(client: FlaskClient) -> None:
    retitled(an_exposure(State.PUBLISHED))

    [marker] = markers(client, f"{WORLD}&zoom=18")

    assert marker["text"] == HOSTILE
    assert "<script>alert" not in client.get("/map").text


def test_the_list_beside_the_map_holds_every_post_page_by_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.desks.public.views.ON_MAP", 2)
    made = several(5)
    address, found = "/map", list[str]()

    while address:
        page = client.get(address).text
        found += re.findall(r'<li data-marker="(\w+)"><a href="/board/', page)
        more = re.findall(r'href="(/map\?after=[^"]+)" rel="next"', page)
        address = more[0] if more else ""

    assert found == [post.public_id for post in reversed(made)]
