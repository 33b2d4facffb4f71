"""The bar that offers undo: on the next page, without JavaScript too, and what it answers when it is too late."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.kernel.policy import Actor
from reporter.ports import Ports
from reporter.ports.queue import run_next
from reporter.reports.commands.followup import withdraw
from reporter.reports.lifecycle import State
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from tests.make import a_moderator, a_report, a_unit, the_fallback

Client = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def waits(app: Flask) -> Iterator[None]:
    """Let decisions wait, as they do for an operator who changes nothing."""
    app.config["UNDO_FOR"] = timedelta(seconds=10)
    yield
    app.config["UNDO_FOR"] = timedelta(0)


def decline(browser: FlaskClient, report: Report) -> TestResponse:
    """Decline a report in the dialog, and go where that leads."""
    typed = {"decline-version": report.version, "decline-reason": "Not ours."}
    return browser.post(f"/triage/{report.id}/decline", data=typed, follow_redirects=True)


def undo(browser: FlaskClient, page: TestResponse) -> TestResponse:
    """Press the button of the bar on `page`."""
    found = re.search(r'name="undo-batch"[^>]*value="(\w+)"', page.text)
    assert found, "no bar"
    return browser.post("/triage/undo", data={"undo-batch": found[1]}, follow_redirects=True)


def test_the_next_page_offers_undo_by_form_and_key(moderator: FlaskClient) -> None:
    report, following = a_report(), a_report()

    page = decline(moderator, report)

    assert f"Last step: decline, {report.number}" in page.text
    assert following.number in page.text
    assert re.search(r'<button[^>]*data-key="z"', page.text)
    assert 'data-left="10.0"' in page.text


def test_undo_leads_back_to_the_report_as_it_was(moderator: FlaskClient) -> None:
    report = a_report()
    page = decline(moderator, report)

    back = undo(moderator, page)

    assert back.status_code == 200
    assert f"Undone: {report.number} is as it was before." in back.text
    assert get_report(report.id).state is State.SUBMITTED
    assert "data-undo " not in back.text


def test_too_late_says_why_and_what_to_do_instead(moderator: FlaskClient, fakes: Ports) -> None:
    report = a_report()
    page = decline(moderator, report)
    fakes.clock.move(timedelta(seconds=13))  # type: ignore[attr-defined]
    while run_next():
        pass

    answer = undo(moderator, page)

    assert answer.status_code == 409
    assert "the resident has been told the reason. Please call them" in answer.text
    assert report.number in answer.text
    assert get_report(report.id).state is State.DECLINED


def test_the_bar_is_only_for_whoever_decided_and_only_while_it_can_be(
    moderator: FlaskClient, client_as: Client, fakes: Ports
) -> None:
    page = decline(moderator, a_report())
    other = client_as(a_moderator(locale="en"))

    strange = undo(other, page)
    seen_by_other = other.get("/triage/").text
    fakes.clock.move(timedelta(seconds=10))  # type: ignore[attr-defined]

    assert strange.status_code == 403
    assert "data-undo" not in seen_by_other
    assert "data-undo" not in moderator.get("/triage/").text


def test_the_words_name_the_unit_to_which_the_case_will_go(moderator: FlaskClient) -> None:
    unit, report = a_unit("环卫二队", name_en="Sanitation 2"), a_report()
    filled = {"version": report.version, "category_id": report.category_id, "area_id": report.area_id or ""}

    page = moderator.post(
        f"/triage/{report.id}/accept", data=filled | {"unit_id": unit.id}, follow_redirects=True
    )

    assert "Accepted and given to Sanitation 2: case" in page.text
    assert f"Last step: accept, {report.number}" in page.text


def test_several_are_undone_together_and_lead_to_the_list(moderator: FlaskClient) -> None:
    reports = [a_report() for _ in range(3)]
    picked = [f"{report.id}.{report.version}" for report in reports]

    page = moderator.post(
        "/triage/together", data={"together-picked": picked, "together-do": "accept"}, follow_redirects=True
    )
    back = undo(moderator, page)

    assert "Last step: accept, 3 reports" in page.text
    assert "3 reports are as they were before." in back.text
    assert {get_report(report.id).state for report in reports} == {State.SUBMITTED}


def test_what_cannot_be_undone_of_several_is_named(moderator: FlaskClient, client_as: Client) -> None:
    first, second, third = (a_report() for _ in range(3))
    picked = [f"{report.id}.{report.version}" for report in (first, second, third)]
    page = moderator.post(
        "/triage/together", data={"together-picked": picked, "together-do": "aside"}, follow_redirects=True
    )
    withdraw(get_report(second.id), by=Actor(id=None, report_id=second.id))

    back = undo(moderator, page)

    assert "1 was left as it is." in back.text
    assert f"{second.number}: This cannot be undone any more" in back.text
    assert [get_report(one.id).state for one in (first, second, third)] == [
        State.SUBMITTED,
        State.WITHDRAWN,
        State.SUBMITTED,
    ]


def test_an_operator_may_let_nothing_wait(moderator: FlaskClient, app: Flask) -> None:
    app.config["UNDO_FOR"] = timedelta(0)

    page = decline(moderator, a_report())

    assert "data-undo" not in page.text


def test_a_press_that_never_was_is_a_page_that_says_so(moderator: FlaskClient) -> None:
    the_fallback()

    answer = moderator.post("/triage/undo", data={"undo-batch": "x"})

    assert answer.status_code == 404
    assert "There is nothing to undo here." in answer.text
