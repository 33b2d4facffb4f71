"""A tour through a unit's cases: which are on it, in which order, and where its links lead."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from reporter.accounts.models import User
from reporter.cases.lifecycle import State
from reporter.cases.models import Case
from reporter.kernel.policy import Role
from reporter.places.geometry import Datum, to_wgs84
from reporter.ports import Ports
from reporter.routing.models import Unit
from tests.make import HERE, a_case, a_category, a_unit, a_user
from tests.queries import counted

Client = Callable[..., FlaskClient]


@pytest.fixture
def browser(client_as: Client, handler: User) -> FlaskClient:
    """Return the handler's browser, somewhere west of all cases."""
    browser = client_as(handler)
    browser.post("/unit/near", data={"lon": f"{HERE[0] - 0.02:.4f}", "lat": f"{HERE[1]:.4f}"})
    return browser


def east(kilometres: float, title: str, unit: Unit, **facts: object) -> Case:
    """Return a case in hand that lies about so far east of the middle."""
    place = {"lon": HERE[0] + 0.0119 * kilometres, "lat": HERE[1], "address": f"at {title}"}
    return a_case(State.HANDLING, unit=unit, title=title, **place, **facts)  # type: ignore[arg-type]


def titles(page: str) -> list[str]:
    """Return the stops in their order."""
    stops = page.partition("u-stops")[2].partition("</ol>")[0]
    return [part.partition("</strong>")[0] for part in stops.split("<strong>")[1:]]


def test_the_tour_goes_from_stop_to_stop_and_says_how_far_in_a_straight_line(
    browser: FlaskClient, unit: Unit
) -> None:
    for kilometres, title in ((3, "third"), (1, "first"), (2, "second")):
        east(kilometres, title, unit)

    page = browser.get("/unit/route").text

    assert titles(page) == ["first", "second", "third"]
    assert "3 stops" in page
    assert "4.7 km in a straight line; by street it is longer" in page
    assert page.count('<circle class="mark"') == 3
    assert 'class="sketch"' in page


def test_urgent_and_overdue_cases_come_first_when_asked_for(
    browser: FlaskClient, unit: Unit, fakes: Ports
) -> None:
    east(3, "overdue", unit, category=a_category(handle_limit="30m"))
    fakes.clock.move(timedelta(minutes=40))  # type: ignore[attr-defined]  # the tests' clock
    east(1, "ordinary", unit)
    east(2, "urgent", unit, urgent=True)

    plain, first = browser.get("/unit/route").text, browser.get("/unit/route?first=1").text

    assert titles(plain) == ["ordinary", "urgent", "overdue"]
    assert titles(first) == ["urgent", "overdue", "ordinary"]
    assert "· overdue" in first


def test_only_chosen_cases_in_hand_of_the_unit_are_on_it(browser: FlaskClient, unit: Unit) -> None:
    chosen, left = east(1, "chosen", unit), east(2, "left out", unit)
    done = a_case(State.HANDLED, unit=unit, title="handed in")
    foreign = a_case(State.HANDLING, unit=a_unit(), title="another's")

    page = browser.get(f"/unit/route?case={chosen.id}&case={done.id}&case={foreign.id}").text

    assert titles(page) == ["chosen"]
    assert left.title in page  # to be chosen
    assert "another's" not in page and "handed in" not in page  # noqa: PT018 - one page


def test_a_link_gives_the_phone_wgs_84_and_amap_gcj_02(browser: FlaskClient, unit: Unit) -> None:
    case = east(0, "here", unit)

    page = browser.get("/unit/route").text.replace("&amp;", "&")
    asked = parse_qs(urlsplit(page.partition("https://uri.amap.com")[2].partition('"')[0]).query)
    lon, lat = map(float, asked["position"][0].split(","))

    assert f'href="geo:{case.lat:.6f},{case.lon:.6f}?q=' in page
    assert asked["coordinate"] == ["gaode"]
    assert to_wgs84(lon, lat, Datum.GCJ02) == pytest.approx((case.lon, case.lat), abs=2e-6)
    assert abs(lon - case.lon) > 0.003
    assert "The map of the phone is given WGS 84, Amap is given GCJ-02." in page


def test_a_longer_tour_asks_the_database_no_more(browser: FlaskClient, unit: Unit) -> None:
    east(0, "one", unit)
    browser.get("/unit/route")
    with counted() as few:
        browser.get("/unit/route")
    for number in range(11):
        east(number, f"case {number}", unit)

    with counted() as many:
        page = browser.get("/unit/route").text

    assert len(titles(page)) == 12
    assert len(many) == len(few)


def test_with_nothing_in_hand_it_says_so_and_what_is_no_case_is_refused(
    browser: FlaskClient, client_as: Client
) -> None:
    assert "Nothing in hand" in browser.get("/unit/route").text
    assert browser.get("/unit/route?case=x").status_code == 422
    assert browser.get("/unit/route?case=²").status_code == 422
    assert browser.get(f"/unit/route?case={'9' * 5000}").status_code == 422
    assert client_as(a_user(Role.INSPECTOR)).get("/unit/route").status_code == 403
