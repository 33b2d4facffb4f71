"""Pictures in parts by tus: each verb and each refusal of it, who may go on, and what the phone claims."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from reporter.cases.lifecycle import State
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.photos.models import Arriving, Photo
from reporter.photos.queries import by_token
from reporter.ports import Ports
from tests.desks import tus
from tests.desks.residents import a_city_to_report_in, filled, send, the_report
from tests.make import HERE, a_case, a_unit, a_user, an_area
from tests.photos import pictures

Client = Callable[..., FlaskClient]
PICTURE = pictures.jpeg(pictures.grain())
HALF = len(PICTURE) // 2
NOBODYS = f"{tus.RESIDENTS}/{'0' * 32}"


@pytest.fixture
def browser(client_as: Client) -> FlaskClient:
    an_area()
    return client_as()


def photos() -> int:
    return db.session.scalar(select(func.count()).select_from(Photo)) or 0


def half_sent(browser: FlaskClient, at: str = tus.RESIDENTS) -> str:
    """Send the first half of a picture and return its address."""
    path = tus.begun(browser, len(PICTURE), at).location
    tus.patched(browser, path, PICTURE[:HALF], 0)
    return path


def test_it_says_what_is_spoken_without_being_spoken_to(browser: FlaskClient) -> None:
    for path in (tus.RESIDENTS, NOBODYS):
        answer = browser.options(path)

        assert answer.status_code == 204
        assert answer.headers["Tus-Resumable"] == "1.0.0"
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Extension"] == "creation,creation-with-upload,expiration,termination"
        assert answer.headers["Tus-Max-Size"] == str(20 * 1024 * 1024)


def test_a_picture_is_announced_and_gets_an_address(browser: FlaskClient) -> None:
    answer = tus.begun(browser, len(PICTURE))

    assert answer.status_code == 201
    assert answer.location.startswith(f"{tus.RESIDENTS}/")
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers["Upload-Offset"] == "0"
    assert answer.headers["Upload-Expires"] == "Tue, 24 Nov 2026 06:00:00 GMT"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_part_is_added_and_the_last_one_makes_the_picture(browser: FlaskClient) -> None:
    path = tus.begun(browser, len(PICTURE)).location

    first = tus.patched(browser, path, PICTURE[:HALF], 0)
    last = tus.patched(browser, path, PICTURE[HALF:], HALF)

    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(HALF))
    assert first.headers["Upload-Expires"]
    assert (last.status_code, last.headers["Upload-Offset"]) == (200, str(len(PICTURE)))
    told = last.get_json()
    assert set(told) == {"token", "thumb", "taken_at", "taken", "lon", "lat", "warnings"}
    assert by_token(told["token"]).size == len(PICTURE)
    assert browser.get(told["thumb"]).mimetype == "image/jpeg"


def test_a_picture_may_come_with_its_announcement(browser: FlaskClient) -> None:
    said = tus.SPOKEN | {"Upload-Length": str(len(PICTURE))}

    half = browser.post(tus.RESIDENTS, data=PICTURE[:HALF], content_type=tus.PART, headers=said)
    whole = browser.post(tus.RESIDENTS, data=PICTURE, content_type=tus.PART, headers=said)

    assert (half.status_code, half.headers["Upload-Offset"]) == (201, str(HALF))
    assert tus.asked(browser, half.location).headers["Upload-Offset"] == str(HALF)
    assert whole.status_code == 201
    assert by_token(whole.get_json()["token"]).size == len(PICTURE)


def test_it_says_how_far_a_picture_is_and_no_cache_keeps_that(browser: FlaskClient) -> None:
    answer = tus.asked(browser, half_sent(browser))

    assert answer.status_code == 200
    assert answer.headers["Upload-Offset"] == str(HALF)
    assert answer.headers["Upload-Length"] == str(len(PICTURE))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Tus-Resumable"] == "1.0.0"


@pytest.mark.parametrize("offset", [0, HALF - 1, HALF + 1, len(PICTURE), 10**15])
def test_a_part_that_does_not_fit_changes_nothing(browser: FlaskClient, offset: int) -> None:
    path = half_sent(browser)

    answer = tus.patched(browser, path, PICTURE[HALF:], offset)

    assert answer.status_code == 409
    assert answer.get_json()["error"]
    assert tus.asked(browser, path).headers["Upload-Offset"] == str(HALF)


def test_more_than_was_announced_is_refused(browser: FlaskClient) -> None:
    path = half_sent(browser)

    answer = tus.patched(browser, path, PICTURE[HALF:] + b"!", HALF)

    assert answer.status_code == 413
    assert tus.asked(browser, path).headers["Upload-Offset"] == str(HALF)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Upload-Length": "many"}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "٣"}, 400),
        ({"Upload-Length": "9" * 5000}, 400),
        ({"Upload-Length": "5", "Upload-Defer-Length": "1"}, 400),
        ({"Upload-Length": "0"}, 422),
        ({"Upload-Length": str(20 * 1024 * 1024 + 1)}, 413),
        ({"Upload-Length": "5", "Tus-Resumable": "0.2.2"}, 412),
    ],
)
def test_an_announcement_that_cannot_be_is_refused_in_words(
    browser: FlaskClient, headers: dict[str, str], status: int
) -> None:
    answer = browser.post(tus.RESIDENTS, headers=tus.SPOKEN | headers)

    assert answer.status_code == status
    assert answer.get_json()["error"]
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert ("Tus-Version" in answer.headers) == (status == 412)
    assert not db.session.scalar(select(func.count()).select_from(Arriving))


@pytest.mark.parametrize(
    ("verb", "headers", "status"),
    [
        ("PATCH", {"Tus-Resumable": "2.0.0"}, 412),
        ("PATCH", {"Upload-Offset": ""}, 400),
        ("PATCH", {"Upload-Offset": "-3"}, 400),
        ("PATCH", {"Content-Type": "image/jpeg"}, 415),
        ("HEAD", {"Tus-Resumable": ""}, 412),
        ("DELETE", {"Tus-Resumable": ""}, 412),
        ("POST", {}, 405),
        ("POST", {"X-HTTP-Method-Override": "PUT"}, 405),
    ],
)
def test_a_request_that_cannot_be_meant_changes_nothing(
    browser: FlaskClient, verb: str, headers: dict[str, str], status: int
) -> None:
    path = half_sent(browser)
    said = tus.SPOKEN | {"Content-Type": tus.PART, "Upload-Offset": str(HALF)} | headers

    answer = browser.open(path, method=verb, data=b"more", headers=said)

    assert answer.status_code == status
    assert tus.asked(browser, path).headers["Upload-Offset"] == str(HALF)


def test_where_no_other_verb_passes_a_post_says_which_is_meant(browser: FlaskClient) -> None:
    path = half_sent(browser)
    said = tus.SPOKEN | {"Upload-Offset": str(HALF), "X-HTTP-Method-Override": "PATCH"}

    answer = browser.post(path, data=PICTURE[HALF:], content_type=tus.PART, headers=said)

    assert answer.status_code == 200
    assert photos() == 1


def test_a_part_larger_than_any_picture_is_refused_before_it_is_read(browser: FlaskClient) -> None:
    path = tus.begun(browser, 20 * 1024 * 1024).location

    answer = tus.patched(
        browser, path, b"", 0, environ_overrides={"CONTENT_LENGTH": str(20 * 1024 * 1024 + 1)}
    )

    assert answer.status_code == 413
    assert "20 MB" in answer.get_json()["error"]


def test_what_came_before_the_connection_broke_counts(browser: FlaskClient) -> None:
    path = tus.begun(browser, len(PICTURE)).location
    announced = {"CONTENT_LENGTH": str(len(PICTURE))}

    broken = tus.patched(browser, path, PICTURE[:HALF], 0, environ_overrides=announced)
    last = tus.patched(browser, path, PICTURE[HALF:], HALF)

    assert (broken.status_code, broken.headers["Upload-Offset"]) == (204, str(HALF))
    assert last.status_code == 200


def test_whoever_lost_the_last_answer_asks_again_and_gets_the_same_picture(browser: FlaskClient) -> None:
    path = half_sent(browser)
    first = tus.patched(browser, path, PICTURE[HALF:], HALF)

    how_far = tus.asked(browser, path)
    again = tus.patched(browser, path, b"", len(PICTURE))

    assert how_far.headers["Upload-Offset"] == str(len(PICTURE))
    assert again.get_json() == first.get_json()
    assert photos() == 1


def test_what_is_no_picture_is_refused_with_its_reason_and_is_gone(browser: FlaskClient) -> None:
    path = tus.begun(browser, 10).location

    answer = tus.patched(browser, path, b"just words", 0)

    assert answer.status_code == 422
    assert answer.get_json()["field"] == "photos"
    assert answer.get_json()["error"]
    assert tus.asked(browser, path).status_code == 404


def test_a_picture_on_its_way_is_given_up(browser: FlaskClient) -> None:
    path = half_sent(browser)

    answer = browser.delete(path, headers=tus.SPOKEN)

    assert answer.status_code == 204
    assert tus.asked(browser, path).status_code == 404
    assert tus.patched(browser, path, PICTURE[HALF:], HALF).status_code == 404


def test_a_picture_whose_answer_was_lost_is_given_up_with_what_was_made_of_it(browser: FlaskClient) -> None:
    path = half_sent(browser)
    tus.patched(browser, path, PICTURE[HALF:], HALF)

    assert browser.delete(path, headers=tus.SPOKEN).status_code == 204

    assert photos() == 0


def test_a_picture_that_was_sent_stays_with_its_report(client_as: Client) -> None:
    kind, browser = a_city_to_report_in(), client_as()
    path = half_sent(browser)
    token = tus.patched(browser, path, PICTURE[HALF:], HALF).get_json()["token"]
    send(browser, filled(kind, photos=None, token=token))

    browser.delete(path, headers=tus.SPOKEN)

    assert the_report().photo_count == 1
    assert photos() == 1


def test_after_a_day_it_is_no_longer_on_its_way(browser: FlaskClient, fakes: Ports) -> None:
    path = half_sent(browser)

    fakes.clock.move(timedelta(days=1))  # type: ignore[attr-defined]

    assert tus.asked(browser, path).status_code == 404
    assert tus.patched(browser, path, PICTURE[HALF:], HALF).status_code == 404


def everything_tried(client: FlaskClient, path: str) -> set[int]:
    """Return the statuses of all verbs at an address."""
    return {
        tus.asked(client, path).status_code,
        tus.patched(client, path, PICTURE[HALF:], HALF).status_code,
        tus.patched(client, path, b"", HALF).status_code,
        client.delete(path, headers=tus.SPOKEN).status_code,
        client.post(path, headers=tus.SPOKEN | {"X-HTTP-Method-Override": "DELETE"}).status_code,
    }


def test_nobody_but_the_session_that_began_sees_or_continues_it(
    client_as: Client, browser: FlaskClient
) -> None:
    path = half_sent(browser)

    assert everything_tried(client_as(), path) == {404}
    assert everything_tried(client_as(a_user(Role.ACCEPTOR)), path) == {404}
    assert everything_tried(browser, NOBODYS) == {404}
    assert tus.asked(browser, path).headers["Upload-Offset"] == str(HALF)


def test_a_unit_member_goes_on_on_any_device_and_a_colleague_does_not(client_as: Client) -> None:
    unit = a_unit()
    case, handler = a_case(State.HANDLING, unit=unit), a_user(Role.HANDLER, unit=unit)
    path = half_sent(client_as(handler), f"/unit/{case.id}/uploads")

    assert everything_tried(client_as(a_user(Role.HANDLER, unit=unit)), path) == {404}
    done = tus.patched(client_as(handler), path, PICTURE[HALF:], HALF)

    assert set(done.get_json()) == {"token", "thumb", "url", "claims", "checks"}
    assert by_token(done.get_json()["token"]).way == "result"


def test_nothing_is_sent_to_a_case_of_another_unit(client_as: Client) -> None:
    handler, case = a_user(Role.HANDLER, unit=a_unit()), a_case(State.HANDLING, unit=a_unit("别的队"))

    statuses = [
        tus.begun(client_as(handler), 5, f"/unit/{case.id}/uploads").status_code,
        tus.begun(client_as(), 5, f"/unit/{case.id}/uploads").status_code,
    ]

    assert statuses == [403, 401]


def test_a_residents_picture_is_not_continued_at_a_units_door(client_as: Client) -> None:
    unit = a_unit()
    case, handler = a_case(State.HANDLING, unit=unit), client_as(a_user(Role.HANDLER, unit=unit))
    token = half_sent(handler).rsplit("/", 1)[1]

    assert everything_tried(handler, f"/unit/{case.id}/uploads/{token}") == {404}


@pytest.mark.parametrize("verb", ["POST", "PATCH", "DELETE"])
def test_a_forged_request_does_nothing(
    browser: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    path = half_sent(browser)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # noqa: FBT003
    said = tus.SPOKEN | {"Upload-Offset": str(HALF), "X-HTTP-Method-Override": "DELETE"}

    forged = browser.open(path, method=verb, data=PICTURE[HALF:], content_type=tus.PART, headers=said)
    begun = tus.begun(browser, 5)

    assert (forged.status_code, begun.status_code) == (422, 422)
    assert tus.asked(browser, path).headers["Upload-Offset"] == str(HALF)
    assert db.session.scalar(select(func.count()).select_from(Arriving)) == 1


def test_what_the_phone_claims_is_kept_beside_what_the_camera_wrote(browser: FlaskClient) -> None:
    at = "2026-11-23T13:58:00+08:00"

    token = tus.sent(
        browser, PICTURE, said={"phone_at": at, "in_app": 1, "phone_lon": HERE[0], "phone_lat": HERE[1]}
    ).get_json()["token"]

    photo = by_token(token)
    assert photo.phone_at is not None
    assert photo.phone_at.isoformat() == "2026-11-23T05:58:00+00:00"
    assert (photo.in_app, photo.phone_lon, photo.phone_lat) == (True, *HERE)


@pytest.mark.parametrize(
    "said",
    [
        {"phone_at": "yesterday"},
        {"phone_at": "2026-11-23T13:58:00"},
        {"phone_at": "9" * 40},
        {"phone_at": "0"},
        {"phone_at": "99999-01-01"},
        {"phone_at": "2500-01-01T00:00:00+00:00"},
        {"phone_at": "0001-01-01T00:00:00+14:00"},
        {"phone_lon": "113.1"},
        {"phone_lon": "nan", "phone_lat": "41"},
        {"phone_lon": "113.1", "phone_lat": "91"},
        {"phone_lon": "1e999", "phone_lat": "41"},
        {"in_app": "perhaps"},
        {"filename": "张.jpg"},
    ],
)
def test_what_cannot_be_is_no_claim_and_no_error(browser: FlaskClient, said: dict[str, str]) -> None:
    answer = tus.sent(browser, PICTURE, said=said)

    photo = by_token(answer.get_json()["token"])
    assert (photo.phone_at, photo.phone_lon, photo.phone_lat, photo.in_app) == (None, None, None, False)


@pytest.mark.parametrize("header", ["", ",,", "phone_at", "phone_at !!!", "phone_at /w==", "a b c,phone_lon"])
def test_metadata_that_cannot_be_read_is_left_out(browser: FlaskClient, header: str) -> None:
    said = tus.SPOKEN | {"Upload-Length": str(len(PICTURE)), "Upload-Metadata": header}

    answer = browser.post(tus.RESIDENTS, data=PICTURE, content_type=tus.PART, headers=said)

    assert answer.status_code == 201
    assert by_token(answer.get_json()["token"]).phone_at is None


CAMERA = pictures.exif_block(taken="2026:11:23 13:58:00", place=("N", (41, 1, 55.2), "E", (113, 6, 32.4)))


@pytest.mark.parametrize(
    ("said", "flags"),
    [
        ({"phone_at": "2026-11-23T06:00:00+00:00", "phone_lon": HERE[0], "phone_lat": HERE[1]}, []),
        ({"phone_lon": HERE[0] + 0.02, "phone_lat": HERE[1]}, ["photo_elsewhere"]),
        ({"phone_at": "2026-11-22T05:00:00+00:00"}, ["photo_old"]),
        ({"phone_at": "1795586400000"}, ["photo_old"]),  # 25 November
    ],
)
def test_a_phone_that_contradicts_the_camera_raises_the_moderators_flag(
    client_as: Client, said: dict[str, object], flags: list[str]
) -> None:
    kind, browser = a_city_to_report_in(), client_as()
    token = tus.sent(browser, pictures.jpeg(exif=CAMERA), said=said).get_json()["token"]

    send(browser, filled(kind, photos=None, token=token))

    assert the_report().flags == flags


def test_a_tiny_piece_after_another_is_refused_in_the_end(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.photos.commands.arriving.PARTS", 3)

    answer = tus.sent(browser, PICTURE, piece=10)

    assert answer.status_code == 422
    assert answer.get_json()["field"] == "photos"


def test_it_may_be_tried_only_so_often(watched: FlaskClient) -> None:
    statuses = [tus.begun(watched, 5).status_code for _ in range(121)]

    assert statuses == [201] * 120 + [429]
    assert tus.begun(watched, 5).headers["Tus-Resumable"] == "1.0.0"
    assert watched.options(tus.RESIDENTS).status_code == 204
