"""What was reported, month by month, as anybody fetches it; written by the city itself at night."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from reporter.kernel.db import db, enter_city
from reporter.kernel.policy import SYSTEM
from reporter.ports import Ports
from reporter.ports.queue import Job
from reporter.reports.commands.aside import set_aside
from reporter.transfer.nightly import WRITE, ask_for_open_data, open_data_folder
from tests.make import a_city, a_report
from tests.notices.posting import work

NIGHT = datetime(2026, 11, 23, 19, 30, tzinfo=UTC)  # 03:30 of the next day in the first city
NAME = "requests-2026-11.csv"


@pytest.fixture(autouse=True)
def folder(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setitem(app.config, "OPEN_DATA", str(tmp_path))
    return open_data_folder(app.config)


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    return client_as()


def ask(client: FlaskClient, path: str, **more: Any) -> TestResponse:
    """Return what is answered, read to its end."""
    return client.open(path, buffered=True, **more)


def written(folder: Path, fakes: Ports, *, at: datetime = NIGHT) -> None:
    """Let a night come, and its work be done."""
    fakes.clock.set(at)  # type: ignore[attr-defined]  # the tests' clock
    ask_for_open_data(folder)
    work()


def test_a_month_is_fetched_as_a_table_and_as_a_map(client: FlaskClient, folder: Path, fakes: Ports) -> None:
    report = a_report()
    written(folder, fakes)

    table, points = ask(client, f"/open-data/{NAME}"), ask(client, "/open-data/requests-2026-11.geojson")

    assert (table.status_code, table.mimetype, points.mimetype) == (200, "text/csv", "application/geo+json")
    assert report.number in table.text
    assert [one["id"] for one in points.get_json(force=True)["features"]] == [report.number]
    assert table.headers["Access-Control-Allow-Origin"] == "*"
    assert "creativecommons" in table.headers["Link"]
    assert "jining-requests-2026-11.csv" in table.headers["Content-Disposition"]


def test_whoever_has_it_already_is_told_so(client: FlaskClient, folder: Path, fakes: Ports) -> None:
    a_report()
    written(folder, fakes)
    first = ask(client, f"/open-data/{NAME}")

    by_tag = ask(client, f"/open-data/{NAME}", headers={"If-None-Match": first.headers["ETag"]})
    by_time = ask(client, f"/open-data/{NAME}", headers={"If-Modified-Since": first.headers["Last-Modified"]})
    head = ask(client, f"/open-data/{NAME}", method="HEAD")

    assert [by_tag.status_code, by_time.status_code, head.status_code] == [304, 304, 200]
    assert (head.data, int(head.headers["Content-Length"])) == (b"", len(first.data))


def test_whoever_takes_it_packed_gets_it_packed(client: FlaskClient, folder: Path, fakes: Ports) -> None:
    a_report()
    written(folder, fakes)

    plain, packed = (
        ask(client, f"/open-data/{NAME}"),
        ask(client, f"/open-data/{NAME}", headers={"Accept-Encoding": "gzip"}),
    )

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize(
    "name",
    [
        ".state.json",
        "../jining/datapackage.json",
        "requests-2026-12.csv",
        "requests-2026-11.xls",
        "reporter.db",
    ],
)
def test_nothing_else_in_the_folder_is_handed_out(
    client: FlaskClient, folder: Path, fakes: Ports, name: str
) -> None:
    a_report()
    written(folder, fakes)

    assert ask(client, f"/open-data/{name}").status_code == 404


def test_each_city_has_its_own(client: FlaskClient, folder: Path, fakes: Ports) -> None:
    a_report()
    enter_city(a_city("hohhot", hosts=["hohhot.example"]).id)
    written(folder, fakes)

    assert (
        ask(client, "/open-data/datapackage.json", headers={"Host": "hohhot.example"}).get_json()["resources"]
        == []
    )
    assert ask(client, f"/open-data/{NAME}", headers={"Host": "hohhot.example"}).status_code == 404
    assert ask(client, f"/open-data/{NAME}").status_code == 404


def test_it_is_written_once_a_night_from_three_o_clock_on(folder: Path, fakes: Ports) -> None:
    a_report()
    early = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)

    written(folder, fakes, at=early)
    before = (folder / "jining" / "datapackage.json").exists()
    for _ in range(2):
        written(folder, fakes)

    assert not before
    assert (folder / "jining" / "datapackage.json").exists()
    assert len(db.session.scalars(select(Job).where(Job.kind == WRITE)).all()) == 1


def test_the_page_lists_the_months_and_says_when_there_is_none(
    client: FlaskClient, folder: Path, fakes: Ports
) -> None:
    empty = ask(client, "/about/open-data").text
    a_report()
    written(folder, fakes)

    page = ask(client, "/about/open-data").text

    assert "还没有任何月份" in empty
    assert f"/open-data/{NAME}" in page
    assert "受理时间" in page
    assert ask(client, "/open-data/").headers["Location"] == "/about/open-data"


def test_what_was_set_aside_is_gone_the_next_night(client: FlaskClient, folder: Path, fakes: Ports) -> None:
    report, other = a_report(), a_report()
    written(folder, fakes)
    set_aside(report, by=SYSTEM, why=[])

    written(folder, fakes, at=NIGHT.replace(day=24))

    text = ask(client, f"/open-data/{NAME}").text
    assert report.number not in text
    assert other.number in text
    package = json.loads(ask(client, "/open-data/datapackage.json").data)
    assert package["created"].startswith("2026-11-24")
