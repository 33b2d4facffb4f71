"""How two outlines lie over one another. Pure."""

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from reporter.places.geometry import METRES_PER_DEGREE, distance_m
from reporter.places.shapes import Outline, box_of

MOST_CROSSINGS = 250_000  # of two borders that are compared corner by corner
_CELLS = 200  # across the smaller of two areas when they are compared on a grid
SLIVER_M = 20  # what is nowhere wider is the width of a pen, too: two hands drew one border


def moved_share(outline: Outline, other: Outline) -> float:
    """Return how much of the ground two outlines cover together only one of them covers, from 0 to 1."""
    if shapely.equals_exact(outline, other, normalize=True):
        return 0.0
    one, two = comparable(outline, other)
    common = shapely.intersection(one, two).area
    either = one.area + two.area - common
    return max(1 - common / either, 0.0001) if either else 1.0


def uncovered(outline: Outline, inner: Sequence[Outline]) -> list[Outline]:
    """Return the parts of `outline` that none of `inner` covers; on a grid where borders may cross endlessly."""
    corners = sorted((corners_of(one) for one in (*inner, outline)), reverse=True)
    if corners[0] * corners[1] > MOST_CROSSINGS:
        box = box_of(outline)
        cell = max(box.east - box.west, box.north - box.south) / (_CELLS * 10)
        outline, *inner = shapely.set_precision([outline, *inner], cell).tolist()
    rest = shapely.difference(outline, shapely.union_all(list(inner)))
    return [part for part in shapely.get_parts(rest).tolist() if part.area > 0]


def is_wide(part: BaseGeometry) -> bool:
    """Tell whether a part is somewhere wider than the width of a pen; degrees are taken as if at the equator."""
    return not part.buffer(-SLIVER_M / 2 / METRES_PER_DEGREE, quad_segs=2).is_empty


def apart_m(outline: Outline, other: Outline) -> float:
    """Return how far apart the middles of two outlines lie, in metres."""
    here, there = outline.centroid, other.centroid
    return distance_m(here.x, here.y, there.x, there.y)


def sticking_out_m(outline: Outline, parent: Outline) -> float:
    """Return how far the farthest part of `outline` lies out of `parent`."""
    inner, outer = comparable(outline, parent)
    outside = shapely.difference(inner, outer)
    if outside.is_empty:
        return 0.0
    shapely.prepare(outer)
    corners = shapely.get_coordinates(outside)
    farthest = shapely.Point(corners[int(shapely.distance(outer, shapely.points(corners)).argmax())])
    (lon, lat), (far_lon, far_lat) = shapely.shortest_line(outer, farthest).coords
    return distance_m(lon, lat, far_lon, far_lat)


def corners_of(outline: Outline) -> int:
    """Return how many corners an outline has: what comparing it costs."""
    return int(shapely.get_num_coordinates(outline))


def in_common(outline: Outline, other: Outline) -> tuple[float, BaseGeometry]:
    """Return which part of the smaller one both cover, from 0 to 1, and what that is."""
    one, two = comparable(outline, other)
    smaller = min(one.area, two.area)
    common = shapely.intersection(one, two)
    return (common.area / smaller if smaller else 0.0), common


def comparable(outline: Outline, other: Outline) -> tuple[Outline, Outline]:
    """Return both as they are; on one common grid when their borders could cross millions of times."""
    if corners_of(outline) * corners_of(other) <= MOST_CROSSINGS:
        return outline, other
    boxes = (box_of(outline), box_of(other))
    cell = min(max(box.east - box.west, box.north - box.south) for box in boxes) / _CELLS
    return shapely.set_precision(outline, cell), shapely.set_precision(other, cell)
