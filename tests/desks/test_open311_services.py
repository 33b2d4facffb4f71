"""Discovery, the list of services and their definitions, in the very shapes that clients read."""

import re
from collections.abc import Callable
from datetime import timedelta
from xml.etree.ElementTree import fromstring

from flask.testing import FlaskClient

from reporter.cases.answers import Datatype
from reporter.cases.editing import save_category, save_subcategory
from reporter.cases.models import Nature
from reporter.kernel.db import current_city_id, enter_city
from reporter.kernel.policy import SYSTEM
from reporter.ports import Ports
from tests.make import a_category, a_city, a_question

Client = Callable[..., FlaskClient]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_discovery_names_both_endpoints_and_both_forms(client_as: Client) -> None:
    client = client_as()

    found = client.get("/open311/discovery.json").get_json()

    assert list(found) == ["changeset", "contact", "key_service", "endpoints"]
    assert INSTANT.fullmatch(found["changeset"])
    assert [(one["type"], one["url"]) for one in found["endpoints"]] == [
        ("production", "http://localhost/open311/v2"), ("test", "http://localhost/open311/test/v2")
    ]  # fmt: skip
    assert {one["specification"] for one in found["endpoints"]} == {"http://wiki.open311.org/GeoReport_v2"}
    assert [one["formats"] for one in found["endpoints"]] == [["text/xml", "application/json"]] * 2
    assert client.get("/open311/v2/discovery.json").get_json() == found


def test_discovery_of_a_city_is_about_its_own_endpoint_and_says_whom_to_ring(client_as: Client) -> None:
    answer = client_as().get("/jining/open311/discovery.xml?locale=en")
    found = fromstring(answer.data)  # noqa: S314 - our own

    urls = [one.findtext("url") for one in found.iterfind("endpoints/endpoint")]
    assert urls == ["http://localhost/jining/open311/v2", "http://localhost/jining/open311/test/v2"]
    assert [one.text for one in found.iterfind("endpoints/endpoint/formats/format")] == [
        "text/xml", "application/json",
    ] * 2  # fmt: skip
    assert "0474-12345" in (found.findtext("contact") or "")
    assert "0474-12345" in (found.findtext("key_service") or "")
    assert client_as().get("/atlantis/open311/discovery.json").status_code == 404


def test_a_change_of_a_kind_is_a_change_of_discovery(client_as: Client, fakes: Ports) -> None:
    client, kind = client_as(), a_category()
    a_city("hohhot")
    home = current_city_id()

    def changeset(where: str) -> str:
        return str(client.get(f"{where}/discovery.json").get_json()["changeset"])

    before = changeset("/open311"), changeset("/jining/open311"), changeset("/hohhot/open311")
    fakes.clock.move(timedelta(days=365))  # type: ignore[attr-defined]  # the tests' clock
    enter_city(home)
    save_category(kind, {"hint_zh": "占道"}, by=SYSTEM)
    after = changeset("/open311"), changeset("/jining/open311"), changeset("/hohhot/open311")

    assert after[0] == after[1] == "2027-11-23T06:00:00Z" > before[0] == before[1]
    assert after[2] == before[2]


def test_a_service_has_the_seven_parts_and_no_empty_text(client_as: Client) -> None:
    a_category("乱扔杂物", slug="littering", nature=Nature.ACT)
    a_category("乱堆乱放", slug="piles", hint_zh="堵楼道", subtypes=["堵消防通道", "占绿地"])
    a_category("已停用", active=False)
    path = "/jining/open311/v2/services"
    client = client_as()

    act, condition = client.get(f"{path}.json").get_json()
    rows = fromstring(client.get(f"{path}.xml").data)  # noqa: S314 - our own

    assert act == {
        "service_code": "littering", "service_name": "乱扔杂物", "description": "乱扔杂物", "metadata": False,
        "type": "realtime", "keywords": "乱扔杂物", "group": act["group"],
    }  # fmt: skip
    assert condition["metadata"] is True
    assert condition["description"] == "堵楼道"
    assert condition["keywords"] == "堵消防通道, 占绿地"
    assert condition["group"] != act["group"] != ""
    assert [one.tag for one in rows] == ["service", "service"]
    assert [one.findtext("metadata") for one in rows] == ["false", "true"]
    assert all(part.text for row in rows for part in row)


def test_names_of_services_come_in_the_language_that_is_asked_for(client_as: Client) -> None:
    a_category("乱堆乱放", name_en="Piles")

    found = client_as().get("/jining/open311/v2/services.json?locale=en").get_json()

    assert found[0]["service_name"] == "Piles"


def test_a_definition_asks_for_the_sub_type_as_the_web_does(client_as: Client) -> None:
    kind = a_category("乱堆乱放", slug="piles", subtypes=["堵消防通道", "占绿地"])
    save_subcategory(kind, kind.subcategories[1], {"active": False}, by=SYSTEM)
    path = "/jining/open311/v2/services/piles"
    client = client_as()

    found = client.get(f"{path}.json").get_json()
    xml = fromstring(client.get(f"{path}.xml").data)  # noqa: S314 - our own

    [asked] = found["attributes"]
    assert found["service_code"] == "piles"
    assert asked["values"] == [{"key": "sub_1", "name": "堵消防通道"}]
    assert (asked["variable"], asked["required"], asked["order"]) == (True, False, 1)
    assert (asked["code"], asked["datatype"]) == ("subtype", "singlevaluelist")
    assert xml.findtext("attributes/attribute/values/value/key") == "sub_1"
    assert xml.findtext("attributes/attribute/order") == "1"


def test_a_service_without_questions_has_an_empty_definition_and_another_none(client_as: Client) -> None:
    a_category(slug="piles")
    client, path = client_as(), "/jining/open311/v2/services"

    assert client.get(f"{path}/piles.json").get_json() == {"service_code": "piles", "attributes": []}
    assert b"<attributes />" in client.get(f"{path}/piles.xml").data
    assert client.get(f"{path}/potholes.json").status_code == 404


def test_a_kinds_own_questions_are_asked_after_the_sub_type_in_their_order(client_as: Client) -> None:
    kind = a_category("乱停乱放", slug="parking", subtypes=["占盲道"])
    choices = [{"key": "bus", "name_zh": "公交站", "name_en": "Bus stop"}]
    a_question(kind, "where", Datatype.ONE, question_zh="停在哪里？", required=True, choices=choices)
    a_question(kind, "hours", Datatype.NUMBER, hint_zh="小时")
    client, path = client_as(), "/jining/open311/v2/services/parking"

    asked = client.get(f"{path}.json").get_json()["attributes"]
    english = client.get(f"{path}.json?locale=en").get_json()["attributes"]

    assert [(one["order"], one["code"], one["datatype"], one["required"]) for one in asked] == [
        (1, "subtype", "singlevaluelist", False), (2, "where", "singlevaluelist", True), (3, "hours", "number", False),
    ]  # fmt: skip
    assert asked[1]["values"] == [{"key": "bus", "name": "公交站"}]
    assert "values" not in asked[2]
    assert (asked[2]["datatype_description"], asked[1]["datatype_description"]) == ("小时", None)
    assert (english[1]["values"][0]["name"], english[2]["description"]) == ("Bus stop", "Number of the lamp?")


def test_a_service_that_asks_only_its_own_questions_says_that_it_asks(client_as: Client) -> None:
    kind = a_category(slug="lamps")
    a_question(kind)

    [service] = client_as().get("/jining/open311/v2/services.json").get_json()

    assert service["metadata"] is True
