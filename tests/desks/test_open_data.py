"""The board as data: what is in the files is what stands on the board, and their columns are told."""

import csv
import json
import re
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from reporter.board.commands.objections import file_objection
from reporter.board.lifecycle import ObjectionKind, State
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure
from reporter.desks.public.opendata import COLUMNS, LICENSE
from reporter.kernel.csvfile import written_csv
from reporter.kernel.policy import ANYONE
from reporter.transfer.columns import COLUMNS as MONTHLY
from tests.board.posts import an_exposure
from tests.desks.shown import HOSTILE, retitled, secrets_of
from tests.desks.test_feeds import several
from tests.queries import counted

CSV, GEOJSON = "/board/posts.csv", "/board/posts.geojson"


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return somebody's program."""
    return client_as()


def table(client: FlaskClient, address: str = CSV) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(client.get(address).data.decode("utf-8"))))


def features(client: FlaskClient, address: str = GEOJSON) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(client.get(address).data)["features"]
    return found


def test_a_line_of_the_table_says_what_the_post_says(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)

    [row] = table(client)

    assert tuple(row) == COLUMNS
    assert row["url"] == f"http://localhost/board/{post.public_id}"
    said = {
        name: row[name] for name in ("public_id", "kind", "kind_name", "outcome", "title", "road", "basis")
    }
    assert said == {
        "public_id": post.public_id, "kind": post.kind_slug, "kind_name": post.kind_zh, "outcome": post.outcome,
        "title": post.title, "road": post.road, "basis": post.basis,
    }  # fmt: skip
    assert (float(row["lon"]), float(row["lat"])) == (post.lon, post.lat)
    seen = datetime.fromisoformat(row["happened_at"])
    assert (seen, seen.minute, row["happened_at"][-6:]) == (post.happened_at, 0, "+08:00")
    assert datetime.fromisoformat(row["expires_at"]) == post.expires_at
    for name in ("before", "after"):
        assert client.get(row[name]).mimetype == "image/jpeg"


def test_the_map_says_the_same_at_rounded_places(client: FlaskClient) -> None:
    several(2)

    rows, found = table(client), features(client)

    assert [one["id"] for one in found] == [row["public_id"] for row in rows]
    assert [one["properties"]["title"] for one in found] == [row["title"] for row in rows]
    assert [one["geometry"]["coordinates"] for one in found] == [
        [float(row["lon"]), float(row["lat"])] for row in rows
    ]


def test_the_files_name_their_licence_and_open_to_other_sites(client: FlaskClient) -> None:
    an_exposure(State.PUBLISHED)

    answers = {address: client.get(address) for address in (CSV, GEOJSON)}

    assert answers[CSV].data[:9] == b"public_id"
    assert json.loads(answers[GEOJSON].data)["license"] == LICENSE
    for answer in answers.values():
        assert answer.headers["Link"] == f'<{LICENSE}>; rel="license"'
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def test_only_what_is_made_for_other_sites_is_open_to_their_scripts(client: FlaskClient) -> None:
    post = an_exposure(State.PUBLISHED)
    feeds = ("/board/feed.atom", "/board/feed.json")
    own = ("/", "/board", "/map", "/figures", f"/board/{post.public_id}", f"/board/{post.public_id}/object")

    opened = {path for path in (*feeds, *own) if "Access-Control-Allow-Origin" in client.get(path).headers}

    assert opened == set(feeds)


@pytest.mark.parametrize("address", [CSV, GEOJSON])
def test_every_page_of_posts_is_in_the_file_and_none_is_asked_for_alone(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    made = several(5)
    costs = []

    for size in (5, 2):
        monkeypatch.setattr("reporter.desks.public.opendata.AT_A_TIME", size)
        with counted() as statements:
            told = client.get(address).text
        costs.append(len(statements))
        ids = re.findall(r"/board/(\w{10})\b", told)
        assert list(dict.fromkeys(ids)) == [post.public_id for post in reversed(made)]

    assert costs[1] - costs[0] <= 2 * 4  # of each page: the city, keys, rows, pictures


def test_a_post_that_is_hidden_while_the_file_is_sent_is_not_in_it(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.desks.public.opendata.AT_A_TIME", 1)
    first, second, third = several(3)
    sent = client.get(CSV).iter_encoded()
    begun = next(sent) + next(sent)

    file_objection(get_exposure(second.id), ObjectionKind.IDENTITY, "认得出是谁", by=ANYONE)

    told = (begun + b"".join(sent)).decode()
    assert [one.public_id in told for one in (first, second, third)] == [True, False, True]


def test_the_files_are_narrowed_as_the_board_is(client: FlaskClient) -> None:
    one, other = several(2)
    narrowed = f"?kind={one.kind_slug}&lang=en"

    rows, found = table(client, CSV + narrowed), features(client, GEOJSON + narrowed)

    assert one.kind_slug != other.kind_slug
    assert [row["public_id"] for row in rows] == [one.public_id] == [point["id"] for point in found]
    assert rows[0]["kind_name"] == one.kind_en
    assert f'href="{CSV}?kind={one.kind_slug}"' in client.get(f"/board?kind={one.kind_slug}").text


@pytest.mark.parametrize("state", sorted(set(State) - {State.PUBLISHED}))
def test_nothing_of_a_post_that_is_not_shown_is_in_a_file(client: FlaskClient, state: State) -> None:
    post = an_exposure(state)

    for address in (CSV, GEOJSON):
        told = client.get(address).text
        assert post.public_id not in told
        assert post.title not in told
    assert table(client) == features(client) == []


def test_no_byte_tells_of_the_case_behind_a_post(client: FlaskClient) -> None:
    secrets = secrets_of(an_exposure(State.PUBLISHED))

    told = client.get(CSV).text + client.get(GEOJSON).text

    assert [secret for secret in secrets if secret in told] == []


def test_a_hostile_title_stays_text(client: FlaskClient) -> None:
    post: Exposure = an_exposure(State.PUBLISHED)
    retitled(post)

    [row], [point] = table(client), features(client)

    assert row["title"] == f"'{HOSTILE}"
    assert point["properties"]["title"] == HOSTILE


@pytest.mark.parametrize("begins", [*"=+-@\t\r\n＝＋－＠"])  # noqa: RUF001 - tables take wide signs for the same
def test_what_a_table_would_calculate_is_text_and_numbers_are_numbers(begins: str) -> None:
    assert written_csv([[f"{begins}1"]]).lstrip('"').startswith("'")
    assert written_csv([[-71.5, None, "1-2"]]) == "-71.5,,1-2\r\n"


@pytest.mark.parametrize("asked", ["?month=x", "?month=2026-13", "?q=a"])
def test_a_file_that_cannot_be_is_refused_in_words_before_anything_is_sent(
    client: FlaskClient, asked: str
) -> None:
    for address in (CSV, GEOJSON):
        assert client.get(address + asked).status_code == 422


def test_the_page_of_open_data_tells_every_column(client: FlaskClient) -> None:
    page = client.get("/about/open-data").text

    assert [name for name in COLUMNS if f"<code>{name}</code>" not in page] == []
    assert [one.name for one in MONTHLY if f"<code>{one.name}</code>" not in page] == []
    assert LICENSE in page
    for address in (CSV, GEOJSON):
        assert f'href="{address}"' in page
