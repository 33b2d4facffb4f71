"""The operator's lines for GeoReport: what differs is named, and written anew."""

from click.testing import Result
from flask import Flask
from sqlalchemy import delete

from reporter.kernel.db import command, db, enter_city
from reporter.open311.models import ServiceRequest
from tests.make import a_city, a_report


def run(app: Flask, word: str) -> Result:
    return app.test_cli_runner().invoke(args=["open311", word])


@command
def lose_rows() -> None:
    db.session.execute(delete(ServiceRequest))


def test_what_is_missing_is_named_and_written_anew(app: Flask) -> None:
    report = a_report()
    lose_rows()
    a_city("hohhot")

    before, written, after = run(app, "verify"), run(app, "rebuild"), run(app, "verify")

    assert before.output == f"jining: {report.number}: missing\n1 differences\n"
    assert before.exit_code == 1
    assert written.output == "1 requests written anew in 2 cities\n"
    assert (after.output, after.exit_code) == ("0 differences\n", 0)
    enter_city(report.city_id)
