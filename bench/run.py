"""Measure the house against bounds and print one table: `make bench`, or `python -m bench.run`.

Every figure is the median of alternating rounds in one run, so that what else the machine does slows both sides.
Pages: requests a second and the server's CPU for each, over kept connections, each server a process of its own.
`DATABASE_URL` with a PostgreSQL server measures on databases made for it there and dropped afterwards; without it
on SQLite in a temporary folder. Nothing that exists is touched. The last part asks a large city over HTTP
(`bench.through`; `SIZE=1000000 make bench` names its size): it is made once and kept for the next time.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from flask import Flask

from bench import (
    creating,
    handing,
    likeness,
    photo_formats,
    photo_intake,
    places,
    proposing,
    routing,
    servers,
    through,
    ticking,
    uploads,
)
from bench.city import enter_first_city, fill, found, moderator, open_city
from bench.client import Target, fetch, load, sign_in
from bench.databases import Databases, databases
from bench.figures import Load
from bench.servers import Server
from reporter.kernel.db import db

ROUNDS = 5
SECONDS = 0.8  # of each page in each round
SIZES = (5, 50, 1000)  # rows in the tables; from 50 on every page is full
REPORTS, BARE_ROWS = 20, 200  # written in each round
HEAD = ("", "ours", "bound or peer", "ratio", "goal")


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    ours: str
    bound: str = ""
    ratio: str = ""
    goal: str = ""


def main() -> None:
    """Measure and print."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with databases(folder, os.environ.get("DATABASE_URL", "")) as made:
            print(f"{made.kind}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the beginning")
            apps = cities(made, folder)
            rows = [
                *page_rows(made, folder),
                *report_rows(apps[SIZES[-1]], made.url(f"of_{SIZES[-1]}"), folder),
            ]
            rows += [*photo_rows(), *format_rows(), *proposing_rows()]
            rows += upload_rows(made.url(f"of_{SIZES[1]}"), folder)
            rows += start_rows(made.url(f"of_{SIZES[-1]}"), folder)
            rows += handing_rows(made.url(f"of_{SIZES[1]}"), folder)
            address = os.environ.get("DATABASE_URL", "")
            rows += [
                *likeness_rows(folder, address),
                *place_rows(folder, address),
                *routing_rows(),
                *tick_rows(folder, address),
            ]
    show(rows)
    print(
        f"medians of {ROUNDS} rounds, {time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.1f} at the end"
    )
    through.main()


def cities(made: Databases, folder: Path) -> dict[int, Flask]:
    """Return one city for each size."""
    step(f"making cities of {', '.join(map(str, SIZES))} rows")
    work(open_city(folder / "files", made.url("empty")), found)
    apps = {}
    for size in SIZES:
        apps[size] = open_city(folder / "files", made.copy("empty", f"of_{size}"))
        work(apps[size], partial(fill_first_city, size))
    return apps


def fill_first_city(size: int) -> None:
    """Write `size` rows of each kind into the only city there is."""
    enter_first_city()
    fill(size)


def work(app: Flask, what: Callable[[], object]) -> None:
    """Do `what` in a unit of work of its own and close the database."""
    with app.app_context():
        what()
        db.session.remove()
        db.engine.dispose()


def page_rows(made: Databases, folder: Path) -> list[Row]:
    """Measure the board and the moderators' queue, each beside the page that does nothing."""
    with ExitStack() as running:
        bare = Target(running.enter_context(servers.bare(folder / "bare.log")), "/")
        sites = {
            size: running.enter_context(servers.city(made.url(f"of_{size}"), folder / f"of_{size}"))
            for size in SIZES
        }
        targets = {("bare", 0): bare} | {
            (name, size): target for size, site in sites.items() for name, target in pages_of(site).items()
        }
        step("asking for pages")
        loads = rounds(targets)
    return [
        row for name, goal in (("board", 0.40), ("queue", 0.25)) for row in rows_of_page(name, goal, loads)
    ]


def pages_of(site: Server) -> dict[str, Target]:
    """Return the pages that are measured, looked at once."""
    cookie = sign_in(site, *moderator())
    pages = {"board": Target(site, "/board", anew=True), "queue": Target(site, "/triage/", cookie)}
    for page in pages.values():
        fetch(page)
    return pages


Loads = dict[tuple[str, int], list[Load]]


