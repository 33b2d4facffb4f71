"""The moderators' queue with 100 000 reports waiting, and with 1 000: `python -m bench.queue`.

Every page is asked for over kept connections from the same machine, by turns, beside a Flask page that does nothing;
then one after the other for its own time. *Far down* is a page at nine tenths of the list, by its key; *a report
beside it* asks for two hundred different ones in turn. `DATABASE_URL` with a PostgreSQL server measures on databases made for it
there and dropped afterwards.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import Table, func, insert, literal, select

from bench import servers
from bench.city import enter_first_city, found, moderator, open_city, photos
from bench.client import Target, fetch, load, sign_in
from bench.databases import databases
from bench.figures import Load
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case, Nature, Source
from reporter.cases.queries import categories
from reporter.cities.queries import current_city
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.pages import page_of
from reporter.places.queries import areas
from reporter.ports import ports
from reporter.reports.lifecycle import State
from reporter.reports.models import Report, ReportPhoto
from reporter.reports.risk import CALM, Reason, Why
from reporter.reports.worklists import AtTriage, triage_list
from reporter.routing.queries import units

SIZES = (1_000, 100_000)  # reports that wait
BLOCK = 2_000  # rows written one by one; the others are copies
PICTURES = 200  # that all reports share: pages only write their addresses
SPREAD = 0.06  # degrees around the centre
EVERY_TENTH = 10  # report lies where a case of its kind is open
ROUNDS, SECONDS, LATENCIES = 5, 0.8, 60
DEEP = 0.9  # of the way down the list
STREETS = [
    "解放大街",
    "新华街",
    "工农路",
    "怀远大街",
    "恩和路",
    "察哈尔大街",
    "建设街",
    "桥东街",
    "民建路",
    "九龙街",
]
WORDS = [
    "占了人行道，行人只能走机动车道。", "垃圾桶满了，周围都是袋子，没有人收。", "井盖坏了一半，晚上看不见。",
    "每天早上都有人在这里摆摊，路过不去。", "路灯不亮，已经好几天了。", "墙上又贴了小广告。", "车停在盲道上，车主不在。",
]  # fmt: skip


@command
def fill_queue(number: int, photo_ids: Sequence[int]) -> None:
    """Write `number` waiting reports, a tenth of that asked or aside, and open cases where one in ten lies.

    Every hundredth is urgent; what stands out about others is spread over the whole scale. The first `BLOCK` are
    written row by row, the others are copies of them, a little aside, made within the tables: beyond `BLOCK` as many
    as whole copies make.
    """
    block = min(number, BLOCK)
    rows, line = block + block // 10, _Line.here(block, photo_ids)
    first = (db.session.scalar(select(func.max(Report.id))) or 0) + 1
    hung = (db.session.scalar(select(func.max(ReportPhoto.id))) or 0) + 1
    case = (db.session.scalar(select(func.max(Case.id))) or 0) + 1
    _write(Case.__table__, [line.case(n, case + n // EVERY_TENTH) for n in range(0, block, EVERY_TENTH)])
    _write(Report.__table__, [line.report(n, first + n) for n in range(rows)])
    _write(ReportPhoto.__table__, [line.hung(n, hung + n, first + n) for n in range(rows)])
    for copy in range(1, number // block):
        _copy(Case.__table__, case, block // EVERY_TENTH, copy)
        _copy(Report.__table__, first, rows, copy)
        _copy(ReportPhoto.__table__, hung, rows, copy, report_id=rows)
    if db.engine.dialect.name == "postgresql":
        for model in (Case, Report, ReportPhoto):
            last = select(func.max(model.id)).scalar_subquery()
            db.session.execute(select(func.setval(f"{model.__tablename__}_id_seq", last)))


def _write(table: Any, rows: list[dict[str, Any]]) -> None:
    assert isinstance(table, Table)
    db.session.execute(insert(table), rows)


def _copy(table: Any, first: int, rows: int, copy: int, **apart: int) -> None:
    """Write the `copy`th copy of `rows` rows whose ids begin with `first`; ids of `apart` move as far as is said."""
    assert isinstance(table, Table)
    aside = (copy % 200 - 100) * 0.0003
    told = {
        "id": table.c.id + copy * rows,
        **{name: table.c[name] + copy * by for name, by in apart.items()},
        **{name: table.c[name] + literal(f"-{copy}") for name in ("number", "code", "client_id") if name in table.c},
        **{name: table.c[name] + aside for name in ("lat", "given_lat") if name in table.c},
    }  # fmt: skip
    written = [column for column in table.columns if column.computed is None]
    own = select(*(told.get(column.name, column) for column in written))
    own = own.where(table.c.id.between(first, first + rows - 1))
    db.session.execute(insert(table).from_select([column.name for column in written], own))


@dataclass(frozen=True)
class _Line:
    """What the rows are written from, read once."""

    number: int
    photo_ids: Sequence[int]
    spots: Sequence[tuple[float, float]]
    kinds: Sequence[Any]
    area_ids: Sequence[int]
    unit_id: int
    city_id: int

    @classmethod
    def here(cls, number: int, photo_ids: Sequence[int]) -> "_Line":
        dice, city = Random(number), current_city()  # noqa: S311 - places, not secrets
        spots = [
            (city.lon + dice.uniform(-SPREAD, SPREAD), city.lat + dice.uniform(-SPREAD, SPREAD))
            for _ in range(number + number // 10)
        ]
        streets = [area.id for area in areas(level="street")]
        return cls(number, photo_ids, spots, categories(), streets, units()[0].id, current_city_id())

    def _kind(self, n: int) -> Any:
        return self.kinds[n // EVERY_TENTH % len(self.kinds)]

    def case(self, n: int, case_id: int) -> dict[str, Any]:
        lon, lat = self.spots[n]
        at = ports.clock.now() - timedelta(hours=3)
        return {
            "id": case_id, "city_id": self.city_id, "number": f"Q-{case_id:06d}", "state": CaseState.HANDLING, "category_id": self._kind(n).id,
            "nature": Nature.CONDITION, "source": Source.RESIDENT, "area_id": self.area_ids[n % len(self.area_ids)],
            "lon": lon, "lat": lat, "title": STREETS[n % 7], "address": STREETS[n % 7], "limits": {"handle": "4h"},
            "co_unit_ids": [], "refused_unit_ids": [], "route_reason": {}, "lead_unit_id": self.unit_id,
            "cover_photo_id": self.photo_ids[n % len(self.photo_ids)], "reported_at": at, "registered_at": at,
            "due_at": at + timedelta(hours=6), "version": 1,
        }  # fmt: skip

    def report(self, n: int, report_id: int) -> dict[str, Any]:
        lon, lat = self.spots[n]
        now = ports.clock.now()
        waits = n < self.number
        state = State.SUBMITTED if waits else (State.INFO_REQUESTED, State.ASIDE)[n % 2]
        at = now - timedelta(seconds=n)
        return {
            "id": report_id, "city_id": self.city_id, "number": f"Q-R-{report_id:06d}", "code": f"Q{report_id:015d}", "client_id": f"queue-{report_id}",
            "state": state, "category_id": self._kind(n).id, "area_id": self.area_ids[n % len(self.area_ids)],
            "lon": lon, "lat": lat, "given_lon": lon, "given_lat": lat, "datum": "wgs84", "place_source": "picked",
            "address": f"{STREETS[n % len(STREETS)]}{n % 300}号", "words": WORDS[n % len(WORDS)], "flags": [],
            "cover_photo_id": self.photo_ids[n % len(self.photo_ids)], "photo_count": 1, "submitted_at": at,
            "due_at": at + timedelta(hours=2) if waits else None, "risk": 0 if n % 100 == 99 else _rank(n),
            "urgent": n % 100 == 99, "alike": n < self.number and n % EVERY_TENTH == 0, "reasons": _reasons(n), "version": 1,
        }  # fmt: skip

    def hung(self, n: int, hung_id: int, report_id: int) -> dict[str, Any]:
        photo_id = self.photo_ids[n % len(self.photo_ids)]
        return {
            "id": hung_id,
            "city_id": self.city_id,
            "report_id": report_id,
            "photo_id": photo_id,
            "sort": 0,
        }


def _rank(n: int) -> int:
    return CALM if n % 5 else CALM - 1 - n // 5 % 4


def _reasons(n: int) -> list[dict[str, Any]]:
    if n % 100 == 99:
        return [Reason(Why.URGENT).kept()]
    return [] if n % 5 else [Reason(Why.REPEATED_SHOP, 6, 2).kept(), Reason(Why.NEWCOMER).kept()][: 1 + n % 2]


@dataclass(frozen=True)
class Look:
    """A page that is measured: its name, and the addresses that are asked for in turn."""

    name: str
    paths: Sequence[str]


def looks() -> list[Look]:
    """Return what is measured in a city that was filled; addresses of different reports, so that none is only kept."""
    enter_first_city()
    first = triage_list(AtTriage.WAITING, size=200)
    deep = deep_place()
    area = first.rows[0].area_id
    return [
        Look("page 1", ["/triage/"]),
        Look("far down", [f"/triage/?after={deep}"]),
        Look("one area", [f"/triage/?area={area}"]),
        Look("possibly there", ["/triage/?list=alike"]),
        Look("a report beside it", [f"/triage/{line.id}" for line in first.rows]),
    ]


def deep_place() -> str:
    """Return the key of the page at nine tenths of the reports that wait."""
    waiting = select(func.count()).select_from(Report).where(Report.state == State.SUBMITTED)
    far = int((db.session.scalar(waiting) or 0) * DEEP)
    table = Report.__table__
    there = select(table.c.risk, table.c.due_at, table.c.id).where(
        table.c.city_id == current_city_id(), table.c.state == State.SUBMITTED
    )
    risk, due, last = db.session.execute(
        there.order_by(table.c.risk, table.c.due_at, table.c.id).offset(far).limit(1)
    ).one()
    return page_of([(risk, due.isoformat(), last)] * 2, size=1, key=lambda row: row).after


@dataclass(frozen=True)
class Figure:
    """A page of one city: its rate beside the bare page's, CPU, and its own times in milliseconds."""

    ratio: float
    load: Load
    median: float
    p95: float
    kilobytes: float


