"""Points as people and phones give them: datums, distances, and what is no place."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.kernel.errors import BadInput
from reporter.places.geometry import (
    COLUMNS,
    FINENESS,
    Box,
    Datum,
    Point,
    all_to_wgs84,
    coarsen,
    distance_m,
    from_wgs84,
    look_swapped,
    parse_point,
    square_at,
    squares_of,
    to_wgs84,
)

pytestmark = pytest.mark.pure

JINING = Box(113.0, 40.9, 113.35, 41.25)
CENTRE = (113.1165, 41.0341)
SHIFTED_DATUMS = [Datum.GCJ02, Datum.BD09]

# Well inside the box in which the Chinese datums apply.
in_china = st.tuples(st.floats(72.1, 137.7), st.floats(0.9, 55.7))
abroad = st.one_of(
    st.tuples(st.floats(-180, 72.0), st.floats(-90, 90)),
    st.tuples(st.floats(137.9, 180), st.floats(-90, 90)),
    st.tuples(st.floats(-180, 180), st.floats(-90, 0.8)),
    st.tuples(st.floats(-180, 180), st.floats(55.9, 90)),
)
anywhere = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def test_the_published_points_are_converted_as_published() -> None:
    # To the last digit published: six decimals are 0.1 m, nine 0.1 mm. The last is a published inverse of 1e-6.
    assert from_wgs84(113.1165, 41.0341, Datum.GCJ02) == pytest.approx((113.12379, 41.035918), abs=1e-6)
    assert from_wgs84(113.1165, 41.0341, Datum.BD09) == pytest.approx((113.130325, 41.041808), abs=1e-6)
    assert from_wgs84(116.403988, 39.914266, Datum.BD09) == pytest.approx(
        (116.41661560068297, 39.92196580126834), abs=1e-9
    )
    assert to_wgs84(123, 45, Datum.GCJ02) == pytest.approx((122.99395597, 44.99804071), abs=1e-6)


def test_a_forgotten_conversion_would_move_a_case_by_six_hundred_metres() -> None:
    moved = from_wgs84(*CENTRE, Datum.GCJ02)

    assert distance_m(*CENTRE, *moved) == pytest.approx(640, abs=10)


@pytest.mark.parametrize("datum", SHIFTED_DATUMS)
@given(point=in_china)
def test_there_and_back_again_lands_within_a_metre(datum: Datum, point: tuple[float, float]) -> None:
    back = to_wgs84(*from_wgs84(*point, datum), datum)

    assert back == pytest.approx(point, rel=0, abs=1e-8)


@pytest.mark.parametrize("datum", SHIFTED_DATUMS)
@given(point=in_china)
def test_back_and_there_again_is_exact_to_a_millimetre(datum: Datum, point: tuple[float, float]) -> None:
    there = from_wgs84(*to_wgs84(*point, datum), datum)

    assert there == pytest.approx(point, rel=0, abs=1e-8)


@pytest.mark.parametrize("datum", list(Datum))
def test_many_points_are_converted_as_each_alone(datum: Datum) -> None:
    points = [(113.1165, 41.0341), (121.47, 31.23), (2.35, 48.85), (-70.0, -33.0), (72.5, 1.0)]

    together = all_to_wgs84(np.array(points), datum).tolist()

    assert together == [pytest.approx(to_wgs84(*point, datum), rel=0, abs=1e-10) for point in points]
    assert all_to_wgs84(np.empty((0, 2)), datum).shape == (0, 2)


@pytest.mark.parametrize("datum", list(Datum))
@given(point=abroad)
def test_outside_china_every_datum_is_the_same(datum: Datum, point: tuple[float, float]) -> None:
    assert from_wgs84(*point, datum) == point
    assert to_wgs84(*point, datum) == point


@given(point=anywhere)
def test_wgs_84_is_never_converted(point: tuple[float, float]) -> None:
    assert from_wgs84(*point, Datum.WGS84) == point
    assert to_wgs84(*point, Datum.WGS84) == point


def test_a_degree_of_latitude_is_about_111_kilometres() -> None:
    assert distance_m(113, 41, 113, 42) == pytest.approx(111_195, abs=10)
    assert distance_m(113, 41, 114, 41) == pytest.approx(111_195 * math.cos(math.radians(41)), rel=1e-3)


@given(one=anywhere, other=anywhere)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_the_earth(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    assert distance_m(*one, *other) == pytest.approx(distance_m(*other, *one), abs=1e-3)
    assert 0 <= distance_m(*one, *other) <= math.pi * 6_371_009
    assert distance_m(*one, *one) == 0


@given(point=in_china, radius_m=st.floats(1, 5000), bearing=st.floats(0, 2 * math.pi))
def test_the_box_around_a_point_holds_everything_within_the_radius(
    point: tuple[float, float], radius_m: float, bearing: float
) -> None:
    lon, lat = point
    north = radius_m * 0.999 * math.cos(bearing) / 111_195
    east = radius_m * 0.999 * math.sin(bearing) / 111_195 / math.cos(math.radians(lat + north))

    assert Box.around(lon, lat, radius_m=radius_m).contains(lon + east, lat + north)


def test_the_public_is_shown_three_decimals() -> None:
    assert coarsen(113.116549, 41.034951) == (113.117, 41.035)
    assert str(coarsen(-0.0001, -0.0001)[0]) == "0.0"


def test_boxes_join_into_one() -> None:
    assert Box.of([Box(1, 2, 3, 4), Box(0, 3, 2, 9)]) == Box(0, 2, 3, 9)
    assert Box.of([]) is None
    assert Box(0, 2, 4, 8).centre == Point(2, 5)


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        (113.1165, 41.0341),
        ("113.1165", "41.0341"),
        (" 113.1165 ", "+41.0341"),
        ("１１３．１１６５", "４１．０３４１"),  # noqa: RUF001 - what a Chinese keyboard writes
    ],
)
def test_a_point_is_read_from_numbers_and_from_what_people_type(lon: object, lat: object) -> None:
    assert parse_point(lon, lat, within=JINING) == Point(113.1165, 41.0341)


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_coordinate_asks_for_the_place(value: object) -> None:
    with pytest.raises(BadInput, match="where it is") as refusal:
        parse_point(value, 41.0)

    assert refusal.value.field == "place"


@pytest.mark.parametrize(
    "value",
    [
        *("nan", "NaN", "inf", "-inf", "1e2", "0x71", "1_1_3", "113,1", "113.1.2", "<script>", "十三"),
        *(True, [], 10**400, math.nan, math.inf),
    ],
    ids=lambda value: str(value)[:9],
)
def test_what_is_no_number_is_refused_with_what_was_typed(value: object) -> None:
    with pytest.raises(BadInput, match="is not a coordinate") as refusal:
        parse_point(value, 41.0, field="lon")

    assert refusal.value.field == "lon"
    assert refusal.value.status == 422


def test_an_endless_typed_text_is_not_repeated_whole() -> None:
    with pytest.raises(BadInput) as refusal:
        parse_point("9" * 100_000, 41.0)

    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(("lon", "lat"), [(181, 41), (-180.5, 41), (999, 999)])
def test_a_point_off_the_globe_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(BadInput, match="between -180 and 180"):
        parse_point(lon, lat)


@pytest.mark.parametrize("within", [Box(-180, -90, 180, 90), JINING])
def test_swapped_coordinates_are_called_swapped(within: Box) -> None:
    with pytest.raises(BadInput, match="look swapped"):
        parse_point(41.0341, 113.1165, within=within)


def test_a_pair_that_fits_both_ways_is_not_called_swapped() -> None:
    assert not look_swapped(30, 31, within=Box(29, 29, 32, 32))


@pytest.mark.parametrize(("lon", "lat"), [(116.4, 39.9), (24.93, 60.17), (113.1, 40.8999)])
def test_a_point_outside_the_city_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(BadInput, match="outside the city"):
        parse_point(lon, lat, within=JINING)


@given(lon=st.one_of(st.floats(), st.text(max_size=50)), lat=st.one_of(st.floats(), st.text(max_size=50)))
def test_whatever_comes_a_point_is_a_finite_place_or_it_is_refused(lon: object, lat: object) -> None:
    try:
        point = parse_point(lon, lat)
    except BadInput:
        return

    assert -180 <= point.lon <= 180
    assert -90 <= point.lat <= 90


@given(anywhere, st.floats(0, 900))
def test_the_squares_of_a_box_hold_every_point_of_it(point: tuple[float, float], metres: float) -> None:
    box = Box.around(*point, radius_m=metres)
    corners = [(box.west, box.south), (box.east, box.north), point]
    inside = [(lon, lat) for lon, lat in corners if abs(lon) <= 180 and abs(lat) <= 90]

    squares = squares_of(box, most=10_000)

    assert not squares or {square_at(lon, lat) for lon, lat in inside} <= set(squares)


def test_a_point_on_an_edge_is_found_whichever_square_the_database_kept_it_in() -> None:
    lon, lat = 113 + 7 / FINENESS, 41 + 3 / FINENESS

    squares = squares_of(Box(lon, lat, lon + 0.0001, lat + 0.0001), most=10)

    assert {square_at(lon, lat) - down - aside for down in (0, COLUMNS) for aside in (0, 1)} == set(squares)


def test_of_very_many_squares_none_is_named() -> None:
    assert squares_of(Box(113, 41, 114, 42), most=400) == []
