"""Two clients that others wrote, `three` and `georeport`, against the running server."""

import itertools
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from reporter.cases.models import Category
from reporter.kernel.db import db
from reporter.reports.models import Report
from tests.make import HERE, a_category, a_picture, a_report, the_fallback, the_ground
from tests.open311.sending import a_key
from tests.open311.serving import served

pytestmark = pytest.mark.filterwarnings("ignore:invalid escape sequence")  # in what they stand on


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """Serve the city of the test; return the address."""
    with served(app) as address:
        yield address


@pytest.fixture
def kind() -> Category:
    """Return a kind with a sub-type, in a city that has an area."""
    the_ground()
    the_fallback()
    return a_category("乱堆乱放", subtypes=["堵消防通道"])


@pytest.fixture
def three(site: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the client `three` for the umbrella endpoint."""
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)  # it was written for Python 2
    secret = a_key()
    return import_module("three").Three(f"{site}/open311/v2", api_key=secret, jurisdiction="jining")


@pytest.fixture
def georeport(site: str) -> Any:
    """Return the client `georeport` for the endpoint of the city."""
    return import_module("georeport").GeoReport(f"{site}/jining/open311/v2")


def test_three_discovers_lists_posts_and_finds_again(three: Any, kind: Category) -> None:
    found = three.discovery()
    listed = three.services()
    asked = three.services(kind.slug)
    made = three.post(
        kind.slug, lat=HERE[1], long=HERE[0], name="Wu Wang", description="旧沙发", media=BytesIO(a_picture("a")),
    )  # fmt: skip
    number = made[0]["service_request_id"]

    db.session.rollback()
    (report,) = db.session.scalars(select(Report))
    assert {one["type"] for one in found["endpoints"]} == {"production", "test"}
    assert [one["service_code"] for one in listed] == [kind.slug]
    assert [one["code"] for one in asked["attributes"]] == ["subtype"]
    assert (report.number, report.words, report.photo_count) == (number, "旧沙发", 1)
    assert three.request(number)[0]["status"] == "open"
    assert [one["service_request_id"] for one in three.requests(count=10)] == [number]


def test_three_is_told_what_is_wrong(three: Any, kind: Category) -> None:
    three.api_key = "f" * 48
    refused = three.post(kind.slug, lat=HERE[1], long=HERE[0])

    assert three.post_response.status_code == 403
    assert [one["code"] for one in refused] == [403]
    assert "api_key" in refused[0]["description"]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_georeport_reads_the_same_in_both_forms(site: str, georeport: Any, kind: Category, form: str) -> None:
    client = type(georeport)(f"{site}/jining/open311/v2", output_format=form)
    number = a_report(category=kind).number

    services, asked = client.get_service_list(), client.get_service_definition(kind.slug)
    one = client.get_service_request(number)

    assert (services if form == "json" else [services])[0]["service_code"] == kind.slug
    assert asked["service_code"] == kind.slug
    assert (one["service_request_id"], one["status"], one["service_code"]) == (number, "open", kind.slug)
    assert float(one["lat"]) == pytest.approx(HERE[1], abs=0.01)
