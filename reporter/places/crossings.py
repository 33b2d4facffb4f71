"""Where the roads of a city cross. Pure."""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from shapely.geometry import Point as Spot

from reporter.places.geometry import METRES_PER_DEGREE
from reporter.places.names import ACCURACY_M, NameShape, PlaceKind

TOUCHING_M = 15.0  # between the end of one line and another line that are meant to meet
SAME_M = 80.0  # two carriageways of one road cross another one twice: that is one crossing
MOST_OF_A_PAIR = 4  # two roads that run into each other again and again


def crossings_of(shapes: Sequence[NameShape]) -> Iterator[NameShape]:
    """Yield a crossing for every place where two roads of different names meet; no file names any itself."""
    roads = [shape for shape in shapes if shape.kind is PlaceKind.ROAD]
    if not roads:
        return
    tree = shapely.STRtree([road.where for road in roads])
    near = TOUCHING_M / METRES_PER_DEGREE
    pairs = tree.query([road.where for road in roads], predicate="dwithin", distance=near)
    for one, other in zip(*pairs.tolist(), strict=True):
        if one < other and roads[one].name_zh != roads[other].name_zh:
            for spot in _meetings(roads[one], roads[other]):
                yield _crossing(roads[one], roads[other], spot)


def _meetings(one: NameShape, other: NameShape) -> list[Spot]:
    meeting = one.where.intersection(other.where)
    if meeting.is_empty:  # their lines end a few metres from each other
        meeting = shapely.shortest_line(one.where, other.where).centroid
    found = list[Spot]()
    for part in getattr(meeting, "geoms", [meeting]):
        spot = part.centroid
        if all(spot.distance(known) > SAME_M / METRES_PER_DEGREE for known in found):
            found.append(spot)
    return found[:MOST_OF_A_PAIR]


def _crossing(one: NameShape, other: NameShape, spot: Spot) -> NameShape:
    at = tuple(np.round((spot.x, spot.y), 6).tolist())
    return NameShape(
        PlaceKind.CROSSING, one.name_zh, one.name_en, Spot(at), at, ACCURACY_M[PlaceKind.CROSSING],
        cross_zh=other.name_zh, cross_en=other.name_en,
    )  # fmt: skip
