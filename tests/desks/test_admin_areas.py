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


def test_a_file_whose_datum_nobody_stated_is_not_guessed(admin: FlaskClient) -> None:
    file = (BytesIO(collection(feature()).encode()), "areas.geojson")

    answers = [admin.post("/admin/areas/preview", data={"file": file, "datum": ""})]
    file = (BytesIO(collection(feature()).encode()), "areas.geojson")
    answers.append(admin.post("/admin/areas/preview", data={"file": file, "datum": "pulkovo"}))

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "坐标系" in answers[0].text


def import_file(admin: FlaskClient, content: str) -> None:
    page = preview(admin, content).text
    fields = {name: hidden(page, name) for name in ("upload", "datum", "edition", "name")}
    assert admin.post("/admin/areas/import", data=fields | {"confirmed": "y"}).status_code == 302


def test_the_page_lists_the_versions_and_leads_back_to_one(admin: FlaskClient) -> None:
    import_file(admin, collection(feature()))
    import_file(admin, collection(feature("150902002", "桥西街道", square(113.3))))

    listed = admin.get("/admin/areas").text
    shown = admin.post("/admin/areas/back/look", data={"number": "1"})
    fields = {name: hidden(shown.text, name) for name in ("number", "edition")}
    done = admin.post("/admin/areas/back", data=fields)

    assert listed.count("areas.geojson") == 2
    assert (shown.status_code, "桥西街道" in shown.text) == (200, True)
    assert done.status_code == 302
    assert db.session.scalars(select(Area.code).where(Area.active)).all() == ["150902001"]


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"number": "1", "edition": "99"}, 422),
        ({"number": "2", "edition": "2"}, 422),
        ({"number": "x"}, 422),
        ({"number": "9" * 30, "edition": "2"}, 422),
        ({}, 422),
    ],
)
def test_a_way_back_that_is_none_is_refused_in_words(
    admin: FlaskClient, typed: dict[str, str], status: int
) -> None:
    import_file(admin, collection(feature()))
    import_file(admin, collection(feature("150902002", "桥西街道", square(113.3))))

    answer = admin.post("/admin/areas/back", data=typed)

    assert (answer.status_code, 'id="file-err"' in answer.text) == (status, True)
    assert db.session.scalars(select(Area.code).where(Area.active)).all() == ["150902002"]


@pytest.mark.parametrize(
    ("number", "status"), [("", 422), ("x", 422), ("1", 422), ("7", 404), ("-1", 422), ("9" * 30, 422)]
)
def test_looking_at_a_way_back_that_is_none(admin: FlaskClient, number: str, status: int) -> None:
    import_file(admin, collection(feature()))

    assert admin.post("/admin/areas/back/look", data={"number": number}).status_code == status


def test_a_gap_is_noted_and_needs_no_confirmation(admin: FlaskClient) -> None:
    import_file(admin, collection(feature("150902", "集宁区", square(side=0.2))))

    page = preview(admin, collection(feature()))

    assert (page.status_code, 'name="confirmed"' in page.text) == (200, False)
    assert "75 %" in page.text


def test_of_many_areas_the_page_shows_a_hundred_at_a_time_and_the_preview_two_hundred(
    admin: FlaskClient,
) -> None:
    many = [
        feature(f"150902{n // 20 + 1:03d}{n % 20 + 1:03d}", f"社区{n}", square(113 + n / 1000, side=0.001))
        for n in range(250)
    ]

    page = preview(admin, collection(*many)).text
    import_file(admin, collection(*many))
    first = admin.get("/admin/areas").text
    after = first.split("after=")[1].partition('"')[0]

    assert page.count("<tr>") == 201
    assert (
        first.count('<th scope="row">')
        == admin.get(f"/admin/areas?after={after}").text.count('<th scope="row">')
        == 100
    )
