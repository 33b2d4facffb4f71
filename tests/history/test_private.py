"""Words, notes, addresses and pictures of another system are read by moderators and stand on no public page."""

import json
from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from reporter.cases.models import Case
from reporter.cases.queries import categories
from reporter.history.importing import bring_over
from reporter.history.mapping import read_mapping
from reporter.kernel.db import db
from reporter.kernel.policy import SYSTEM
from reporter.reports.models import Report
from tests.history.files import a_request, as_json
from tests.make import HERE, a_category, a_moderator, a_user, an_area, the_fallback

PLATE = "AM41532X"
AREA = "桥东街道"
TEXTS = {
    "description": f"Licence plate {PLATE} <b>{PLATE}</b>", "status_notes": f"Towed {PLATE}", "address": f"22 {PLATE} Street",
    "service_name": f"Abandoned {PLATE}", "media_url": f"https://311.example/{PLATE}.jpg", "agency_responsible": PLATE,
}  # fmt: skip
AROUND = f"lon={HERE[0]}&lat={HERE[1]}"


@pytest.fixture(autouse=True)
def _brought(app: Flask) -> None:
    """Bring an open and a closed request over, with a plate in every text."""
    an_area(AREA)
    the_fallback()
    kind = a_category(slug="parking")
    requests = [
        a_request(0, status="open", **TEXTS),
        a_request(1, **TEXTS),
        a_request(2, status="open", **TEXTS),
    ]
    terms = read_mapping(f'source = "boston"\n[services]\n4f38 = "{kind.slug}"', "map.toml", [kind.slug])
    assert bring_over(BytesIO(as_json(requests)), "boston.json", terms, by=SYSTEM).new == 3


def open_addresses(app: Flask) -> list[str]:
    """Return every address that can be asked for without knowing anything, and those that tell of kinds and places."""
    kind = categories()[0]
    plain = [
        str(rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    told = [
        f"/?kind={kind.slug}",
        f"/report/nearby?{AROUND}&category_id={kind.id}",
        f"/map?{AROUND}",
        "/open311/v2/requests.json?jurisdiction_id=jining&start_date=2026-05-20T00:00:00Z&end_date=2026-08-10T00:00:00Z&extensions=true",
        "/open311/v2/requests.xml?jurisdiction_id=jining&start_date=2026-05-20T00:00:00Z&end_date=2026-08-10T00:00:00Z",
        "/open311/v2/servicerequestupdates.json?jurisdiction_id=jining",
        "/open311/v2/services.json?jurisdiction_id=jining",
    ]
    return [*plain, *told]


def read(client: FlaskClient, address: str) -> tuple[int, bytes]:
    """Return status and content of a page."""
    with client.get(address, follow_redirects=True) as answer:
        return answer.status_code, answer.get_data()


def test_no_page_that_anybody_can_open_shows_a_plate(
    app: Flask, client_as: Callable[..., FlaskClient]
) -> None:
    answers = {
        (address, who): read(client, address)
        for who, client in {"nobody": client_as(), "resident": client_as(a_user())}.items()
        for address in open_addresses(app)
    }

    assert sum(status == HTTPStatus.OK for status, _ in answers.values()) > 60
    assert [at for at, (_, text) in answers.items() if PLATE.encode() in text] == []


def test_clients_of_the_standard_read_of_them_without_a_word(client_as: Callable[..., FlaskClient]) -> None:
    address = "/open311/v2/requests.json?jurisdiction_id=jining&start_date=2026-05-20T00:00:00Z&end_date=2026-08-10T00:00:00Z"

    status, content = read(client_as(), address)

    found = json.loads(content)
    assert (status, len(found)) == (HTTPStatus.OK, 3)
    assert {one["status"] for one in found} == {"open", "closed"}
    assert [(one["description"], one["address"], one["media_url"]) for one in found] == [
        (None, AREA, None)
    ] * 3


def test_whoever_reports_the_same_nearby_reads_nothing_of_it(client_as: Callable[..., FlaskClient]) -> None:
    kind = categories()[0]

    answers = [
        client_as(a_user()).get(f"/report/{page}?{AROUND}&category={kind.id}&category_id={kind.id}")
        for page in ("nearby", "")
    ]

    assert all(PLATE not in answer.get_data(as_text=True) for answer in answers)


def test_a_moderator_reads_all_of_it(client_as: Callable[..., FlaskClient]) -> None:
    case = db.session.scalars(select(Case).order_by(Case.id)).first()
    assert case is not None

    page = client_as(a_moderator()).get(f"/triage/cases/{case.id}").get_data(as_text=True)

    assert page.count(PLATE) >= len(TEXTS) - 1
    assert f"22 {PLATE} Street" in page
    assert f"boston · B000000 · Abandoned {PLATE}" in page
    assert f"https://311.example/{PLATE}.jpg" in page
    assert f'href="https://311.example/{PLATE}.jpg"' not in page


def test_the_title_of_a_case_is_ours() -> None:
    assert {case.title for case in db.session.scalars(select(Case))} == {categories()[0].name_zh}
    assert {report.reporter_id for report in db.session.scalars(select(Report))} == {None}
