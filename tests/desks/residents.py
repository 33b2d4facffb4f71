"""What a resident's browser does, for the tests of the resident's desk."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from reporter.cases import commands as cases
from reporter.cases.lifecycle import Action
from reporter.cases.models import Case, Category
from reporter.cases.queries import get_case
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.photos.models import Photo
from reporter.reports.commands import triage
from reporter.reports.models import Report, ReportMessage, ReportPhoto
from reporter.reports.queries import get_report
from reporter.routing.queries import get_unit
from tests.desks import tus
from tests.make import (
    HERE,
    STAFF_OF_CENTRE,
    a_category,
    a_moderator,
    a_picture,
    a_report,
    a_unit,
    a_user,
    an_area,
    hand_in,
)

JSON = {"Accept": "application/json"}
Open = Callable[..., FlaskClient]


def a_city_to_report_in(**columns: Any) -> Category:
    """Return a kind with a sub-type, in a city that has an area around `HERE`."""
    an_area()
    return a_category("乱停乱放", subtypes=["占盲道"], **columns)


def filled(kind: Category, **changes: Any) -> dict[str, Any]:
    """Return what the plain form sends when everything is right, with one picture; None leaves a field out."""
    fields: dict[str, Any] = {
        "act": "send", "client_id": str(uuid4()), "lon": str(HERE[0]), "lat": str(HERE[1]), "place_source": "picked",
        "address": "解放大街", "landmark": "", "area_id": "", "category": kind.slug, "subcategory_id": "",
        "words": "占了盲道", "anonymous": "y", "contact": "", "photos": [a_file()],
    }  # fmt: skip
    return fields | changes


def a_file(content: bytes | None = None, name: str = "IMG_1.jpg") -> FileStorage:
    """Return a file as a browser sends it; a small good picture unless told otherwise."""
    return FileStorage(BytesIO(a_picture() if content is None else content), name, content_type="image/jpeg")


def post(client: FlaskClient, path: str, fields: dict[str, Any], **options: Any) -> TestResponse:
    """Send a form with files, as a browser does; the body stays in memory, so that no file is left open."""
    boundary, body = encode_multipart({name: value for name, value in fields.items() if value is not None})
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(path, data=body, content_type=kind, **options)


def send(client: FlaskClient, fields: dict[str, Any]) -> TestResponse:
    """Send the plain form, as a browser without scripts does."""
    return post(client, "/report", fields)


def upload(client: FlaskClient, content: bytes | None = None) -> TestResponse:
    """Send one picture ahead, as the page's script does."""
    return tus.sent(client, a_picture() if content is None else content)


def uploaded(client: FlaskClient, seed: object = "") -> str:
    """Send one good picture ahead and return its token."""
    token: str = upload(client, a_picture(seed)).get_json()["token"]
    return token


def tokens_on(page: TestResponse) -> list[str]:
    """Return the tokens of the pictures that the form on `page` holds."""
    return re.findall(r'name="token" value="([0-9a-f]{32})"', page.text)


def rows() -> dict[str, int]:
    """Return how many reports, pictures and messages the city has."""
    tables = (Report, ReportPhoto, ReportMessage, Photo)
    return {
        table.__tablename__: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in tables
    }


def the_report() -> Report:
    """Return the only report."""
    return db.session.scalars(select(Report)).one()


def accepted(report: Report) -> Case:
    """Return the case that `report` became, handed to a unit."""
    unit = a_unit("交警二中队", fallback=True)
    return triage.accept(report, triage.Judgement(unit_id=unit.id), by=a_user(*STAFF_OF_CENTRE).actor)


def finish(case: Case) -> None:
    """Let the unit handle `case` and an inspector close it."""
    handler = a_user(Role.HANDLER, unit=get_unit(case.lead_unit_id or 0)).actor
    cases.advance(case, Action.CLAIM, by=handler)
    hand_in(case, by=handler)
    cases.advance(case, Action.INSPECT_PASS, by=a_user(Role.INSPECTOR, name="核查员王某").actor)


def closed(report: Report) -> Case:
    """Return the case that `report` became, handled and closed."""
    case = accepted(report)
    finish(case)
    return get_case(case.id)


def asked() -> Report:
    """Return a report whose reporter was asked something."""
    report = a_report()
    triage.request_info(report, "哪个路口？", by=a_moderator().actor)
    return get_report(report.id)
