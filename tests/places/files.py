"""Small GeoJSON files for the tests of areas."""

import json
from typing import Any

Ring = list[tuple[float, float]]


def square(west: float = 113.0, south: float = 41.0, side: float = 0.1) -> Ring:
    east, north = west + side, south + side
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def feature(
    code: Any = "150902001", name: Any = "桥东街道", ring: Any = None, **properties: Any
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "name_zh": name, **properties},
        "geometry": {"type": "Polygon", "coordinates": [ring or square()]},
    }


def collection(*features: Any, **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members})
