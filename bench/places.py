"""How fast points find their areas, and what that takes of memory: `python -m bench.places [POINTS]`.

A city of 2 000 areas (a district, its streets, communities and grids) in a process of its own, so that its memory can be
told: 100 000 points one after the other through the room's index, and as its bound through a bare tree of shapely with
the same outlines, each side the median of alternating rounds. Candidates are the question a moderator's screen asks.
"""

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import shapely

from reporter.places.shapes import AreaIndex, Level, Outline

POINTS, ROUNDS = 100_000, 3
SIDE = 40  # grids to each side of the city
WEST, SOUTH, WIDE = 113.0, 41.0, 0.4  # degrees
CORNERS = 16  # on each side of an outline, as a surveyed border has them


@dataclass(frozen=True)
class Figures:
    """Points a second, and megabytes that 2 000 areas take with their tree."""

    areas: int
    points: int
    index: float
    candidates: float
    bare: float
    megabytes: float


def square(column: float, row: float, side: float) -> Outline:
    """Return a square of the city with corners along its borders, `side` in units of a grid."""
    step = WIDE / SIDE
    west, south, size = WEST + column * step, SOUTH + row * step, side * step
    along = [size * place / CORNERS for place in range(CORNERS)]
    ring = [(west + part, south) for part in along]
    ring += [(west + size, south + part) for part in along]
    ring += [(west + size - part, south + size) for part in along]
    ring += [(west, south + size - part) for part in along]
    return shapely.Polygon(ring)


def city() -> tuple[list[tuple[int, Level, Outline]], dict[int, int | None]]:
    """Return a district, its 16 streets, 400 communities and 1 600 grids, and the id of what each lies under."""
    areas: list[tuple[int, Level, Outline]] = [(1, Level.COUNTY, square(0, 0, SIDE))]
    parents: dict[int, int | None] = {1: None}
    first, wide = 1, SIDE  # id of the first area of the level above, and how wide those are
    for level, side in ((Level.STREET, 10), (Level.COMMUNITY, 2), (Level.GRID, 1)):
        begins = len(areas) + 1
        for place in range((SIDE // side) ** 2):
            column, row = place % (SIDE // side) * side, place // (SIDE // side) * side
            areas.append((begins + place, level, square(column, row, side)))
            parents[begins + place] = first + column // wide + row // wide * (SIDE // wide)
        first, wide = begins, side
    return areas, parents


def measured(points: int = POINTS) -> Figures:
    """Measure in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-m", "bench.places", "--alone", str(points)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return Figures(**json.loads(told))


def alone(number: int) -> Figures:
    """Measure in this process."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    areas, parents = city()
    index = AreaIndex(areas, parents)
    index.at(WEST, SOUTH)
    taken = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    tree = shapely.STRtree([outline for _, _, outline in areas])
    dice = Random(20261129)  # noqa: S311 - places, not secrets
    points = [(WEST + dice.random() * WIDE, SOUTH + dice.random() * WIDE) for _ in range(number)]

    def bare(lon: float, lat: float) -> object:
        return tree.query(shapely.Point(lon, lat), predicate="intersects")

    def candidates(lon: float, lat: float) -> object:
        return index.candidates(lon, lat, radius_m=20.0)

    rates: dict[str, list[float]] = {"index": [], "bare": [], "candidates": []}
    for _ in range(ROUNDS):
        for name, ask in (("index", index.at), ("bare", bare)):
            rates[name].append(rate(ask, points))
        rates["candidates"].append(rate(candidates, points[: number // 10]))
    middle = {name: statistics.median(found) for name, found in rates.items()}
    return Figures(len(areas), number, middle["index"], middle["candidates"], middle["bare"], taken)


def rate(ask: Callable[[float, float], object], points: list[tuple[float, float]]) -> float:
    """Return how many points a second are answered."""
    began = time.perf_counter()
    for lon, lat in points:
        ask(lon, lat)
    return len(points) / (time.perf_counter() - began)


def main() -> None:
    """Print one line, or with `--alone` the figures as JSON."""
    if sys.argv[1:2] == ["--alone"]:
        print(json.dumps(alone(int(sys.argv[2])).__dict__))
        return
    found = measured(int(sys.argv[1]) if len(sys.argv) > 1 else POINTS)
    print(
        f"{found.areas} areas, {found.points} points: {found.index:.0f} a second through the index, {found.bare:.0f} "
        f"through a bare tree ({found.index / found.bare:.2f}), {found.candidates:.0f} with every candidate; "
        f"{found.megabytes:.1f} MB"
    )


if __name__ == "__main__":
    main()
