"""An address that the city's list does not know: looked up outside when a person chooses it, and never without."""

from typing import cast

import pytest

from reporter.ports import Ports
from reporter.ports.geocoder import Located, MemoryGeocoder
from tests.desks.residents import JSON, Open, a_city_to_report_in, filled, send, the_report
from tests.places.names import LAT, LON, a_gazetteer

FAR = "/report/address?q=新华街128号&further=1"


@pytest.fixture
def outside(fakes: Ports) -> MemoryGeocoder:
    """Return the service outside, switched on."""
    service = cast(MemoryGeocoder, fakes.geocoder)
    service.on = True
    service.known["新华街128号"] = Located("新华街128号", LON + 0.001, LAT, 30.0)
    return service


def test_nothing_leaves_the_house_without_a_key(client_as: Open, fakes: Ports) -> None:
    a_city_to_report_in()
    a_gazetteer()

    told = client_as().get(FAR, headers=JSON).get_json()

    assert told["more"] is False
    assert fakes.geocoder.asked == []  # type: ignore[attr-defined]


def test_nothing_leaves_the_house_while_somebody_types(client_as: Open, outside: MemoryGeocoder) -> None:
    a_city_to_report_in()
    a_gazetteer()

    part = client_as().get("/report/address?q=新华街128号", headers=JSON).get_json()
    whole = client_as().get("/report/address?q=新华街&further=1", headers=JSON).get_json()

    assert (part["more"], whole["more"], outside.asked) == (True, False, [])


def test_what_the_service_knows_comes_first_when_it_is_chosen(
    client_as: Open, outside: MemoryGeocoder
) -> None:
    a_city_to_report_in()
    a_gazetteer()

    told = client_as().get(FAR, headers=JSON).get_json()

    assert [one["name"] for one in told["found"]][:2] == ["新华街128号", "新华街"]
    assert told["found"][0]["about"] == "桥东街道 · 据天地图"
    assert (told["found"][0]["accuracy"], told["more"]) == (30.0, False)


def test_a_service_that_fails_leaves_the_citys_own_places_and_says_so(
    client_as: Open, outside: MemoryGeocoder
) -> None:
    a_city_to_report_in()
    a_gazetteer()
    outside.away = True

    told = client_as().get(FAR, headers=JSON).get_json()

    assert told["found"][0]["name"] == "新华街"
    assert told["words"] == "天地图暂时没有回应，以下为本市地名表中的地点。"


@pytest.mark.parametrize("lon", [LON + 3, 999.0])
def test_a_place_outside_the_city_is_no_answer(client_as: Open, outside: MemoryGeocoder, lon: float) -> None:
    a_city_to_report_in()
    a_gazetteer()
    outside.known["新华街128号"] = Located("新华街128号", lon, LAT, 30.0)

    told = client_as().get(FAR, headers=JSON).get_json()

    assert next(one["name"] for one in told["found"]) == "新华街"


def test_without_scripts_the_button_asks_it_too_and_its_place_is_the_reports(
    client_as: Open, outside: MemoryGeocoder
) -> None:
    kind = a_city_to_report_in()
    a_gazetteer()
    bare = filled(kind, lon="", lat="", place_source="", address="新华街128号")
    place = f"{LON + 0.001},{LAT},30"

    page = send(client_as(), bare | {"act": "look_up"})
    send(
        client_as(),
        filled(
            kind, lon="", lat="", place_source="", address="新华街128号", looked_up="新华街128号", found=place
        ),
    )

    assert f'value="{place}"' in page.text
    assert (the_report().place_source, the_report().accuracy) == ("address", 30.0)
