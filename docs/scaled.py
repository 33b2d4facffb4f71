"""The scaled form without containers: `PYTHONPATH=. .venv/bin/python docs/scaled.py`.

Starts what compose.yaml names from Debian's packages (postgresql, redis-server, nginx-light) on free ports of this
machine, with all data in a temporary folder: PostgreSQL, Redis, a store that speaks S3, two web processes, a worker,
a slow worker, beat, nginx. Ctrl-C ends and removes all of it. `--walk` sends one report through nginx, waits until a
worker has handed its notice over, and ends. Debian has no server of S3: here it is the one of the tests.
"""

import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.cookiejar import CookieJar
from io import BytesIO
from pathlib import Path
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen
from uuid import uuid4

import boto3
from flask import Flask
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from bench.city import SECRET, enter_first_city, found, open_city
from bench.client import TOKEN
from config import ROOT
from reporter.cases.queries import categories
from reporter.kernel.db import db
from reporter.notices.commands.wishing import Wish, keep_wishes
from reporter.notices.commands.writing import contact_name
from reporter.notices.models import Notice
from reporter.places.queries import areas
from tests import needs
from tests.nginx import throwaway_nginx
from tests.ports import servers
from tests.postgres import throwaway_server
from tests.redis import throwaway_redis

WEBS = 2
PATIENCE = 90.0
FLASK = str(Path(sys.executable).with_name("flask"))
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")


def main() -> None:
    """Start everything; walk, or wait for Ctrl-C."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the store would tell of every request
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="reporter-scaled-")))
        settings = services(running)
        app = open_city(folder / "first", settings["DATABASE_URL"])
        with app.app_context():
            found()
            db.session.remove()
        address = city(running, folder, settings)
        print(f"{address} is nginx before {WEBS} web processes; data and logs lie in {folder}", flush=True)
        if "--walk" in sys.argv:
            walk(address, app, settings)
            return
        try:
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            print("Stopping ...")


def services(running: ExitStack) -> dict[str, str]:
    """Start PostgreSQL, Redis and the store; return the settings with which the city finds them."""
    database, redis, nginx = needs.postgresql(), needs.redis(), needs.nginx()
    if database.path is None or redis.path is None or nginx.path is None:
        sys.exit(f"{database.how} {redis.how} {nginx.how}".strip())
    settings = {
        "DATABASE_URL": running.enter_context(throwaway_server(database.path)),
        "QUEUE_URL": running.enter_context(throwaway_redis(redis.path)).address,
        "SECRET_KEY": SECRET, "ORIGINAL_KEYS": "7e57" * 16, "DEMO": "0", "PROPOSALS": "0", "PORT": "0",
        "PROXIES": "127.0.0.1",
    }  # fmt: skip
    return settings | servers.settings_of(running.enter_context(servers.moto()))


def city(running: ExitStack, folder: Path, settings: Mapping[str, str]) -> str:
    """Start web, workers, beat and nginx; return the address of nginx."""
    ports = []
    for number in range(WEBS):
        log = running.enter_context(started([FLASK, "serve"], folder, f"web{number}", settings, ADDRESS))
        ports.append(log[1])
    ready = re.compile(r" ready\.|is starting")
    running.enter_context(started([FLASK, "worker"], folder, "worker", settings, ready))
    slow = [FLASK, "worker", "--slow", "--processes", "1"]
    running.enter_context(started(slow, folder, "slow", settings, ready))
    running.enter_context(started([FLASK, "beat"], folder, "beat", settings, ready))
    program = needs.nginx().path
    assert isinstance(program, Path)
    address = running.enter_context(throwaway_nginx(program, [int(port) for port in ports])) + "/"
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urlopen(f"{address}readyz", timeout=10) as answer:  # noqa: S310 - an address of our own
                print(f"/readyz: {answer.read().decode().strip()}", flush=True)
        except OSError:
            time.sleep(0.2)
        else:
            return address
    sys.exit("nginx did not come up")


@contextmanager
def started(
    command: list[str], folder: Path, name: str, settings: Mapping[str, str], ready: re.Pattern[str] | None
) -> Iterator[re.Match[str]]:
    """Run `command` until the end of the block; yield what its log says when it is `ready`."""
    (folder / name).mkdir()
    log = folder / f"{name}.log"
    own = {"DATA": str(folder / name), "PYTHONUNBUFFERED": "1"} | settings
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | own, stdout=out, stderr=out)
    try:
        until, said = time.monotonic() + PATIENCE, None
        while ready and said is None:
            if process.poll() is not None or time.monotonic() > until:
                sys.exit(f"{name} did not start:\n{log.read_text()}")
            time.sleep(0.05)
            said = ready.search(log.read_text())
        print(f"{name} runs", flush=True)
        yield said or re.compile("").match("")  # type: ignore[misc]  # an empty pattern is found in everything
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def walk(address: str, app: Flask, settings: Mapping[str, str]) -> None:
    """Send one report as a resident's browser does; wait for its notice."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{address}report").read().decode()
    token = TOKEN.search(page)
    assert token, "the form has no token"
    with app.app_context():
        enter_first_city()
        area, kind = areas(level="street")[0], categories()[0].slug
        boundary, body = encode_multipart({
            "csrf_token": token[1], "act": "send_as_it_is", "client_id": str(uuid4()), "lon": str(area.lon), "lat": str(area.lat),
            "place_source": "picked", "address": "解放大街", "landmark": "", "area_id": "", "category": kind,
            "subcategory_id": "", "words": "占了盲道", "anonymous": "y", "notify": "y", "contact": "13800000000",
            "photos": [a_photo()],
        })  # fmt: skip
        kind_of = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        keep_wishes(
            contact_name("13800000000"), Wish(frozenset(), quiet_from=0, quiet_to=0, digest_hour=8, most=10)
        )
        began = time.monotonic()
        with browser.open(Request(f"{address}report", body, kind_of)) as answer:  # noqa: S310 - an address of our own
            print(f"the report was sent: {answer.status} {answer.url.removeprefix(address)}")
        db.session.rollback()
        while not (sent := list(db.session.scalars(select(Notice).where(Notice.sent_at.is_not(None))))):
            if time.monotonic() > began + PATIENCE:
                sys.exit("no notice was handed over")
            time.sleep(0.02)
            db.session.rollback()
            enter_first_city()
        took = (sent[0].sent_at - sent[0].at).total_seconds() if sent[0].sent_at else 0
        print(f"a worker handed its notice ({sent[0].what}) over, {took * 1000:.0f} ms after it was written")
        db.session.remove()
        db.engine.dispose()
    keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
    store = boto3.session.Session().client("s3", endpoint_url=settings["S3_ENDPOINT"], **keys)
    names = [one["Key"].split("/")[0] for one in store.list_objects_v2(Bucket=servers.BUCKET)["Contents"]]
    print(f"in the store: {names.count('uploads')} copies, {names.count('originals')} sealed original")


def a_photo() -> FileStorage:
    """Return a picture as a browser sends it."""
    content = BytesIO()
    Image.effect_mandelbrot((1280, 960), (-2, -1.5, 1, 1.5), 60).convert("RGB").save(content, "jpeg")
    return FileStorage(BytesIO(content.getvalue()), "IMG_1.jpg", content_type="image/jpeg")


if __name__ == "__main__":
    main()
