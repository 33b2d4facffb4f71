"""Pictures that come along with an objection: by a plain form, refused at their field, seen by those who decide."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from reporter.board.lifecycle import ObjectionState, State
from reporter.board.models import EvidencePicture, Exposure, Objection
from reporter.kernel.db import db
from reporter.kernel.policy import STAFF, Role
from reporter.photos.models import Photo, Way
from tests.board.posts import an_exposure, an_objection, editors
from tests.desks.residents import a_file, post, upload
from tests.make import a_picture, a_user

Client = Callable[..., FlaskClient]
WORDS = "认得出站在左边的人。"


def _sent(client: FlaskClient, one: Exposure, **changes: Any) -> TestResponse:
    page = client.get(f"/board/{one.public_id}/object").text
    fields = {"client_id": _number_on(page), "kind": "not_true", "words": WORDS, "contact": "13800001234"}
    return post(client, f"/board/{one.public_id}/object", fields | changes)


def _number_on(page: str) -> str:
    found = re.search(r'name="client_id" type="hidden" value="([^"]+)"', page)
    assert found
    return found[1]


def _tokens_on(page: str) -> list[str]:
    return re.findall(r'type="checkbox" name="token" value="([0-9a-f]{32})" checked', page)


def _rows(model: Any) -> list[Any]:
    db.session.rollback()
    return list(db.session.scalars(select(model).order_by(model.id)))


def test_up_to_three_pictures_come_along_and_the_receipt_says_how_many(client_as: Client) -> None:
    client = client_as()

    answer = _sent(client, an_exposure(State.PUBLISHED), photos=[a_file(a_picture(n)) for n in range(3)])

    (objection,) = _rows(Objection)
    photos = [photo for photo in _rows(Photo) if photo.way is Way.OBJECTION]
    assert answer.status_code == 302
    assert [one.objection_id for one in _rows(EvidencePicture)] == [objection.id] * 3
    assert all(photo.used for photo in photos)
    assert "随附 3 张照片" in client.get(answer.location).text


def test_the_same_form_sent_twice_is_one_objection_with_its_pictures_once(client_as: Client) -> None:
    one, client = an_exposure(State.PUBLISHED), client_as()
    number = _number_on(client.get(f"/board/{one.public_id}/object").text)

    answers = [
        _sent(client, one, client_id=number, kind="minor", photos=[a_file(a_picture("a"))]) for _ in range(1)
    ]
    fields = {"client_id": number, "kind": "minor", "words": WORDS, "contact": "13800001234"}
    again = post(client, f"/board/{one.public_id}/object", fields | {"photos": [a_file(a_picture("a"))]})

    assert [answers[0].status_code, again.status_code] == [302, 302]
    assert again.location == answers[0].location
    assert len(_rows(EvidencePicture)) == len(_rows(Objection)) == 1
    assert len([photo for photo in _rows(Photo) if photo.way is Way.OBJECTION]) == 1


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"no picture at all", "不是"), (b"", "空"), (b"\xff\xd8" + b"0" * (20 * 1024 * 1024), "20 MB")],
    ids=["not a picture", "empty", "too large"],
)
def test_a_refused_picture_is_named_at_its_field_and_nothing_is_lost(
    client_as: Client, content: bytes, word: str
) -> None:
    one, client = an_exposure(State.PUBLISHED), client_as()

    refused = _sent(client, one, photos=[a_file(a_picture("good")), a_file(content, "bad.jpg")])

    assert refused.status_code == 422
    told = refused.text.split('id="photos-err"')[1].split("</p>")[0]
    assert "bad.jpg" in told
    assert word in told
    assert WORDS in refused.text
    assert "13800001234" in refused.text
    (token,) = _tokens_on(refused.text)
    assert client.get(f"/report/photos/{token}.jpg").status_code == 200
    assert _rows(Objection) == []

    again = _sent(client, one, client_id=_number_on(refused.text), token=token)
    assert again.status_code == 302
    assert len(_rows(EvidencePicture)) == 1


def test_a_fourth_picture_is_refused_and_the_three_stay(client_as: Client) -> None:
    one, client = an_exposure(State.PUBLISHED), client_as()

    refused = _sent(client, one, photos=[a_file(a_picture(n), f"{n}.jpg") for n in range(4)])

    assert refused.status_code == 422
    assert "3.jpg" in refused.text
    assert len(_tokens_on(refused.text)) == 3
    assert _rows(Objection) == []


def test_a_picture_that_is_unticked_is_left_out(client_as: Client) -> None:
    one, client = an_exposure(State.PUBLISHED), client_as()
    refused = _sent(client, one, words="", photos=[a_file(a_picture(n)) for n in range(2)])
    _, second = _tokens_on(refused.text)

    _sent(client, one, client_id=_number_on(refused.text), token=second)

    (photo_id,) = [one.photo_id for one in _rows(EvidencePicture)]
    assert db.session.get_one(Photo, photo_id).token == second


def test_nobody_sends_a_picture_of_another_browser_along(client_as: Client) -> None:
    one, stranger = an_exposure(State.PUBLISHED), client_as()
    token = _tokens_on(_sent(stranger, one, words="", photos=[a_file(a_picture("theirs"))]).text)[0]

    answer = _sent(client_as(), one, token=token)

    assert answer.status_code == 422
    assert _rows(EvidencePicture) == []


def test_a_picture_that_came_for_a_report_does_not_go_with_an_objection(client_as: Client) -> None:
    one, client = an_exposure(State.PUBLISHED), client_as()
    client.get("/report")
    token = upload(client).get_json()["token"]

    answer = _sent(client, one, token=token)

    assert answer.status_code == 422
    assert _rows(EvidencePicture) == []


def test_a_form_of_a_forgotten_session_takes_nothing_in(
    client_as: Client, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = an_exposure(State.PUBLISHED)
    before = len(_rows(Photo))
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # noqa: FBT003

    answer = _sent(
        client_as(),
        one,
        csrf_token="another session",  # noqa: S106
        photos=[a_file(a_picture("x"))],
    )

    assert answer.status_code == 422
    assert WORDS in answer.text
    assert len(_rows(Photo)) == before


def test_only_who_decides_sees_them_and_no_cache_keeps_them(client_as: Client) -> None:
    team = editors()
    objection = an_objection(to=an_exposure(State.PUBLISHED, team=team), photos=1)
    token = db.session.get_one(Photo, objection.evidence[0].photo_id).token
    path, page = f"/pictures/{token}/1600.jpg", f"/editor/objections/{objection.id}"
    judge = client_as(a_user(Role.LEADER))

    shown, picture = judge.get(page), judge.get(path)

    assert f"/pictures/{token}/320.jpg" in shown.text
    assert (picture.status_code, picture.headers["Cache-Control"]) == (200, "private, no-store")
    others = STAFF - {Role.LEADER, Role.FIRST_REVIEWER, Role.SECOND_REVIEWER}
    for person in (*map(a_user, sorted(others)), team.first, team.second):
        assert client_as(person).get(path).status_code == 403
        assert client_as(person).get(f"/pictures/{token}/original").status_code in {302, 403}
        assert token not in client_as(person).get(page).text
    assert client_as().get(path).status_code == 302


def test_that_somebody_saw_them_stands_in_what_happened_once(client_as: Client) -> None:
    objection = an_objection(photos=1)
    judge = client_as(a_user(Role.LEADER, name="巴图"))

    for _ in range(2):
        page = judge.get(f"/editor/objections/{objection.id}").text
    taken = judge.post(
        f"/editor/objections/{objection.id}/take",
        data={"version": re.findall(r'name="version"[^>]*value="(\d+)"', page)[0]},
    )

    assert page.count("查看了照片") == 1
    assert taken.status_code == 302


def test_what_was_deleted_after_the_decision_is_said(client_as: Client) -> None:
    objection = an_objection(ObjectionState.DISMISSED, photos=1)
    for one in _rows(EvidencePicture):
        db.session.delete(one)
    db.session.commit()

    page = client_as(a_user(Role.LEADER)).get(f"/editor/objections/{objection.id}")

    assert page.status_code == 200
    assert "决定作出后" in page.text
