"""In which order to visit some places: a short way in straight lines, not by streets. Pure."""

from collections.abc import Collection, Sequence
from itertools import combinations, pairwise

from reporter.places.geometry import Pair, distance_m

EXACT_TO = 9  # stops for which the shortest way is found; for more a short one

Distances = Sequence[Sequence[float]]


def tour(stops: Sequence[Pair], *, start: Pair, before: Collection[int] = ()) -> list[int]:
    """Return the places of `stops` in the order of a short way that begins at `start` and does not come back.

    Up to `EXACT_TO` stops it is the shortest there is; for more it is what nearest neighbour, then 2-opt, make of it.

    Args:
        stops: degrees WGS 84.
        before: places of stops that all come before the others.
    """
    urgent = [place for place in range(len(stops)) if place in before]
    others = [place for place in range(len(stops)) if place not in before]
    order: list[int] = []
    for group in (urgent, others):
        begin = stops[order[-1]] if order else start
        order += [group[place] for place in _short([stops[place] for place in group], begin)]
    return order


def legs(stops: Sequence[Pair], order: Sequence[int], *, start: Pair) -> list[float]:
    """Return the metres in a straight line to each stop of `order` from the one before it, the first from `start`."""
    points = [start, *(stops[place] for place in order)]
    return [distance_m(*one, *other) for one, other in pairwise(points)]


def _short(stops: Sequence[Pair], start: Pair) -> list[int]:
    if not stops:
        return []
    points = [start, *stops]
    far = [[distance_m(*one, *other) for other in points] for one in points]
    found = shortest(far) if len(stops) <= EXACT_TO else improved(far, nearest_next(far))
    return [place - 1 for place in found[1:]]


def shortest(far: Distances) -> list[int]:
    """Return the shortest way from place 0 through all others (Held and Karp): 2 to the power of their number."""
    number = len(far)
    best = {(1 << place, place): (far[0][place], 0) for place in range(1, number)}
    for size in range(2, number):
        for some in combinations(range(1, number), size):
            mask = sum(1 << place for place in some)
            for last in some:
                rest = mask ^ (1 << last)
                best[mask, last] = min(
                    (best[rest, place][0] + far[place][last], place) for place in some if place != last
                )
    mask = sum(1 << place for place in range(1, number))
    last = min(range(1, number), key=lambda place: best[mask, place][0], default=0)
    way = []
    while last:
        way.append(last)
        mask, last = mask ^ (1 << last), best[mask, last][1]
    return [0, *reversed(way)]


def nearest_next(far: Distances) -> list[int]:
    """Return the way from place 0 that always goes to the nearest place not yet visited."""
    way, left = [0], set(range(1, len(far)))
    while left:
        here = way[-1]
        way.append(min(left, key=lambda place: (far[here][place], place)))
        left.remove(way[-1])
    return way


def improved(far: Distances, way: Sequence[int]) -> list[int]:
    """Return `way` with parts of it turned around as long as that makes it shorter (2-opt); place 0 stays first."""
    way, better = list(way), True
    while better:
        better = False
        for first, last in combinations(range(1, len(way)), 2):
            if _gain(far, way, first, last) > 1e-6:  # noqa: PLR2004 - a micrometre: no rounding goes on for ever
                way[first : last + 1] = reversed(way[first : last + 1])
                better = True
    return way


def _gain(far: Distances, way: Sequence[int], first: int, last: int) -> float:
    """Return the metres that are saved when the part from `first` to `last` is turned around."""
    before, after = way[first - 1], way[last + 1] if last + 1 < len(way) else None
    old, new = far[before][way[first]], far[before][way[last]]
    if after is not None:
        old, new = old + far[way[last]][after], new + far[way[first]][after]
    return old - new
