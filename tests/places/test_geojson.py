"""Files of areas as other programs and other people write them."""

import json
import re
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.kernel.errors import BadInput, TooLarge
from reporter.places.features import AREA_BYTES, MOST_ENTRIES, MOST_PROBLEMS
from reporter.places.geojson import read_areas
from reporter.places.geometry import Datum, distance_m
from reporter.places.lines import LineKind, read_lines
from reporter.places.shapes import Level
from tests.places.files import collection, feature, square

pytestmark = pytest.mark.pure


def first_problem(text: str) -> str:
    """Return what is wrong with a file, "" when nothing is."""
    try:
        problems = read_areas(text, Datum.WGS84).problems
    except BadInput as refusal:  # what no reader of JSON takes: halves of characters, endless numbers
        return str(refusal)
    return str(problems[0]) if problems else ""


def problem_of(*features: Any) -> str:
    reading = read_areas(collection(*features), Datum.WGS84)
    assert reading.shapes == ()
    assert [problem.field for problem in reading.problems] == ["file"] * len(features)
    return str(reading.problems[0])


def test_an_area_is_read_with_all_it_says() -> None:
    text = collection(feature(name_en="Qiaodong", level="street", parent="150902", approximate=False))

    (area,) = read_areas(text, Datum.WGS84).shapes

    assert (area.code, area.name_zh, area.name_en) == ("150902001", "桥东街道", "Qiaodong")
    assert (area.level, area.parent, area.approximate) == (Level.STREET, "150902", False)
    assert area.box.contains(area.inside.lon, area.inside.lat)


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("150900", Level.CITY, ""),
        ("150902", Level.COUNTY, "150900"),
        ("150902001", Level.STREET, "150902"),
        ("150902001001", Level.COMMUNITY, "150902001"),
        ("150902001001001", Level.GRID, "150902001001"),
    ],
)
def test_a_national_code_says_level_and_parent(code: str, level: Level, parent: str) -> None:
    (area,) = read_areas(collection(feature(code)), Datum.WGS84).shapes

    assert (area.level, area.parent) == (level, parent)


def test_the_words_of_other_map_programs_are_understood() -> None:
    entry = feature()
    entry["properties"] = {"adcode": 150902, "name": "集宁区", "level": "district"}

    (area,) = read_areas(collection(entry), Datum.WGS84).shapes

    assert (area.code, area.name_zh, area.name_en, area.level) == ("150902", "集宁区", "集宁区", Level.COUNTY)
    assert area.approximate


def test_a_file_in_another_datum_is_converted_and_neighbours_still_meet() -> None:
    left, right = square(113.0), square(113.1)

    areas = read_areas(collection(feature(ring=left), feature("150902002", ring=right)), Datum.GCJ02).shapes

    moved = distance_m(113.0, 41.0, areas[0].box.west, areas[0].box.south)
    assert 400 < moved < 900
    assert areas[0].outline.touches(areas[1].outline)
    assert areas[0].outline.intersection(areas[1].outline).length > 0.09


def test_a_multipolygon_with_a_hole_and_heights_is_read() -> None:
    hole = [(113.02, 41.02, 5.0), (113.04, 41.02, 5.0), (113.04, 41.04, 5.0), (113.02, 41.02, 5.0)]
    entry = feature()
    entry["geometry"] = {"type": "MultiPolygon", "coordinates": [[square(), hole], [square(114.0)]]}

    (area,) = read_areas(collection(entry), Datum.WGS84).shapes

    assert area.outline.area == pytest.approx(0.02 - 0.0002)


@pytest.mark.parametrize("text", ["", "  \n", b""])
def test_an_empty_file_is_called_empty(text: str | bytes) -> None:
    with pytest.raises(BadInput, match="empty"):
        read_areas(text, Datum.WGS84)


def test_broken_json_is_named_by_line_and_column() -> None:
    broken = collection(feature()).replace(", ", ",\n")[:-40]

    with pytest.raises(BadInput, match=r"Line \d+, column \d+ is not JSON") as refusal:
        read_areas(broken, Datum.WGS84)

    assert refusal.value.values["line"] == broken.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"type": "FeatureCollection", "features": [' + "9" * 5_000 + "]}", b"\xff\xfe\x00"],
    ids=["brackets", "digits", "not text"],
)
def test_a_hostile_file_is_refused(text: str | bytes) -> None:
    with pytest.raises(BadInput):
        read_areas(text, Datum.WGS84)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[]", "-"),
        ("7", "-"),
        (json.dumps(feature()), "Feature"),
        ('{"type": "Topology"}', "Topology"),
        ("{}", "-"),
    ],
)
def test_what_is_no_collection_is_named(text: str, kind: str) -> None:
    with pytest.raises(BadInput, match="FeatureCollection is needed") as refusal:
        read_areas(text, Datum.WGS84)

    assert refusal.value.values["kind"] == kind


