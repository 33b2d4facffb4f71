"""What is handed out as one long file: rows a second through the server, and how its memory grows meanwhile."""

import threading
import time
from dataclasses import dataclass
from urllib.request import urlopen

from bench.servers import Server

CHUNK, LOOK_EVERY = 1 << 16, 0.05  # bytes, seconds
ROWS_A_SECOND, MEGABYTES = 20_000, 150


@dataclass(frozen=True)
class Export:
    """What a file was: its lines, how fast they came, and by how much the server grew while it sent them."""

    rows: int
    rate: float
    grown: float


def fetched(server: Server, path: str) -> Export:
    """Fetch a file to its end and keep nothing of it."""
    before, peak, over = server.megabytes(), [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(LOOK_EVERY):
            peak[0] = max(peak[0], server.megabytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    began, lines = time.perf_counter(), 0
    with urlopen(f"http://127.0.0.1:{server.port}{path}") as answer:
        while part := answer.read(CHUNK):
            lines += part.count(b"\n")
    took = time.perf_counter() - began
    over.set()
    watcher.join()
    return Export(lines - 1, (lines - 1) / took, max(0.0, peak[0] - before))


def show(server: Server) -> None:
    """Fetch the board as CSV and print what it took."""
    one = fetched(server, "/board/posts.csv")
    print(
        f"CSV of the board: {one.rows} rows, {one.rate:.0f} rows/s (goal ≥ {ROWS_A_SECOND}), "
        f"{one.grown:.0f} MB more than before (goal ≤ {MEGABYTES} in all)",
        flush=True,
    )
