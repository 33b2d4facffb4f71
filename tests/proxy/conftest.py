"""These tests want nginx; where there is none, `make test` says so."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from waitress.server import create_server

from reporter.desks.kept_pages import KeptPages
from reporter.desks.shelf import Shelf
from reporter.serve import THREADS, listen
from tests import needs
from tests.nginx import throwaway_nginx

collect_ignore_glob = [] if needs.nginx().path else ["test_*.py"]


def pytest_report_header() -> list[str]:
    """Say why there are none."""
    return [how] if (how := needs.nginx().how) else []


@pytest.fixture
def behind(app: Flask, tmp_path: Path) -> Iterator[str]:
    """Return the address of nginx before the city, with everything kept as long as a city keeps it."""
    program, plain, shelf = needs.nginx().path, app.wsgi_app, app.extensions["shelf"]
    assert isinstance(program, Path)
    app.config["KEEP_SECONDS"], app.extensions["shelf"] = 1, Shelf(keeps=True)
    app.wsgi_app = KeptPages(plain, seconds=1)  # type: ignore[method-assign]
    listener = listen("127.0.0.1", 0)
    server = create_server(app, sockets=[listener], threads=THREADS, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        with throwaway_nginx(program, [listener.getsockname()[1]], log=tmp_path / "access.log") as address:
            yield address
    finally:
        server.close()
        server.task_dispatcher.shutdown()
        app.wsgi_app = plain  # type: ignore[method-assign]
        app.config["KEEP_SECONDS"], app.extensions["shelf"] = 0, shelf
