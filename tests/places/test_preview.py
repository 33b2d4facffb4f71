"""What an import would change, and what looks wrong about it, before anything is written."""

from dataclasses import replace

import pytest
from shapely.geometry import Polygon

from reporter.places.geometry import Datum, Point, from_wgs84
from reporter.places.preview import (
    AreaPreview,
    Change,
    KnownArea,
    changes_of,
    doubts_of,
    notes_of,
    problems_of,
)
from reporter.places.shapes import AreaShape, Level
from tests.places.files import Ring, square

pytestmark = pytest.mark.pure

MIDDLE = Point(113.1, 41.1)


def a_shape(
    code: str, ring: Ring | None = None, *, parent: str = "150902", name: str = "桥东街道"
) -> AreaShape:
    level = Level.COUNTY if len(code) == 6 else Level.STREET
    return AreaShape(
        code, level, name, name, Polygon(ring or square()), parent if level is Level.STREET else ""
    )


def known(number: int, shape: AreaShape, *, active: bool = True, name: str = "") -> KnownArea:
    return KnownArea(
        number, shape.code, shape.level, name or shape.name_zh, shape.name_en, shape.parent, shape.outline,
        shape.approximate, active,
    )  # fmt: skip


def gcj(ring: Ring) -> Ring:
    return [from_wgs84(lon, lat, Datum.GCJ02) for lon, lat in ring]


COUNTY = a_shape("150902", square(side=0.4))
OTHER_COUNTY = a_shape("150921", square(112.0))


def kinds(shapes: list[AreaShape], has: list[KnownArea]) -> dict[str, Change]:
    return {row.code: row.change for row in changes_of(shapes, has)}


def test_each_area_is_new_changed_unchanged_or_removed() -> None:
    one, two, three = (a_shape(f"15090200{number}", square(113 + number / 10)) for number in (1, 2, 3))
    moved = a_shape("150902002", square(113.25))
    has = [known(9, COUNTY), known(1, one), known(2, two), known(3, three)]

    rows = kinds([one, moved, a_shape("150902004", square(113.4))], has)

    assert rows == {
        "150902001": Change.UNCHANGED, "150902002": Change.CHANGED,
        "150902003": Change.REMOVED, "150902004": Change.NEW,
    }  # fmt: skip


def test_a_file_of_one_district_leaves_the_streets_of_another_alone() -> None:
    here, there = a_shape("150902001"), a_shape("150921001", parent="150921")
    has = [known(8, COUNTY), known(9, OTHER_COUNTY), known(1, here), known(2, there)]

    assert kinds([here], has) == {"150902001": Change.UNCHANGED}


def test_a_file_of_streets_leaves_the_counties_alone() -> None:
    assert "150921" not in kinds([a_shape("150902001")], [known(8, COUNTY), known(9, OTHER_COUNTY)])


def test_an_area_removed_before_is_not_removed_again_and_comes_back_when_named() -> None:
    gone = a_shape("150902001")
    has = [known(8, COUNTY), known(1, gone, active=False)]

    assert kinds([a_shape("150902002", square(113.1))], has) == {"150902002": Change.NEW}
    assert kinds([gone], has) == {"150902001": Change.CHANGED}


def test_a_new_name_is_shown_beside_the_old_one() -> None:
    (row,) = changes_of([a_shape("150902001", name="新名")], [known(1, a_shape("150902001"), name="旧名")])

    assert (row.change, row.before, row.name_zh, row.moved) == (Change.CHANGED, "旧名", "新名", 0.0)


def test_an_area_whose_parent_came_later_is_changed_once() -> None:
    orphan = a_shape("150902001")
    has = [known(8, COUNTY), replace(known(1, orphan), parent="")]

    assert kinds([orphan], has) == {"150902001": Change.CHANGED}


def test_how_much_an_outline_moved_is_said_as_a_share() -> None:
    (row,) = changes_of([a_shape("150902001", square(113.05))], [known(1, a_shape("150902001"))])

    assert row.moved == pytest.approx(2 / 3)


def test_the_preview_counts() -> None:
    rows = changes_of([a_shape("150902001"), a_shape("150902002")], [])

    assert AreaPreview(rows, (), ()).count(Change.NEW) == 2
    assert AreaPreview(rows, (), ()).count(Change.REMOVED) == 0


def words(shapes: list[AreaShape], has: list[KnownArea], datum: Datum = Datum.WGS84) -> list[str]:
    return [str(doubt) for doubt in doubts_of(shapes, has, datum=datum, middle=MIDDLE)]


def test_nothing_is_doubted_about_a_good_file() -> None:
    streets = [a_shape("150902001"), a_shape("150902002", square(113.1))]

    assert words(streets, [known(9, COUNTY), known(1, streets[0])]) == []
    assert words([COUNTY, *streets], []) == []


def test_an_update_in_an_undeclared_datum_is_doubted_at_the_datum() -> None:
    has = [known(1, a_shape("150902001")), known(9, COUNTY)]

    (doubt,) = doubts_of([a_shape("150902001", gcj(square()))], has, datum=Datum.WGS84, middle=MIDDLE)

    assert doubt.field == "datum"
    assert doubt.values["better"] == "GCJ-02"
    assert 500 < int(str(doubt.values["metres"])) < 800


def test_an_update_declared_shifted_that_is_not_is_doubted_too() -> None:
    has = [known(1, a_shape("150902001")), known(9, COUNTY)]
    twice = [
        from_wgs84(2 * lon - x, 2 * lat - y, Datum.WGS84)
        for (lon, lat), (x, y) in zip(square(), gcj(square()), strict=True)
    ]

    doubt, *_ = doubts_of([a_shape("150902001", twice)], has, datum=Datum.GCJ02, middle=MIDDLE)

    assert doubt.values["better"] == "WGS 84"


