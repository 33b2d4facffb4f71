"""Where the demo city lies: its outlines, its map's lines, and real names at approximate points (示意).

The figures beside this file are in WGS 84. The eleven county-level divisions are simplified to about 400 m;
the ten streets and townships of 集宁区 are drawn by hand around plausible centres and fill it exactly.
"""

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("areas")


@dataclass(frozen=True)
class Spot:
    """A road or place people name, with one approximate point of it in degrees WGS 84.

    Attributes:
        area_code: of the street or township the point lies in.
    """

    name_zh: str
    name_en: str
    lon: float
    lat: float
    area_code: str


def county_file() -> str:
    """Return the eleven county-level divisions of 乌兰察布 as GeoJSON."""
    return _read("ulanqab.geojson")


def street_file() -> str:
    """Return the ten streets and townships of 集宁区 as GeoJSON."""
    return _read("jining.geojson")


def line_file() -> str:
    """Return main roads, the railway and the 霸王河 as GeoJSON, for a map that needs no tiles."""
    return _read("lines.geojson")


def place_file() -> str:
    """Return the roads and places of 集宁区 that have a name as GeoJSON, for addresses that are typed."""
    return _read("places.geojson")


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _spots(kind: str) -> tuple[Spot, ...]:
    return tuple(Spot(**spot) for spot in json.loads(_read("names.json"))[kind])


ROADS = _spots("roads")
PLACES = _spots("places")
