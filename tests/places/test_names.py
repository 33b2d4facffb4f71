"""Files of named places: read strictly, imported as a whole, the list before kept for the way back."""

from typing import Any

import pytest
from sqlalchemy import func, select

from reporter.kernel.audit import trail_of, verify
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, NotAllowed, NotFound, WrongStep
from reporter.kernel.policy import ANYONE, SYSTEM
from reporter.places.finding import gazetteers, places_called
from reporter.places.gazetteer import KEPT, import_names, take_names_up_again, weigh_names
from reporter.places.geometry import Datum, from_wgs84
from reporter.places.models import AreaEdition, Gazetteer, NamedPlace, PlacePiece
from reporter.places.names import PlaceKind
from reporter.ports import ports
from tests.make import an_area, put
from tests.places.files import collection
from tests.places.names import LAT, LON, MINZU, PLAZA, SCHOOL, XINHUA, a_gazetteer, a_place, a_road


def names() -> list[str]:
    """Return the names of the list in force, without crossings."""
    wanted = select(NamedPlace.name_zh).join(Gazetteer, Gazetteer.id == NamedPlace.gazetteer_id)
    wanted = wanted.where(Gazetteer.in_force, NamedPlace.cross_zh == "")
    return list(db.session.scalars(wanted.order_by(NamedPlace.id)))


def crossings() -> list[tuple[str, str]]:
    wanted = select(NamedPlace.name_zh, NamedPlace.cross_zh).where(NamedPlace.kind == PlaceKind.CROSSING)
    return [(one, other) for one, other in db.session.execute(wanted)]


def problem_of(*features: Any) -> str:
    problems = weigh_names(collection(*features), Datum.WGS84).problems
    return str(problems[0]) if problems else ""


def test_a_file_becomes_the_citys_names_and_the_crossings_of_its_roads() -> None:
    an_area()

    done = a_gazetteer()

    assert names() == ["民族路小学", "集宁万达广场", "新华街", "民族路"]
    assert crossings() == [("新华街", "民族路")]
    assert (done.number, done.names, done.in_force) == (1, 5, True)


def test_the_import_is_in_the_trail_of_the_areas() -> None:
    an_area()

    a_gazetteer()

    current = db.session.scalars(select(AreaEdition)).one()
    assert next(iter(trail_of(current))).facts["names"] == 5
    assert list(verify("secret")) == []


def test_lines_of_one_name_that_lie_together_are_one_road() -> None:
    an_area()
    west, east = a_road("新华街", (-8, 0), (-1, 0)), a_road("新华街", (-1, 0), (8, 0))

    a_gazetteer(west, east, a_road("新华街", (-8, 30), (8, 30)))

    assert names() == ["新华街", "新华街"]


def test_two_carriageways_make_one_crossing() -> None:
    an_area()

    a_gazetteer(a_road("新华街", (-8, 0), (8, 0)), a_road("新华街", (8, 0.2), (-8, 0.2)), MINZU)

    assert crossings() == [("新华街", "民族路")]


def test_a_road_that_ends_at_another_one_crosses_it() -> None:
    an_area()

    a_gazetteer(XINHUA, a_road("民族路", (0, 0.05), (0, 8)))

    assert crossings() == [("新华街", "民族路")]


