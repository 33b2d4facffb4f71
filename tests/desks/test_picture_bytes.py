"""How many bytes of pictures one address may send: counted in both doors, told until when, and nothing else is lost."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from reporter.cases.models import Category
from reporter.desks import errors
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.photos.models import Photo
from tests.desks import tus
from tests.desks.residents import a_city_to_report_in, a_file, filled
from tests.make import a_user
from tests.photos import pictures

PICTURE = pictures.jpeg(pictures.grain())
WORDS, SECRET = "第三处盲道被占", "a good long password"
TOLD = re.compile("不再接收|no more are taken before")


@pytest.fixture
def kind() -> Category:
    return a_city_to_report_in()


@pytest.fixture(autouse=True)
def _room_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "PICTURE_BYTES", f"{len(PICTURE) * 3 // 2} per day")


def photos() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Photo)) or 0


def post(client: FlaskClient, kind: Category, *, at: str = "127.0.0.1", many: int = 1) -> str:
    client.get("/report")
    files = [a_file(PICTURE) for _ in range(many)]
    answer = client.post(
        "/report", data=filled(kind, words=WORDS, act="add", photos=files),
        content_type="multipart/form-data", environ_base={"REMOTE_ADDR": at},
    )  # fmt: skip
    return answer.text


def test_what_comes_with_a_form_is_counted_and_what_was_typed_and_came_before_stays(
    watched: FlaskClient, kind: Category
) -> None:
    page = post(watched, kind, many=2)

    assert photos() == 1
    assert TOLD.search(page)
    assert WORDS in page
    assert len(re.findall(r'name="token" value="[0-9a-f]{32}"', page)) == 1


def test_what_comes_ahead_is_counted_with_it_and_is_told_in_seconds_too(
    watched: FlaskClient, kind: Category
) -> None:
    post(watched, kind)

    begun = tus.begun(watched, len(PICTURE))
    small = tus.begun(watched, len(PICTURE) // 4)

    assert begun.status_code == 429
    assert TOLD.search(str(begun.json))
    assert 0 < int(begun.headers["Retry-After"]) <= 24 * 3600
    assert small.status_code == 201


def test_a_part_is_counted_as_it_comes_whatever_was_announced(watched: FlaskClient, kind: Category) -> None:
    first, second = tus.begun(watched, len(PICTURE)), tus.begun(watched, len(PICTURE))

    taken = tus.patched(watched, first.location, PICTURE, 0)
    refused = tus.patched(watched, second.location, PICTURE, 0)
    rest = tus.patched(watched, second.location, PICTURE[: len(PICTURE) // 4], 0)

    assert [taken.status_code, refused.status_code, rest.status_code] == [200, 429, 204]
    assert "Retry-After" in refused.headers


def test_another_address_has_room_of_its_own(watched: FlaskClient, kind: Category) -> None:
    post(watched, kind, many=2)

    page = post(watched.application.test_client(), kind, at="203.0.113.9")

    assert photos() == 2
    assert not TOLD.search(page)


def test_staff_are_not_counted(watched: FlaskClient, kind: Category) -> None:
    a_user(Role.ACCEPTOR, email="staff@example.org", password=SECRET)
    watched.post("/sign-in", data={"login": "staff@example.org", "password": SECRET})

    post(watched, kind, many=3)

    assert photos() == 3
