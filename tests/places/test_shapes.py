"""Finding the area of a point, and drawing areas without tiles."""

import json

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon

from reporter.places.drawing import Paper, PaperArea, PaperLine, draw, geojson_of_areas, geojson_of_lines
from reporter.places.geometry import Box, Point, distance_m
from reporter.places.shapes import (
    AreaIndex,
    AreaShape,
    Level,
    Outline,
    box_of,
    geometry_of,
    outline_of,
    simplify,
)
from tests.places.files import square

pytestmark = pytest.mark.pure

COUNTY, WEST, EAST = Polygon(square(side=0.2)), Polygon(square()), Polygon(square(113.1))
INDEX = AreaIndex([(1, Level.COUNTY, COUNTY), (2, Level.STREET, WEST), (3, Level.STREET, EAST)])
COURSE = {"type": "LineString", "coordinates": [[113.0, 41.0], [113.1, 41.1]]}


def a_paper_area(number: int, outline: Outline, level: Level = Level.STREET) -> PaperArea:
    return PaperArea(
        number, f"15090200{number}", level, f"街道{number}", f"Street {number}", outline, Point(113.05, 41.05)
    )


def test_a_point_lies_in_the_finest_area_that_holds_it() -> None:
    assert INDEX.at(113.05, 41.05) == 2
    assert INDEX.at(113.05, 41.15) == 1
    assert INDEX.all_at(113.05, 41.05) == (2, 1)


def test_a_point_in_no_area_lies_in_none() -> None:
    assert INDEX.at(112.9, 41.05) is None
    assert INDEX.all_at(112.9, 41.05) == ()
    assert AreaIndex([]).at(113.05, 41.05) is None


def test_a_point_on_a_common_border_lies_in_one_area_always_the_same() -> None:
    turned = AreaIndex([(3, Level.STREET, EAST), (2, Level.STREET, WEST)])

    assert INDEX.at(113.1, 41.05) == turned.at(113.1, 41.05) == 2


def test_the_bounds_enclose_every_area() -> None:
    bounds = INDEX.bounds

    assert bounds is not None
    assert (bounds.west, bounds.south) == (113.0, 41.0)
    assert (bounds.east, bounds.north) == pytest.approx((113.2, 41.2))
    assert AreaIndex([]).bounds is None


def test_the_name_of_a_crescent_stands_inside_it() -> None:
    crescent = shapely.Point(113, 41).buffer(0.1).difference(shapely.Point(113.04, 41).buffer(0.09))
    assert isinstance(crescent, Polygon)

    inside = AreaShape("x", Level.STREET, "月", "Moon", crescent).inside

    assert crescent.contains(shapely.Point(inside.lon, inside.lat))


@pytest.mark.parametrize(
    "outline", [WEST, MultiPolygon([WEST, Polygon(square(114))])], ids=["one part", "two parts"]
)
def test_an_outline_survives_the_table(outline: Outline) -> None:
    stored = json.loads(json.dumps(geometry_of(outline)))

    assert outline_of(stored).equals(outline)


def test_simplified_neighbours_keep_one_border() -> None:
    border = [(113.1 + 0.001 * (step % 3), 41 + step / 300) for step in range(31)]
    west = Polygon([(113.0, 41.0), *border, (113.0, 41.1)])
    east = Polygon([*border, (113.2, 41.1), (113.2, 41.0)])

    coarse = simplify([west, east], 0.005)

    assert sum(len(outline.exterior.coords) for outline in coarse if isinstance(outline, Polygon)) < 20
    assert shapely.coverage_is_valid(coarse)


def test_an_area_smaller_than_the_tolerance_stays_on_the_map() -> None:
    tiny = Polygon(square(side=0.0001))

    (kept,) = simplify([tiny], 0.01)

    assert kept.area > 0


def test_a_browsers_map_gets_names_labels_and_every_second_shade() -> None:
    drawn = json.loads(geojson_of_areas([a_paper_area(1, WEST), a_paper_area(2, EAST)]))

    first, second = (feature["properties"] for feature in drawn["features"])
    assert (first["name"], first["lon"], first["alt"], second["alt"]) == ("街道1", 113.05, False, True)
    assert first["approximate"]


