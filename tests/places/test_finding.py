"""What is typed finds the city's named places; a point finds the words beside it."""

from time import process_time

import pytest

from reporter.kernel.db import current_city_id, enter_city
from reporter.places.finding import beside, places_called
from reporter.places.geometry import Point
from reporter.places.names import PlaceKind
from reporter.places.typed import How, meanings_of
from tests.make import HERE, a_city, an_area
from tests.places.names import LAT, LON, a_gazetteer, a_place, a_road
from tests.queries import counted


def called(typed: str) -> list[str]:
    """Return the names that are found, a crossing as both its roads."""
    return [" + ".join(filter(None, (one.name_zh, one.cross_zh))) for one in places_called(typed)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("新华街", "新华街"),
        ("新华", "新华街"),
        ("xinhuajie", "新华街"),
        ("xin hua jie", "新华街"),
        ("xhj", "新华街"),
        ("Xinhua Street", "新华街"),
        ("\uff58\uff49\uff4e\uff48\uff55\uff41", "新华街"),
        ("新华街与民族路交叉口", "新华街 + 民族路"),
        ("民族路和新华街路口", "民族路 + 新华街"),
        ("新华街民族路口", "新华街 + 民族路"),
        ("新华街/民族路", "新华街 + 民族路"),
        ("xhjmzl", "新华街 + 民族路"),
        ("Minzu Road & Xinhua Street", "新华街 + 民族路"),
        ("万达广场", "集宁万达广场"),
        ("万达", "集宁万达广场"),
        ("乌兰察布市集宁区民族路小学", "民族路小学"),
        ("民族路小学对面", "民族路小学"),
        ("mzlxx", "民族路小学"),
    ],
)
def test_a_name_is_found_however_it_is_written(typed: str, first: str) -> None:
    an_area()
    a_gazetteer()

    assert called(typed)[0] == first
    assert places_called(typed)[0].how is How.WHOLE


@pytest.mark.parametrize("typed", ["新华街128号", "新华街 128 号", "新华街１２８号", "集宁区新华街128号对面"])
def test_a_house_number_leads_to_its_road_and_says_so(typed: str) -> None:
    an_area()
    a_gazetteer()

    found = places_called(typed)[0]

    assert (found.name_zh, found.how, found.number) == ("新华街", How.PART, "128")
    assert found.accuracy == 680.0


def test_latin_house_numbers_lead_to_the_road_too() -> None:
    an_area()
    a_gazetteer()

    found = [places_called(typed)[0] for typed in ("128 Xinhua Street", "xinhua jie 128 hao")]

    assert [(one.name_zh, one.number) for one in found] == [("新华街", "128")] * 2


def test_roads_that_are_not_known_to_cross_are_offered_one_by_one() -> None:
    an_area()
    a_gazetteer(a_road("新华街", (-8, 0), (8, 0)), a_road("格根街", (-8, 5), (8, 5)))

    found = places_called("新华街与格根街交叉口")

    assert [(one.name_zh, one.how) for one in found] == [("新华街", How.PART), ("格根街", How.PART)]


def test_a_street_is_found_where_a_road_was_typed() -> None:
    an_area()
    a_gazetteer()

    found = places_called("新华路")

    assert found[0].how is How.ALIKE
    assert called("新华路")[0] == "新华街"


@pytest.mark.parametrize("typed", ["", "  ", "x", "，。", "没有这个地方", "\0", "%", "_", "128号", "\ud800"])
def test_what_nothing_knows_finds_nothing(typed: str) -> None:
    an_area()
    a_gazetteer()

    assert called(typed) == []


@pytest.mark.parametrize(
    "typed", ["aaa" + " " * 116 + "!", "12 aaa" + " " * 100 + "1 !", "aaa" + "\u3000" * 116 + "!"]
)
def test_blanks_without_end_cost_no_time(typed: str) -> None:
    begun = process_time()

    meanings_of(typed)

    assert process_time() - begun < 0.05


def test_of_two_places_of_one_name_the_nearer_one_comes_first() -> None:
    an_area()
    a_gazetteer(a_place("便民市场", "market", (-20, 0)), a_place("便民市场", "market", (20, 0)))

    west, east = (places_called("便民市场", near=Point(LON + x, LAT))[0].lon < LON for x in (-0.02, 0.02))

    assert (west, east) == (True, False)


def test_a_search_costs_three_queries_and_says_the_area() -> None:
    area = an_area("桥东街道")
    a_gazetteer()

    with counted() as statements:
        found = places_called("乌兰察布市集宁区新华街128号")

    assert len(statements) <= 3
    assert [one.area_id for one in found] == [area.id] * len(found)
    assert found[0].area is not None
    assert found[0].area.name_zh == "桥东街道"


def test_no_city_finds_what_another_one_has() -> None:
    an_area()
    a_gazetteer()
    here, there = current_city_id(), a_city().id

    enter_city(there)
    elsewhere, road = called("新华街"), beside(*HERE).road
    enter_city(here)

    assert (elsewhere, road) == ([], None)
    assert called("新华街")[0] == "新华街"


def test_a_point_on_a_road_is_told_by_the_road_that_crosses_there() -> None:
    an_area()
    a_gazetteer()

    told = beside(LON + 0.002, LAT + 0.0001)

    assert (told.road and told.road.name_zh, told.cross and told.cross.name_zh) == ("新华街", "民族路")


def test_a_point_far_from_every_crossing_is_told_by_the_place_beside_it() -> None:
    an_area()
    a_gazetteer()

    told = beside(LON + 0.005, LAT)

    assert (told.road and told.road.name_en, told.cross) == ("Xinhua Street", None)
    assert told.place is not None
    assert told.place.name_zh == "集宁万达广场"


def test_a_point_where_nothing_is_has_no_words() -> None:
    an_area()
    a_gazetteer()

    told = beside(LON + 0.04, LAT + 0.04)

    assert (told.road, told.cross, told.place) == (None, None, None)


def test_words_beside_a_point_cost_two_queries() -> None:
    an_area()
    a_gazetteer()

    with counted() as statements:
        beside(*HERE)

    assert len(statements) == 2


def test_a_crossing_has_its_own_kind_and_place() -> None:
    an_area()
    a_gazetteer()

    found = places_called("新华街与民族路")[0]

    assert (found.kind, found.lon, found.lat, found.accuracy) == (PlaceKind.CROSSING, LON, LAT, 30.0)