def test_new_streets_that_stick_out_of_their_county_in_this_datum_only_are_doubted() -> None:
    streets = [
        a_shape("150902001", gcj(square(113.0, 41.0, 0.2))),
        a_shape("150902002", gcj(square(113.2, 41.0, 0.2))),
    ]

    assert any("Read as GCJ-02" in doubt for doubt in words(streets, [known(9, COUNTY)]))


def test_a_border_redrawn_by_hand_is_no_other_datum() -> None:
    redrawn = a_shape("150902001", square(113.0, 41.0, 0.11))

    assert words([redrawn], [known(1, a_shape("150902001")), known(9, COUNTY)]) == []


def test_areas_of_another_city_are_doubted() -> None:
    assert words([a_shape("110101", square(121.0, 31.0))], []) == [
        "The areas lie 1318 km from the middle of the city. Is this the right file?"
    ]


def test_a_missing_parent_is_doubted() -> None:
    assert "150902 it belongs to is not there" in words([a_shape("150902001")], [])[0]


def test_areas_of_one_level_that_overlap_are_doubted() -> None:
    streets = [a_shape("150902001"), a_shape("150902002", square(113.05), name="桥西街道")]

    assert words([COUNTY, *streets], []) == [
        (
            "桥东街道 (150902001) and 桥西街道 (150902002) overlap by 50 % of the smaller one, near 113.075, 41.05. "
            "Redraw one of them; until then a moderator is asked about reports from there."
        )
    ]


def a_community(code: str, ring: Ring, parent: str = "150902001") -> AreaShape:
    return AreaShape(code, Level.COMMUNITY, f"社区{code[-1]}", code, Polygon(ring), parent, number=7)


STREET = a_shape("150902001", square(113.0, 41.0, 0.1))


def test_what_no_finer_area_covers_is_noted_with_the_place_and_the_share() -> None:
    inner = [
        a_community("150902001001", square(113.0, 41.0, 0.05)),
        a_community("150902001002", square(113.05, 41.0, 0.05)),
    ]

    (note,) = notes_of(inner, [known(1, STREET)])

    assert str(note).startswith(
        "桥东街道: 50 % of it lie in none of its 2 finer areas, most of it near 113.05, 41.075."
    )
    assert words(inner, [known(1, STREET), known(2, COUNTY)]) == []


def test_a_gap_no_wider_than_a_pen_is_none() -> None:
    pen = 10 / 111_195
    left = [(113.0, 41.0), (113.05 - pen, 41.0), (113.05 - pen, 41.1), (113.0, 41.1), (113.0, 41.0)]
    right = [(113.05, 41.0), (113.1, 41.0), (113.1, 41.1), (113.05, 41.1), (113.05, 41.0)]
    shapes = [a_community("150902001001", left), a_community("150902001002", right)]

    assert notes_of([STREET, *shapes], []) == ()
    wider = [(x - 3 * pen if 113.01 < x < 113.06 else x, y) for x, y in left]
    assert len(notes_of([STREET, a_community("150902001001", wider), shapes[1]], [])) == 1


def test_an_overlap_with_an_area_the_file_does_not_name_is_doubted_too() -> None:
    there = a_shape("150921001", square(113.05, 41.0, 0.1), parent="150921", name="卓资山镇")

    (doubt,) = words([STREET], [known(9, COUNTY), known(8, OTHER_COUNTY), known(1, there)])

    assert "桥东街道 (150902001) and 卓资山镇 (150921001) overlap by 50 %" in doubt


def test_a_wide_overlap_of_large_areas_is_doubted_though_it_is_a_small_share() -> None:
    large, other = (
        a_shape("150902", square(112.0, 41.0, 1.0)),
        a_shape("150921", square(112.995, 41.0, 1.0), name="乙"),
    )

    assert "overlap by 1 % of the smaller one, near 112.9975, 41.5" in words([large, other], [])[0]


def test_an_area_that_lies_outside_the_parent_its_code_names_is_doubted_by_number_code_and_place() -> None:
    away = a_community("150902001003", square(113.08, 41.0, 0.04))

    (doubt,) = words([STREET, away], [known(9, COUNTY)])

    assert doubt.startswith(
        "Area 7 (社区3): 50 % of it lie outside 桥东街道, to which its code 150902001003 puts it, for"
    )
    assert "near 113.11, 41.02" in doubt


def test_a_parent_that_is_not_the_coarser_area_is_a_problem() -> None:
    child = AreaShape("jn-7", Level.STREET, "子", "Child", Polygon(square()), "jn-1", number=3)
    parent = AreaShape("jn-1", Level.COMMUNITY, "父", "Parent", Polygon(square()), number=2)

    (problem,) = problems_of([child, parent], [])

    assert str(problem).startswith(
        "Area 3 (子): its parent jn-1 is a community, and a street cannot lie under it."
    )
    assert (
        problems_of([child], [known(1, replace(parent, level=Level.COUNTY))])
        == problems_of([parent], [])
        == ()
    )


def test_of_many_remarks_of_a_kind_ten_are_named_and_the_rest_is_mentioned() -> None:
    orphans = [
        a_community(f"1509020010{number:02d}", square(113 + number / 100, 41.0, 0.01))
        for number in range(1, 13)
    ]

    said = words(orphans, [])

    assert len(said) == 11
    assert said[-1] == "There are more of this kind; the first 10 are named."