@pytest.mark.parametrize("features", [[], None, {}, "x"])
def test_a_collection_without_features_is_refused(features: Any) -> None:
    with pytest.raises(BadInput, match="holds no entry"):
        read_areas(json.dumps({"type": "FeatureCollection", "features": features}), Datum.WGS84)


def test_more_than_64_megabytes_are_refused_unread() -> None:
    with pytest.raises(TooLarge, match="larger than 64 MB") as refusal:
        read_areas(b" " * (AREA_BYTES + 1), Datum.WGS84)

    assert refusal.value.field == "file"


def test_too_many_areas_are_refused() -> None:
    crowd = collection(*[feature(f"x{number}", level="grid") for number in range(MOST_ENTRIES + 1)])

    with pytest.raises(BadInput, match="more than 50000"):
        read_areas(crowd, Datum.WGS84)


def test_metres_declared_by_the_file_are_refused() -> None:
    projected = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}

    with pytest.raises(BadInput, match="not degrees"):
        read_areas(collection(feature(), crs=projected), Datum.WGS84)


def test_degrees_declared_by_the_file_are_read() -> None:
    degrees = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}

    assert len(read_areas(collection(feature(), crs=degrees), Datum.WGS84).shapes) == 1


def test_an_entry_that_is_no_feature_is_named_by_its_number() -> None:
    with pytest.raises(BadInput, match="Entry 2 is not"):
        read_areas(collection(feature(), {"type": "Polygon"}), Datum.WGS84)


@pytest.mark.parametrize(
    "geometry", [None, {"type": "Point", "coordinates": [113, 41]}, {"type": "LineString"}, 7]
)
def test_another_geometry_is_refused_by_number_and_name(geometry: Any) -> None:
    entry = feature() | {"geometry": geometry}

    assert "Area 1 (桥东街道) is drawn as" in problem_of(entry)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"name": ""}, "Area 1 has no name"),
        ({"name": None}, "Area 1 has no name"),
        ({"name": "长" * 61}, "its name is too long"),
        ({"code": ""}, "Area 1 (桥东街道) has no code"),
        ({"code": None}, "has no code"),
        ({"code": "a b"}, "letters and digits only"),
        ({"code": "<script>"}, "letters and digits only"),
        ({"code": "jn-7"}, "its level must be one of city, county, street, community, grid"),
        ({"level": "planet"}, "its level must be one of"),
    ],
)
def test_what_an_area_must_say_about_itself(facts: dict[str, Any], words: str) -> None:
    assert words in problem_of(feature(**facts))


