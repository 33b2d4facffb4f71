"""Requests of another system brought over, five thousand and a hundred thousand: `python -m bench.importing [NUMBERS]`.

Beside it, in the same run: the same file read by the standard library, and one bare row for each request written in
transactions as large, nothing else. Each size is measured in a process of its own, so that its peak of memory is its
own; the file is JSON lines. `DATABASE_URL` with a PostgreSQL server measures on databases made for it there and dropped
afterwards.
"""

import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from sqlalchemy import Column, Integer, MetaData, String, Table, insert

from bench.city import SPREAD, enter_first_city, found, open_city
from bench.databases import databases
from reporter.cases.queries import categories
from reporter.cities.queries import current_city
from reporter.history.importing import BATCH, bring_over
from reporter.history.mapping import read_mapping
from reporter.kernel.db import db
from reporter.kernel.policy import SYSTEM

NUMBERS = (5_000, 100_000)
DAYS = 1500  # over which they are spread
ONE_IN = 25  # is open
WORDS = "占了人行道，老人只能走马路。" * 4


@dataclass(frozen=True)
class Figures:
    """Seconds for `number` requests, and the peak of the process in megabytes: before, and after."""

    kind: str
    number: int
    ours: float
    bare: float
    began_with: float
    peak: float


def measured(folder: str, address: str, number: int) -> Figures:
    """Bring `number` invented requests over into a database of the bench's own."""
    file = Path(folder) / f"{number}.jsonl"
    with databases(Path(folder), address) as made:
        app = open_city(Path(folder) / "files", made.url(f"past{number}"))
        with app.app_context():
            found()
        with app.app_context():
            enter_first_city()
            kinds = [kind.slug for kind in categories()]
            _write(file, number, kinds)
            services = "\n".join(f'{kind} = "{kind}"' for kind in kinds)
            terms = read_mapping(f'source = "bench"\n[services]\n{services}', "bench", kinds)
            _peak()
            before = _peak()
            with file.open("rb") as opened:
                ours = _seconds(lambda: bring_over(opened, file.name, terms, by=SYSTEM))
            peak = _peak()
            bare = _seconds(lambda: _bare(file))
            db.session.remove()
            db.engine.dispose()
        return Figures(made.kind, number, ours, bare, before, peak)


def _write(file: Path, number: int, kinds: list[str]) -> None:
    dice, city = Random(number), current_city()  # noqa: S311 - places, not secrets
    begins = datetime(2022, 1, 1, tzinfo=UTC)
    with file.open("w", encoding="utf-8") as opened:
        for place in range(number):
            requested = begins + timedelta(days=DAYS * place / number)
            one = {
                "service_request_id": f"{place:09d}", "service_code": kinds[place % len(kinds)],
                "status": "closed" if place % ONE_IN else "open", "status_notes": "已处理", "description": WORDS,
                "requested_datetime": requested.isoformat(), "address": "解放大街",
                "updated_datetime": (requested + timedelta(hours=dice.uniform(1, 400))).isoformat(),
                "lat": city.lat + dice.uniform(-SPREAD, SPREAD), "long": city.lon + dice.uniform(-SPREAD, SPREAD),
            }  # fmt: skip
            opened.write(json.dumps(one, ensure_ascii=False) + "\n")


def _bare(file: Path) -> None:
    """Write one row for each line of the file."""
    bare = Table(
        "bench_past", MetaData(), Column("id", Integer, primary_key=True), Column("number", String), Column("words", String)
    )  # fmt: skip
    bare.create(db.engine)
    with file.open(encoding="utf-8") as lines:
        while some := [json.loads(line) for line in islice(lines, BATCH)]:
            with db.engine.begin() as connection:
                rows = [{"number": one["service_request_id"], "words": one["description"]} for one in some]
                connection.execute(insert(bare), rows)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _peak() -> float:
    """Return the peak of memory in megabytes since it was asked last, and let Linux count anew from here."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return int(kilobytes) / 1024


def main() -> None:
    """Measure and print."""
    address = os.environ.get("DATABASE_URL", "")
    for number in [int(one) for one in sys.argv[1:]] or NUMBERS:
        alone = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        with tempfile.TemporaryDirectory() as folder, alone:
            one = alone.submit(measured, folder, address, number).result()
        print(
            f"{one.kind}: {one.number} requests in {one.ours:.1f} s, {one.number / one.ours:.0f}/s; bare rows "
            f"{one.number / one.bare:.0f}/s, ratio {one.bare / one.ours:.3f}; peak {one.peak:.0f} MB, "
            f"{one.peak - one.began_with:.0f} MB more than before"
        )


if __name__ == "__main__":
    main()
