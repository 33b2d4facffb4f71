"""What inspectors, shift leaders and supervisors do: pass, rework, close without repair, urge, supervise, reopen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.cases.commands import Outcome, advance, submit_result
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.cases.queries import get_case, history
from reporter.kernel.policy import Role
from reporter.ports import Ports
from tests.make import a_case, a_category, a_photo, a_unit, a_user, hand_in, the_fallback

Client = Callable[..., FlaskClient]
PREFIX = {
    "pass": "inspect_pass", "rework": "inspect_fail", "unfixed": "close_unfixed",
    "urge": "urge", "supervise": "supervise", "reopen": "reopen",
}  # fmt: skip
LEFT = "The bags behind the bin are still there."


@pytest.fixture
def inspector(client_as: Client) -> FlaskClient:
    """Return an inspector's browser."""
    return client_as(a_user(Role.INSPECTOR, locale="en"))


@pytest.fixture
def supervisor(client_as: Client) -> FlaskClient:
    """Return a supervisor's browser."""
    return client_as(a_user(Role.SUPERVISOR, locale="en"))


def send(browser: FlaskClient, case: Case, action: str, **fields: object) -> TestResponse:
    """Send the form of `action` about `case` as it is now."""
    plain = {"version": case.version} | fields
    named = {f"{PREFIX[action]}-{name}": text for name, text in plain.items()}
    return browser.post(f"/inspection/{case.id}/{action}", data=named)


def test_a_passed_case_is_closed_and_the_list_goes_on(inspector: FlaskClient) -> None:
    case = a_case(State.HANDLED)

    answer = send(inspector, case, "pass", note="Looks good.")

    assert answer.status_code == 302
    assert answer.location == "/inspection/?at=check"
    assert get_case(case.id).state is State.CLOSED
    assert history(get_case(case.id))[-1].reason == "Looks good."


def test_a_note_is_not_needed_to_pass(inspector: FlaskClient) -> None:
    case = a_case(State.HANDLED)

    send(inspector, case, "pass")

    assert get_case(case.id).state is State.CLOSED


def test_rework_goes_back_with_its_reason_and_half_the_limit(inspector: FlaskClient, fakes: Ports) -> None:
    case = a_case(State.HANDLED, category=a_category(handle_limit="4h"))

    answer = send(inspector, case, "rework", code="not_done", reason=LEFT)
    fresh = get_case(case.id)

    assert answer.status_code == 302
    assert fresh.state is State.HANDLING
    assert fresh.due_at == fakes.clock.now() + timedelta(hours=2)
    assert (history(fresh)[-1].reason, history(fresh)[-1].facts["code"]) == (LEFT, "not_done")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": LEFT}, "Please choose one."),
        ({"code": "not_done", "reason": " "}, "Please give a reason."),
        ({"code": "not_done", "reason": "long " * 1000}, "At most 500 characters"),
    ],
)
def test_a_rework_without_code_or_reason_keeps_what_was_typed(
    inspector: FlaskClient, fields: dict[str, str], words: str
) -> None:
    case = a_case(State.HANDLED)

    page = send(inspector, case, "rework", **fields)

    assert page.status_code == 422
    assert words in page.text
    assert fields["reason"].strip() in page.text
    assert get_case(case.id).state is State.HANDLED


def test_the_third_rework_escalates(inspector: FlaskClient) -> None:
    unit = a_unit()
    case = a_case(State.HANDLED, unit=unit)
    handler = a_user(Role.HANDLER, unit=unit).actor

    for turn in range(3):
        send(inspector, get_case(case.id), "rework", code="not_done", reason=LEFT)
        if turn < 2:
            hand_in(get_case(case.id), by=handler)

    assert get_case(case.id).rework_count == 3
    assert get_case(case.id).escalated


@pytest.mark.parametrize("action", ["pass", "rework"])
def test_who_handled_a_case_cannot_inspect_it_and_is_told_why(client_as: Client, action: str) -> None:
    unit = a_unit()
    case = a_case(State.HANDLING, unit=unit)
    both = a_user(Role.HANDLER, Role.INSPECTOR, unit=unit, locale="en")
    submit_result(case, Outcome("repair", "Swept.", photo_ids=[a_photo().id]), by=both.actor)
    browser = client_as(both)

    page = browser.get(f"/inspection/{case.id}")
    forced = send(browser, get_case(case.id), action, code="not_done", reason=LEFT)

    assert "You handled this case yourself; somebody else has to inspect it." in page.text
    assert f"/inspection/{case.id}/{action}" not in page.text
    assert forced.status_code == 403
    assert get_case(case.id).state is State.HANDLED


def test_a_colleague_of_the_handler_cannot_inspect_either(client_as: Client) -> None:
    unit = a_unit()
    case = a_case(State.HANDLED, unit=unit)
    browser = client_as(a_user(Role.INSPECTOR, unit=unit, locale="en"))

    page = browser.get(f"/inspection/{case.id}")
    forced = send(browser, case, "pass")

    assert "Your own unit handled this case" in page.text
    assert forced.status_code == 403


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.SHIFT_LEADER])
def test_only_an_inspector_inspects(client_as: Client, role: Role) -> None:
    case = a_case(State.HANDLED)
    browser = client_as(a_user(role, locale="en"))

    page = browser.get(f"/inspection/{case.id}")
    forced = send(browser, case, "pass")

    assert "Only an inspector passes a case or sends it to rework." in page.text
    assert forced.status_code == 403


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.HANDLER, Role.ACCEPTOR, Role.REDACTOR])
def test_nobody_else_opens_the_desk(client_as: Client, role: Role) -> None:
    case = a_case(State.HANDLED)
    browser = client_as(a_user(role, unit=a_unit()))

    answers = [
        browser.get("/inspection/"),
        browser.get(f"/inspection/{case.id}"),
        send(browser, case, "pass"),
    ]

    assert [one.status_code for one in answers] == [403, 403, 403]
    assert get_case(case.id).state is State.HANDLED


