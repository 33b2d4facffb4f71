"""Reporting: the plain form, the pictures that go ahead, the receipt."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from reporter.kernel.audit import trail_of
from reporter.kernel.db import db
from reporter.photos.models import Photo
from reporter.photos.queries import get_photo
from reporter.reports.models import Report
from reporter.reports.queries import photo_ids_of
from reporter.reports.risk import Reason, Why
from tests.desks.residents import (
    JSON,
    Open,
    a_city_to_report_in,
    a_file,
    filled,
    rows,
    send,
    the_report,
    tokens_on,
    upload,
    uploaded,
)
from tests.make import HERE, a_category, a_picture, a_user, an_area
from tests.photos import pictures
from tests.queries import counted


def test_the_plain_form_with_a_picture_becomes_a_report_and_leads_to_its_receipt(client_as: Open) -> None:
    kind = a_city_to_report_in()
    client = client_as()

    answer = send(
        client,
        filled(kind, words="占了盲道", landmark="五金店门口", subcategory_id=str(kind.subcategories[0].id)),
    )

    report = the_report()
    assert answer.status_code == 302
    assert answer.location.endswith(f"/report/receipt/{report.code}")
    assert (report.words, report.address) == ("占了盲道", "解放大街（五金店门口）")
    assert report.subcategory_id == kind.subcategories[0].id
    assert (report.place_source, round(report.lon, 6), report.photo_count) == ("picked", HERE[0], 1)


def test_whoever_says_that_a_minor_can_be_seen_has_it_looked_at_first_and_every_picture_marked(
    client_as: Open,
) -> None:
    kind = a_city_to_report_in()
    client = client_as()

    send(client, filled(kind, minors="y", photos=[a_file(a_picture(one)) for one in "ab"]))
    send(client, filled(kind, photos=[a_file(a_picture("c"))]))

    told, other = db.session.scalars(select(Report).order_by(Report.id)).all()
    assert [get_photo(one).minor for one in photo_ids_of(told.id)] == [True, True]
    assert Reason.of(told.reasons[0]).why is Why.MINOR_SEEN
    assert told.risk < other.risk
    assert not get_photo(photo_ids_of(other.id)[0]).minor
    assert [one.action for one in trail_of(get_photo(photo_ids_of(told.id)[0]))][-1] == "mark_minor"


def test_the_receipt_shows_number_code_and_a_drawing_to_scan(client_as: Open) -> None:
    client = client_as()
    send(client, filled(a_city_to_report_in()))
    report = the_report()

    page = client.get(f"/report/receipt/{report.code}")

    assert report.number in page.text
    assert " ".join([report.code[:4], report.code[4:8]]) in page.text
    assert "<svg" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_somebody_signed_in_finds_the_report_in_their_own_list(client_as: Open) -> None:
    client = client_as(a_user())

    send(client, filled(a_city_to_report_in()))

    assert the_report().number in client.get("/my").text


def test_pictures_sent_ahead_are_known_by_token_and_hang_on_the_report_in_their_order(
    client_as: Open,
) -> None:
    kind, client = a_city_to_report_in(), client_as()
    first, second = uploaded(client, "first"), uploaded(client, "second")

    send(client, filled(kind, photos=None, token=[second, first]))

    hung = [db.session.get_one(Photo, photo_id).token for photo_id in photo_ids_of(the_report().id)]
    assert hung == [second, first]


def test_an_upload_says_what_the_picture_claims(client_as: Open) -> None:
    an_area()
    exif = pictures.exif_block(taken="2026:11:23 13:58:00", place=("N", (41, 1, 55.2), "E", (113, 6, 32.4)))

    answer = upload(client_as(), pictures.jpeg(exif=exif))

    told = answer.get_json()
    assert answer.status_code == 200
    assert told["taken_at"] == "2026-11-23T05:58:00+00:00"
    assert (round(told["lon"], 3), round(told["lat"], 3)) == (113.109, 41.032)


def test_a_picture_of_long_ago_is_taken_with_a_word_of_warning(client_as: Open) -> None:
    an_area()
    exif = pictures.exif_block(taken="2026:10:01 09:00:00")

    told = upload(client_as(), pictures.jpeg(exif=exif)).get_json()

    assert len(told["warnings"]) == 1


def test_only_the_session_that_sent_a_picture_sees_it(client_as: Open) -> None:
    an_area()
    sender, stranger = client_as(), client_as()
    token = uploaded(sender)

    assert sender.get(f"/report/photos/{token}.jpg").mimetype == "image/jpeg"
    assert stranger.get(f"/report/photos/{token}.jpg").status_code == 404


def test_nobody_can_hang_another_persons_picture_on_a_report(client_as: Open) -> None:
    kind, stranger = a_city_to_report_in(), client_as()
    token = uploaded(client_as())

    answer = send(stranger, filled(kind, photos=None, token=[token]))

    assert answer.status_code == 422
    assert token not in answer.text
    assert rows()["reports"] == 0


def test_a_picture_can_be_taken_back_by_its_sender_only(client_as: Open) -> None:
    an_area()
    sender, stranger = client_as(), client_as()
    token = uploaded(sender)

    assert stranger.post(f"/report/photos/{token}/remove", headers=JSON).status_code == 404
    assert rows()["photos"] == 1
    assert sender.post(f"/report/photos/{token}/remove", headers=JSON).status_code == 204
    assert rows()["photos"] == 0


def test_without_scripts_pictures_can_be_uploaded_first_and_taken_away_one_by_one(client_as: Open) -> None:
    kind, client = a_city_to_report_in(), client_as()

    page = send(client, filled(kind, act="add", photos=[a_file(a_picture(1)), a_file(a_picture(2))]))
    one, other = tokens_on(page)
    fewer = send(client, filled(kind, act=None, photos=None, token=[one, other], remove=one))

    assert (page.status_code, fewer.status_code) == (200, 200)
    assert tokens_on(fewer) == [other]
    assert rows() == {"reports": 0, "report_photos": 0, "report_messages": 0, "photos": 1}


def test_a_double_send_is_one_report_and_the_same_receipt(client_as: Open) -> None:
    kind, client, client_id = a_city_to_report_in(), client_as(), str(uuid4())
    token = uploaded(client)

    first = send(client, filled(kind, client_id=client_id, photos=None, token=[token]))
    again = send(client, filled(kind, client_id=client_id, photos=None, token=[token]))

    assert first.location == again.location
    assert rows()["reports"] == 1


def test_personal_data_in_the_words_is_pointed_out_but_not_refused(client_as: Open) -> None:
    client = client_as()

    answer = send(client, filled(a_city_to_report_in(), words="车主电话 13800000000"))

    assert answer.status_code == 302
    assert "好像有电话" in client.get(answer.location).text


def test_a_wish_to_be_told_needs_an_address(client_as: Open) -> None:
    kind, client = a_city_to_report_in(), client_as()

    refused = send(client, filled(kind, notify="y", contact=""))
    taken = send(client, filled(kind, notify="y", contact="138 0013 8000"))

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert the_report().contact == "138 0013 8000"


def test_a_forgotten_session_loses_nothing_that_was_typed(
    client_as: Open, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = a_city_to_report_in()
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # noqa: FBT003

    page = send(client_as(), filled(kind, words="这些话不能丢", csrf_token="of another session"))  # noqa: S106

    assert page.status_code == 422
    assert "这些话不能丢" in page.text
    assert len(tokens_on(page)) == 1
    assert rows()["reports"] == 0


def test_a_picture_is_not_taken_from_a_forged_request(
    client_as: Open, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_area()
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # noqa: FBT003

    answer = upload(client_as())

    assert answer.status_code == 422
    assert rows()["photos"] == 0


def test_the_form_costs_the_same_with_five_kinds_and_with_fifty(client_as: Open) -> None:
    an_area()
    client = client_as()
    for number in range(5):
        a_category(f"类别{number}", subtypes=["一", "二"])
    with counted() as few:
        client.get("/report")
    for number in range(45):
        a_category(f"又一类{number}", subtypes=["一", "二"])
        an_area(f"街道{number}")

    with counted() as many:
        client.get("/report")

    assert len(many) == len(few)
