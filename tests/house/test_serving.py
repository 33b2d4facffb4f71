"""`flask serve` as an operator meets it: a process that starts, answers, stops, and leaves nothing half done."""

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from config import ROOT, TestConfig
from reporter.app import create_app
from reporter.kernel.errors import ConfigError

pytestmark = pytest.mark.pure

Start = Callable[..., "subprocess.Popen[str]"]
FLASK = str(Path(sys.executable).parent / "flask")
PATIENCE = 120  # seconds, for a machine that does much else


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts the city on a free port with its data in `tmp_path`; all are ended afterwards."""
    started: list[subprocess.Popen[str]] = []
    inherited = {
        name: text for name, text in os.environ.items() if name not in {"DATABASE_URL", "SECRET_KEY"}
    }

    def run(**settings: str) -> subprocess.Popen[str]:
        own = {"DATA": str(tmp_path), "PORT": "0", "DEMO": "0", "HOST": "127.0.0.1", "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            [FLASK, "serve"], cwd=ROOT, env=inherited | own | settings, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def line_with(words: str, process: subprocess.Popen[str]) -> str:
    """Return the first line of the output that holds `words`."""
    assert process.stdout
    seen = []
    for line in process.stdout:
        seen.append(line)
        if words in line:
            return line
    raise AssertionError("".join(seen))


def read(address: str) -> bytes:
    """Return what stands behind `address`."""
    with urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - an address of our own
        body: bytes = answer.read()
        return body


def test_an_empty_city_answers_and_stops_cleanly(start: Start) -> None:
    process = start()
    address = line_with("http://", process).strip()

    ready = json.loads(read(f"{address}readyz"))
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=PATIENCE)

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
    assert ready["status"] == "ok"
    assert (said.splitlines()[-1], process.returncode) == ("Stopped.", 0)


def test_who_has_a_file_already_asks_on_over_the_same_connection(start: Start) -> None:
    address = urlsplit(line_with("http://", start()).strip())
    connection = HTTPConnection(address.netloc, timeout=PATIENCE)
    tag = asked(connection).headers["ETag"]

    known = asked(connection, {"If-None-Match": tag})
    stays = connection.sock is not None
    last = asked(connection, {"If-None-Match": tag, "Connection": "close"})

    assert (known.status, stays, known.headers["Connection"]) == (304, True, None)
    assert (last.status, connection.sock) == (304, None)


def asked(connection: HTTPConnection, headers: dict[str, str] | None = None) -> HTTPResponse:
    """Return the answer about one of our files, read to its end."""
    connection.request("GET", "/static/js/more.js", headers=headers or {})
    answer = connection.getresponse()
    answer.read()
    return answer


def test_a_port_that_is_taken_is_one_line(start: Start) -> None:
    port = line_with("http://", start()).strip().removesuffix("/").rpartition(":")[2]

    second = start(PORT=port)
    said, _ = second.communicate(timeout=PATIENCE)

    assert said.startswith(f"Error: Port {port} of 127.0.0.1 is in use.")
    assert (said.count("\n"), second.returncode) == (1, 2)


def test_production_without_a_secret_is_one_line(start: Start) -> None:
    process = start(REPORTER_ENV="production")
    said, _ = process.communicate(timeout=PATIENCE)

    assert said.startswith("Error: SECRET_KEY is not set.")
    assert (said.count("\n"), process.returncode) == (1, 2)


def test_a_demo_city_that_is_interrupted_leaves_empty_tables(start: Start, tmp_path: Path) -> None:
    process = start(DEMO="1")
    line_with("Filling", process)
    with contextlib.closing(sqlite3.connect(tmp_path / "reporter.db")) as database:
        while process.poll() is None and not database.execute("SELECT count(*) FROM areas").fetchone()[0]:
            time.sleep(0.1)

        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)

        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert (tables, process.returncode) == (["alembic_version"], 1)


@pytest.mark.parametrize("address", ["nowhere", "mysql://somewhere/reporter"])
def test_an_address_that_is_no_database_of_ours_stops_the_start(address: str, tmp_path: Path) -> None:
    settings = {"SQLALCHEMY_DATABASE_URI": address, "DATA": tmp_path, "UPLOADS": tmp_path / "uploads"}

    with pytest.raises(ConfigError, match="DATABASE_URL is not the address"):
        create_app(type("Nowhere", (TestConfig,), settings))
