"""The icons: a small font with what the pages name, and the classes for it."""

import io
import re
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from fontTools.ttLib import TTFont

from reporter.desks.site.icons import used_icons

SHEET = "/static/vendor/bootstrap-icons/icons.css"


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return the browser of somebody who did not sign in."""
    return client_as()


def glyphs_of(font: bytes) -> set[int]:
    with TTFont(io.BytesIO(font)) as opened:
        return set(opened.getBestCmap())


def test_what_the_sheet_names_is_in_the_font(client: FlaskClient) -> None:
    sheet = client.get(SHEET).text
    (address,) = re.findall(r'url\("(.*?)"\)', sheet)
    font = client.get(urljoin(SHEET, address))

    glyphs = glyphs_of(font.data)
    named = dict(re.findall(r'\.bi-([a-z0-9-]+)::before \{ content: "\\([0-9a-f]+)"', sheet))

    assert font.mimetype == "font/woff"
    assert "immutable" in font.headers["Cache-Control"]
    assert named.keys() == used_icons().keys()
    assert {int(code, 16) for code in named.values()} <= glyphs
    assert len(font.data) < 20_000  # bytes; the whole font has 134 kB as WOFF2


@pytest.mark.parametrize("code", [0xF26B, 0xF26E, 0xF26A, 0xF12B])
def test_the_glyphs_of_our_own_sheets_are_in_the_font(client: FlaskClient, code: int) -> None:
    font = client.get("/static/vendor/bootstrap-icons/icons.woff")

    assert code in glyphs_of(font.data)


def test_the_address_of_the_sheet_changes_with_what_is_in_it(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = app.url_for("site.vendor", path="bootstrap-icons/icons.css")

    assert client.get(SHEET).headers["ETag"].strip('"').startswith(address.rpartition("=")[2])