def measured(site: servers.Server, bare: Target, look: Look, cookie: str) -> Figure:
    """Ask for one page by turns with the bare one, then one after the other for its own time."""
    targets = [Target(site, path, cookie) for path in look.paths]
    size = len(fetch(targets[0]).encode()) / 1000
    pairs = [(load(targets[n % len(targets)], SECONDS), load(bare, SECONDS)) for n in range(ROUNDS)]
    times = sorted(_time(targets[n % len(targets)]) for n in range(LATENCIES))
    return Figure(
        statistics.median(ours.rate / bound.rate for ours, bound in pairs),
        Load(*(statistics.median(getattr(ours, part) for ours, _ in pairs) for part in ("rate", "cpu"))),
        statistics.median(times), times[int(len(times) * 0.95)], size,
    )  # fmt: skip


def _time(target: Target) -> float:
    began = time.perf_counter()
    fetch(target)
    return (time.perf_counter() - began) * 1000


def main(sizes: Sequence[int] = SIZES) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as running:
        folder = Path(name)
        made = running.enter_context(databases(folder, os.environ.get("DATABASE_URL", "")))
        print(
            f"{made.kind}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the beginning",
            flush=True,
        )
        _in(open_city(folder / "files", made.url("empty")), found)
        bare = Target(running.enter_context(servers.bare(folder / "bare.log")), "/")
        figures: dict[int, dict[str, Figure]] = {}
        for size in sizes:
            url = made.copy("empty", f"of_{size}")
            asked = _in(open_city(folder / "files", url), partial(_filled, size))
            site = running.enter_context(servers.city(url, folder / f"of_{size}"))
            cookie = sign_in(site, *moderator())
            figures[size] = {look.name: measured(site, bare, look, cookie) for look in asked}
        show(figures)
        print(f"medians of {ROUNDS} rounds, load {os.getloadavg()[0]:.1f} at the end")


def _filled(size: int) -> list[Look]:
    enter_first_city()
    pictures = photos(PICTURES)
    enter_first_city()
    fill_queue(size, pictures)
    return looks()


def _in(app: Flask, what: Callable[[], Any]) -> Any:
    with app.app_context():
        result = what()
        db.session.remove()
        db.engine.dispose()
    return result


def show(figures: dict[int, dict[str, Figure]]) -> None:
    """Print a line for each page of each city, and how it grows."""
    small, large = min(figures), max(figures)
    for size, pages in figures.items():
        print(
            f"{size} waiting: of a bare page's rate (goal ≥ 0.25), requests a second, CPU, median and p95, kB"
        )
        for name, one in pages.items():
            print(
                f"  {name:20} {one.ratio:.3f}  {one.load.rate:5.0f}/s {one.load.cpu:5.1f} ms CPU"
                f"  {one.median:5.1f} {one.p95:5.1f} ms  {one.kilobytes:3.0f} kB"
            )
    print(f"growth of CPU from {small} to {large} (goal ≤ 1.5)")
    for name in figures[small]:
        print(f"  {name:20} {figures[large][name].load.cpu / figures[small][name].load.cpu:.2f}")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
