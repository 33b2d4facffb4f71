"""What a resident's browser does, for the tests of the resident's desk."""

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from reporter.cases.models import Category
from reporter.kernel.db import db
from reporter.photos.models import Photo
from reporter.reports.models import Report, ReportMessage, ReportPhoto
from tests.make import HERE, a_category, a_picture, an_area

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


def upload(
    client: FlaskClient, content: bytes | None = None, name: str = "IMG_1.jpg", have: Sequence[str] = ()
) -> TestResponse:
    """Send one picture ahead, as the page's script does, from a form that has the pictures `have` already."""
    fields: dict[str, Any] = {"photo": a_file(content, name), "token": list(have)}
    return post(client, "/report/photos", fields, headers=JSON)


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
