"""Start the whole city in one process: the database brought up to date, first data, work after commit, web."""

import errno
import logging
import signal
import socket
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, pass_script_info
from flask_migrate import downgrade, upgrade
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

from config import ROOT
from reporter.accounts.commands.codes import forget_codes
from reporter.board.commands import exposures as board
from reporter.board.commands.evidence import forget_evidence
from reporter.board.commands.objections import forget_origins
from reporter.cities.queries import all_cities
from reporter.demo.commands import demo_accounts, load_demo_city
from reporter.following.commands.digesting import tick as digests_tick
from reporter.insight.commands import sum_days
from reporter.kernel.audit import seal_daily
from reporter.kernel.db import db, enter_city
from reporter.kernel.dialect import gather_statistics
from reporter.kernel.errors import ConfigError
from reporter.notices.commands.ticking import tick as tick_notices
from reporter.open311.commands.forgetting import forget_posted
from reporter.photos.commands.arriving import drop_unfinished
from reporter.photos.commands.intake import drop_unused
from reporter.photos.commands.originals import drop_old_originals
from reporter.places.uploads import drop_old_uploads
from reporter.ports import ports
from reporter.ports.drain import Drain
from reporter.ports.queue import forget_done
from reporter.ports.storage import StorageUnavailable
from reporter.reports.commands.appealing import forget_senders
from reporter.reports.commands.effort import forget_efforts
from reporter.reports.commands.holding import forget_decisions
from reporter.reports.commands.locking import forget_locks
from reporter.reports.commands.ticking import tick as reports_tick
from reporter.reports.commands.weighing import forget_traces
from reporter.routing import ticking, whistles
from reporter.routing.opening import opening_key
from reporter.transfer.nightly import ask_for_open_data, open_data_folder

MIGRATIONS = str(ROOT / "migrations")
THREADS = 8
CONNECTIONS = 500  # at once: a browser keeps six open, each is a file, and systems often allow 1024
SLOWLY = 2.0  # seconds between two looks for slow work
HIGHEST_PORT = 65_535
STATISTICS_EVERY, EVER = timedelta(hours=1), datetime.min.replace(tzinfo=UTC)
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command()
@pass_script_info
def serve(info: ScriptInfo) -> None:
    """Start the city: web pages and work after commit in one process.

    Brings the database up to date and, at the first start and unless DEMO=0, fills it with the demo city.
    Existing data stay as they are. Ctrl-C ends everything.
    """
    on_stop(_interrupt, *STOPS)
    app = info.load_app()
    make_writable(app.config["DATA"])
    listener = listen(app.config["HOST"], app.config["PORT"])
    with app.app_context():
        reach_stores()
        migrate(app)
        welcome = first_data(app)
    answer(app, listener, welcome)


def make_writable(folder: Path) -> None:
    """Make `folder` where it is missing. Raises `ConfigError` when nothing can be written into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be written: {error.strerror}. DATA=folder names another place."
        ) from error


def reach_stores() -> None:
    """Try both stores of pictures. Raises `ConfigError` when one cannot be written and read."""
    checks = {"UPLOADS_STORE": ports.storage.check, "ORIGINALS_STORE": ports.originals.check}
    for setting, check in checks.items():
        try:
            check()
        except StorageUnavailable as error:
            named = current_app.config[setting]
            raise ConfigError(f"{setting}{named and f'={named}'} cannot be used: {error.reason}.") from error


def listen(host: str, port: str | int) -> socket.socket:
    """Return a socket that already listens, so that nobody else takes the port while the city gets ready.

    Raises:
        ConfigError: `port` is not a port, or is taken, or may not be used.
    """
    number = int(port) if str(port).isdecimal() else HIGHEST_PORT + 1
    if number > HIGHEST_PORT:
        raise ConfigError(f"PORT={port} is not a port: a number up to {HIGHEST_PORT} is.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, number), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConfigError(
                f"Port {number} of {host} is in use. Stop what runs there, or take another: make run PORT={number + 1}"
            ) from error
        raise ConfigError(f"Port {number} of {host} cannot be used: {error.strerror}.") from error


def migrate(app: Flask) -> None:
    """Bring the database to the newest schema. Raises `ConfigError` when it does not answer."""
    try:
        upgrade(directory=MIGRATIONS)
    except OperationalError as error:
        address = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).render_as_string(hide_password=True)
        reason = str(error.orig).strip().splitlines()[0]
        raise ConfigError(f"The database {address} cannot be used: {reason}") from error


def first_data(app: Flask) -> list[str]:
    """Fill an empty database with the demo city where that is wanted; return the lines that greet the operator."""
    if not all_cities() and app.config["DEMO"]:
        click.echo("Filling the database with the demo city: two months of history, up to a minute ...")
        fill()
    cities = all_cities()
    if not cities:
        return [
            f"This installation is empty: the first page sets it up. The key that it asks for: {opening_key()}"
        ]
    if not any(city.demo for city in cities):
        return []
    accounts = demo_accounts()
    widest = max(len(login) for _, login, _ in accounts)
    lines = [f"  {login:{widest}}  {password}  {title}" for title, login, password in accounts]
    return ["Demo accounts (login, password, role):", *lines]


def fill() -> None:
    """Load the demo city whole or not at all: what stops it half-way leaves the tables as empty as they were.

    A signal to stop waits for the end of the step: raised within the database's driver, it can be lost, or leave
    a transaction open that keeps the tables from being emptied.
    """
    asked = threading.Event()

    def between() -> None:
        if asked.is_set():
            raise KeyboardInterrupt

    on_stop(lambda *_: asked.set(), *STOPS)
    try:
        load_demo_city(between=between)
        between()
    except BaseException:
        db.session.remove()
        downgrade(directory=MIGRATIONS, revision="base")
        raise
    finally:
        on_stop(_interrupt, *STOPS)


def answer(app: Flask, listener: socket.socket, welcome: list[str]) -> None:
    """Answer requests until Ctrl-C or a signal to stop; leave nothing running.

    The work after commit is done as well, unless there is a broker: then workers do it, see `reporter.workers`.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is no news
    server = web_server(app, listener)
    with app.app_context():
        drains = (
            () if ports.broker.there() else (Drain(app, tick=tick_all), Drain(app, every=SLOWLY, slow=True))
        )
    for drain in drains:
        drain.start()
    click.echo("\n".join([address(listener), *welcome, "Ctrl-C stops it."]))
    try:
        server.run()
    finally:
        on_stop(signal.SIG_IGN, *STOPS)
        server.close()
        for drain in drains:
            drain.stop()
        with app.app_context():
            ports.finder.close()
            db.engine.dispose()
    click.echo("Stopped.")


