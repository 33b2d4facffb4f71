"""The public figures: distributions and shares with what they are made of, in a fixed order, for a month or thirty days."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from reporter.cases.lifecycle import State
from reporter.ports import Ports
from tests.make import a_case, a_category, a_report, the_ground
from tests.queries import counted

FRAME = "/about/privacy"  # a page that is nothing but its frame
OWN_QUERIES = 6


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return somebody who looks, in English."""
    client = client_as()
    client.set_cookie("locale", "en")
    return client


def cost(client: FlaskClient, address: str) -> int:
    """Return how many statements a page takes, when what is kept in memory is there."""
    client.get(address)
    with counted() as statements:
        assert client.get(address).status_code == 200
    return len(statements)


def test_all_the_figures_take_six_queries_at_most(client: FlaskClient) -> None:
    for _ in range(3):
        a_case(State.CLOSED, category=a_category())

    assert cost(client, "/figures") - cost(client, FRAME) <= OWN_QUERIES


def test_kinds_stand_in_their_own_order_whatever_they_count(client: FlaskClient) -> None:
    first, second = a_category("先"), a_category("后")
    for _ in range(3):
        a_case(category=second)

    page = client.get("/figures").text

    assert page.index(first.name_en) < page.index(second.name_en)


def test_a_share_of_few_is_greyed_and_said_to_say_little(client: FlaskClient) -> None:
    a_case(State.CLOSED)

    few = client.get("/figures").text
    for _ in range(9):
        a_case(State.CLOSED)
    enough = client.get("/figures").text

    assert few.count('<span class="few">says little</span>') == 9  # three for each of kind, area and month
    assert '<span class="few">' not in enough


def test_the_middle_is_said_in_words_with_how_many_it_is_of(client: FlaskClient) -> None:
    for _ in range(10):
        a_case(State.CLOSED)

    page = client.get("/figures").text

    assert "Of 10 cases put right, half were done within this time: about 2 hours." in page
    assert "In time before the deadline: 10 / 10 cases." in page


def test_a_month_is_chosen_among_those_that_have_figures(client: FlaskClient, fakes: Ports) -> None:
    fakes.clock.set(datetime(2026, 9, 10, 4, tzinfo=UTC))  # type: ignore[attr-defined]  # the tests' clock
    a_report()
    fakes.clock.set(datetime(2026, 11, 23, 6, tzinfo=UTC))  # type: ignore[attr-defined]
    a_case()

    september, now = client.get("/figures?month=2026-09").text, client.get("/figures").text

    assert "Figures of September 2026" in september
    assert '<option value="2026-09" selected>' in september
    assert '<option value="2026-11">' in now
    assert "2026-10" not in now
    assert "Figures of the last 30 days" in now


def test_a_month_without_figures_is_said_to_have_none(client: FlaskClient) -> None:
    answer = client.get("/figures?month=1999-13")

    assert answer.status_code == 422
    assert "There are no figures of this month" in answer.text


def test_the_home_page_shows_this_month_with_its_caution(client: FlaskClient, fakes: Ports) -> None:
    a_case(State.CLOSED)
    fakes.clock.move(timedelta(days=10))  # type: ignore[attr-defined]  # to December
    the_ground()

    page = client.get("/").text

    assert "This month so far" in page
    assert "0 / 0 cases" in page
    assert "they may mean more people who look" in page
    assert "/figures#h-how" in page
