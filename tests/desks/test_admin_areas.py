"""Files of areas at the administrators' desk: refused in words, kept once, imported from what was looked at."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.places.models import Area
from reporter.ports import Ports
from tests.make import a_user
from tests.places.files import collection, feature, square

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def admin(client_as: SignIn) -> FlaskClient:
    """Return the browser of a system administrator."""
    return client_as(a_user(Role.SYSTEM_ADMIN))


def preview(client: FlaskClient, content: str) -> Any:
    file = (BytesIO(content.encode()), "areas.geojson")
    return client.post("/admin/areas/preview", data={"file": file, "datum": "wgs84"})


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}"')[1].split('value="')[1].partition('"')[0]


@pytest.mark.parametrize("kind", [["Polygon"], {}, 7, None])
def test_a_geometry_of_no_kind_is_refused_and_not_kept(
    admin: FlaskClient, fakes: Ports, kind: object
) -> None:
    area = feature()
    area["geometry"]["type"] = kind

    answer = preview(admin, collection(area))

    assert answer.status_code == 422
    assert list(fakes.storage.iterate("imports/")) == []


@pytest.mark.parametrize("key", ["code", "name_zh", "name_en", "level", "parent"])
def test_half_a_character_in_a_file_is_refused_in_words(admin: FlaskClient, fakes: Ports, key: str) -> None:
    area = feature()
    area["properties"][key] = "桥\ud800东"

    answer = preview(admin, json.dumps({"type": "FeatureCollection", "features": [area]}))

    assert answer.status_code == 422
    assert list(fakes.storage.iterate("imports/")) == []


def test_the_same_file_is_kept_once_however_often_it_is_looked_at_and_refused(
    admin: FlaskClient, fakes: Ports
) -> None:
    overlapping = collection(feature(level="street"), feature("150902002", "桥西街道", square(113.05)))
    pages = [preview(admin, overlapping), preview(admin, overlapping)]
    fields = {name: hidden(pages[0].text, name) for name in ("upload", "datum", "edition")}

    refused = admin.post("/admin/areas/import", data=fields)
    kept = len(list(fakes.storage.iterate("imports/")))
    done = admin.post("/admin/areas/import", data=fields | {"confirmed": "y"})

    assert [page.status_code for page in pages] == [200, 200]
    assert [refused.status_code, done.status_code] == [422, 302]
    assert kept == 1
    assert list(fakes.storage.iterate("imports/")) == []


@pytest.mark.parametrize("upload", ["", "0" * 32, "0" * 32 + "\n", "../" * 10, "x" * 500])
def test_a_file_that_is_not_kept_is_asked_for_again(admin: FlaskClient, upload: str) -> None:
    answer = admin.post("/admin/areas/import", data={"upload": upload, "datum": "wgs84", "edition": "0"})

    assert answer.status_code == 422
    assert 'id="file-err"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Area)) == 0


def test_whoever_imports_an_outdated_preview_sees_a_fresh_one(admin: FlaskClient) -> None:
    first, second = preview(admin, collection(feature())), preview(admin, collection(feature("150902002")))
    fields = [
        {name: hidden(page.text, name) for name in ("upload", "datum", "edition")} for page in (first, second)
    ]

    answers = [admin.post("/admin/areas/import", data=typed | {"confirmed": "y"}) for typed in fields]

    assert [answer.status_code for answer in answers] == [302, 409]
    assert hidden(answers[1].text, "edition") != fields[1]["edition"]
    assert db.session.scalars(select(Area.code)).all() == ["150902001"]
