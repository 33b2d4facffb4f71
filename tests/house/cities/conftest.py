"""The three cities, made once for the tests of a file: these only look."""

from collections.abc import Iterator

import pytest
from flask import Flask

from reporter.kernel.db import db
from tests.conftest import fresh_city
from tests.house.cities.homes import Home, fill_home, id_of


@pytest.fixture(scope="module", autouse=True)
def app(worker_app: Flask) -> Iterator[Flask]:
    """Make the three cities once for all tests of this file: these only look."""
    with worker_app.app_context():
        fresh_city(worker_app)
        fill_home()
        yield worker_app
        db.session.remove()


@pytest.fixture(scope="module")
def home(app: Flask) -> Home:
    """Return the city that has everything."""
    return Home(id_of("jining"))
