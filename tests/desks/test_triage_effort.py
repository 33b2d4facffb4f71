"""One's own figures: measured with each decision, on a page that nobody else sees."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from reporter.kernel.policy import Role
from reporter.reports.commands.effort import note_effort
from reporter.reports.efforts import desk_efforts
from tests.make import a_moderator, a_report, a_user, the_fallback

Client = Callable[..., FlaskClient]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def set_aside(client: FlaskClient, effort: str) -> None:
    report = a_report()
    client.post(f"/triage/{report.id}/aside", data={"aside-version": report.version, "effort": effort})


def test_what_the_page_measured_is_taken_down_with_the_decision(moderator: FlaskClient) -> None:
    assert "Nothing measured yet" in moderator.get("/triage/mine").text

    set_aside(moderator, "12500.3")
    page = moderator.get("/triage/mine").text

    assert "12.5 s (median)" in page
    assert "3.0 (median)" in page
    assert "Shown once at least five people" in page


@pytest.mark.parametrize("effort", ["", "abc", "-5.1", "1e9.1", "99999999999.1", "5.", "0.0"])
def test_a_figure_that_makes_no_sense_stops_nobody(moderator: FlaskClient, effort: str) -> None:
    set_aside(moderator, effort)

    assert desk_efforts(since=LONG_AGO) == []
    assert "Moved to suspected spam" in moderator.get("/triage/").text


def test_what_was_refused_is_no_decision(moderator: FlaskClient) -> None:
    report = a_report()

    stale = {"aside-version": report.version - 1, "effort": "5000.1"}
    answer = moderator.post(f"/triage/{report.id}/aside", data=stale)

    assert answer.status_code == 409
    assert desk_efforts(since=LONG_AGO) == []


def test_the_desk_is_shown_when_enough_people_stand_behind_it(moderator: FlaskClient) -> None:
    a_report()
    for _ in range(5):
        by = a_moderator().actor
        for _ in range(10):
            note_effort(seconds=18, presses=2, by=by)

    assert "the desk: 18 s for a report" in moderator.get("/triage/").text
    assert re.search(r"Seconds for a report</dt><dd class=\"num\">18<", moderator.get("/triage/wall").text)
    assert "18.0 s (median)" not in moderator.get("/triage/mine").text, "nobody's own figures but one's own"


def test_the_wall_counts_what_waits_and_keeps_silent_about_few_people(moderator: FlaskClient) -> None:
    a_report()
    set_aside(moderator, "12500.3")

    page = moderator.get("/triage/wall").text

    assert re.search(r"Waiting for acceptance</dt><dd class=\"num\">1<", page)
    assert re.search(r"Suspected spam</dt><dd class=\"num\">1<", page)
    assert "Shown once at least five people" in page
    assert "12" not in re.sub(r"<time.*?</time>", "", page.split('id="pace"')[1]).split("</section>")[0]


def test_nobody_else_has_such_a_page(client_as: Client) -> None:
    the_fallback()

    redactor = client_as(a_user(Role.REDACTOR))
    assert [redactor.get(f"/triage/{page}").status_code for page in ("mine", "wall")] == [403, 403]
