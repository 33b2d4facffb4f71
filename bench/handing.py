"""How long after the commit that wrote it a notice is handed to the carrier: by the one process, and by workers.

Residents' reports go in at odd moments, one after the other; each asks for one notice, of a person of its own, to whom
quiet hours are nothing. The carrier only notes it. On the way lie two jobs: who is told by which way, and each delivery.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from statistics import median, quantiles
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from bench import servers
from bench.city import SECRET, enter_first_city, open_city, photos
from bench.servers import OURS
from config import ROOT
from reporter.cases.queries import categories
from reporter.kernel.db import db
from reporter.kernel.policy import ANYONE
from reporter.notices.commands.wishing import Wish, keep_wishes
from reporter.notices.commands.writing import contact_name
from reporter.notices.models import Notice
from reporter.places.queries import areas
from reporter.ports import ports
from reporter.reports.commands.intake import Spot, Submission, submit
from tests import needs
from tests.redis import throwaway_redis

NUMBER = 60
APART = (0.05, 0.35)  # seconds between two reports
PATIENCE = 60.0
AT_ANY_HOUR = Wish(off=frozenset(), quiet_from=0, quiet_to=0, digest_hour=8, most=10)
MISSING = needs.redis().how


@dataclass(frozen=True)
class Delay:
    """Milliseconds from commit to carrier."""

    median: float
    p95: float


def embedded(url: str, folder: Path) -> Delay:
    """Measure with threads of the web process."""
    with servers.city(url, folder):
        return _measured(open_city(folder / "files", url))


def with_celery(url: str, folder: Path) -> Delay | None:
    """Measure with one worker of two processes behind Redis; None where there is no Redis."""
    program = needs.redis().path
    if program is None:
        return None
    folder.mkdir(exist_ok=True)
    with ExitStack() as running:
        redis = running.enter_context(throwaway_redis(program))
        running.enter_context(_worker(url, redis.address, folder))
        return _measured(open_city(folder / "files", url, queue=redis.address))


@contextmanager
def _worker(url: str, queue: str, folder: Path) -> Iterator[None]:
    """Run `flask worker` until the end of the block, ready from its beginning."""
    settings = {name: text for name, text in os.environ.items() if name not in OURS} | {
        "DATABASE_URL": url, "QUEUE_URL": queue, "DATA": str(folder), "SECRET_KEY": SECRET, "PROPOSALS": "0",
    }  # fmt: skip
    log = folder / "worker.log"
    with log.open("w") as out:
        flask = str(Path(sys.executable).with_name("flask"))
        process = subprocess.Popen([flask, "worker"], cwd=ROOT, env=settings, stdout=out, stderr=out)
    try:
        until = time.monotonic() + PATIENCE
        while " ready." not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _measured(app: Flask) -> Delay:
    with app.app_context():
        enter_first_city()
        committed = _send_reports()
        sent = _sent(list(committed))
        db.session.remove()
        db.engine.dispose()
    delays = sorted((sent[one] - at).total_seconds() * 1000 for one, at in committed.items())
    return Delay(median(delays), quantiles(delays, n=20)[-1])


def _send_reports() -> dict[int, datetime]:
    """Send reports; return the instant at which each was committed, by its id."""
    prepared, dice = iter(photos(NUMBER)), Random(NUMBER)  # noqa: S311 - pauses, not secrets
    area, kind_id = areas(level="street")[0], categories()[0].id
    spot = Spot(source="picked", lon=area.lon, lat=area.lat, address="解放大街")
    committed = {}
    for number in range(NUMBER):
        contact = f"resident{number}@example.org"
        keep_wishes(contact_name(contact), AT_ANY_HOUR)
        time.sleep(dice.uniform(*APART))
        report = submit(
            Submission(
                client_id=str(uuid4()), category_id=kind_id, subcategory_id=None, spot=spot,
                words="占了人行道，老人只能走马路。", photo_ids=[next(prepared)],
                contact=contact, notify=True,
            ), by=ANYONE,
        )  # fmt: skip
        at = ports.clock.now()
        committed[report.id] = at
    return committed


def _sent(reports: list[int]) -> dict[int, datetime]:
    """Return when the notice of each report was handed to the carrier."""
    asked = select(Notice.report_id, Notice.sent_at).where(
        Notice.report_id.in_(reports), Notice.sent_at.is_not(None)
    )
    until, sent = time.monotonic() + PATIENCE, dict[int, datetime]()
    while len(sent) < len(reports):
        assert time.monotonic() < until, f"{len(sent)} of {len(reports)} notices were sent"
        time.sleep(0.1)
        db.session.rollback()
        enter_first_city()
        sent = {row.report_id: row.sent_at for row in db.session.execute(asked)}
    return sent
