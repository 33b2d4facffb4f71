"""Named roads and places at the administrators' desk: imported whole, refused by entry and field, taken back."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.kernel.policy import Role
from reporter.places.finding import gazetteers, places_called
from tests.make import a_user, an_area
from tests.places.files import collection
from tests.places.names import MINZU, SCHOOL, XINHUA, a_gazetteer, a_place


@pytest.fixture
def admin(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return the browser of a system administrator."""
    return client_as(a_user(Role.SYSTEM_ADMIN))


def bring(client: FlaskClient, *features: Any, datum: str = "wgs84") -> TestResponse:
    file = (BytesIO(collection(*features).encode()), "places.geojson")
    return client.post("/admin/names", data={"file": file, "datum": datum})


def test_a_file_becomes_the_list_that_is_searched(admin: FlaskClient) -> None:
    an_area()

    answer = bring(admin, XINHUA, MINZU)
    page = admin.get("/admin/names").text

    assert answer.status_code == 302
    assert "places.geojson" in page
    assert "3 个地名" in page
    assert places_called("新华街")[0].name_zh == "新华街"


def test_every_entry_that_cannot_be_used_is_named_with_its_field(admin: FlaskClient) -> None:
    an_area()

    answer = bring(admin, XINHUA, a_place("", "square"), a_place("广场", "plaza"))

    assert answer.status_code == 422
    assert "第 2 条（?）：name_zh 应为名称" in answer.text
    assert "第 3 条（广场）：kind 应为下列之一" in answer.text
    assert gazetteers() == []


def test_what_no_table_holds_is_taken_out_of_names_and_of_the_files_name(admin: FlaskClient) -> None:
    an_area()
    place = a_place("人民\0广场", "square", name_en="People\u0001 Square", aliases=["老\0广场"])

    file = (BytesIO(collection(place).encode()), "地\0名.geojson")
    answer = admin.post("/admin/names", data={"file": file, "datum": "wgs84"})

    assert answer.status_code == 302
    assert [one.file for one in gazetteers()] == ["地名.geojson"]
    assert [(one.name_zh, one.name_en) for one in places_called("老广场")] == [("人民广场", "People Square")]


@pytest.mark.parametrize(("content", "datum"), [(b"", "wgs84"), (b"{", "wgs84"), (b"[]", ""), (b"[]", "x")])
def test_a_file_that_is_none_or_of_no_datum_is_refused_in_words(
    admin: FlaskClient, content: bytes, datum: str
) -> None:
    an_area()

    file = (BytesIO(content), "places.geojson")
    answer = admin.post("/admin/names", data={"file": file, "datum": datum})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_the_list_before_is_taken_up_again(admin: FlaskClient) -> None:
    an_area()
    a_gazetteer(SCHOOL)
    a_gazetteer(XINHUA)

    done = admin.post("/admin/names/back", data={"number": "1"})
    again = admin.post("/admin/names/back", data={"number": "1"})
    never = admin.post("/admin/names/back", data={"number": "9"})
    nothing = [admin.post("/admin/names/back", data={"number": number}) for number in ("x", "9" * 30)]

    assert (done.status_code, again.status_code, never.status_code) == (302, 409, 404)
    assert [one.status_code for one in nothing] == [422, 422]
    assert all("请重新选择地名表。" in one.text for one in nothing)
    assert [one.number for one in gazetteers() if one.in_force] == [1]
