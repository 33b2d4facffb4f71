"""A typed address: looked up while it is typed, and without scripts by a button; it sets the place of the report."""

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from reporter.cases.models import Category
from reporter.desks.addresses import chosen_place
from tests.desks.residents import JSON, Open, a_city_to_report_in, filled, rows, send, the_report
from tests.make import HERE, a_moderator, a_user
from tests.places.names import LAT, LON, XINHUA, a_gazetteer

CHOICE = re.compile(r'name="found" value="([^"]+)"')
ROAD, CROSSING = f"{LON},{LAT},680", f"{LON},{LAT},30"


def bare(kind: Category, **changes: Any) -> dict[str, Any]:
    """Return a form in which nothing but an address says where it is."""
    return filled(kind, **{"lon": "", "lat": "", "place_source": "", "address": "新华街128号", **changes})


def choices(page: TestResponse) -> list[str]:
    """Return what can be chosen for the address on `page`."""
    found: list[str] = CHOICE.findall(page.text)
    return found


def test_places_are_offered_while_an_address_is_typed(client_as: Open) -> None:
    a_city_to_report_in()
    a_gazetteer()

    told = client_as().get("/report/address?q=新华街128号", headers=JSON).get_json()

    assert told["words"] == "找到 2 个地点，用上下键选择。"
    assert told["found"][:1] == [
        {
            "name": "新华街", "about": "道路 · 桥东街道 · 门牌 128 号未收录，只能定到整条路。", "text": "新华街128号",
            "said": "已定在新华街，误差约 680 米，约在桥东街道。 门牌 128 号未收录，只能定到整条路。", "lon": LON, "lat": LAT,
            "accuracy": 680.0, "value": ROAD, "whole": False,
        }
    ]  # fmt: skip


def test_a_name_that_is_known_whole_takes_the_place_of_what_was_typed(client_as: Open) -> None:
    a_city_to_report_in()
    a_gazetteer()

    told = client_as(a_user(locale="en")).get("/report/address?q=xhjmzl", headers=JSON).get_json()

    assert [one["text"] for one in told["found"]] == ["Crossing of Xinhua Street and Minzu Road"]


def test_what_nothing_knows_is_said(client_as: Open) -> None:
    a_city_to_report_in()

    told = client_as().get("/report/address?q=没有这里", headers=JSON).get_json()

    assert told == {"found": [], "words": "地名表中没有这个地点。", "more": False}


@pytest.mark.parametrize("query", ["", "?q=", "?q=%00", "?q=" + "新" * 500, "?q=新华街&lon=&lat=x"])
def test_odd_questions_are_answered(client_as: Open, query: str) -> None:
    a_city_to_report_in()

    assert client_as().get(f"/report/address{query}", headers=JSON).status_code == 200


def test_a_point_that_is_none_is_refused(client_as: Open) -> None:
    a_city_to_report_in()

    assert client_as().get("/report/address?q=新华街&lon=x&lat=41", headers=JSON).status_code == 422


def test_what_lies_beside_a_point_is_told_with_its_area(client_as: Open) -> None:
    a_city_to_report_in()
    a_gazetteer()

    told = client_as().get(f"/report/area?lon={HERE[0]}&lat={HERE[1]}", headers=JSON).get_json()

    assert told["beside"] == "新华街，民族路口附近"


def test_without_scripts_the_address_is_looked_up_and_nothing_is_lost(client_as: Open) -> None:
    kind = a_city_to_report_in()
    a_gazetteer()

    page = send(client_as(), bare(kind, act="look_up"))

    assert page.status_code == 200
    assert choices(page) == [ROAD, CROSSING, "none"]
    assert 'value="新华街128号"' in page.text
    assert "占了盲道" in page.text
    assert rows()["reports"] == 0


def test_the_place_that_is_chosen_is_the_reports(client_as: Open) -> None:
    kind = a_city_to_report_in()
    a_gazetteer()

    send(client_as(), bare(kind, looked_up="新华街128号", found=ROAD))

    report = the_report()
    assert (report.place_source, report.lon, report.lat, report.accuracy) == ("address", LON, LAT, 680.0)
    assert report.address == "新华街128号"


def test_an_address_that_was_only_typed_is_looked_up_when_it_is_sent(client_as: Open) -> None:
    kind = a_city_to_report_in()
    a_gazetteer()

    page = send(client_as(), bare(kind))

    assert page.status_code == 422
    assert choices(page) == [ROAD, CROSSING, "none"]
    assert "这个地址可能指下列地点，请选择其中一个。" in page.text


def test_a_choice_for_another_address_is_not_taken(client_as: Open) -> None:
    kind = a_city_to_report_in()
    a_gazetteer()

    page = send(client_as(), bare(kind, address="民族路", looked_up="新华街128号", found=ROAD))

    assert page.status_code == 422
    assert choices(page)[0] != ROAD
    assert rows()["reports"] == 0


@pytest.mark.parametrize("address", ["没有这条路", "新华街128号"])
def test_an_address_that_is_not_known_or_not_meant_names_the_ways_out(client_as: Open, address: str) -> None:
    kind = a_city_to_report_in()
    a_gazetteer()

    page = send(client_as(), bare(kind, address=address, looked_up=address, found="none"))

    assert page.status_code == 422
    assert "请再选择街道或乡镇，您填写的地址会一并提交" in page.text
    assert f'value="{address}"' in page.text


def test_none_of_them_and_a_street_send_the_address_as_it_was_typed(client_as: Open) -> None:
    kind = a_city_to_report_in()
    a_gazetteer()
    area = re.findall(r'<option value="(\d+)">桥东街道', client_as().get("/report").text)[0]

    send(client_as(), bare(kind, looked_up="新华街128号", found="none", area_id=area))

    report = the_report()
    assert (report.place_source, report.address) == ("typed", "新华街128号")


def test_the_choices_stay_when_something_else_is_wrong(client_as: Open) -> None:
    kind = a_city_to_report_in()
    a_gazetteer()

    page = send(client_as(), bare(kind, looked_up="新华街128号", found=ROAD, photos=None))

    assert page.status_code == 422
    assert re.search(rf'value="{ROAD}"\s+checked', page.text)


def test_looking_up_nothing_asks_for_an_address(client_as: Open) -> None:
    page = send(client_as(), bare(a_city_to_report_in(), act="look_up", address=""))

    assert "请先填写地址。" in page.text


@pytest.mark.parametrize(
    "value",
    ["", "none", "1,2", "113.1,41.0,0", "113.1,41.0,-5", "113.1,41.0,nan", "x,y,z", "113.1,41.0,99999"],
)
def test_a_choice_that_is_no_place_is_none(value: str) -> None:
    assert chosen_place(value) is None


def test_a_photo_far_from_the_middle_of_a_long_road_is_no_contradiction(client_as: Open) -> None:
    kind = a_city_to_report_in()
    a_gazetteer(XINHUA)

    send(client_as(), bare(kind, lon=str(LON), lat=str(LAT), place_source="address", accuracy="2000"))

    assert "photo_elsewhere" not in the_report().flags


def test_a_moderator_reads_how_exact_an_address_is(client_as: Open) -> None:
    kind = a_city_to_report_in()
    a_gazetteer()

    send(client_as(), bare(kind, looked_up="新华街128号", found=ROAD))
    page = client_as(a_moderator()).get(f"/triage/{the_report().id}")

    assert "按所填地址定位，误差约 680 米" in page.text
