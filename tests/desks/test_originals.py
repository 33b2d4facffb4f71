"""The page of a photo's original: who may, for what, what is told, and what stays in the trail."""

import html
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporter.accounts.models import User
from reporter.cases.lifecycle import State
from reporter.kernel.audit import trail_of
from reporter.kernel.policy import ANYONE, Role
from reporter.photos.commands.intake import take_in
from reporter.photos.commands.originals import drop_old_originals
from reporter.photos.models import Photo, Way
from reporter.photos.queries import get_photo
from reporter.ports import Ports
from tests.board.posts import an_exposure
from tests.make import a_case, a_unit, a_user
from tests.photos import pictures

Client = Callable[..., FlaskClient]
UPLOAD = pictures.jpeg(
    exif=pictures.exif_block(
        taken="2026:11:23 13:50:00", place=("N", (41.0, 1.0, 56.33), "E", (113.0, 6.0, 32.98)), metres=12,
        datum="GCJ-02", make="Make", model="One",
    )
)  # fmt: skip


@pytest.fixture
def photo() -> Photo:
    """Return a unit's picture whose camera wrote much."""
    return take_in(UPLOAD, by=ANYONE, uploader_key="unit", way=Way.RESULT)


@pytest.fixture
def redactor() -> User:
    """Return somebody who may open originals."""
    return a_user(Role.REDACTOR, name="其其格", locale="en")


def page_of(client: FlaskClient, photo: Photo) -> str:
    answer = client.get(f"/pictures/{photo.token}/original")
    assert answer.status_code == 200
    return html.unescape(answer.text)


def test_the_page_tells_the_chain_of_custody(client_as: Client, redactor: User, photo: Photo) -> None:
    page = page_of(client_as(redactor), photo)

    for told in (
        photo.sha256, "JPEG · ", "400 by 300 pixels", "with a unit's result", "to about 12 m", "GCJ-02", "Make One",
        "gives its place in another datum than WGS 84", "sealed, kept until", "Nobody has opened it.",
    ):  # fmt: skip
        assert told in page


def test_it_speaks_chinese(client_as: Client, photo: Photo) -> None:
    page = page_of(client_as(a_user(Role.SHIFT_LEADER)), photo)

    for told in ("照片原图", "随单位办理结果", "地点所用坐标系不是 WGS 84", "已加密封存", "还没有人打开过"):
        assert told in page


def test_the_original_is_handed_out_as_it_came_and_the_opening_stays(
    client_as: Client, redactor: User, photo: Photo
) -> None:
    client = client_as(redactor)

    answer = client.post(f"/pictures/{photo.token}/original", data={"purpose": "proof for the court"})

    assert (answer.status_code, answer.data) == (200, UPLOAD)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="original-{photo.sha256[:12]}.jpg"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.mimetype == "application/octet-stream"
    page = page_of(client, photo)
    assert "proof for the court" in page
    assert "其其格" in page
    assert "the file was not the one that came" not in page


@pytest.mark.parametrize("purpose", ["", "   ", "x" * 501])
def test_without_a_purpose_nothing_is_opened_and_nothing_typed_is_lost(
    client_as: Client, redactor: User, photo: Photo, purpose: str
) -> None:
    answer = client_as(redactor).post(f"/pictures/{photo.token}/original", data={"purpose": purpose})

    assert answer.status_code == 422
    assert "Purpose of opening the original: " in answer.text
    assert purpose.strip() in answer.text
    assert trail_of(get_photo(photo.id)) == []


def test_a_forgotten_session_keeps_the_purpose(
    app: Flask, client_as: Client, redactor: User, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # noqa: FBT003

    answer = client_as(redactor).post(
        f"/pictures/{photo.token}/original", data={"purpose": "proof for the court"}
    )

    assert answer.status_code == 422
    assert "proof for the court" in answer.text
    assert trail_of(get_photo(photo.id)) == []


@pytest.mark.parametrize(
    "role", [Role.ACCEPTOR, Role.HANDLER, Role.FIRST_REVIEWER, Role.RESIDENT, Role.SYSTEM_ADMIN]
)
def test_nobody_else_sees_the_page_or_gets_the_file(client_as: Client, photo: Photo, role: Role) -> None:
    client = client_as(a_user(role, unit=a_unit() if role is Role.HANDLER else None))

    assert client.get(f"/pictures/{photo.token}/original").status_code == 403
    answer = client.post(f"/pictures/{photo.token}/original", data={"purpose": "proof for the court"})
    assert answer.status_code == 403
    assert UPLOAD not in answer.data


def test_a_lost_file_is_said_on_the_page(
    client_as: Client, redactor: User, photo: Photo, fakes: Ports
) -> None:
    fakes.originals.forget(photo.original.key)

    answer = client_as(redactor).post(
        f"/pictures/{photo.token}/original", data={"purpose": "proof for the court"}
    )

    assert answer.status_code == 404
    assert "This file is not kept any more." in answer.text
    assert "proof for the court" in answer.text


def test_a_changed_file_is_not_handed_out(
    client_as: Client, redactor: User, photo: Photo, fakes: Ports
) -> None:
    files = fakes.originals.files  # type: ignore[attr-defined]  # tests keep them in memory
    files[".".join(photo.original)] = b"something else, long enough"

    answer = client_as(redactor).post(
        f"/pictures/{photo.token}/original", data={"purpose": "proof for the court"}
    )

    assert answer.status_code == 503
    assert "The file of this original has been changed" in answer.text


def test_after_its_time_the_page_says_so_and_asks_nothing(
    client_as: Client, redactor: User, photo: Photo
) -> None:
    drop_old_originals(kept=timedelta(seconds=-1))

    page = page_of(client_as(redactor), photo)

    assert "deleted on 23 Nov" in page
    assert "Purpose of opening the original" not in page


def test_the_case_leads_there_for_who_may(client_as: Client) -> None:
    case = a_case(State.REGISTERED, photos=2)
    leader = client_as(a_user(Role.SHIFT_LEADER)).get(f"/triage/cases/{case.id}").text

    assert leader.count("/original") == 2
    assert "/original" not in client_as(a_user(Role.ACCEPTOR)).get(f"/triage/cases/{case.id}").text


def test_the_redaction_leads_there(client_as: Client, redactor: User) -> None:
    exposure = an_exposure()

    assert "/original" in client_as(redactor).get(f"/editor/{exposure.id}").text
