"""Servers to measure: each a process of its own, with what it costs read from the kernel."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from bench.city import SECRET
from config import ROOT

TICKS = os.sysconf("SC_CLK_TCK")
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")
OURS = (
    "DATABASE_URL",
    "SECRET_KEY",
    "ORIGINAL_KEYS",
    "ORIGINALS_DAYS",
    "DATA",
    "HOST",
    "PORT",
    "DEMO",
    "PROPOSALS",
    "QUEUE_URL",
    "REPORTER_ENV",
    "FLASK_APP",
)


@dataclass(frozen=True)
class Server:
    """A server that answers on `port` of this machine. `started`: seconds from its start to its first answer."""

    pid: int
    port: int
    started: float

    def cpu(self) -> float:
        """Return the CPU seconds used so far, user and system, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def megabytes(self) -> float:
        """Return the memory that is the process's own, with its part of what is shared (PSS)."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def serving(command: list[str], log: Path, *, first: str = "", **settings: str) -> Iterator[Server]:
    """Run `command` with `settings` in its environment until the end of the block.

    Args:
        log: gets what it prints; its address is read from there.
        first: the path whose answer ends the start.
    """
    began = time.monotonic()
    plain = {name: text for name, text in os.environ.items() if name not in OURS}
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=plain | settings, stdout=out, stderr=out)
    try:
        port = _port(process, log)
        with urlopen(f"http://127.0.0.1:{port}/{first}", timeout=30) as answer:
            assert answer.status == 200
        yield Server(process.pid, port, time.monotonic() - began)
    finally:
        process.terminate()
        process.wait(timeout=30)


def bare(log: Path) -> AbstractContextManager[Server]:
    """Serve the page that does nothing."""
    return serving([sys.executable, "-m", "bench.bare"], log)


def city(url: str, folder: Path, **more: str) -> AbstractContextManager[Server]:
    """Serve the city in the database at `url`: everything in one process, as `make run` starts it.

    Args:
        more: settings besides.
    """
    folder.mkdir(exist_ok=True)
    flask = Path(sys.executable).with_name("flask")
    return serving(
        [str(flask), "serve"], folder / "log", first="healthz",
        DATABASE_URL=url, DATA=str(folder), SECRET_KEY=SECRET, PORT="0", DEMO="0", PROPOSALS="0", **more,
    )  # fmt: skip


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    for _ in range(3000):
        if found := ADDRESS.search(log.read_text()):
            return int(found[1])
        if process.poll() is not None:
            break
        time.sleep(0.01)
    raise SystemExit(f"The server did not start:\n{log.read_text()}")
