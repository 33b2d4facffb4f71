"""What a unit does with a case before its result: claim, send back, ask for time, pause, report in; and who may not."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.accounts.models import User
from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.cases.queries import get_case, history, requests_of
from reporter.kernel.errors import NotAllowed
from reporter.kernel.policy import Role
from reporter.ports import Ports
from reporter.routing.models import Unit
from reporter.routing.whistles import call_together
from tests.make import a_case, a_category, a_request, a_rule, a_unit, a_user, hand_in, the_kind

Client = Callable[..., FlaskClient]
WHY = "The yard belongs to the railway."


@pytest.fixture
def browser(client_as: Client, handler: User) -> FlaskClient:
    """Return the handler's browser."""
    return client_as(handler)


def send(browser: FlaskClient, case: Case, action: str, **fields: object) -> TestResponse:
    """Send a form about `case` as it is now; fields of a dialog are named after it."""
    prefix = {"send-back": "back-", "more-time": "more-", "pause": "pause-"}.get(action, "")
    plain = {"version": case.version} | fields
    return browser.post(
        f"/unit/{case.id}/{action}", data={f"{prefix}{name}": text for name, text in plain.items()}
    )


def test_one_tap_claims_a_case(browser: FlaskClient, handler: User, unit: Unit) -> None:
    case = a_case(State.DISPATCHED, unit=unit)

    answer = send(browser, case, "claim")

    assert answer.status_code == 302
    assert get_case(case.id).state is State.HANDLING
    assert get_case(case.id).handler_id == handler.id


def test_the_head_of_the_unit_claims_as_well(client_as: Client, unit: Unit) -> None:
    case = a_case(State.DISPATCHED, unit=unit)

    send(client_as(a_user(Role.UNIT_HEAD, unit=unit)), case, "claim")

    assert get_case(case.id).state is State.HANDLING


def test_a_second_press_claims_nothing_twice_and_says_so(browser: FlaskClient, unit: Unit) -> None:
    case = a_case(State.DISPATCHED, unit=unit)
    seen = case.version
    send(browser, case, "claim", version=seen)

    again = send(browser, case, "claim", version=seen)

    assert again.status_code == 409
    assert "You have done this already; nothing was done twice." in again.text
    assert [entry.action for entry in history(get_case(case.id))].count("claim") == 1


def test_of_two_handlers_one_claims_and_the_other_gets_the_fresh_page(client_as: Client, unit: Unit) -> None:
    case = a_case(State.DISPATCHED, unit=unit)
    seen = case.version
    first, second = (
        client_as(a_user(Role.HANDLER, unit=unit, name=name, locale="en")) for name in ("Ana", "Bo")
    )
    send(first, case, "claim", version=seen)

    late = send(second, case, "claim", version=seen)

    assert late.status_code == 409
    assert "Ana claimed the case first" in late.text
    assert "Claim this case" not in late.text


@pytest.mark.parametrize("state", [State.DISPATCHED, State.HANDLING])
def test_a_case_is_sent_back_before_and_after_it_is_claimed(
    browser: FlaskClient, unit: Unit, state: State
) -> None:
    case = a_case(state, unit=unit)

    answer = send(browser, case, "send-back", code="outside", reason=WHY)
    request = requests_of(case.id)[-1]

    assert answer.status_code == 302
    assert (request.kind, request.code, request.reason) == ("send_back", "outside", WHY)
    assert get_case(case.id).state is state
    assert WHY in browser.get(f"/unit/{case.id}").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": WHY}, "Please choose one."),
        ({"code": "nonsense", "reason": WHY}, "Not a valid choice"),
        ({"code": "outside", "reason": "   "}, "Please give a reason."),
        ({"code": "outside", "reason": "long " * 1000}, "At most 500 characters"),
        ({"code": "outside", "reason": WHY, "version": "x"}, "Please look at this again"),
    ],
)
def test_a_send_back_without_what_it_needs_keeps_what_was_typed(
    browser: FlaskClient, unit: Unit, fields: dict[str, str], words: str
) -> None:
    case = a_case(State.HANDLING, unit=unit)

    page = send(browser, case, "send-back", **fields)

    assert page.status_code == 422
    assert words in page.text
    assert fields["reason"].strip() in page.text
    assert "data-open" in page.text
    assert not requests_of(case.id)


def test_what_is_typed_is_shown_as_words_and_never_as_markup(browser: FlaskClient, unit: Unit) -> None:
    case = a_case(State.HANDLING, unit=unit)

    send(browser, case, "send-back", code="other", reason="<script>alert(1)</script>")

    page = browser.get(f"/unit/{case.id}").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_while_one_request_waits_no_other_can_be_made_and_the_page_says_why(
    browser: FlaskClient, unit: Unit
) -> None:
    case = a_request("send_back", unit=unit)

    page = browser.get(f"/unit/{case.id}").text
    forced = send(browser, case, "more-time", minutes=60, reason=WHY)

    assert "A request for this case is still waiting for its answer." in page
    assert f'action="/unit/{case.id}/more-time"' not in page
    assert forced.status_code == 409
    assert "A request for this case is still waiting for its answer." in forced.text


