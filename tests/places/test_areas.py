"""Areas of a city in the database: imported, looked up, drawn, and kept apart from another city's."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from reporter.kernel.audit import trail_of, verify
from reporter.kernel.db import command, current_city_id, db, enter_city
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, TooLarge
from reporter.kernel.policy import SYSTEM, Role
from reporter.places import queries
from reporter.places.commands import import_areas, import_lines, preview_areas
from reporter.places.features import AREA_BYTES
from reporter.places.geometry import Box, Datum, from_wgs84
from reporter.places.models import Area, AreaEdition, MapLine
from reporter.places.preview import Change
from reporter.places.queries import (
    area_at,
    area_ids_at,
    area_names,
    areas,
    areas_by_id,
    city_bounds,
    drawn_map,
    edition,
    get_area,
    map_lines,
    map_shapes,
    refuse_outside,
)
from reporter.places.shapes import Level
from reporter.places.versions import versions
from tests.make import a_city, a_user, an_area
from tests.places.files import collection, feature, square

DISTRICT = feature("150902", "集宁区", square(side=0.4), name_en="Jining District")
NEIGHBOUR = feature("150921", "卓资县", square(112.6, 41.0, 0.4))
EAST = feature("150902002", "桥东街道", square(113.2), name_en="Qiaodong")
WEST = feature("150902006", "桥西街道", square(113.1))
LINE = {
    "type": "Feature",
    "properties": {"kind": "rail", "name_zh": "铁路", "name_en": "Railway"},
    "geometry": {"type": "LineString", "coordinates": [[113.2, 41.0], [113.2, 41.1]]},
}


def take_in(*features: Any, **options: Any) -> None:
    import_areas(collection(*features), Datum.WGS84, by=SYSTEM, **options)


def names() -> list[str]:
    return [area.name_zh for area in areas()]


def test_a_file_becomes_the_citys_areas() -> None:
    take_in(DISTRICT, EAST)

    county, street = areas()
    assert (county.name_en, county.level, county.parent_id) == ("Jining District", Level.COUNTY, None)
    assert (street.name_zh, street.level, street.parent_id) == ("桥东街道", Level.STREET, county.id)
    assert street.box == Box(113.2, 41.0, 113.3, 41.1)
    assert street.box.contains(street.lon, street.lat)


def test_streets_may_come_in_a_later_file_than_their_county() -> None:
    take_in(DISTRICT)
    take_in(EAST, WEST)

    assert {area.parent_id for area in areas(level="street")} == {areas(level=Level.COUNTY)[0].id}


def test_a_file_in_gcj_02_is_stored_in_wgs_84() -> None:
    shifted = [from_wgs84(lon, lat, Datum.GCJ02) for lon, lat in square(side=0.4)]

    import_areas(collection(feature("150902", "集宁区", shifted)), Datum.GCJ02, by=SYSTEM)

    assert areas()[0].west == pytest.approx(113.0, abs=1e-5)
    assert areas()[0].south == pytest.approx(41.0, abs=1e-5)


def test_a_second_import_of_the_same_file_changes_nothing() -> None:
    take_in(DISTRICT, EAST)
    before, ids = edition(), [area.id for area in areas()]

    preview = import_areas(collection(DISTRICT, EAST), Datum.WGS84, by=SYSTEM)

    assert preview.count(Change.UNCHANGED) == 2
    assert [area.id for area in areas()] == ids
    assert edition() == before


def test_a_renamed_area_keeps_its_id_and_one_left_out_becomes_inactive() -> None:
    take_in(DISTRICT, EAST, WEST)
    east, west = areas(level="street")

    take_in(feature("150902002", "新桥东街道", square(113.2)))

    assert get_area(east.id).name_zh == "新桥东街道"
    assert names() == ["集宁区", "新桥东街道"]
    assert not get_area(west.id).active
    assert west.id in areas_by_id()


def test_an_area_left_out_once_can_come_back() -> None:
    take_in(DISTRICT, EAST, WEST)
    west = areas(level="street")[1].id
    take_in(EAST)

    take_in(EAST, WEST)

    assert get_area(west).active


def test_a_preview_writes_nothing() -> None:
    take_in(DISTRICT, EAST)

    preview = preview_areas(collection(WEST), Datum.WGS84)

    assert {row.code: row.change for row in preview.changes} == {
        "150902002": Change.REMOVED, "150902006": Change.NEW,
    }  # fmt: skip
    assert names() == ["集宁区", "桥东街道"]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        collection(
            EAST, feature("150902003", ring=[(113, 41), (113.2, 41.2), (113.2, 41), (113, 41.2), (113, 41)])
        ),
        collection(EAST, feature("150902003", name="")),
        collection(EAST, EAST),
    ],
    ids=["broken", "crossing itself", "nameless", "twice"],
)
def test_a_file_with_one_fault_is_refused_whole(text: str) -> None:
    take_in(DISTRICT)

    with pytest.raises(BadInput) as refusal:
        import_areas(text, Datum.WGS84, by=SYSTEM)

    assert refusal.value.field == "file"
    assert names() == ["集宁区"]


def test_more_than_64_megabytes_are_refused() -> None:
    with pytest.raises(TooLarge):
        import_areas(b" " * (AREA_BYTES + 1), Datum.WGS84, by=SYSTEM)


def test_the_wrong_datum_is_refused_until_the_person_insists() -> None:
    take_in(DISTRICT, EAST)
    shifted = [from_wgs84(lon, lat, Datum.GCJ02) for lon, lat in square(113.2)]
    text = collection(feature("150902002", "桥东街道", shifted))

    with pytest.raises(BadInput, match="Read as GCJ-02") as refusal:
        import_areas(text, Datum.WGS84, by=SYSTEM)
    before = areas(level="street")[0].west
    import_areas(text, Datum.WGS84, by=SYSTEM, confirmed=True)

    assert refusal.value.field == "datum"
    assert before == 113.2
    assert areas(level="street")[0].west == pytest.approx(113.2073, abs=1e-3)


def test_of_two_who_import_from_one_preview_the_second_sees_a_fresh_one() -> None:
    take_in(DISTRICT)
    seen = preview_areas(collection(EAST), Datum.WGS84).edition
    take_in(EAST, seen=seen)

    with pytest.raises(Conflict):
        take_in(WEST, seen=seen)

    assert names() == ["集宁区", "桥东街道"]


def test_of_two_imports_at_the_same_instant_one_wins_and_the_other_is_told(app: Flask) -> None:
    here, together = current_city_id(), Barrier(2)

    def race(text: str) -> str:
        with app.app_context():
            enter_city(here)
            together.wait()
            try:
                import_areas(text, Datum.WGS84, by=SYSTEM, seen=0, confirmed=True)
            except Conflict:
                return "told"
            return "won"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(race, [collection(EAST), collection(EAST, WEST)]))

    db.session.rollback()  # what was read before is a snapshot of before
    assert outcomes == ["told", "won"]
    assert len(areas()) in {1, 2}


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.ACCEPTOR, Role.LEADER, Role.AUDIT_ADMIN])
def test_only_the_administrator_imports(role: Role) -> None:
    somebody = a_user(role).actor

    with pytest.raises(NotAllowed):
        import_areas(collection(DISTRICT), Datum.WGS84, by=somebody)
    with pytest.raises(NotAllowed):
        import_lines(collection(LINE), Datum.WGS84, by=somebody)

    assert areas() == []


def test_an_import_is_on_the_trail_with_its_figures() -> None:
    administrator = a_user(Role.SYSTEM_ADMIN)

    import_areas(collection(DISTRICT, EAST), Datum.WGS84, by=administrator.actor)

    (entry,) = trail_of(db.session.scalars(select(AreaEdition)).one())
    assert (entry.action, entry.actor_id) == ("import", administrator.id)
    assert entry.facts == {
        "version": 1, "datum": "wgs84", "sha256": versions()[0].sha256, "new": 2, "changed": 0, "unchanged": 0, "removed": 0,
    }  # fmt: skip
    assert list(verify("secret")) == []


def test_a_point_is_found_in_its_street_and_the_street_in_its_district() -> None:
    take_in(DISTRICT, EAST, WEST)
    county, east, _ = areas()

    found = area_at(113.25, 41.05)

    assert found is not None
    assert found.id == east.id
    assert area_ids_at(113.25, 41.05) == (east.id, county.id)


def test_the_counties_around_frame_the_map_and_take_no_cases() -> None:
    take_in(DISTRICT, NEIGHBOUR)

    assert area_at(112.8, 41.2) is None
    assert city_bounds() == Box(113.0, 41.0, 113.4, 41.4)
    with pytest.raises(BadInput, match="outside the city"):
        refuse_outside(112.8, 41.2)


def test_a_city_whose_code_no_area_bears_owns_them_all() -> None:
    take_in(feature("150921001", "卓资山镇", square(112.6)), confirmed=True)

    assert area_at(112.65, 41.05) is not None


@pytest.mark.parametrize(
    ("lon", "lat", "words"),
    [
        (41.05, 113.25, "look swapped"),
        (float("nan"), 41.05, "not a coordinate"),
        (116.4, 39.9, "outside the city"),
    ],
)
def test_a_point_that_can_be_no_place_of_the_city_is_refused(lon: float, lat: float, words: str) -> None:
    take_in(DISTRICT, EAST)

    with pytest.raises(BadInput, match=words) as refusal:
        refuse_outside(lon, lat)

    assert refusal.value.field == "place"


def test_a_point_in_no_area_but_within_the_bounds_passes_and_lies_in_none() -> None:
    take_in(EAST, feature("150902007", "远街道", square(113.5)), confirmed=True)

    refuse_outside(113.4, 41.05)

    assert area_at(113.4, 41.05) is None


def test_a_city_without_areas_says_so() -> None:
    assert city_bounds() is None
    assert area_at(113.1, 41.05) is None
    assert drawn_map() is None
    with pytest.raises(BadInput, match="no areas yet"):
        refuse_outside(113.1, 41.05)


def test_an_unknown_area_is_not_found() -> None:
    with pytest.raises(NotFound):
        get_area(999_999)


def test_names_of_many_areas_come_in_one_query() -> None:
    take_in(DISTRICT, EAST, WEST)
    east, west = areas(level="street")

    named = area_names([east.id, west.id, east.id, 999_999])

    assert {number: name.name_zh for number, name in named.items()} == {
        east.id: "桥东街道",
        west.id: "桥西街道",
    }
    assert named[east.id].name_en == "Qiaodong"


def test_looking_up_a_thousand_points_asks_the_database_for_no_outline() -> None:
    take_in(DISTRICT, EAST, WEST)
    area_at(113.25, 41.05)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    for step in range(1000):
        area_ids_at(113.1 + step / 5000, 41.05)
    map_shapes()
    map_shapes()
    event.remove(db.engine, "before_cursor_execute", note)

    assert len(asked) <= 1003
    assert sum("geometry" in statement for statement in asked) <= 1


def test_a_change_by_any_way_is_seen_at_the_next_look() -> None:
    take_in(DISTRICT)
    first = map_shapes("county").edition
    made = an_area("手工街道", at=(113.2, 41.2))

    seen = area_at(113.2, 41.2)
    close(made.id)

    assert seen is not None
    assert seen.id == made.id
    assert area_at(113.2, 41.2) != seen
    assert map_shapes("county").edition != first


@command
def close(area_id: int) -> None:
    get_area(area_id).active = False


def test_an_import_undone_leaves_no_trace_in_what_is_kept() -> None:
    take_in(DISTRICT)
    outer_edition = edition()

    with pytest.raises(ZeroDivisionError):
        import_and_stumble()

    assert area_at(113.25, 41.05) == areas()[0]
    assert edition() == outer_edition


@command
def import_and_stumble() -> float:
    take_in(EAST)
    assert area_at(113.25, 41.05) != areas()[0]
    return 1 / 0


def test_the_map_shows_own_areas_of_a_level_in_both_languages() -> None:
    take_in(DISTRICT, NEIGHBOUR, EAST, WEST)

    streets = json.loads(map_shapes().text)["features"]
    english = json.loads(map_shapes("street", english=True).text)["features"]

    assert [one["properties"]["name"] for one in streets] == ["桥东街道", "桥西街道"]
    assert english[0]["properties"]["name"] == "Qiaodong"
    assert [one["properties"]["code"] for one in json.loads(map_shapes("county").text)["features"]] == [
        "150902"
    ]


def test_the_lines_of_the_map_are_replaced_as_a_whole() -> None:
    take_in(EAST, confirmed=True)
    import_lines(collection(LINE, LINE), Datum.WGS84, by=SYSTEM)

    import_lines(collection(LINE), Datum.WGS84, by=SYSTEM)

    assert [one["properties"] for one in json.loads(map_lines().text)["features"]] == [
        {"kind": "rail", "name": "铁路"}
    ]
    drawn = drawn_map()
    assert drawn is not None
    assert [line.kind for line in drawn.lines] == ["rail"]


def test_a_broken_file_of_lines_leaves_the_lines_as_they_were() -> None:
    import_lines(collection(LINE), Datum.WGS84, by=SYSTEM)

    with pytest.raises(BadInput):
        import_lines(collection(LINE, EAST), Datum.WGS84, by=SYSTEM)

    assert db.session.scalars(select(MapLine.name_zh)).all() == ["铁路"]


def test_no_question_to_one_city_is_answered_from_another() -> None:
    take_in(DISTRICT, EAST)
    import_lines(collection(LINE), Datum.WGS84, by=SYSTEM)
    here, mine = current_city_id(), areas()[0].id
    there = a_city().id

    enter_city(there)
    assert (areas(), areas_by_id(), area_names([mine])) == ([], {}, {})
    assert (area_at(113.25, 41.05), city_bounds(), edition()) == (None, None, 0)
    assert json.loads(map_lines().text)["features"] == json.loads(map_shapes().text)["features"] == []
    with pytest.raises(NotFound):
        get_area(mine)
    take_in(feature("150902002", "同码街道", square(114.0)), confirmed=True)
    import_lines(collection(LINE, LINE), Datum.WGS84, by=SYSTEM)

    enter_city(here)
    assert names() == ["集宁区", "桥东街道"]
    assert len(json.loads(map_lines().text)["features"]) == 1
    assert area_at(114.05, 41.05) is None


def test_what_is_kept_in_memory_is_bounded() -> None:
    for kept in (queries._ground, queries._areas_text, queries._lines_text, queries._drawn):  # noqa: SLF001
        assert kept.cache_info().maxsize == 32


def test_an_area_row_holds_only_what_a_list_needs_until_its_outline_is_asked_for() -> None:
    take_in(EAST, confirmed=True)
    db.session.expire_all()

    (area,) = areas()

    assert "geometry" not in area.__dict__
    assert area.geometry["type"] == "Polygon"
    assert db.session.scalars(select(Area.code)).all() == ["150902002"]
