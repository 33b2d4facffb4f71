"""These tests want nginx; where there is none, `make test` says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from reporter.desks.kept_pages import KeptPages
from reporter.desks.shelf import Shelf
from tests import needs
from tests.answering import answering
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
    try:
        with answering(app) as port, throwaway_nginx(program, [port], log=tmp_path / "access.log") as address:
            yield address
    finally:
        app.wsgi_app = plain  # type: ignore[method-assign]
        app.config["KEEP_SECONDS"], app.extensions["shelf"] = 0, shelf