def rounds(targets: dict[tuple[str, int], Target]) -> Loads:
    """Ask for every page in turn, and all of them again, as often as there are rounds."""
    loads: Loads = {key: [] for key in targets}
    for target in targets.values():
        load(target, SECONDS / 4)
    for _ in range(ROUNDS):
        for key, target in targets.items():
            loads[key].append(load(target, SECONDS))
    return loads


def rows_of_page(name: str, goal: float, loads: Loads) -> list[Row]:
    """Return the lines of one page: with each size, and how it grows."""
    bare = loads["bare", 0]
    rows = [
        Row(
            f"{name}, {size} rows", said(loads[name, size]), said(bare),
            f"{median(ours.rate / bound.rate for ours, bound in zip(loads[name, size], bare, strict=True)):.3f}",
            f"≥ {goal:.2f}",
        )
        for size in (SIZES[0], SIZES[-1])
    ]  # fmt: skip
    few, many = loads[name, SIZES[1]], loads[name, SIZES[2]]
    growth = median(large.cpu / small.cpu for large, small in zip(many, few, strict=True))
    large, small = (f"{median(one.cpu for one in side):.1f} ms CPU" for side in (many, few))
    return [*rows, Row(f"{name}, {SIZES[2]} rows : {SIZES[1]} rows", large, small, f"{growth:.2f}", "≤ 1.5")]


def said(loads: Sequence[Load]) -> str:
    """Return a load in words."""
    return f"{median(one.rate for one in loads):.0f}/s, {median(one.cpu for one in loads):.1f} ms CPU"


def report_rows(app: Flask, url: str, folder: Path) -> list[Row]:
    """Measure one report without the work on its picture."""
    step("sending reports")
    creating.reports(app, 3)
    with creating.bare_rows(url, folder) as write:
        pairs = [(creating.reports(app, REPORTS), creating.speed(write, BARE_ROWS)) for _ in range(ROUNDS)]
    work(app, lambda: None)
    ours, bare = ([pair[side] for pair in pairs] for side in (0, 1))
    ratio = median(report.rate / row.rate for report, row in pairs)
    return [Row("one report, its photo taken in", said(ours), said(bare), f"{ratio:.3f}", "≥ 0.12")]


def photo_rows() -> list[Row]:
    """Measure the intake of one photo."""
    step("taking in photos")
    photo = photo_intake.a_phone_photo()
    cpu, grown = photo_intake.cpu_times(photo, ROUNDS), photo_intake.peak_megabytes(photo)
    tools = photo_intake.MISSING if cpu.tools is None else f"{cpu.tools:.0f} ms CPU (djpeg, cjpeg)"
    ratio = "" if cpu.ratio is None else f"{cpu.ratio:.2f}"
    return [
        Row("12-megapixel photo", f"{cpu.ours:.0f} ms CPU", tools, ratio, f"≤ {photo_intake.GOAL:.1f}"),
        Row("its memory above idle", f"{grown:.0f} MB", goal=f"≤ {photo_intake.GOAL_MEGABYTES} MB"),
    ]


def format_rows() -> list[Row]:
    """Measure the intake of photos of other formats and sizes, and its memory."""
    step("taking in photos of every format")
    rows = []
    for one in photo_formats.costs(ROUNDS):
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        rows += [
            Row(one.name, f"{one.ours:.0f} ms CPU", one.bound, ratio, f"≤ {one.goal:.1f}"),
            Row("its memory above idle", f"{one.megabytes:.0f} MB", goal=f"≤ {one.most_megabytes:.0f} MB"),
        ]
    return rows


def upload_rows(url: str, folder: Path) -> list[Row]:
    """Measure photos that arrive in parts through the server."""
    step("sending photos")
    one = uploads.measured(url, folder / "uploads", uploads.other_photos())
    return [
        Row("photos sent in parts", f"{one.rate:.1f} a second", f"{one.bound:.1f} if cleaning were all", f"{one.rate / one.bound:.2f}"),
        Row("the server's work for each", f"{one.cpu:.0f} ms CPU"),
    ]  # fmt: skip


def handing_rows(url: str, folder: Path) -> list[Row]:
    """Measure how long a notice takes from its commit to the carrier, by the one process and by workers."""
    step("sending notices")
    one, many = handing.embedded(url, folder / "handing"), handing.with_celery(url, folder / "celery")
    told = "not measured" if many is None else _told(many)
    return [
        Row("notice after its commit, one process", _told(one)),
        Row("notice after its commit, Celery on Redis", told, handing.MISSING),
    ]


def _told(delay: handing.Delay) -> str:
    return f"{delay.median:.0f} ms, p95 {delay.p95:.0f} ms"


