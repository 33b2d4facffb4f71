"""Two cities on one installation: each has its own endpoint, and shares the umbrella's; nothing crosses over."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from reporter.kernel.db import current_city_id, db, enter_city, every_city
from reporter.kernel.policy import SYSTEM
from reporter.open311.commands.types import settle_types
from reporter.open311.key_models import Scope
from reporter.open311.post_models import ServiceType
from reporter.reports.models import Report
from tests.make import a_category, a_city, an_area, the_fallback
from tests.notices.posting import work
from tests.open311.sending import a_key, a_request

THERE = (111.65, 40.82)  # degrees WGS 84, in the other city
UMBRELLA = "/open311/v2"


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return the client of another system, which reads English."""
    found = client_as()
    found.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return found


@contextmanager
def in_city(city_id: int) -> Iterator[None]:
    """Be in another city for a while."""
    home = current_city_id()
    enter_city(city_id)
    yield
    enter_city(home)


@pytest.fixture
def other() -> tuple[str, dict[str, str]]:
    """Return the secret of a key of another city, and a request that is taken there."""
    city = a_city("hohhot", hosts=["hohhot.example"], lon=THERE[0], lat=THERE[1])
    with in_city(city.id):
        an_area("新城区", at=THERE)
        the_fallback()
        kind = a_category("乱停乱放", slug="parking_there")
        secret = a_key(Scope.POST, Scope.UPDATE, name="青城热线")
        fields = {
            "api_key": secret, "service_code": kind.slug, "lat": str(THERE[1]), "long": str(THERE[0]), "description": "青城一处",
        }  # fmt: skip
    return secret, fields


def numbers() -> dict[str, int]:
    """Return the city of each report there is."""
    db.session.rollback()
    with every_city():
        return {row.number: row.city_id for row in db.session.scalars(select(Report))}


def test_each_city_takes_at_its_own_endpoint_and_at_the_umbrella(
    client: FlaskClient, other: tuple[str, dict[str, str]]
) -> None:
    _, there = other
    here, home = a_request(a_key()), current_city_id()

    sent = [
        client.post("/jining/open311/v2/requests.json", data=here),
        client.post("/hohhot/open311/v2/requests.json", data=there),
        client.post(
            f"{UMBRELLA}/requests.json", data=here | {"jurisdiction_id": "jining", "description": "又一处"}
        ),
        client.post(
            f"{UMBRELLA}/requests.json", data=there | {"jurisdiction_id": "hohhot", "description": "又一处"}
        ),
    ]

    given = [one.get_json()[0]["service_request_id"] for one in sent]
    assert [numbers()[number] == home for number in given] == [True, False, True, False]


def test_a_key_is_good_in_its_own_city_alone(client: FlaskClient, other: tuple[str, dict[str, str]]) -> None:
    theirs, there = other
    mine = a_key()

    refused = [
        client.post("/jining/open311/v2/requests.json", data=a_request(theirs)),
        client.post("/hohhot/open311/v2/requests.json", data=there | {"api_key": mine}),
        client.post(f"{UMBRELLA}/requests.json", data=a_request(theirs, jurisdiction_id="jining")),
    ]

    assert [one.status_code for one in refused] == [403, 403, 403]
    assert numbers() == {}


def test_a_request_of_one_city_is_unknown_in_the_other_and_its_updates_too(
    client: FlaskClient, other: tuple[str, dict[str, str]]
) -> None:
    theirs, _ = other
    number = client.post("/jining/open311/v2/requests.json", data=a_request(a_key())).get_json()[0][
        "service_request_id"
    ]
    update = {
        "api_key": theirs, "service_request_id": number, "update_id": "1", "status": "CLOSED",
        "updated_datetime": "2026-11-23T06:00:00Z", "description": "好了",
    }  # fmt: skip

    asked = [client.get(f"{where}/requests/{number}.json{city}").status_code for where, city in (
        ("/jining/open311/v2", ""), ("/hohhot/open311/v2", ""), (UMBRELLA, "?jurisdiction_id=jining"), (UMBRELLA, "?jurisdiction_id=hohhot"), (UMBRELLA, ""),
    )]  # fmt: skip
    told = client.post("/hohhot/open311/v2/servicerequestupdates.json", data=update)

    assert asked == [200, 404, 200, 404, 400]
    assert told.status_code == 404


def test_a_token_leads_to_its_number_at_both_endpoints_of_its_city_and_nowhere_else(
    client: FlaskClient, other: tuple[str, dict[str, str]]
) -> None:
    kind = a_category("乱扔杂物", slug="thrown")
    settle_types({kind.slug: ServiceType.BATCH}, by=SYSTEM)
    token = client.post("/jining/open311/v2/requests.json", data=a_request(a_key(), kind)).get_json()[0][
        "token"
    ]
    work()

    found = [client.get(f"{where}/tokens/{token}.json{city}") for where, city in (
        ("/jining/open311/v2", ""), (UMBRELLA, "?jurisdiction_id=jining"), ("/hohhot/open311/v2", ""), (UMBRELLA, "?jurisdiction_id=hohhot"),
    )]  # fmt: skip

    assert [one.status_code for one in found] == [200, 200, 404, 404]
    assert found[0].get_json() == found[1].get_json()
    assert found[0].get_json()[0]["service_request_id"] in numbers()


def test_services_are_those_that_can_be_reported_at_a_place(
    client: FlaskClient, other: tuple[str, dict[str, str]]
) -> None:
    a_request(a_key())

    def codes(where: str, query: str) -> list[str]:
        return [one["service_code"] for one in client.get(f"{where}/services.json{query}").get_json()]

    there = f"lat={THERE[1]}&long={THERE[0]}"
    assert codes("/hohhot/open311/v2", f"?{there}") == codes("/hohhot/open311/v2", "") == ["parking_there"]
    assert codes("/jining/open311/v2", f"?{there}") == []
    assert codes("/jining/open311/v2", "?lat=41.03&long=113.11") == codes("/jining/open311/v2", "") != []
    assert client.get("/jining/open311/v2/services.json?lat=41").status_code == 400
    assert client.get("/jining/open311/v2/services.json?lat=91&long=113").status_code == 400