def test_the_third_send_back_escalates(browser: FlaskClient, unit: Unit) -> None:
    case = a_case(State.DISPATCHED, unit=unit)
    leader, dispatcher = a_user(Role.SHIFT_LEADER).actor, a_user(Role.DISPATCHER).actor

    for turn in range(3):
        send(browser, get_case(case.id), "send-back", code="not_ours", reason=WHY)
        advance(get_case(case.id), Action.APPROVE_SEND_BACK, by=leader)
        if turn < 2:
            advance(get_case(case.id), Action.DISPATCH, by=dispatcher)

    assert get_case(case.id).send_back_count == 3
    assert get_case(case.id).escalated


def test_more_time_is_offered_in_the_measure_of_the_limit(browser: FlaskClient, unit: Unit) -> None:
    hours = a_case(State.HANDLING, unit=unit, category=a_category(handle_limit="4h"))
    days = a_case(State.HANDLING, unit=unit, category=a_category(handle_limit="5wd"))

    assert "2 hours" in browser.get(f"/unit/{hours.id}").text
    assert "2 working days" in browser.get(f"/unit/{days.id}").text


def test_granted_time_moves_the_deadline_by_what_was_asked(
    browser: FlaskClient, unit: Unit, fakes: Ports
) -> None:
    case = a_case(State.HANDLING, unit=unit, category=a_category(handle_limit="4h"))
    due = case.due_at

    send(browser, case, "more-time", minutes=120, reason=WHY)
    advance(get_case(case.id), Action.APPROVE_EXTENSION, by=a_user(Role.SHIFT_LEADER).actor)

    assert due is not None
    assert get_case(case.id).due_at == due + timedelta(hours=2)


def test_time_that_is_not_offered_is_refused(browser: FlaskClient, unit: Unit) -> None:
    case = a_case(State.HANDLING, unit=unit)

    page = send(browser, case, "more-time", minutes=100000, reason=WHY)

    assert page.status_code == 422
    assert not requests_of(case.id)


def test_after_the_deadline_there_is_no_more_time(browser: FlaskClient, unit: Unit, fakes: Ports) -> None:
    case = a_case(State.HANDLING, unit=unit, category=a_category(handle_limit="4h"))
    fakes.clock.move(timedelta(hours=5))  # type: ignore[attr-defined]  # the tests' clock

    page = browser.get(f"/unit/{case.id}").text
    forced = send(browser, case, "more-time", minutes=60, reason=WHY)

    assert "More time can only be asked for before the deadline." in page
    assert forced.status_code == 409
    assert "More time can only be asked for before the deadline." in forced.text
    assert not requests_of(case.id)


def test_a_third_extension_is_refused(browser: FlaskClient, unit: Unit) -> None:
    case = a_case(State.HANDLING, unit=unit, category=a_category(handle_limit="4h"))
    leader = a_user(Role.LEADER).actor
    for _ in range(2):
        send(browser, get_case(case.id), "more-time", minutes=60, reason=WHY)
        advance(get_case(case.id), Action.APPROVE_EXTENSION, by=leader)

    page = browser.get(f"/unit/{case.id}").text
    third = send(browser, get_case(case.id), "more-time", minutes=60, reason=WHY)

    assert "twice already" in page
    assert third.status_code == 409
    assert len(requests_of(case.id)) == 2


@pytest.mark.parametrize("kind", ["shelve", "defer"])
def test_a_pause_is_asked_for_with_a_day_of_review(browser: FlaskClient, unit: Unit, kind: str) -> None:
    case = a_case(State.HANDLING, unit=unit)

    answer = send(browser, case, "pause", kind=kind, review_on="2027-04-01", reason="The ground is frozen.")
    request = requests_of(case.id)[-1]

    assert answer.status_code == 302
    assert request.kind == kind
    assert request.review_at == datetime.fromisoformat("2027-04-01T09:00+08:00")


@pytest.mark.parametrize("day", ["", "2026-11-23", "2020-01-01", "2099-01-01", "not a day"])
def test_a_day_of_review_lies_ahead_and_within_a_year(browser: FlaskClient, unit: Unit, day: str) -> None:
    case = a_case(State.HANDLING, unit=unit)

    page = send(browser, case, "pause", kind="defer", review_on=day, reason="Waiting for a part.")

    assert page.status_code == 422
    assert "Waiting for a part." in page.text
    assert not requests_of(case.id)