def web_server(app: Flask, listener: socket.socket, channels: dict[int, Any] | None = None) -> Any:
    """Return what answers on `listener` once it runs; `channels` is where its connections are kept.

    What a proxy says of who asks is left as it came: whether it is believed is the business of `PROXIES` alone.
    """
    server = create_server(
        app, sockets=[listener], map=channels, threads=THREADS, ident=None,
        max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 1, clear_untrusted_proxy_headers=False,
        connection_limit=CONNECTIONS, asyncore_use_poll=True,
    )  # fmt: skip
    server.channel_class = Connection
    return server


class Request(WSGITask):  # type: ignore[misc]  # waitress carries no types
    """A request after whose 304 the connection stays: without a body its end is known (RFC 9112, 6.3)."""

    def set_close_on_finish(self) -> None:
        """Hang up after this answer, unless it is a 304 to somebody who has not hung up."""
        wants_more = self.request.headers.get("CONNECTION", "").lower() != "close"
        if self.version == "1.1" and wants_more and not self.wrote_header and self.status.startswith("304"):
            return
        super().set_close_on_finish()


class Connection(HTTPChannel):  # type: ignore[misc]  # as above
    """A connection of a browser or a proxy."""

    task_class = Request


def keep_statistics() -> None:
    """Let the database look at its tables once an hour, and at the start."""
    known, now = current_app.extensions, ports.clock.now()
    if now - known.get("statistics_at", EVER) >= STATISTICS_EVERY:
        known["statistics_at"] = now
        gather_statistics()


def tick_all() -> None:
    """Do what time alone sets off; in every city: escalate, resume, archive, expire, forget what is not needed, seal."""
    ports.storage.sweep()
    ports.originals.sweep()
    forget_done()
    keep_statistics()
    for city in all_cities():
        enter_city(city.id)
        reports_tick()
        ticking.tick()
        whistles.tick()
        board.tick()
        forget_evidence()
        forget_origins()
        forget_traces()
        forget_codes()
        forget_senders()
        forget_decisions()
        forget_posted()
        forget_efforts()
        forget_locks()
        digests_tick()
        tick_notices()
        drop_unused()
        drop_unfinished()
        drop_old_originals(kept=current_app.config["ORIGINALS_KEPT"])
        drop_old_uploads()
        sum_days()
        ask_for_open_data(open_data_folder(current_app.config))
        seal_daily(current_app.config["SECRET_KEY"], at=ports.clock.now())


def address(listener: socket.socket) -> str:
    """Return where a browser finds the city."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def on_stop(
    what: Callable[[int, FrameType | None], None] | signal.Handlers, *signals: signal.Signals
) -> None:
    """Let `what` answer each of `signals`."""
    for number in signals:
        signal.signal(number, what)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
