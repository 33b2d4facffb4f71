import json
from collections.abc import Sequence

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.demo.areas import FOLDER, PLACES, ROADS, Spot, county_file, line_file, street_file
from reporter.places.geojson import read_areas
from reporter.places.geometry import Datum
from reporter.places.shapes import AreaIndex, AreaShape, Level

pytestmark = pytest.mark.pure

COUNTIES = read_areas(county_file(), Datum.WGS84).shapes
STREETS = read_areas(street_file(), Datum.WGS84).shapes
JINING = next(area for area in COUNTIES if area.code == "150902")


def index_of(areas: Sequence[AreaShape]) -> AreaIndex:
    return AreaIndex((number, area.level, area.outline) for number, area in enumerate(areas))


def test_the_city_has_its_eleven_divisions_and_the_district_its_ten_streets() -> None:
    assert sorted(area.code for area in COUNTIES) == [
        "150902", "150921", "150922", "150923", "150924", "150925",
        "150926", "150927", "150928", "150929", "150981",
    ]  # fmt: skip
    assert [area.code for area in STREETS] == [
        "150902001", "150902002", "150902003", "150902004", "150902005",
        "150902006", "150902007", "150902008", "150902105", "150902205",
    ]  # fmt: skip
    assert {area.level for area in STREETS} == {Level.STREET}
    assert {area.parent for area in STREETS} == {"150902"}


@pytest.mark.parametrize("text", [county_file(), street_file()], ids=["counties", "streets"])
def test_an_area_file_of_the_demo_passes_the_strict_reader_and_calls_itself_approximate(text: str) -> None:
    reading = read_areas(text, Datum.WGS84)

    assert reading.problems == ()
    assert all(area.approximate for area in reading.shapes)
    assert all("示意" in feature["properties"]["note"] for feature in json.loads(text)["features"])


def test_the_figures_stay_small() -> None:
    assert sum(file.stat().st_size for file in FOLDER.glob("*.geojson")) < 80_000


def test_the_known_centres_of_the_divisions_lie_in_them() -> None:
    centres = {
        "150902": (113.109160, 41.032314),
        "150921": (112.571071, 40.894419),
        "150922": (114.003202, 41.897295),
        "150923": (113.553703, 41.558322),
        "150924": (113.827262, 40.871010),
        "150925": (112.494093, 40.530356),
        "150926": (113.204867, 40.785387),
        "150927": (112.626869, 41.272565),
        "150928": (113.183372, 41.445212),
        "150929": (111.699667, 41.531577),
        "150981": (113.156317, 40.436185),
    }
    index = index_of(COUNTIES)

    found = {code: index.at(*centre) for code, centre in centres.items()}

    assert {code: COUNTIES[number].code for code, number in found.items() if number is not None} == {
        code: code for code in centres
    }


@pytest.mark.parametrize("areas", [COUNTIES, STREETS], ids=["counties", "streets"])
def test_neighbours_share_their_borders_without_gap_or_overlap(areas: Sequence[AreaShape]) -> None:
    assert shapely.coverage_is_valid([area.outline for area in areas])


def test_the_streets_together_are_the_district() -> None:
    together = shapely.union_all([area.outline for area in STREETS])

    assert together.symmetric_difference(JINING.outline).area == 0


@settings(max_examples=300)
@given(east=st.floats(0, 1), north=st.floats(0, 1))
def test_every_point_of_the_district_lies_in_exactly_one_street(east: float, north: float) -> None:
    west, south, far_east, far_north = JINING.outline.bounds
    point = shapely.Point(west + (far_east - west) * east, south + (far_north - south) * north)
    holders = [area.code for area in STREETS if shapely.contains(area.outline, point)]
    borders = [area.code for area in STREETS if shapely.touches(area.outline, point)]

    found = index_of(STREETS).at(point.x, point.y)

    if shapely.contains(JINING.outline, point):
        assert len(holders) == 1 or (not holders and borders)
        assert found is not None
        assert STREETS[found].code in (holders or borders)
    else:
        assert not holders


@pytest.mark.parametrize("spot", [*ROADS, *PLACES], ids=lambda spot: spot.name_zh)
def test_a_named_road_or_place_lies_in_the_area_it_names(spot: Spot) -> None:
    found = index_of(STREETS).at(spot.lon, spot.lat)

    assert found is not None
    assert STREETS[found].code == spot.area_code


def test_every_street_and_township_has_a_named_road() -> None:
    assert {spot.area_code for spot in ROADS} == {area.code for area in STREETS}


def test_the_east_of_the_bridge_lies_east_of_the_railway_and_the_west_west_of_it() -> None:
    lines = {line["properties"]["name_en"]: line for line in json.loads(line_file())["features"]}
    railway = shapely.geometry.shape(lines["Railway"]["geometry"])
    east, west = (next(area for area in STREETS if area.name_zh == name) for name in ("桥东街道", "桥西街道"))

    def side(area: AreaShape) -> float:
        level = shapely.LineString([(113.0, area.inside.lat), (113.3, area.inside.lat)])
        return area.inside.lon - shapely.intersection(railway, level).centroid.x

    assert side(east) > 0 > side(west)


def test_the_maps_lines_stay_in_the_district() -> None:
    lines = json.loads(line_file())["features"]
    kinds = [line["properties"]["kind"] for line in lines]

    assert kinds.count("road") + kinds.count("street") >= 12
    assert {"rail", "water"} <= set(kinds)
    for line in lines:
        assert JINING.outline.buffer(1e-4).covers(shapely.geometry.shape(line["geometry"]))
