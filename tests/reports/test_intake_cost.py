"""What taking a report in asks the database: what every report reads it reads once, however much hangs on it."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from reporter.cities.queries import current_city
from reporter.kernel.db import db, enter_city
from reporter.kernel.policy import ANYONE
from reporter.reports.commands.intake import Spot, Submission, submit
from reporter.reports.models import ReportTrace
from tests.make import HERE, a_photo, the_ground, the_kind
from tests.queries import counted

STATEMENTS = 40  # of one report, from the first question to the last mark


def sent_afresh(submission: Submission) -> list[str]:
    """Send `submission` as a request does, with nothing in memory but the city; return what was asked."""
    city = current_city()
    db.session.remove()
    enter_city(city.id, row=city)
    with counted() as asked:
        submit(submission, by=ANYONE)
    return asked


@pytest.fixture
def submission() -> Submission:
    """Return a report with one picture, as a resident sends it."""
    the_ground()
    spot = Spot(source="picked", lon=HERE[0], lat=HERE[1], address="解放大街")
    return Submission(
        str(uuid4()), the_kind().id, None, spot, words="占道", photo_ids=[a_photo().id], origins=["somebody"]
    )


@pytest.mark.parametrize(
    "read",
    ["FROM categories", "FROM subcategories", "FROM holidays", "FROM area_editions", "FROM jurisdictions"],
)  # fmt: skip
def test_what_every_report_reads_is_read_once(submission: Submission, read: str) -> None:
    asked = sent_afresh(submission)

    assert len([one for one in asked if read in one]) <= 1


@pytest.mark.parametrize("table", ["counters", "report_traces"])
def test_numbers_and_marks_are_written_at_once(submission: Submission, table: str) -> None:
    asked = sent_afresh(submission)

    assert len([one for one in asked if one.startswith(f"INSERT INTO {table}")]) == 1
    assert not [one for one in asked if one.startswith(f"UPDATE {table}")]


def test_a_report_asks_few_things_and_no_more_for_more_pictures(submission: Submission) -> None:
    several = replace(submission, client_id=str(uuid4()), photo_ids=[a_photo().id for _ in range(3)])

    first, second = sent_afresh(submission), sent_afresh(several)

    assert len(first) <= STATEMENTS
    assert len(second) <= len(first) + 1


def test_every_mark_of_a_report_is_kept(submission: Submission) -> None:
    report = submit(submission, by=ANYONE)

    marks = db.session.scalars(select(ReportTrace).where(ReportTrace.report_id == report.id)).all()
    assert len(marks) > 1
    assert {mark.city_id for mark in marks} == {report.city_id}
