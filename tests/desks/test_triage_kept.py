"""What the centre typed is never lost when something changed meanwhile, and what is wrong is always said."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.queries import get_case
from reporter.kernel.policy import Role
from reporter.reports.commands import triage
from reporter.reports.lifecycle import State as ReportState
from reporter.reports.queries import get_report
from tests.make import a_case, a_moderator, a_report, a_unit, a_user, the_fallback

Client = Callable[..., FlaskClient]
WHY = "Three owners, one yard."


@pytest.fixture
def centre(client_as: Client) -> FlaskClient:
    """Return the browser of somebody who does everything at the centre, in English."""
    the_fallback()
    return client_as(a_user(Role.ACCEPTOR, Role.DISPATCHER, Role.SHIFT_LEADER, locale="en"))


@pytest.mark.parametrize("action", ["whistle", "void"])
def test_a_reason_about_an_older_case_stays_in_its_dialog_and_can_be_sent_at_once(
    centre: FlaskClient, action: str
) -> None:
    case = a_case(State.HANDLING)
    seen = case.version
    advance(get_case(case.id), Action.URGE, by=a_user(Role.INSPECTOR).actor)
    sent: dict[str, object] = {f"{action}-reason": WHY, f"{action}-version": seen}
    sent |= {"whistle-unit_ids": [a_unit().id], "whistle-level": "daily"}

    page = centre.post(f"/triage/cases/{case.id}/{action}", data=sent)
    fresh = {f"{action}-version": get_case(case.id).version}
    again = centre.post(f"/triage/cases/{case.id}/{action}", data=sent | fresh)

    assert page.status_code == 409
    assert "Nothing of yours was written" in page.text
    assert f"{WHY}</textarea>" in page.text
    assert again.status_code == 302


def test_a_reason_that_has_no_dialog_any_more_can_still_be_copied(centre: FlaskClient) -> None:
    case = a_case(State.HANDLED)
    seen = case.version
    advance(get_case(case.id), Action.INSPECT_PASS, by=a_user(Role.INSPECTOR).actor)

    page = centre.post(
        f"/triage/cases/{case.id}/whistle",
        data={"whistle-reason": WHY, "whistle-version": seen, "whistle-unit_ids": [a_unit().id]},
    )

    assert page.status_code == 409
    assert f"You had written: “{WHY}”" in page.text


def test_a_reason_to_decline_stays_when_a_colleague_asked_meanwhile(centre: FlaskClient) -> None:
    report = a_report()
    seen = report.version
    triage.request_info(report, "Which crossing?", by=a_moderator().actor)

    page = centre.post(f"/triage/{report.id}/decline", data={"decline-reason": WHY, "decline-version": seen})

    assert page.status_code == 409
    assert f"{WHY}</textarea>" in page.text
    assert get_report(report.id).state is ReportState.INFO_REQUESTED


@pytest.mark.parametrize("version", ["", "x", None])
def test_a_dispatch_without_the_version_that_was_seen_says_why_it_did_nothing(
    centre: FlaskClient, version: str | None
) -> None:
    case = a_case(State.REGISTERED)
    sent = {"unit-unit_id": ""} | ({"unit-version": version} if version is not None else {})

    page = centre.post(f"/triage/cases/{case.id}/dispatch", data=sent)

    assert page.status_code == 422
    assert 'id="errors"' in page.text
    assert get_case(case.id).state is State.REGISTERED


def test_what_is_wrong_with_a_form_whose_dialog_is_gone_is_said_on_the_page(centre: FlaskClient) -> None:
    case, report = a_case(State.CLOSED), a_report()
    triage.decline(report, WHY, by=a_moderator().actor)

    pages = [
        centre.post(f"/triage/cases/{case.id}/whistle", data={"whistle-reason": WHY}),
        centre.post(f"/triage/{report.id}/ask", data={"ask-reason": WHY}),
    ]

    assert [page.status_code for page in pages] == [422, 422]
    assert all("This form was damaged. Please reload the page." in page.text for page in pages)


@pytest.mark.parametrize("case_id", ["99999", "9" * 20, "9" * 5000, "²", "-1"])
def test_a_case_that_is_not_there_is_refused_at_the_field_and_the_dialog_stays_open(
    centre: FlaskClient, case_id: str
) -> None:
    report = a_report()

    page = centre.post(
        f"/triage/{report.id}/merge", data={"merge-case_id": case_id, "merge-version": report.version}
    )

    assert page.status_code == 422
    assert "Please choose the case that the report joins." in page.text
    assert 'id="merge-number-err"' in page.text
    assert get_report(report.id).state is ReportState.SUBMITTED
