"""A unit's list by light and by distance; from where distances are measured, and what is kept of a person's place."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from reporter.accounts.models import User
from reporter.cases.lifecycle import State
from reporter.desks.unit import order
from reporter.kernel.policy import Role
from reporter.ports import Ports
from reporter.routing.models import Unit
from tests.make import HERE, a_case, a_category, a_rule, a_user, an_area

Client = Callable[..., FlaskClient]
EAST, NEARER = (HERE[0] + 0.02, HERE[1]), (HERE[0] + 0.01, HERE[1])  # 1.7 km and 0.8 km east of the middle


@pytest.fixture
def browser(client_as: Client, handler: User) -> FlaskClient:
    """Return the handler's browser."""
    return client_as(handler)


def case_at(point: tuple[float, float], title: str, unit: Unit, state: State = State.DISPATCHED) -> None:
    a_case(state, unit=unit, title=title, lon=point[0], lat=point[1], address=f"beside {title}")


def in_order(page: str, *titles: str) -> bool:
    """Tell whether the cards named `titles` stand in this order."""
    places = [page.index(f">{title}</a>") for title in titles]
    return places == sorted(places)


def go_to(browser: FlaskClient, point: tuple[float, float]) -> None:
    browser.post("/unit/near", data={"lon": f"{point[0]:.4f}", "lat": f"{point[1]:.4f}"})


def test_by_distance_the_nearest_comes_first_and_each_card_says_how_far_it_is(
    browser: FlaskClient, unit: Unit
) -> None:
    case_at(EAST, "far", unit)
    case_at(NEARER, "middle", unit)
    case_at(HERE, "near", unit)

    go_to(browser, HERE)
    page = browser.get("/unit/?at=claim&by=near").text

    assert in_order(page, "near", "middle", "far")
    assert "1.7 km" in page
    assert "840 m" in page
    assert "Distances in a straight line from where you are" in page


def test_by_light_red_comes_before_amber_and_amber_before_green_whatever_is_due_first(
    browser: FlaskClient, unit: Unit, fakes: Ports
) -> None:
    long, short = a_category(handle_limit="8h"), a_category(handle_limit="2h")
    a_case(State.HANDLING, unit=unit, category=long, title="amber")
    fakes.clock.move(timedelta(hours=6))  # type: ignore[attr-defined]  # the tests' clock
    a_case(State.HANDLING, unit=unit, category=a_category(handle_limit="1h"), title="red")
    fakes.clock.move(timedelta(minutes=75))  # type: ignore[attr-defined]
    a_case(State.HANDLING, unit=unit, category=a_category(handle_limit="30m"), title="green")
    a_case(State.HANDLING, unit=unit, category=short, title="green too")

    page = browser.get("/unit/?at=work").text

    assert in_order(page, "red", "amber", "green", "green too")


def test_without_a_place_of_ones_own_the_case_claimed_last_is_where_one_starts(
    browser: FlaskClient, unit: Unit, fakes: Ports
) -> None:
    case_at(HERE, "first", unit, State.HANDLING)
    fakes.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]  # the tests' clock
    case_at(EAST, "second", unit, State.HANDLING)

    page = browser.get("/unit/?at=work&by=near").text

    assert in_order(page, "second", "first")
    assert "from the case claimed last (beside second)" in page


def test_a_unit_that_claimed_nothing_starts_in_the_area_its_rules_name_else_in_the_middle_of_the_city(
    browser: FlaskClient, unit: Unit
) -> None:
    in_the_city = browser.get("/unit/?by=near").text
    a_rule(unit, area_id=an_area("西街", name_en="West Street").id)

    in_the_area = browser.get("/unit/?by=near").text

    assert "from the middle of Jining" in in_the_city
    assert "from the middle of West Street" in in_the_area


def test_what_is_kept_of_a_place_is_blunt_lasts_an_hour_and_can_be_forgotten(
    browser: FlaskClient, fakes: Ports
) -> None:
    answer = browser.post("/unit/near", data={"lon": "113.1234567", "lat": "41.0456789", "at": "work"})
    with browser.session_transaction() as session:
        kept = session["near"][:2]
    fresh = browser.get("/unit/?by=near").text
    browser.post("/unit/near", data={"forget": "1"})
    forgotten = browser.get("/unit/?by=near").text
    go_to(browser, HERE)
    fakes.clock.move(timedelta(minutes=61))  # type: ignore[attr-defined]  # the tests' clock
    stale = browser.get("/unit/?by=near").text

    assert answer.location == "/unit/?at=work&by=near"
    assert kept == [113.1235, 41.0457]
    assert "where you are" in fresh
    assert "where you are" not in forgotten
    assert "where you are" not in stale


def test_every_case_is_on_one_page_of_an_ordered_list_also_behind_those_that_are_put_in_order(
    browser: FlaskClient, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "ORDERED", 30)
    titles = [f"case no {number:02d}" for number in range(45)]
    for number, title in enumerate(titles):
        case_at((HERE[0] + 0.0005 * number, HERE[1]), title, unit, State.HANDLED)
    go_to(browser, HERE)

    seen, address = [], "/unit/?at=check&by=near"
    while address:
        page = browser.get(address).text
        seen += [title for title in titles if f">{title}</a></h2>" in page.partition("u-case")[0]]
        rest = page.partition('rel="next"')
        address = rest[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&") if rest[1] else ""

    assert seen == titles


@pytest.mark.parametrize(
    "fields", [{}, {"lon": "", "lat": ""}, {"lon": "nan", "lat": "41"}, {"lon": "41", "lat": "113"}]
)
def test_what_is_no_place_is_refused_with_words(browser: FlaskClient, fields: dict[str, str]) -> None:
    answer = browser.post("/unit/near", data=fields)

    assert answer.status_code == 422


@pytest.mark.parametrize("address", ["/unit/?by=nonsense", "/unit/?at=work&by=near&after=zzz"])
def test_an_order_that_does_not_exist_is_refused_with_words(browser: FlaskClient, address: str) -> None:
    assert browser.get(address).status_code == 422


def test_nobody_but_a_unit_leaves_a_place(client_as: Client) -> None:
    assert client_as(a_user(Role.INSPECTOR)).post("/unit/near", data={"forget": "1"}).status_code == 403
