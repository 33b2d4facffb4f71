"""Text travels packed to whoever takes it, and is the same text."""

import gzip

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporter.desks.site.modules import modules_of

TAKES = {"Accept-Encoding": "gzip, deflate"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(
    "address", ["/static/sheets/house.css", "/static/js/report_shots.js", "/about/privacy", "/board"]
)
def test_text_is_packed_for_whoever_takes_it(client: FlaskClient, address: str) -> None:
    with client.get(address) as plain:
        said = plain.data
    packed = client.get(address, headers=TAKES)

    assert plain.content_encoding is None
    assert "Accept-Encoding" in plain.vary
    assert "Accept-Encoding" in packed.vary
    assert packed.content_encoding == "gzip"
    assert packed.content_length == len(packed.data)
    assert len(packed.data) * 2 < len(said)
    assert gzip.decompress(packed.data) == said


@pytest.mark.parametrize("refusal", ["", "identity", "gzip;q=0", "br"])
def test_whoever_does_not_take_it_gets_it_plain(client: FlaskClient, refusal: str) -> None:
    assert client.get("/about/privacy", headers={"Accept-Encoding": refusal}).content_encoding is None


def test_pictures_and_short_answers_stay_as_they_are(client: FlaskClient) -> None:
    for address in ("/favicon.svg", "/static/vendor/leaflet/images/layers.png"):
        with client.get(address, headers=TAKES) as answer:
            assert answer.status_code == 200, address
            assert "Content-Encoding" not in answer.headers, address


def test_a_packed_page_is_known_again(client: FlaskClient) -> None:
    first = client.get("/board", headers=TAKES)

    again = client.get("/board", headers={**TAKES, "If-None-Match": first.headers["ETag"]})

    assert first.headers["ETag"].startswith("W/")
    assert (again.status_code, again.data) == (304, b"")


def test_a_head_says_what_a_get_would_and_has_no_body(client: FlaskClient) -> None:
    answer = client.head("/about/privacy", headers=TAKES)

    assert (answer.status_code, answer.data) == (200, b"")


def test_a_page_names_all_modules_of_its_scripts_beforehand_and_each_once(client: FlaskClient) -> None:
    page = client.get("/report").text

    assert {"report_shots", "upload", "outbox"} <= set(modules_of("report"))
    for module in modules_of("report", "offline"):
        assert page.count(f'<link rel="modulepreload" href="/static/js/{module}.js">') == 1, module
