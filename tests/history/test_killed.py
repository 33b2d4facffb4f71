"""Killed at any moment and started again it goes on and ends as if nothing had happened; two at once is one too many."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config import ROOT
from reporter.cases.models import Case
from reporter.history.models import BroughtRequest, ImportRun
from reporter.kernel.audit import verify
from reporter.kernel.db import current_city_id, db
from reporter.kernel.dialect import alone
from reporter.reports.models import Report
from tests.history.files import a_request, as_lines
from tests.insight.truth import all_differences
from tests.make import a_category, an_area

MANY, SECONDS = 6000, 120


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """Return the line that brings many requests over."""
    an_area()
    kind = a_category(slug="parking")
    file, mapping = tmp_path / "many.jsonl", tmp_path / "map.toml"
    requests = [a_request(number, status=("open", "closed")[number % 9 > 0]) for number in range(MANY)]
    file.write_bytes(as_lines(requests))
    mapping.write_text(f'source = "boston"\n[services]\n4f38 = "{kind.slug}"\n', encoding="utf-8")
    return [sys.executable, "-m", "flask", "import-open311", str(file), "--map", str(mapping)]


@contextmanager
def started(command: list[str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run it as an operator does, beside this process; kill it at the end of the block if it still lives."""
    address = db.engine.url.render_as_string(hide_password=False)
    settings = {
        "DATABASE_URL": address,
        "DATA": str(folder / "data"),
        "SECRET_KEY": "x",
        "FLASK_APP": "reporter.app",
    }
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | settings,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def wait_until_some_are_there(running: subprocess.Popen[str], more_than: int) -> None:
    until = time.monotonic() + SECONDS
    while rows() <= more_than:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)


def rows() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(BroughtRequest)) or 0


def test_killed_twice_it_goes_on_and_ends_equal(command: list[str], tmp_path: Path) -> None:
    for _ in range(2):
        with started(command, tmp_path) as running:
            wait_until_some_are_there(running, rows())
    assert 0 < rows() < MANY

    with started(command, tmp_path) as running:
        told, errors = running.communicate(timeout=SECONDS)

    assert running.returncode == 0, errors
    assert f"{MANY} records read" in told
    db.session.rollback()
    assert [rows(), db.session.scalar(select(func.count()).select_from(Case))] == [MANY, MANY]
    run = db.session.scalars(select(ImportRun)).one()
    assert (run.still_open + run.ended, run.ended_at is not None) == (MANY, True)
    numbers = sorted(db.session.scalars(select(Report.number)))
    days = {number[:-7] for number in numbers}
    assert numbers == sorted(
        f"{day}-{number:06d}"
        for day in days
        for number in range(1, 1 + sum(one.startswith(day) for one in numbers))
    )
    assert all_differences() == []
    assert list(verify("x")) == []


def test_while_one_is_under_way_a_second_says_so(command: list[str], tmp_path: Path) -> None:
    with alone(f"import-{current_city_id()}") as here, started(command, tmp_path) as second:
        _, errors = second.communicate(timeout=SECONDS)

    assert here
    assert (second.returncode, rows()) == (1, 0)
    assert errors == "Error: Another import into this city is under way just now: wait for its end.\n"