def test_a_unit_that_is_called_reports_in_once(client_as: Client, unit: Unit) -> None:
    helper = a_unit("街道办")
    a_rule(unit, the_kind(), co_unit_ids=[helper.id])
    case = a_case(State.HANDLING, unit=unit)
    call_together(case, [helper.id], by=a_user(Role.DISPATCHER).actor, reason="Three owners, one yard.")
    browser = client_as(a_user(Role.HANDLER, unit=helper, locale="en"))

    before = browser.get(f"/unit/{case.id}").text
    answer = send(browser, get_case(case.id), "report-in")
    after = browser.get(f"/unit/{case.id}").text

    assert "Report in" in before
    assert answer.status_code == 302
    assert "Reported in. The others can see" in after
    assert "/report-in" not in after
    assert "Claim this case" not in after


def test_the_page_says_why_the_case_came_here_and_what_closing_takes(
    browser: FlaskClient, unit: Unit
) -> None:
    kind = a_category("乱扔乱倒", name_en="Littering", subtypes=["烟头"])
    rule = a_rule(unit, kind, sort=12)
    case = a_case(State.DISPATCHED, unit=unit, category=kind, subcategory_id=kind.subcategories[0].id)

    page = browser.get(f"/unit/{case.id}").text

    assert rule.sort == 12
    assert "Rule 12: Sub-type 1 is this unit" in page
    assert "15 minutes after the dispatch" in page
    assert "counted day and night" in page
    assert "A photo after the work, from the same spot" in page
    assert "Whoever reported it is hidden." in page


def test_who_reported_is_nowhere_on_the_page(browser: FlaskClient, unit: Unit) -> None:
    reporter = a_user(Role.RESIDENT, name="Reporter Somebody", phone="13912345678")
    case = a_case(State.CLOSED, unit=unit)
    advance(case, Action.REOPEN, by=reporter.actor.lent(Role.REPORTER), reason="Still there.")

    page = browser.get(f"/unit/{case.id}").text

    assert "Still there." in page
    assert "Reporter Somebody" not in page
    assert "13912345678" not in page


ACTIONS = ["claim", "send-back", "more-time", "pause", "report-in", "result", "uploads"]


@pytest.mark.parametrize("action", ACTIONS)
def test_another_unit_cannot_touch_the_case(client_as: Client, unit: Unit, action: str) -> None:
    case = a_case(State.HANDLING, unit=unit)
    other = client_as(a_user(Role.HANDLER, unit=a_unit("别的单位")))
    fields = {"code": "outside", "reason": WHY, "minutes": 60, "kind": "defer", "review_on": "2026-12-24"}

    answer = send(other, case, action, **fields)

    assert other.get(f"/unit/{case.id}").status_code == 403
    assert answer.status_code == 403
    assert get_case(case.id).version == case.version


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.ACCEPTOR, Role.INSPECTOR, Role.SYSTEM_ADMIN])
@pytest.mark.parametrize("action", ACTIONS)
def test_whoever_is_of_no_unit_cannot_touch_the_case(
    client_as: Client, unit: Unit, role: Role, action: str
) -> None:
    case = a_case(State.HANDLING, unit=unit)

    answer = send(client_as(a_user(role)), case, action, reason=WHY)

    assert answer.status_code == 403
    assert get_case(case.id).version == case.version


def test_a_case_that_does_not_exist_is_not_found(browser: FlaskClient) -> None:
    assert browser.get("/unit/999999").status_code == 404
    assert browser.post("/unit/999999/claim", data={"version": 1}).status_code == 404


def test_a_unit_reads_what_was_reported_without_numbers_that_say_who_it_was(
    browser: FlaskClient, client_as: Client, unit: Unit
) -> None:
    case = a_case(State.HANDLING, unit=unit, words="找我 13847400001")

    pages = [browser.get(f"/unit/{case.id}").text, browser.get(f"/pictures/cases/{case.id}").text]
    at_centre = client_as(a_user(Role.DISPATCHER)).get(f"/triage/cases/{case.id}").text

    assert all("找我 ＊＊＊" in page for page in pages)
    assert not any("13847400001" in page for page in pages)
    assert "找我 13847400001" in at_centre


def test_nobody_inspects_by_another_account_what_they_handled(client_as: Client, unit: Unit) -> None:
    handler = a_user(Role.HANDLER, unit=unit, mobile="13847400001")
    case = a_case(State.HANDLING, unit=unit)
    hand_in(get_case(case.id), by=handler.actor)

    with pytest.raises(NotAllowed):
        advance(get_case(case.id), Action.INSPECT_PASS, by=a_user(Role.INSPECTOR, mobile="13847400001").actor)