def likeness_rows(folder: Path, address: str) -> list[Row]:
    """Measure the search for a picture among a million."""
    step("looking for a picture among a million")
    one = likeness.measured(folder / "looks", address, likeness.NUMBER)
    found = f"{one.found} of {one.asked} found"
    return [
        Row(
            "a picture among a million", f"{one.search_ms:.2f} ms", found, goal=f"< {likeness.GOAL_MS:.0f} ms"
        )
    ]


def place_rows(folder: Path, address: str) -> list[Row]:
    """Measure how fast points find their areas, beside a bare tree of the same outlines."""
    step("finding the areas of points")
    one = places.measured()
    search = places.searched(folder / "names", address)
    return [
        Row(
            f"{one.points} points in {one.areas} areas", f"{one.index:.0f}/s", f"{one.bare:.0f}/s",
            f"{one.index / one.bare:.2f}", "≥ 0.50",
        ),
        Row("every area a place may belong to", f"{one.candidates:.0f}/s", f"{one.bare:.0f}/s"),
        Row(
            f"an address among {search.names} names", f"{search.median_ms:.1f} ms, worst {search.worst_ms:.1f} ms",
            goal=f"≤ {places.GOAL_MS:.0f} ms",
        ),
        Row("the words beside a point", f"{search.beside_ms:.1f} ms"),
        Row(f"memory of {one.areas} areas", f"{one.megabytes:.1f} MB", goal="≤ 30 MB"),
    ]  # fmt: skip


def routing_rows() -> list[Row]:
    """Measure how fast cases find their unit, and how fast deadlines are counted."""
    step("routing cases and counting deadlines")
    one = routing.measured()
    return [
        Row(
            f"{routing.POINTS} cases through {routing.RULES} rules", f"{one.routed:.0f}/s", f"{one.areas_alone:.0f}/s (areas)",
            f"{one.routed / one.areas_alone:.2f}",
        ),
        Row(
            "deadlines of every clock", f"{one.deadlines:.0f}/s", f"{one.additions:.0f}/s (additions)",
            f"{one.deadlines / one.additions:.3f}",
        ),
        Row("memory of areas and rules", f"{one.megabytes:.0f} MB"),
    ]  # fmt: skip


def tick_rows(folder: Path, address: str) -> list[Row]:
    """Measure what a tick costs beside a million open cases."""
    step("ticking beside a million open cases")
    one = ticking.measured(folder / "ticks", address, ticking.NUMBER)
    return [
        Row(
            "a tick, nothing due of a million", f"{one.nothing_ms:.2f} ms", f"{one.row_ms:.2f} ms (a row by its key)",
            f"{one.nothing_ms / one.row_ms:.1f}",
        ),
        Row(
            "a case that is due", f"{one.each_ms:.1f} ms", f"{one.update_ms:.1f} ms (a bare update)",
            f"{one.each_ms / one.update_ms:.1f}",
        ),
    ]  # fmt: skip


def proposing_rows() -> list[Row]:
    """Measure the search of one photo for what may have to be hidden, where something is installed that can."""
    step("looking through photos")
    cost = proposing.look([proposing.a_photo_to_hide_something_of()], ROUNDS)
    if cost is None:
        return [Row("looking through a photo", "not measured", proposing.MISSING)]
    return [
        Row("looking through a photo", f"{cost.median:.2f} s CPU", goal=f"≤ {proposing.GOAL_SECONDS} s"),
        Row("memory of what looks", f"{cost.megabytes:.0f} MB", goal=f"≤ {proposing.GOAL_MEGABYTES} MB"),
    ]


def start_rows(url: str, folder: Path) -> list[Row]:
    """Measure the start on a database that is there, and what the one process holds when nobody asks."""
    step("starting")
    seconds, cpu, megabytes = [], [], []
    for _ in range(ROUNDS):
        with servers.city(url, folder / "start") as site:
            seconds.append(site.started)
            cpu.append(site.cpu())
            megabytes.append(site.megabytes())
    return [
        Row("start to first answer", f"{median(seconds):.1f} s, {median(cpu):.1f} s CPU", goal="< 3 s"),
        Row("idle memory, web and jobs", f"{median(megabytes):.0f} MB", goal="< 200 MB"),
    ]


def step(words: str) -> None:
    """Say what happens now."""
    print(f"… {words}", flush=True)


def show(rows: Sequence[Row]) -> None:
    """Print the table."""
    lines = [HEAD, *((row.name, row.ours, row.bound, row.ratio, row.goal) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