@pytest.mark.parametrize(
    ("ring", "words"),
    [
        ([(113, 41), (113.2, 41.2), (113.2, 41), (113, 41.2), (113, 41)], "crosses itself near 113.1, 41.1"),
        (square()[:-1], "not closed"),
        (square()[:2] + square()[:1], "not closed"),
        ([(41.0, 113.0), (41.1, 113.0), (41.1, 113.1), (41.0, 113.0)], "look swapped"),
        ([(1.2e7, 4.9e6)] * 4, "is not a place in degrees"),
        ([(113, "41")] * 4, "not two finite numbers"),
        ([(113, True)] * 4, "not two finite numbers"),
        ([(113,)] * 4, "not two finite numbers"),
        ([7] * 4, "not nested the way GeoJSON asks"),
        ([(113, 41)] * 4, "empty near 113.0, 41.0"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_outline_that_is_none_is_refused_with_what_to_mend(ring: Any, words: str) -> None:
    assert words in problem_of(feature(ring=ring))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "1" + "0" * 400])
def test_numbers_that_json_does_not_know_or_nobody_means_are_refused_with_their_entry(number: str) -> None:
    text = collection(feature(), feature("150902002", ring=square(114.0))).replace("114.0", number)

    assert re.search(r"After entry 1 |Area 2 ", first_problem(text))


def test_parts_that_overlap_are_refused() -> None:
    entry = feature()
    entry["geometry"] = {"type": "MultiPolygon", "coordinates": [[square()], [square(113.05)]]}

    assert "crosses itself" in problem_of(entry) or "overlap" in problem_of(entry)


def test_a_code_given_twice_is_refused_with_both_numbers() -> None:
    reading = read_areas(collection(feature(), feature("150902002"), feature(name="重复")), Datum.WGS84)

    assert len(reading.shapes) == 2
    assert (
        str(reading.problems[0]) == "Area 3 (重复) has the code 150902001 of area 1. Each area needs its own."
    )


def test_the_list_of_problems_ends_somewhere() -> None:
    reading = read_areas(collection(*[feature(name="")] * 500), Datum.WGS84)

    assert len(reading.problems) == MOST_PROBLEMS


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(properties=json_values, geometry=json_values, coordinates=json_values)
def test_whatever_stands_in_a_feature_it_is_read_or_refused(
    properties: Any, geometry: Any, coordinates: Any
) -> None:
    odd = {"type": "Feature", "properties": properties, "geometry": geometry}
    bent = feature() | {"geometry": {"type": "Polygon", "coordinates": coordinates}}

    text = collection(odd, bent)

    assert first_problem(text) or len(read_areas(text, Datum.WGS84).shapes) == 2


def test_the_lines_of_a_map_are_read() -> None:
    entry = feature() | {
        "properties": {"kind": "rail", "name_zh": "铁路"},
        "geometry": {"type": "LineString", "coordinates": [[113, 41], [113.1, 41.1]]},
    }

    (line,) = read_lines(collection(entry), Datum.WGS84)

    assert (line.kind, line.name_zh, line.name_en) == (LineKind.RAIL, "铁路", "铁路")
    assert line.geometry == {"type": "LineString", "coordinates": [[113, 41], [113.1, 41.1]]}


@pytest.mark.parametrize(
    ("kind", "geometry"),
    [
        ("canal", {"type": "LineString", "coordinates": [[113, 41], [113.1, 41.1]]}),
        ("rail", {"type": "Point", "coordinates": [113, 41]}),
        ("rail", {"type": "LineString", "coordinates": [[113, 41]]}),
        ("rail", {"type": "LineString", "coordinates": [[113, None], [113, 41]]}),
    ],
)
def test_a_line_of_another_make_is_refused(kind: str, geometry: Any) -> None:
    entry = {"type": "Feature", "properties": {"kind": kind}, "geometry": geometry}

    with pytest.raises(BadInput):
        read_lines(collection(entry), Datum.WGS84)


@pytest.mark.parametrize(
    ("code", "facts", "words"),
    [
        ("150902001", {"level": "community"}, "its level community does not fit its code 150902001"),
        ("15090200", {"level": "street"}, "National codes have 6 digits (district or county), 9"),
        (
            "150902001",
            {"parent": "150921"},
            "its parent 150921 does not fit its code 150902001, which lies under 150902",
        ),
        ("150902001000", {}, "filled up with noughts. Write 150902001."),
        ("150902000000", {}, "filled up with noughts. Write 150902."),
    ],
)
def test_level_and_parent_must_agree_with_the_code(code: str, facts: dict[str, Any], words: str) -> None:
    assert words in problem_of(feature(code, **facts))


def test_codes_of_another_make_say_their_level_and_parent_themselves() -> None:
    (area,) = read_areas(collection(feature("jn-7", level="street", parent="jn")), Datum.WGS84).shapes

    assert (area.level, area.parent, area.number) == (Level.STREET, "jn", 1)


@pytest.mark.parametrize("pad", [0, 1, 7, 11, 12])
def test_half_a_character_is_found_across_the_pieces_a_file_is_read_in(pad: int) -> None:
    whole = collection(
        feature(name="\U0001f6f5\\ud800")
    )  # a whole pair, and a backslash before plain letters
    filler = " " * (1024 * 1024 - whole.index("\\ud83d") - pad)

    assert first_problem(filler + whole) == ""
    assert "Line 2 holds a broken character" in first_problem(
        "\n" + filler[1:] + collection(feature(name="\ud83d"))
    )


def test_brackets_without_end_are_refused_before_anything_is_built() -> None:
    deep = '{"type": "FeatureCollection", "features": [' + '{"a":' * 200_000 + "1" + "}" * 200_000 + "]}"

    assert first_problem(deep) == "The file is not JSON that a map program writes."


def test_a_file_is_told_by_its_digest_and_its_reading_by_its_bytes() -> None:
    text, read = collection(feature()).encode(), list[int]()

    reading = read_areas(BytesIO(b"\xef\xbb\xbf" + text), Datum.WGS84, progress=read.append)

    assert reading.sha256 == sha256(b"\xef\xbb\xbf" + text).hexdigest()
    assert reading.size == read[-1] == len(text) + 3
