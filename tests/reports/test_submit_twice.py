"""A report that is sent twice at the same instant is one report, and whoever sent it holds one receipt."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from reporter.insight.queries import last_days, sums_by_kind, together
from reporter.kernel.audit import verify
from reporter.kernel.db import current_city_id, db, enter_city
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import ANYONE
from reporter.photos.models import Photo
from reporter.reports.commands.intake import Spot, Submission, submit
from reporter.reports.models import Report
from reporter.reports.queries import history, photo_ids_of
from tests.make import HERE, a_photo, a_report, the_ground, the_kind

Receipt = tuple[str, str]
AT_ONCE = pytest.mark.parametrize("senders", [2, 8])


def a_submission(client_id: str, photo_id: int) -> Submission:
    spot = Spot(source="picked", lon=HERE[0], lat=HERE[1], address="解放大街")
    return Submission(client_id, the_kind().id, None, spot, words="占道", photo_ids=[photo_id])


def sent_at_once(app: Flask, submissions: Sequence[Submission]) -> list[Receipt]:
    """Send each of `submissions` from a thread of its own, all at the same instant; return who got what."""
    here, together = current_city_id(), Barrier(len(submissions))

    def send(submission: Submission) -> Receipt:
        with app.app_context():
            enter_city(here)
            together.wait()
            report = submit(submission, by=ANYONE)
            receipt = report.number, report.code
            db.session.remove()
            return receipt

    with ThreadPoolExecutor(len(submissions)) as pool:
        receipts = list(pool.map(send, submissions))
    db.session.rollback()  # what was read before is a snapshot of before
    return receipts


def the_only_report() -> Report:
    return db.session.scalars(select(Report)).one()


@AT_ONCE
def test_the_same_form_sent_at_once_is_one_report_with_one_receipt(app: Flask, senders: int) -> None:
    the_ground()
    submission = a_submission(str(uuid4()), a_photo().id)

    receipts = sent_at_once(app, [submission] * senders)

    report = the_only_report()
    assert receipts == [(report.number, report.code)] * senders
    assert photo_ids_of(report.id) == list(submission.photo_ids)


@AT_ONCE
def test_a_form_whose_picture_came_along_each_time_is_one_report_with_one_picture(
    app: Flask, senders: int
) -> None:
    the_ground()
    client_id, photos = str(uuid4()), [a_photo().id for _ in range(senders)]

    receipts = sent_at_once(app, [a_submission(client_id, photo) for photo in photos])

    report = the_only_report()
    used = db.session.scalars(select(Photo.id).where(Photo.used)).all()
    assert receipts == [(report.number, report.code)] * senders
    assert used == photo_ids_of(report.id)
    assert len(used) == 1


def test_what_was_sent_twice_is_counted_once_and_leaves_no_gap_in_the_numbers(app: Flask) -> None:
    the_ground()
    client_id, photos = str(uuid4()), [a_photo().id for _ in range(8)]

    sent_at_once(app, [a_submission(client_id, photo) for photo in photos])

    report = the_only_report()
    assert [entry.action for entry in history(report)] == ["submit"]
    assert together(sums_by_kind(last_days()).values())["reported"] == 1
    assert list(verify("secret")) == []
    assert int(a_report().number[-6:]) == int(report.number[-6:]) + 1


def test_different_reports_sent_at_once_are_as_many_reports(app: Flask) -> None:
    the_ground()
    submissions = [a_submission(str(uuid4()), a_photo().id) for _ in range(8)]

    receipts = sent_at_once(app, submissions)

    assert len(set(receipts)) == 8
    reports = db.session.scalars(select(Report)).all()
    assert set(receipts) == {(report.number, report.code) for report in reports}


def test_a_picture_that_hangs_on_another_report_is_still_refused() -> None:
    sent = photo_ids_of(a_report().id)

    with pytest.raises(BadInput, match="sent before"):
        submit(a_submission(str(uuid4()), sent[0]), by=ANYONE)

    assert the_only_report().photo_count == 1