def test_a_browsers_map_speaks_english_too() -> None:
    areas = json.loads(geojson_of_areas([a_paper_area(1, WEST)], english=True))
    lines = json.loads(geojson_of_lines([PaperLine("rail", "铁路", "Railway", COURSE)], english=True))

    assert areas["features"][0]["properties"]["name"] == "Street 1"
    assert lines["features"][0]["properties"] == {"kind": "rail", "name": "Railway"}


def test_a_map_without_tiles_is_paths_names_and_lines_on_one_sheet() -> None:
    sheet = draw(
        [a_paper_area(1, WEST)], [PaperLine("rail", "铁路", "Railway", COURSE)], box=box_of(WEST), width=1000
    )

    (area,), (line,) = sheet.areas, sheet.lines
    assert area.d.startswith("M")
    assert area.d.endswith("Z")
    assert area.x == pytest.approx(500, abs=1)
    assert area.y == pytest.approx(sheet.paper.height / 2, abs=1)
    assert line.d.startswith("M0 ")
    assert line.d.endswith("L1000 0")


def test_a_hole_is_drawn_as_a_ring_of_its_own() -> None:
    ring = Polygon(square(), [square(113.02, 41.02, 0.02)])

    assert Paper(box_of(ring), 100).path(ring).count("Z") == 2


@given(east=st.floats(0, 1), north=st.floats(0, 1))
def test_paper_keeps_shape_and_north_is_up(east: float, north: float) -> None:
    paper = Paper(Box(113.0, 41.0, 113.2, 41.2), 1000)
    lon, lat = 113.0 + 0.2 * east, 41.0 + 0.2 * north

    x, y = paper.at(lon, lat)

    metres_per_unit = distance_m(113.0, 41.1, 113.2, 41.1) / 1000
    assert x * metres_per_unit == pytest.approx(distance_m(113.0, 41.1, lon, 41.1), abs=15)
    assert (paper.height - y) * metres_per_unit == pytest.approx(distance_m(lon, 41.0, lon, lat), abs=45)


GAPPED = AreaIndex(
    [
        (1, Level.COUNTY, COUNTY), (2, Level.STREET, WEST), (3, Level.STREET, EAST),
        (4, Level.COMMUNITY, Polygon(square(113.0, 41.0, 0.05))), (5, Level.STREET, Polygon(square(113.15, 41.0, 0.05))),
    ],
    {2: 1, 3: 1, 4: 2, 5: 1},
)  # fmt: skip
METRE = 1 / 83_900  # degrees of longitude at 41 north


@pytest.mark.parametrize(
    ("lon", "lat", "radius_m", "found"),
    [
        (113.05 - 0.01, 41.01, 30, (4,)),  # well inside: its street is no other answer
        (113.1, 41.07, 0, (2, 3)),  # on a border
        (113.1 + 4 * METRE, 41.07, 0, (3, 2)),  # nobody sets a pin to 4 m
        (113.1 + 9 * METRE, 41.07, 0, (3,)),
        (113.1 + 9 * METRE, 41.07, 30, (3, 2)),  # nearer than the phone knows
        (113.1 + 40 * METRE, 41.07, 30, (3,)),
        (113.16, 41.01, 0, (3, 5)),  # in an overlap, however exact
        (
            113.05 + 9 * METRE,
            41.01,
            30,
            (2, 4),
        ),  # in a gap beside a community: the street itself, or that one
        (113.1 + 300 * METRE, 41.07, 100_000, (3,)),  # what is known to 100 km is taken as known to 200 m
        (112.0, 41.0, 30, ()),
    ],
)
def test_whoever_asks_gets_every_area_a_place_may_belong_to(
    lon: float, lat: float, radius_m: float, found: tuple[int, ...]
) -> None:
    assert GAPPED.candidates(lon, lat, radius_m=radius_m) == found


@given(lon=st.floats(112.99, 113.21), lat=st.floats(40.99, 41.21), radius_m=st.floats(0, 300))
def test_the_finest_area_at_a_point_is_always_among_its_candidates_and_comes_first(
    lon: float, lat: float, radius_m: float
) -> None:
    at, candidates = GAPPED.at(lon, lat), GAPPED.candidates(lon, lat, radius_m=radius_m)

    assert candidates[:1] == (() if at is None else (at,)) or at is None
    assert len(set(candidates)) == len(candidates)
