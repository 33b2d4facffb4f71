"""How long it takes to look for a picture among a million: `python -m bench.likeness [NUMBER]`.

Measured are the search as the product does it (thirteen hashes, four bands, the distances) and, as its bound, one
look for one row by its primary key through the same session. Rows are written straight into the table, their hashes drawn evenly, and
a part of them as skies have them: one band shared by one in fifty. Half the searches are for a picture that is there, changed by
three bits; the figure says how many of those were found.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar

from sqlalchemy import Index, insert, select, text

from bench.city import enter_first_city, found, open_city
from bench.databases import databases
from reporter.kernel.db import current_city_id, db
from reporter.photos.dhash import bands
from reporter.photos.models import Photo, Way
from reporter.photos.queries import LookAlike, look_alikes
from reporter.ports import ports

NUMBER, ROUNDS, LOOKS, BATCH = 1_000_000, 200, 13, 20_000
SKY = 0xFFFF_0000_0000_0000
GOAL_MS = 2.0

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Figures:
    """Medians in milliseconds, and how many of the pictures that were there were found."""

    kind: str
    search_ms: float
    slow_ms: float  # of a hundred searches the fifth slowest
    row_ms: float
    asked: int
    found: int


def measured(folder: Path, address: str, number: int) -> Figures:
    """Fill a database of the bench's own with `number` hashes and search it."""
    folder.mkdir(exist_ok=True)
    with databases(folder, address) as made:
        app = open_city(folder / "files", made.url("looks"))
        with app.app_context():
            found()
        with app.app_context():
            enter_first_city()
            hashes = fill(number)
            figures = searched(made.kind, hashes)
            db.session.remove()
            db.engine.dispose()
    return figures


def fill(number: int) -> Sequence[int]:
    """Write the rows with their indexes taken away, which are then made at once; return the hashes."""
    dice = Random(20261127)  # noqa: S311 - looks, not secrets
    hashes = [dice.getrandbits(64) for _ in range(number)]
    hashes = [SKY | bits & ~(0xFFFF << 48) if n % 50 == 0 else bits for n, bits in enumerate(hashes)]
    indexes = [index for index in Photo.__table__.indexes if isinstance(index, Index)]  # type: ignore[attr-defined]
    for index in indexes:
        index.drop(db.session.connection())
    for first in range(0, number, BATCH):
        db.session.execute(insert(Photo), list(rows(first, hashes[first : first + BATCH])))
    for index in indexes:
        index.create(db.session.connection())
    db.session.commit()
    db.session.remove()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # What a server does by itself within minutes: without it PostgreSQL reads the rows behind the index.
        connection.execute(text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))
    enter_first_city()
    return hashes


def rows(first: int, hashes: Sequence[int]) -> Iterator[dict[str, object]]:
    """Yield a photo for each of `hashes`, numbered from `first` on; only their looks differ."""
    now, city = ports.clock.now(), current_city_id()
    for n, bits in enumerate(hashes, start=first):
        token = f"{n:032x}"
        yield {
            "city_id": city, "token": token, "uploader_key": "bench", "created_at": now, "used": True, "format": "JPEG",
            "size": 1, "sha256": token * 2, "width": 1600, "height": 1200, "staff_sha256": token * 2, "camera": "",
            "sealed_with": "", "datum": "", "way": Way.DEMO, "flags": [], "looks": [f"{bits:016x}"] * (LOOKS - 1),
        } | {f"band{number}": band for number, band in enumerate(bands(bits))}  # fmt: skip


def searched(kind: str, hashes: Sequence[int]) -> Figures:
    """Search in turn for what is there and for what is not, and look one row up beside each."""
    dice = Random(7)  # noqa: S311
    times: list[float] = []
    single: list[float] = []
    hits = 0
    for n in range(ROUNDS):
        there = n % 2 == 0
        at = dice.randrange(len(hashes))
        asked = [dice.getrandbits(64) for _ in range(LOOKS)]
        if there:
            asked[dice.randrange(LOOKS)] = hashes[at] ^ 1 << 3 ^ 1 << 20 ^ 1 << 40
        took, alike = timed(partial(look_alikes, asked))
        times.append(took)
        hits += there and any(hashes[at] == hashes_of(one, hashes) for one in alike)
        single.append(timed(partial(one_row, at + 1))[0])
    return Figures(
        kind, statistics.median(times), sorted(times)[-ROUNDS // 20], statistics.median(single),
        ROUNDS // 2, hits,
    )  # fmt: skip


def hashes_of(alike: LookAlike, hashes: Sequence[int]) -> int:
    """Return the hash of the picture that was found; ids count from 1."""
    return hashes[alike.photo_id - 1]


def one_row(photo_id: int) -> int | None:
    """Look one row up by its key."""
    return db.session.scalar(select(Photo.band0).where(Photo.id == photo_id))


def timed(what: Callable[[], Answer]) -> tuple[float, Answer]:
    """Return how many milliseconds `what` took, and its answer."""
    began = time.perf_counter()
    answer = what()
    return (time.perf_counter() - began) * 1000, answer


def main() -> None:
    """Print one line: on SQLite, or on the PostgreSQL server that `DATABASE_URL` names."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        figures = measured(Path(name), os.environ.get("DATABASE_URL", ""), number)
    print(
        f"{figures.kind}, {number} hashes: {figures.search_ms:.2f} ms a search (median of {ROUNDS}; goal < {GOAL_MS}; "
        f"95 of 100 under {figures.slow_ms:.2f}), {figures.search_ms / figures.row_ms:.1f} times a row by its key; "
        f"{figures.found} of {figures.asked} found; load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
