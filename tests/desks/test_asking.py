"""A unit asks whoever reported a case; they read the question on their page and answer there."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reporter.cases.lifecycle import State
from reporter.cases.models import Source
from reporter.cases.queries import get_case
from reporter.kernel.policy import Role
from reporter.routing.queries import get_unit
from tests.desks.residents import a_file, accepted, post
from tests.make import a_case, a_report, a_unit, a_user

Client = Callable[..., FlaskClient]
QUESTION = "Which staircase is it?"


@pytest.fixture
def asked(client_as: Client) -> tuple[FlaskClient, int, str]:
    """Return the unit's browser, its case and the code of the report behind it; the question is asked."""
    report = a_report()
    case = get_case(accepted(report).id)
    unit = client_as(a_user(Role.HANDLER, unit=get_unit(case.lead_unit_id or 0), locale="en"))
    if case.state is State.DISPATCHED:
        unit.post(f"/unit/{case.id}/claim", data={"version": case.version})
    version = get_case(case.id).version
    answer = unit.post(
        f"/unit/{case.id}/ask", data={"question-reason": QUESTION, "question-version": version}
    )
    assert answer.status_code == 302
    return unit, case.id, report.code


def test_the_reporter_reads_the_question_and_the_unit_the_answer(
    asked: tuple[FlaskClient, int, str], client_as: Client
) -> None:
    unit, case_id, code = asked
    waiting = unit.get(f"/unit/{case_id}").text
    resident = client_as(a_user(locale="en"))
    page = resident.get(f"/track/{code}").text

    sent = post(
        resident, f"/track/{code}/answer", {"say-words": "No. 3, call 13800000000", "say-photos": a_file()}
    )

    assert "Waiting for the reporter: the clock stands still" in waiting
    assert QUESTION in page
    assert "The unit has a question for you" in page
    assert "the unit goes on as well as it can" in page
    assert sent.status_code == 302
    assert get_case(case_id).state is State.HANDLING
    after = unit.get(f"/unit/{case_id}").text
    assert "No. 3, call ＊＊＊" in after
    assert "13800000000" not in after
    told = resident.get(f"/track/{code}").text
    assert "The unit asked you something" in told
    assert "No. 3" in told


def test_a_question_without_words_comes_back(client_as: Client) -> None:
    unit = a_unit()
    case = a_case(State.HANDLING, unit=unit)
    browser = client_as(a_user(Role.HANDLER, unit=unit, locale="en"))

    page = browser.post(
        f"/unit/{case.id}/ask", data={"question-reason": " ", "question-version": case.version}
    )

    assert page.status_code == 422
    assert "Please give a reason." in page.text
    assert get_case(case.id).state is State.HANDLING


def test_nobody_reported_a_case_of_a_patrol_so_nothing_is_offered(client_as: Client) -> None:
    unit = a_unit()
    case = a_case(State.HANDLING, unit=unit, source=Source.PATROL)
    browser = client_as(a_user(Role.HANDLER, unit=unit, locale="en"))

    page = browser.get(f"/unit/{case.id}").text
    forced = browser.post(
        f"/unit/{case.id}/ask", data={"question-reason": QUESTION, "question-version": case.version}
    )

    assert "/ask" not in page
    assert forced.status_code == 409
    assert "nobody to ask" in forced.text
    assert QUESTION in forced.text  # nothing typed is lost


def test_another_unit_asks_nothing(client_as: Client) -> None:
    case = a_case(State.HANDLING, unit=a_unit())
    stranger = client_as(a_user(Role.HANDLER, unit=a_unit()))

    answer = stranger.post(
        f"/unit/{case.id}/ask", data={"question-reason": QUESTION, "question-version": case.version}
    )

    assert answer.status_code == 403
    assert get_case(case.id).state is State.HANDLING