def test_places_of_another_datum_are_moved() -> None:
    an_area()
    lon, lat = from_wgs84(LON, LAT, Datum.GCJ02)
    moved = a_place("中心广场", "square")
    moved["geometry"]["coordinates"] = [lon, lat]

    import_names(collection(moved), Datum.GCJ02, by=SYSTEM)

    found = places_called("中心广场")[0]
    assert (found.lon, found.lat) == pytest.approx((LON, LAT), abs=1e-5)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (a_place(""), "Entry 2 (?): name_zh must be a name of at most 60 characters."),
        (a_place("长" * 61), "name_zh must be a name of at most 60 characters."),
        (a_place("广场", name_en="e" * 121), "name_en may have at most 120 characters."),
        (a_place("广场", "plaza"), "Entry 2 (广场): kind must be one of road, community"),
        (a_place("广场", "crossing"), "Entry 2 (广场): kind must be one of road, community"),
        (a_road("新华街", (0, 0)), "Entry 2 (新华街): geometry of a road must be a LineString"),
        (a_place("新华街", "road"), "geometry of a road must be a LineString"),
        (a_road("广场", (0, 0), (1, 1), kind="square"), "geometry must be a Point"),
        (a_place("广场", accuracy=-1), "accuracy must be a number of metres, at most 50000."),
        (a_place("广场", accuracy=True), "accuracy must be a number of metres, at most 50000."),
        (a_place("广场", pinyin="广场"), "pinyin must be syllables without tones"),
        (a_place("广场", aliases=["名"] * 10), "aliases may be at most 9 names"),
        (a_place("广场", aliases=[{"zh": "名"}]), "aliases may be at most 9 names"),
        (a_place("广场", aliases={"zh": "名"}), "aliases may be at most 9 names"),
        (a_place("广场", at=(3000, 0)), "Entry “广场” (116.109, 41.032) lies outside the city"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_entry_and_field(entry: Any, words: str) -> None:
    an_area()

    assert words in problem_of(SCHOOL, entry)


def test_a_file_with_a_problem_leaves_the_names_as_they_were() -> None:
    an_area()
    a_gazetteer()

    with pytest.raises(BadInput):
        a_gazetteer(XINHUA, a_place("", "square"))

    assert names() == ["民族路小学", "集宁万达广场", "新华街", "民族路"]
    assert len(gazetteers()) == 1


def test_a_city_without_areas_is_told_to_import_them_first() -> None:
    assert "This city has no areas yet" in problem_of(SCHOOL)


def test_the_list_before_can_be_taken_up_again() -> None:
    an_area()
    a_gazetteer(SCHOOL)
    a_gazetteer(PLAZA)

    take_names_up_again(1, by=SYSTEM)

    assert names() == ["民族路小学"]
    assert [one.number for one in gazetteers() if one.in_force] == [1]


def test_lists_older_than_the_last_three_are_forgotten_with_all_they_hold() -> None:
    an_area()

    for _ in range(KEPT + 1):
        a_gazetteer(SCHOOL)

    assert [one.number for one in gazetteers()] == [4, 3, 2]
    assert db.session.scalar(select(func.count()).select_from(NamedPlace)) == KEPT
    assert set(db.session.scalars(select(PlacePiece.gazetteer_id))) == {one.id for one in gazetteers()}


def test_the_list_in_force_is_never_forgotten() -> None:
    an_area()
    for _ in range(KEPT):
        a_gazetteer(SCHOOL)
    take_names_up_again(1, by=SYSTEM)

    a_gazetteer(PLAZA)

    assert names() == ["集宁万达广场"]


def test_one_cannot_go_back_to_what_is_in_force_or_not_kept() -> None:
    an_area()
    a_gazetteer()

    with pytest.raises(WrongStep):
        take_names_up_again(1, by=SYSTEM)
    with pytest.raises(NotFound):
        take_names_up_again(7, by=SYSTEM)


def test_only_the_administration_imports_names() -> None:
    an_area()

    with pytest.raises(NotAllowed):
        import_names(collection(SCHOOL), Datum.WGS84, by=ANYONE)
    with pytest.raises(NotAllowed):
        take_names_up_again(1, by=ANYONE)


def test_names_are_found_by_the_pinyin_that_the_file_has() -> None:
    an_area()

    a_gazetteer(a_place("六安路小学", "school", pinyin="lu an lu xiao xue"))

    assert [one.name_zh for one in places_called("luanlu")] == ["六安路小学"]


def test_a_list_that_was_never_finished_is_neither_shown_nor_searched() -> None:
    an_area()
    put(Gazetteer(number=1, at=ports.clock.now(), by_id=None))

    a_gazetteer(SCHOOL)

    assert [one.number for one in gazetteers()] == [2]
    assert names() == ["民族路小学"]
    with pytest.raises(NotFound):
        take_names_up_again(1, by=SYSTEM)
