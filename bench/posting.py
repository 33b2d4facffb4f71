"""What is sent to a city over HTTP and durable when it is answered: reports, and steps of cases."""

import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import Empty, Queue
from urllib.parse import urlencode
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from bench.city import a_photo, enter_first_city
from bench.client import CONNECTIONS, Target, fetch
from bench.creating import bare_rows, speed
from bench.servers import Server
from bench.visitors import Visitor, visitor, visitors
from reporter.cases.lifecycle import State
from reporter.cases.models import Case
from reporter.cases.queries import categories
from reporter.cities.queries import current_city
from reporter.kernel.db import command, db
from reporter.kernel.policy import SYSTEM
from reporter.open311.commands.keys import Grant, create_key
from reporter.open311.key_models import Scope
from reporter.photos.models import Way
from reporter.places.queries import areas

ROUNDS, EACH, BARE = 3, 40, 300
PASSED = "inspect_pass"  # what its form is called
A_MINUTE = 6_000  # requests of a key
NUMBERS = count(int(time.time()) % 10_000_000)  # of visitors, of which a run before has none counted


@dataclass(frozen=True)
class Sent:
    """How often a second it was answered, CPU and times in milliseconds, and the rate beside bare durable rows."""

    rate: float
    cpu: float
    median: float
    p95: float
    ratio: float


def send_all(targets: Sequence[Target]) -> tuple[float, float, list[float]]:
    """Send each once over a few connections; return the rate, CPU milliseconds for each, and how long each took."""
    left: Queue[Target] = Queue()
    for target in targets:
        left.put(target)
    took: list[float] = []

    def work() -> None:
        while True:
            try:
                target = left.get_nowait()
            except Empty:
                return
            began = time.perf_counter()
            fetch(target)
            took.append((time.perf_counter() - began) * 1000)

    servers = {target.server for target in targets}
    cpu, began = sum(one.cpu() for one in servers), time.perf_counter()
    senders = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    seconds = time.perf_counter() - began
    assert len(took) == len(targets), "something that was sent was not answered as it should be"
    return len(took) / seconds, (sum(one.cpu() for one in servers) - cpu) * 1000 / len(took), took


def measured(rounds: Iterator[Sequence[Target]], url: str, folder: Path) -> Sent:
    """Send what each round brings, by turns with bare rows that are as durable."""
    rates, cpus, times, ratios = [], [], [], []
    with bare_rows(url, folder) as write:
        send_all(next(rounds))
        speed(write, BARE)
        for targets in rounds:
            rate, cpu, took = send_all(targets)
            bare = speed(write, BARE).rate
            rates.append(rate)
            cpus.append(cpu)
            ratios.append(rate / bare)
            times += took
    times.sort()
    middle = statistics.median
    return Sent(middle(rates), middle(cpus), middle(times), times[int(len(times) * 0.95)], middle(ratios))


def reports(app: Flask, servers: Sequence[Server]) -> Iterator[Sequence[Target]]:
    """Yield rounds of residents' reports, each of a visitor of its own whose picture was taken in before."""
    with app.app_context():
        enter_first_city()
        kind, area = categories()[0], areas(level="street")[0]
        plain = {
            "act": "send_as_it_is", "lon": f"{area.lon}", "lat": f"{area.lat}", "place_source": "picked", "address": "解放大街",
            "category": kind.slug, "words": "占了人行道，老人只能走马路。", "anonymous": "y",
        }  # fmt: skip
    for _ in range(ROUNDS + 1):  # the first round warms up
        some = visitors(servers, next(NUMBERS) * EACH, EACH)
        with app.app_context():
            enter_first_city()
            tokens = _photos_of([one.uploader(app) for one in some])
        yield [_report(one, plain | {"token": token}) for one, token in zip(some, tokens, strict=True)]


@command
def _photos_of(uploaders: Sequence[str]) -> list[str]:
    rows = [a_photo() for _ in uploaders]
    for row, uploader in zip(rows, uploaders, strict=True):
        row.uploader_key, row.way = uploader, Way.REPORT
    db.session.add_all(rows)
    return [row.token for row in rows]


def _report(one: Visitor, fields: dict[str, str]) -> Target:
    form = urlencode(fields | {"csrf_token": one.token, "client_id": str(uuid4())})
    return Target(one.server, "/report", one.cookie, whence=one.whence, form=form, wanted=302)


def posted(app: Flask, servers: Sequence[Server]) -> Iterator[Sequence[Target]]:
    """Yield rounds of requests that another system posts through Open311: without a picture."""
    with app.app_context():
        enter_first_city()
        _, secret = create_key(Grant(f"bench {uuid4()}", [Scope.POST], per_minute=A_MINUTE), by=SYSTEM)
        enter_first_city()
        kind, area = categories()[0], areas(level="street")[0]
        slug = current_city().slug
        plain = {"api_key": secret, "service_code": kind.slug, "lat": f"{area.lat}", "long": f"{area.lon}"}
    for _ in range(ROUNDS + 1):
        yield [
            Target(
                servers[n % len(servers)], f"/{slug}/open311/v2/requests.json",
                form=urlencode(plain | {"description": f"占了人行道 {uuid4()}"}),
            )
            for n in range(EACH)
        ]  # fmt: skip


def steps(app: Flask, server: Server) -> Iterator[Sequence[Target]]:
    """Yield rounds of work that an inspector passes: the case is closed, with a line in its trail."""
    inspector = visitor(server, next(NUMBERS), "inspector")
    with app.app_context():
        enter_first_city()
        handled = select(Case.id, Case.version).where(Case.state == State.HANDLED).order_by(Case.due_at)
        cases = db.session.execute(handled.limit(EACH * (ROUNDS + 1))).all()
    part = max(1, len(cases) // (ROUNDS + 1))
    for first in range(0, part * (ROUNDS + 1), part):
        yield [
            Target(
                server, f"/inspection/{case.id}/pass", inspector.cookie, whence=inspector.whence,
                form=urlencode({f"{PASSED}-csrf_token": inspector.token, f"{PASSED}-version": case.version}), wanted=302,
            )
            for case in cases[first : first + part]
        ]  # fmt: skip
