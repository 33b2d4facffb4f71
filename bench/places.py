"""How fast points find their areas, and what that takes of memory: `python -m bench.places [POINTS]`.

A city of 2 000 areas (a district, its streets, communities and grids) in a process of its own, so that its memory can be
told: 100 000 points one after the other through the room's index, and as its bound through a bare tree of shapely with
the same outlines, each side the median of alternating rounds. Candidates are the question a moderator's screen asks.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import shapely

from bench.city import enter_first_city, found, open_city
from bench.databases import databases
from reporter.kernel.db import db
from reporter.kernel.policy import SYSTEM
from reporter.places.commands import import_areas
from reporter.places.finding import beside, places_called
from reporter.places.gazetteer import import_names
from reporter.places.geometry import Datum, Point
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


NAMES, SEARCHES = 20_000, 40
GOAL_MS = 20.0
TYPED = (
    "新华", "新华街", "新华街128号", "乌兰察布市集宁区新华街128号", "新华街与民族路交叉口", "xh", "xhj", "xinhuajie 12", "jie", "路",
    "小学", "第一小学", "Xinhua Street", "便民市场", "没有这个地方",
)  # fmt: skip


@dataclass(frozen=True)
class Search:
    """Milliseconds: the median of all searches, of the slowest kind of them, and of the words beside a point."""

    kind: str
    names: int
    median_ms: float
    worst_ms: float
    worst: str
    beside_ms: float


def searched(folder: Path, address: str, number: int = NAMES) -> Search:
    """Fill a city of the bench's own with so many names and look for what people type, each `SEARCHES` times."""
    folder.mkdir(exist_ok=True)
    with databases(folder, address) as made:
        app = open_city(folder / "files", made.url("names"))
        with app.app_context():
            found()
        with app.app_context():
            enter_first_city()
            import_areas(_ground(), Datum.WGS84, by=SYSTEM, confirmed=True)
            import_names(_names(number), Datum.WGS84, by=SYSTEM)
            taken = {typed: _times(lambda typed=typed: places_called(typed, near=MIDDLE)) for typed in TYPED}  # type: ignore[misc]
            near = _times(lambda: beside(MIDDLE.lon, MIDDLE.lat))
            db.session.remove()
            db.engine.dispose()
    medians = {typed: statistics.median(times) for typed, times in taken.items()}
    worst = max(medians, key=lambda typed: medians[typed])
    every = statistics.median(one for times in taken.values() for one in times)
    return Search(made.kind, number, every, medians[worst], worst, statistics.median(near))


MIDDLE = Point(WEST + WIDE / 2, SOUTH + WIDE / 2)


def _times(ask: Callable[[], object]) -> list[float]:
    taken = []
    for _ in range(SEARCHES):
        db.session.rollback()
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _ground() -> str:
    ring = [
        [WEST, SOUTH],
        [WEST + WIDE, SOUTH],
        [WEST + WIDE, SOUTH + WIDE],
        [WEST, SOUTH + WIDE],
        [WEST, SOUTH],
    ]
    area = {"code": "150902", "name_zh": "集宁区"}
    return _file([(area, {"type": "Polygon", "coordinates": [ring]})])


def _file(entries: list[tuple[dict[str, str], dict[str, object]]]) -> str:
    features = [{"type": "Feature", "properties": one, "geometry": where} for one, where in entries]
    return json.dumps({"type": "FeatureCollection", "features": features})


def _names(number: int) -> str:
    """Return a tenth as many roads as names, as a grid of short ones, and places of common names at random."""
    dice = Random(20261130)  # noqa: S311 - places, not secrets
    first = "新民解放建设友谊团结胜利幸福和平光明东西南北中一二三四五六七八九"
    ends = ("小学", "中学", "便民市场", "小区", "社区", "公交站", "广场", "公园", "医院", "派出所")
    entries: list[tuple[dict[str, str], dict[str, object]]] = []
    for place in range(number):
        lon, lat = WEST + dice.random() * WIDE, SOUTH + dice.random() * WIDE
        name = "".join(dice.choice(first) for _ in range(2))
        if place % 10:
            point = {"type": "Point", "coordinates": [lon, lat]}
            entries.append(({"kind": "place", "name_zh": name + dice.choice(ends)}, dict(point)))
            continue
        east, north = (0.005, 0.0) if place % 20 else (0.0, 0.005)
        course = {"type": "LineString", "coordinates": [[lon - east, lat - north], [lon + east, lat + north]]}
        fixed = ("新华街", "民族路")[place // 10] if place < 20 else name + ("街" if place % 20 else "路")
        entries.append(({"kind": "road", "name_zh": fixed}, dict(course)))
    return _file(entries)


def main() -> None:
    """Print one line, or with `--alone` the figures as JSON."""
    if sys.argv[1:2] == ["--alone"]:
        print(json.dumps(alone(int(sys.argv[2])).__dict__))
        return
    figures = measured(int(sys.argv[1]) if len(sys.argv) > 1 else POINTS)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        search = searched(Path(name), os.environ.get("DATABASE_URL", ""))
    print(
        f"{search.kind}, {search.names} names: {search.median_ms:.1f} ms a search, {search.worst_ms:.1f} ms for “{search.worst}” "
        f"(goal ≤ {GOAL_MS:.0f}), {search.beside_ms:.1f} ms for the words beside a point"
    )
    print(
        f"{figures.areas} areas, {figures.points} points: {figures.index:.0f} a second through the index, {figures.bare:.0f} "
        f"through a bare tree ({figures.index / figures.bare:.2f}), {figures.candidates:.0f} with every candidate; "
        f"{figures.megabytes:.1f} MB"
    )


if __name__ == "__main__":
    main()
