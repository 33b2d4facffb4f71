"""Small GeoJSON files of named places for the tests."""

from typing import Any

from reporter.kernel.policy import SYSTEM
from reporter.places.gazetteer import import_names
from reporter.places.geometry import Datum
from reporter.places.models import Gazetteer
from tests.places.files import collection

LON, LAT = 113.109, 41.032


def a_road(name: str, *points: tuple[float, float], **properties: Any) -> dict[str, Any]:
    """Return a road through points in thousandths of a degree east and north of the middle."""
    course = [[LON + x / 1000, LAT + y / 1000] for x, y in points]
    return {
        "type": "Feature",
        "properties": {"kind": "road", "name_zh": name, **properties},
        "geometry": {"type": "LineString", "coordinates": course},
    }


def a_place(
    name: str, kind: str = "place", at: tuple[float, float] = (0, 0), **properties: Any
) -> dict[str, Any]:
    """Return a place so many thousandths of a degree east and north of the middle."""
    return {
        "type": "Feature",
        "properties": {"kind": kind, "name_zh": name, **properties},
        "geometry": {"type": "Point", "coordinates": [LON + at[0] / 1000, LAT + at[1] / 1000]},
    }


XINHUA = a_road("新华街", (-8, 0), (8, 0), name_en="Xinhua Street")
MINZU = a_road("民族路", (0, -8), (0, 8), name_en="Minzu Road")
SCHOOL = a_place("民族路小学", "school", (0.2, 3), name_en="Minzu Road Primary School")
PLAZA = a_place("集宁万达广场", "shop", (5, 0.3), aliases=["万达广场"])


def a_gazetteer(*features: Any) -> Gazetteer:
    """Import these places, else two roads that cross, a school and a plaza."""
    return import_names(collection(*(features or (XINHUA, MINZU, SCHOOL, PLAZA))), Datum.WGS84, by=SYSTEM)