def test_of_two_inspectors_one_decides_and_the_other_gets_the_fresh_page(client_as: Client) -> None:
    case = a_case(State.HANDLED)
    seen = case.version
    first, second = (client_as(a_user(Role.INSPECTOR, locale="en")) for _ in range(2))
    send(first, case, "pass", version=seen)

    late = send(second, case, "rework", version=seen, code="not_done", reason=LEFT)

    assert late.status_code == 409
    assert "The case has moved on in the meantime" in late.text
    assert get_case(case.id).state is State.CLOSED


def test_a_double_press_passes_once_and_says_so(inspector: FlaskClient) -> None:
    case = a_case(State.HANDLED)
    seen = case.version
    send(inspector, case, "pass", version=seen)

    again = send(inspector, case, "pass", version=seen)

    assert again.status_code == 409
    assert "You have done this already; nothing was done twice." in again.text


def test_the_shift_leader_ends_a_case_without_repair_and_says_why(client_as: Client) -> None:
    case = a_case(State.HANDLED)
    browser = client_as(a_user(Role.SHIFT_LEADER, locale="en"))

    silent = send(browser, case, "unfixed", reason="")
    answer = send(browser, case, "unfixed", reason="The owner cannot be found.")

    assert silent.status_code == 422
    assert answer.status_code == 302
    assert get_case(case.id).state is State.CLOSED_UNFIXED


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.SUPERVISOR])
def test_urging_counts_and_leaves_the_case_where_it_is(client_as: Client, role: Role) -> None:
    case = a_case(State.HANDLING)
    browser = client_as(a_user(role, locale="en"))

    send(browser, case, "urge")
    page = browser.get(f"/inspection/{case.id}")

    assert get_case(case.id).urge_count == 1
    assert get_case(case.id).state is State.HANDLING
    assert "Urged once." in page.text


def test_a_supervisor_puts_a_case_under_supervision_with_a_reason(supervisor: FlaskClient) -> None:
    case = a_case(State.HANDLING)

    silent = send(supervisor, case, "supervise", reason="")
    send(supervisor, case, "supervise", reason="Before the holidays.")

    assert silent.status_code == 422
    assert get_case(case.id).supervise_count == 1
    assert "Under supervision: Before the holidays." in supervisor.get(f"/inspection/{case.id}").text


def test_an_inspector_does_not_supervise(inspector: FlaskClient) -> None:
    case = a_case(State.HANDLING)

    page = inspector.get(f"/inspection/{case.id}")
    forced = send(inspector, case, "supervise", reason="Now.")

    assert f"/inspection/{case.id}/supervise" not in page.text
    assert forced.status_code == 403


@pytest.mark.parametrize("state", [State.CLOSED, State.CLOSED_UNFIXED])
def test_a_supervisor_reopens_what_was_closed(supervisor: FlaskClient, state: State) -> None:
    case = a_case(state)

    answer = send(supervisor, case, "reopen", reason="It is back as it was.")

    assert answer.status_code == 302
    assert get_case(case.id).state is State.HANDLING
    assert get_case(case.id).reopen_count == 1


def test_an_inspector_does_not_reopen(inspector: FlaskClient) -> None:
    case = a_case(State.CLOSED)

    page = inspector.get(f"/inspection/{case.id}")
    forced = send(inspector, case, "reopen", reason="No.")

    assert f"/inspection/{case.id}/reopen" not in page.text
    assert forced.status_code == 403


@pytest.mark.parametrize("action", sorted(PREFIX))
def test_a_form_without_the_version_that_was_seen_does_nothing(client_as: Client, action: str) -> None:
    case = a_case(State.CLOSED if action == "reopen" else State.HANDLED)
    everybody = a_user(Role.INSPECTOR, Role.SUPERVISOR, Role.SHIFT_LEADER, locale="en")

    page = send(client_as(everybody), case, action, version="", reason="Because.", code="other")

    assert page.status_code == 422
    assert "This form was damaged. Please reload the page." in page.text
    assert get_case(case.id).version == case.version


def test_a_script_in_a_reason_is_words(inspector: FlaskClient) -> None:
    case = a_case(State.HANDLED)

    send(inspector, case, "rework", code="other", reason="<img src=x onerror=alert(1)>")

    page = inspector.get(f"/inspection/{case.id}").text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_a_case_that_does_not_exist_is_not_found(inspector: FlaskClient) -> None:
    assert inspector.get("/inspection/999999").status_code == 404
    assert inspector.post("/inspection/999999/pass").status_code == 404


def test_an_escalated_case_says_so(inspector: FlaskClient) -> None:
    unit = the_fallback()
    case = a_case(State.DISPATCHED, unit=unit)
    for _ in range(3):
        advance(case, Action.REQUEST_SEND_BACK, by=a_user(Role.HANDLER, unit=unit).actor, reason="No.")
        advance(case, Action.APPROVE_SEND_BACK, by=a_user(Role.SHIFT_LEADER).actor)
        advance(case, Action.DISPATCH, by=a_user(Role.DISPATCHER).actor)

    page = inspector.get(f"/inspection/{case.id}")

    assert "Escalated: sent back or reworked three times." in page.text
