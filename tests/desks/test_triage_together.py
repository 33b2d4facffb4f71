"""The dialogs of a case that say more than a reason: calling units, concluding, correcting, following up, sending back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.cases.lifecycle import State
from reporter.cases.models import Case
from reporter.cases.queries import get_case, history
from reporter.kernel.policy import Role
from reporter.ports import Ports
from reporter.routing.queries import open_whistle, units_called, whistles_of
from reporter.routing.whistles import call_together, report_in
from tests.make import a_case, a_category, a_request, a_rule, a_unit, a_user, an_area, the_fallback, the_kind

Client = Callable[..., FlaskClient]


@pytest.fixture
def dispatcher(client_as: Client) -> FlaskClient:
    """Return the browser of a dispatcher, in English."""
    the_fallback()
    return client_as(a_user(Role.DISPATCHER, locale="en"))


def act(browser: FlaskClient, case: Case, action: str, **typed: object) -> TestResponse:
    """Send the dialog of an action, about the case as it is now."""
    name = "decide" if action.startswith(("approve_", "refuse_")) else action
    filled = {"version": get_case(case.id).version, "reason": ""} | typed
    return browser.post(
        f"/triage/cases/{case.id}/{action}", data={f"{name}-{key}": value for key, value in filled.items()}
    )


def test_the_units_called_stand_on_the_page_with_who_has_come(dispatcher: FlaskClient) -> None:
    lead, street = a_unit(), a_unit("桥东街道", name_en="Qiaodong Street")
    case = a_case(State.HANDLING, unit=lead)

    act(dispatcher, case, "whistle", unit_ids=[street.id], level="emergency", reason="There is a gas leak.")
    before = dispatcher.get(f"/triage/cases/{case.id}").text
    report_in(get_case(case.id), by=a_user(Role.HANDLER, unit=street, name="乌云").actor, note="Two of us")
    after = dispatcher.get(f"/triage/cases/{case.id}").text

    assert "Called together: emergency" in before
    assert "has not come yet" in before
    assert "乌云" in after
    assert "Two of us" in after
    assert "has not come yet" not in after


def test_without_units_nothing_is_called_and_the_words_stay(dispatcher: FlaskClient) -> None:
    case = a_case(State.HANDLING, unit=a_unit())

    page = act(dispatcher, case, "whistle", level="hard", reason="Three owners, one yard.")

    assert page.status_code == 422
    assert "Please choose at least one unit" in page.text
    assert "Three owners, one yard.</textarea>" in page.text
    assert open_whistle(case.id) is None


def test_a_unit_that_is_not_offered_is_no_unit(dispatcher: FlaskClient) -> None:
    case = a_case(State.HANDLING, unit=a_unit())

    answers = [
        act(dispatcher, case, "whistle", unit_ids=[unit], level="daily", reason="Come")
        for unit in ("x", a_unit(active=False).id, 987654)
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert open_whistle(case.id) is None


def test_the_conclusion_takes_the_place_of_the_call(dispatcher: FlaskClient) -> None:
    case = a_case(State.HANDLING, unit=a_unit())
    act(dispatcher, case, "whistle", unit_ids=[a_unit().id], level="daily", reason="Come")
    page = dispatcher.get(f"/triage/cases/{case.id}").text

    early = act(dispatcher, case, "conclude", reason="Cleared together.")
    done = act(dispatcher, case, "conclude", reason="Cleared together.", without="y")
    after = dispatcher.get(f"/triage/cases/{case.id}").text

    assert "dialog-conclude" in page
    assert "dialog-whistle" not in page
    assert early.status_code == 409
    assert "Not every unit has reported in yet." in early.text
    assert done.status_code == 302
    assert whistles_of(case.id)[-1].conclusion == "Cleared together."
    assert "Cleared together." in after
    assert "dialog-whistle" in after


def test_kind_and_place_are_corrected_in_one_dialog(dispatcher: FlaskClient) -> None:
    first, second, area = a_unit(), a_unit("泉山中队", name_en="Quanshan Squad"), an_area("泉山街道")
    case = a_case(State.HANDLING, unit=first)
    kind = a_category("乱摆乱卖", subtypes=["游商"])
    a_rule(first, the_kind())
    a_rule(second, kind)
    sub = kind.subcategories[0].id

    answer = act(
        dispatcher, case, "correct", category_id=kind.id, subcategory_id=sub, area_id=area.id,
        address="泉山街 8 号", reason="It is a stall.",
    )  # fmt: skip

    case = get_case(case.id)
    assert answer.status_code == 302
    assert (case.category_id, case.subcategory_id, case.area_id) == (kind.id, sub, area.id)
    assert (case.lead_unit_id, case.state) == (second.id, State.DISPATCHED)


def test_a_sub_type_of_another_kind_is_said_at_its_field(dispatcher: FlaskClient) -> None:
    case = a_case(State.HANDLING, unit=a_unit())
    other = a_category("乱摆乱卖", subtypes=["游商"])

    page = act(
        dispatcher, case, "correct", category_id=case.category_id, subcategory_id=other.subcategories[0].id,
        area_id=case.area_id, address=case.address, reason="It is a stall.",
    )  # fmt: skip

    assert page.status_code == 422
    assert "This sub-type belongs to another kind." in page.text
    assert "It is a stall.</textarea>" in page.text


def test_a_send_back_that_is_approved_goes_to_the_next_unit_and_the_page_says_who_was_left_out(
    client_as: Client,
) -> None:
    first, second = a_unit("甲队", name_en="Squad A"), a_unit("乙队", name_en="Squad B")
    the_fallback()
    a_rule(first, the_kind())
    a_rule(second)
    case = a_request("send_back", unit=first, case=a_case(State.DISPATCHED, unit=first))
    leader = client_as(a_user(Role.SHIFT_LEADER, Role.ACCEPTOR, locale="en"))

    asked = leader.get(f"/triage/requests/{case.id}").text
    answer = act(leader, case, "approve_send_back")
    page = leader.get(f"/triage/cases/{case.id}").text

    assert "If you approve, it goes next to: Squad B" in asked
    assert answer.status_code == 302
    assert get_case(case.id).lead_unit_id == second.id
    assert "Left out, because they sent it back: Squad A." in page


@pytest.fixture
def closed(client_as: Client) -> Case:
    """Return a closed case whose reporter was not asked yet."""
    return a_case(State.CLOSED, unit=a_unit())


def test_closed_cases_wait_on_a_list_until_the_reporter_was_asked(client_as: Client, closed: Case) -> None:
    acceptor = client_as(a_user(Role.ACCEPTOR, locale="en"))

    before = acceptor.get("/triage/dispatch?list=follow_up").text
    answer = act(acceptor, closed, "follow_up", outcome="fixed", reason="She is glad.")
    after = acceptor.get("/triage/dispatch?list=follow_up").text

    assert closed.title in before
    assert "dialog-follow_up" in before
    assert answer.status_code == 302
    assert closed.title not in after
    assert "Whoever reported a closed case has rated it or was asked." in after
    assert history(get_case(closed.id))[-1].reason == "She is glad."


def test_without_an_outcome_nothing_is_written(client_as: Client, closed: Case) -> None:
    acceptor = client_as(a_user(Role.ACCEPTOR, locale="en"))

    pages = [
        act(acceptor, closed, "follow_up", reason="She is glad."),
        act(acceptor, closed, "follow_up", outcome="perhaps", reason="She is glad."),
    ]

    assert [page.status_code for page in pages] == [422, 422]
    assert all("She is glad.</textarea>" in page.text for page in pages)
    assert get_case(closed.id).follow_up_due_at is not None


def test_not_fixed_opens_the_case_again(client_as: Client, closed: Case) -> None:
    acceptor = client_as(a_user(Role.ACCEPTOR, locale="en"))

    act(acceptor, closed, "follow_up", outcome="not_fixed", reason="It is back.")

    assert (get_case(closed.id).state, get_case(closed.id).reopen_count) == (State.HANDLING, 1)


def test_not_fixed_is_kept_where_the_case_cannot_be_opened_again_and_that_is_said(
    client_as: Client, closed: Case, fakes: Ports
) -> None:
    acceptor = client_as(a_user(Role.ACCEPTOR, locale="en"))
    fakes.clock.move(timedelta(days=8))  # type: ignore[attr-defined]

    act(acceptor, closed, "follow_up", outcome="not_fixed", reason="It is back.")

    page = acceptor.get(f"/triage/cases/{closed.id}").text
    assert "It is written down, but the case was not opened again" in page
    assert history(get_case(closed.id))[-1].reason == "It is back."


def test_a_unit_sees_who_was_called_and_who_has_come(client_as: Client) -> None:
    lead, street = a_unit(), a_unit("桥东街道", name_en="Qiaodong Street")
    case = a_case(State.HANDLING, unit=lead)
    call_together(case, [street.id], reason="到场", by=a_user(Role.DISPATCHER).actor)

    page = client_as(a_user(Role.HANDLER, unit=lead, locale="en")).get(f"/unit/{case.id}").text

    whistle = open_whistle(case.id)
    assert whistle is not None
    assert len(units_called(whistle.id)) == 1
    assert "Qiaodong Street" in page
    assert "has not come yet" in page
