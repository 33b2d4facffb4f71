"""Cases at the centre: dispatch, requests and their answers, any case by its address, the search."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.accounts.models import User
from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.cases.queries import get_case, get_category, requests_of
from reporter.kernel.db import db, enter_city
from reporter.kernel.policy import Role
from reporter.reports.commands.triage import Judgement, accept
from tests.make import (
    a_case,
    a_category,
    a_city,
    a_moderator,
    a_report,
    a_request,
    a_rule,
    a_unit,
    a_user,
    the_fallback,
    the_ground,
    the_kind,
)

Client = Callable[..., FlaskClient]


@pytest.fixture
def leader(client_as: Client) -> FlaskClient:
    """Return the browser of a shift leader, in English."""
    the_fallback()
    return client_as(a_user(Role.SHIFT_LEADER, locale="en", name="孟和"))


@pytest.fixture
def dispatcher(client_as: Client) -> FlaskClient:
    """Return the browser of a dispatcher, in English."""
    the_fallback()
    return client_as(a_user(Role.DISPATCHER, locale="en"))


def act(browser: FlaskClient, case: Case, action: str, *, query: str = "", **typed: object) -> TestResponse:
    """Send the form of an action on a case."""
    name = "decide" if action.startswith(("approve_", "refuse_")) else action
    filled = {"version": case.version, "reason": ""} | typed
    sent = {f"{name}-{key}": value for key, value in filled.items()}
    return browser.post(f"/triage/cases/{case.id}/{action}{query}", data=sent)


def dispatch(browser: FlaskClient, case: Case, *, query: str = "", **typed: object) -> TestResponse:
    """Send the form that chooses a unit."""
    filled = {"version": case.version, "unit_id": "", "reason": ""} | typed
    sent = {f"unit-{key}": value for key, value in filled.items()}
    return browser.post(f"/triage/cases/{case.id}/dispatch{query}", data=sent)


def unmoved(case: Case, version: int) -> bool:
    """Tell whether the case is still what it was."""
    db.session.expire_all()
    return get_case(case.id).version == version


# ── Dispatch ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_dispatchers_list_holds_registered_cases_and_suggests_a_unit_with_its_reason(
    dispatcher: FlaskClient,
) -> None:
    case = a_case(State.REGISTERED, title="解放大街占道")
    other = a_case(State.DISPATCHED)
    rule = a_rule(a_unit("交警二中队", name_en="Traffic Squad 2"), the_kind())

    page = dispatcher.get("/triage/dispatch")

    assert f'href="/triage/dispatch/{case.id}" aria-current="true"' in page.text
    assert f"/triage/dispatch/{other.id}" not in page.text
    assert f"Rule {rule.sort}" in page.text
    assert "Give to <wbr>Traffic Squad 2" in page.text


def test_dispatching_by_the_rules_leads_back_to_the_list(dispatcher: FlaskClient) -> None:
    case, unit = a_case(State.REGISTERED), a_unit("交警二中队")
    a_rule(unit, the_kind())

    answer = dispatch(dispatcher, case, query="?beside=dispatch")

    assert answer.location == "/triage/dispatch"
    assert (case.state, case.lead_unit_id) == (State.DISPATCHED, unit.id)


def test_dispatching_to_a_unit_chosen_by_hand(dispatcher: FlaskClient) -> None:
    case, unit = a_case(State.REGISTERED), a_unit("交警二中队")

    answer = dispatch(dispatcher, case, unit_id=unit.id)

    assert answer.location == f"/triage/cases/{case.id}"
    assert case.lead_unit_id == unit.id
    assert case.route_reason["chosen"] is True


def test_the_unit_that_sent_a_case_back_and_its_reason_are_shown_before_it_is_dispatched_again(
    dispatcher: FlaskClient,
) -> None:
    unit = a_unit("城管一中队", name_en="City Squad 1")
    case = a_request("send_back", unit=unit, case=a_case(State.HANDLING, unit=unit), reason="不在辖区")
    advance(case, Action.APPROVE_SEND_BACK, by=a_user(Role.SHIFT_LEADER).actor)

    page = dispatcher.get(f"/triage/dispatch/{case.id}")

    assert "City Squad 1 sent it back: 不在辖区" in page.text


@pytest.mark.parametrize("unit_id", [99999, "x", -1])
def test_an_unknown_unit_is_refused_on_its_field_and_the_reason_stays(
    dispatcher: FlaskClient, unit_id: object
) -> None:
    case = a_case(State.REGISTERED)
    version = case.version

    answer = dispatch(dispatcher, case, unit_id=unit_id, reason="kept words")

    assert answer.status_code == 422
    assert "Please choose one of those offered." in answer.text
    assert "kept words" in answer.text
    assert unmoved(case, version)


def test_reassigning_needs_another_unit_and_a_reason(dispatcher: FlaskClient) -> None:
    first, second = a_unit("一队"), a_unit("二队")
    case = a_case(State.HANDLING, unit=first)
    version = case.version

    answers = [
        dispatch(dispatcher, case, reason="why"),
        dispatch(dispatcher, case, unit_id=second.id),
        dispatch(dispatcher, case, unit_id=first.id, reason="why"),
    ]
    unmoved_before = unmoved(case, version)
    dispatch(dispatcher, case, unit_id=second.id, reason="归二队管")

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert "Please choose the unit that takes the case." in answers[0].text
    assert "Please give a reason." in answers[1].text
    assert "The case lies with this unit already." in answers[2].text
    assert unmoved_before
    assert (case.state, case.lead_unit_id) == (State.DISPATCHED, second.id)


def test_a_case_with_an_open_request_is_not_reassigned(dispatcher: FlaskClient) -> None:
    case = a_request("extension")
    version = case.version

    page = dispatcher.get(f"/triage/cases/{case.id}")
    answer = dispatch(dispatcher, case, unit_id=a_unit().id, reason="why")

    assert "dialog-reassign" not in page.text
    assert answer.status_code == 409
    assert "still waiting for its answer" in answer.text
    assert unmoved(case, version)


def test_of_two_dispatchers_one_wins_and_the_other_sees_who_was_faster(client_as: Client) -> None:
    case = a_case(State.REGISTERED)
    version = case.version
    dispatch(client_as(a_user(Role.DISPATCHER, name="乌兰")), case)

    late = dispatch(
        client_as(a_user(Role.DISPATCHER, locale="en")), case, version=version, query="?beside=dispatch"
    )

    assert late.status_code == 409
    assert "乌兰: dispatch" in late.text
    assert "It is now: waiting to be claimed" in late.text


@pytest.mark.parametrize("role", [Role.ACCEPTOR, Role.SHIFT_LEADER])
def test_at_the_desk_only_dispatchers_dispatch(client_as: Client, role: Role) -> None:
    the_fallback()
    case = a_case(State.REGISTERED)
    version = case.version

    answer = dispatch(client_as(a_user(role)), case)

    assert answer.status_code == 403
    assert unmoved(case, version)


# ── Requests ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("send_back", State.REGISTERED),
        ("extension", State.HANDLING),
        ("shelve", State.SHELVED),
        ("defer", State.DEFERRED),
    ],
)
def test_the_shift_leader_grants_a_request(leader: FlaskClient, kind: str, after: State) -> None:
    case = a_request(kind, reason="等材料")

    page = leader.get("/triage/requests")
    answer = act(leader, case, f"approve_{kind}", query="?beside=approvals")

    assert "等材料" in page.text
    assert answer.location == "/triage/requests"
    assert case.state is after
    assert requests_of(case.id)[-1].decision == "granted"


@pytest.mark.parametrize("kind", ["send_back", "extension", "shelve", "defer"])
def test_refusing_takes_a_reason(leader: FlaskClient, kind: str) -> None:
    case = a_request(kind)
    version = case.version

    without = act(leader, case, f"refuse_{kind}", query="?beside=approvals")
    unmoved_before = unmoved(case, version)
    act(leader, case, f"refuse_{kind}", reason="请继续办理")

    assert without.status_code == 422
    assert "Please give a reason." in without.text
    assert unmoved_before
    assert (case.state, requests_of(case.id)[-1].note) == (State.HANDLING, "请继续办理")


def extended_once() -> Case:
    """Return a case that was extended once and asks for the second time."""
    unit = the_fallback()
    case = a_request("extension", unit=unit, minutes=60)
    advance(case, Action.APPROVE_EXTENSION, by=a_user(Role.SHIFT_LEADER).actor)
    return a_request("extension", case=case, unit=unit, minutes=60)


def test_the_second_extension_takes_the_leader(leader: FlaskClient, client_as: Client) -> None:
    case = extended_once()
    version = case.version

    page = leader.get(f"/triage/requests/{case.id}")
    refused = act(leader, case, "approve_extension")
    unmoved_before = unmoved(case, version)
    granted = act(client_as(a_user(Role.LEADER)), case, "approve_extension", query="?beside=approvals")

    assert "The second extension takes the leader in charge." in page.text
    assert "/approve_extension" not in page.text
    assert refused.status_code == 403
    assert unmoved_before
    assert granted.location == "/triage/requests"
    assert case.extension_count == 2


def test_a_leader_sees_requests_without_the_moderators_queue(client_as: Client) -> None:
    case = a_request("send_back", reason="不归我们")
    boss = client_as(a_user(Role.LEADER, locale="en"))

    page = boss.get("/triage/requests")

    assert "不归我们" in page.text
    assert "The shift leader decides." in page.text
    assert act(boss, case, "approve_send_back").status_code == 403
    assert boss.get("/triage/").status_code == 403


def test_of_two_shift_leaders_one_decides_and_the_other_sees_it(client_as: Client) -> None:
    case = a_request("send_back")
    version = case.version
    act(client_as(a_user(Role.SHIFT_LEADER, name="孟和")), case, "approve_send_back")

    late = act(
        client_as(a_user(Role.SHIFT_LEADER, locale="en")),
        case,
        "refuse_send_back",
        version=version,
        reason="no",
    )

    assert late.status_code == 409
    assert "孟和: approve the send-back" in late.text
    assert requests_of(case.id)[-1].decision == "granted"


def test_a_request_of_another_kind_cannot_be_granted(leader: FlaskClient) -> None:
    case = a_request("extension")
    version = case.version

    answer = act(leader, case, "approve_send_back")

    assert answer.status_code == 409
    assert "There is no such request" in answer.text
    assert unmoved(case, version)


@pytest.mark.parametrize(
    "role", [Role.RESIDENT, Role.HANDLER, Role.ACCEPTOR, Role.DISPATCHER, Role.INSPECTOR]
)
def test_nobody_else_decides_requests(client_as: Client, role: Role) -> None:
    case = a_request("send_back")
    version = case.version
    somebody = client_as(a_user(role, unit=a_unit()))

    answers = [somebody.get("/triage/requests"), act(somebody, case, "approve_send_back")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert unmoved(case, version)


# ── What else the centre does ────────────────────────────────────────────────────────────────────────────────────


def test_closing_without_repair_takes_a_reason_and_a_shift_leader(
    leader: FlaskClient, client_as: Client
) -> None:
    case = a_case(State.HANDLED)
    version = case.version

    listed = leader.get("/triage/requests?list=check")
    without = act(leader, case, "close_unfixed")
    foreign = act(client_as(a_moderator()), case, "close_unfixed", reason="no")
    unmoved_before = unmoved(case, version)
    act(leader, case, "close_unfixed", reason="产权争议，待法院裁定")

    assert "dialog-close_unfixed" in listed.text
    assert (without.status_code, foreign.status_code) == (422, 403)
    assert 'aria-labelledby="dialog-close_unfixed-title" data-open' in without.text
    assert unmoved_before
    assert case.state is State.CLOSED_UNFIXED


@pytest.mark.parametrize("state", [State.SHELVED, State.DEFERRED])
def test_a_dispatcher_resumes_what_was_paused(dispatcher: FlaskClient, state: State) -> None:
    case = a_case(state)

    page = dispatcher.get("/triage/dispatch?list=paused")
    answer = act(dispatcher, case, "resume", query="?beside=dispatch&list=paused")

    assert "dialog-resume" in page.text
    assert answer.location == "/triage/dispatch?list=paused"
    assert case.state is State.HANDLING


def test_voiding_is_the_shift_leaders_with_a_reason(leader: FlaskClient, dispatcher: FlaskClient) -> None:
    case = a_case(State.REGISTERED)
    version = case.version

    answers = [act(leader, case, "void").status_code, act(dispatcher, case, "void", reason="x").status_code]
    unmoved_before = unmoved(case, version)
    act(leader, case, "void", reason="重复立案")

    assert answers == [422, 403]
    assert unmoved_before
    assert case.state is State.VOID


def test_a_whistle_and_an_urge_are_in_the_timeline(dispatcher: FlaskClient) -> None:
    case = a_case(State.HANDLING)

    act(
        dispatcher,
        case,
        "whistle",
        reason="请街道和交警到场",
        unit_ids=[a_unit("桥东街道办", name_en="Qiaodong Street Office").id],
        level="hard",
    )
    act(dispatcher, case, "urge")
    page = dispatcher.get(f"/triage/cases/{case.id}")

    assert "请街道和交警到场" in page.text
    assert "Qiaodong Street Office" in page.text
    assert "urged once" in page.text
    assert case.urge_count == 1


def test_a_double_click_on_urge_reminds_once(dispatcher: FlaskClient) -> None:
    case = a_case(State.HANDLING)
    version = case.version

    answers = [act(dispatcher, case, "urge", version=version).status_code for _ in range(2)]

    assert answers == [302, 409]
    assert case.urge_count == 1


@pytest.mark.parametrize("action", ["archive", "escalate", "claim", "inspect_pass", "nonsense"])
def test_what_this_page_does_not_offer_has_no_address(leader: FlaskClient, action: str) -> None:
    case = a_case(State.HANDLED)

    answer = leader.post(f"/triage/cases/{case.id}/{action}", data={f"{action}-version": case.version})

    assert answer.status_code == 404


@pytest.mark.parametrize("length", [1001, 5000])
def test_too_long_a_reason_is_refused_and_kept(leader: FlaskClient, length: int) -> None:
    case = a_case(State.REGISTERED)
    version = case.version

    answer = act(leader, case, "void", reason="字" * length)

    assert answer.status_code == 422
    assert "字" * length in answer.text
    assert unmoved(case, version)


def test_a_damaged_place_on_the_list_does_not_lose_what_was_typed(leader: FlaskClient) -> None:
    case = a_request("send_back")

    answer = act(leader, case, "refuse_send_back", reason="字" * 1001, query="?beside=approvals&after=zzz")

    assert answer.status_code == 422
    assert "字" * 1001 in answer.text


def test_a_case_keeps_a_kind_that_is_offered_no_more_when_its_place_is_put_right(
    dispatcher: FlaskClient,
) -> None:
    a_category("别的")
    case = a_case(State.REGISTERED, category=a_category("旧类别"))
    get_category(case.category_id).active = False
    db.session.commit()

    page = dispatcher.get(f"/triage/cases/{case.id}").text

    assert f'<option selected value="{case.category_id}">' in page[page.index('name="correct-category_id"') :]
    typed: dict[str, str] = {"category_id": f"{case.category_id}", "area_id": f"{case.area_id}"}
    answer = act(dispatcher, case, "correct", query="", reason="地址有误", address="泉山街", **typed)
    assert answer.status_code == 302
    assert get_case(case.id).address == "泉山街"


@pytest.mark.parametrize(
    ("state", "status", "why"),
    [(State.REGISTERED, 409, "lies with no unit now"), (State.HANDLING, 422, "this unit has accounts")],
)
def test_a_button_that_is_refused_says_why(
    dispatcher: FlaskClient, state: State, status: int, why: str
) -> None:
    case = a_case(state)

    answer = dispatcher.post(f"/triage/cases/{case.id}/link")

    assert (answer.status_code, why in answer.text) == (status, True)


# ── Any case ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_a_case_in_any_state_has_a_page(client_as: Client, state: State, locale: str) -> None:
    case = a_case(state)

    page = client_as(a_user(Role.SHIFT_LEADER, Role.DISPATCHER, locale=locale)).get(
        f"/triage/cases/{case.id}"
    )

    assert page.status_code == 200
    assert case.number in page.text


def who(role: Role) -> User:
    """Return somebody of a role; handlers and heads belong to a unit that has nothing to do with the case."""
    return a_user(role, unit=a_unit() if role in {Role.HANDLER, Role.UNIT_HEAD} else None, locale="en")


STRANGERS = [Role.HANDLER, Role.FIRST_REVIEWER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN]


@pytest.mark.parametrize("role", STRANGERS)
def test_who_has_nothing_to_do_with_a_case_sees_nothing_of_it(client_as: Client, role: Role) -> None:
    case, browser = a_case(State.HANDLING), client_as(who(role))

    answers = [
        browser.get(f"/triage/cases/{case.id}"),
        act(browser, case, "urge", reason="字" * 1001),
        browser.post(f"/triage/cases/{case.id}/notes", data={"note-words": "字" * 5000}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert all(case.title not in answer.text for answer in answers)


def test_a_handler_opens_the_cases_of_their_own_unit(client_as: Client) -> None:
    unit = a_unit()
    case = a_case(State.HANDLING, unit=unit)

    assert client_as(a_user(Role.HANDLER, unit=unit)).get(f"/triage/cases/{case.id}").status_code == 200


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.SUPERVISOR, Role.REDACTOR, Role.LEADER])
def test_staff_see_a_case_without_the_people_who_reported_it(client_as: Client, role: Role) -> None:
    the_fallback()
    report = a_report(words="有事打 13812345678", contact="13912345678")
    case = accept(report, Judgement(), by=a_moderator().actor)

    page = client_as(who(role)).get(f"/triage/cases/{case.id}")

    assert page.status_code == 200
    assert report.number not in page.text
    assert "13812345678" not in page.text
    assert "139****5678" not in page.text


def test_moderators_see_the_reports_behind_a_case_with_the_contact_masked(client_as: Client) -> None:
    the_fallback()
    report = a_report(contact="13912345678")
    case = accept(report, Judgement(), by=a_moderator().actor)

    page = client_as(a_moderator(locale="en")).get(f"/triage/cases/{case.id}")

    assert report.number in page.text
    assert "139****5678" in page.text
    assert "13912345678" not in page.text


def test_a_resident_sees_no_case_page(client_as: Client) -> None:
    case = a_case()

    assert client_as(a_user(Role.RESIDENT)).get(f"/triage/cases/{case.id}").status_code == 403
    assert client_as().get(f"/triage/cases/{case.id}").status_code == 302


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        (Role.DISPATCHER, ["reassign", "whistle", "urge"], ["void", "supervise"]),
        (Role.SHIFT_LEADER, ["void"], ["reassign", "whistle", "supervise"]),
        (Role.SUPERVISOR, ["supervise", "urge"], ["void", "reassign"]),
        (Role.HANDLER, [], ["void", "reassign", "whistle", "supervise", "urge"]),
    ],
)
def test_only_buttons_that_work_are_shown(
    client_as: Client, role: Role, shown: list[str], hidden: list[str]
) -> None:
    case = a_case(State.HANDLING)

    page = client_as(who(role)).get(f"/triage/cases/{case.id}").text

    assert [name for name in shown if f'id="dialog-{name}"' not in page] == []
    assert [name for name in hidden if f'id="dialog-{name}"' in page] == []


def test_a_case_of_another_city_is_not_there(leader: FlaskClient) -> None:
    home = the_ground().city_id
    enter_city(a_city().id)
    foreign = a_case(State.HANDLING)
    enter_city(home)

    answers = [leader.get(f"/triage/cases/{foreign.id}"), act(leader, foreign, "void", version=1, reason="x")]

    assert [answer.status_code for answer in answers] == [404, 404]


# ── Search ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_number_leads_to_the_case(dispatcher: FlaskClient) -> None:
    case = a_case()

    assert dispatcher.get(f"/triage/search?q=+{case.number}+").location == f"/triage/cases/{case.id}"


def test_a_report_number_leads_to_the_report(dispatcher: FlaskClient) -> None:
    report = a_report()

    assert dispatcher.get(f"/triage/search?q={report.number.lower()}").location == f"/triage/{report.id}"


def test_the_last_digits_are_enough_today_and_both_are_offered(dispatcher: FlaskClient) -> None:
    case, report = a_case(), a_report()

    page = dispatcher.get("/triage/search?q=1")

    assert page.status_code == 200
    assert case.number in page.text
    assert report.number in page.text


def test_a_query_code_finds_nothing(dispatcher: FlaskClient) -> None:
    report = a_report()

    page = dispatcher.get(f"/triage/search?q={report.code}")

    assert page.status_code == 404
    assert report.number not in page.text


def test_who_does_not_work_on_reports_finds_cases_only(client_as: Client) -> None:
    report, case = a_report(), a_case()
    inspector = client_as(a_user(Role.INSPECTOR, locale="en"))

    assert inspector.get(f"/triage/search?q={report.number}").status_code == 404
    assert inspector.get("/triage/search?q=1").location == f"/triage/cases/{case.id}"


@pytest.mark.parametrize(
    "asked", ["", "x" * 500, "<script>alert(1)</script>", "%00", "150902-20261123-999999"]
)
def test_an_odd_search_answers_with_words(dispatcher: FlaskClient, asked: str) -> None:
    page = dispatcher.get("/triage/search", query_string={"q": asked})

    assert page.status_code in {200, 404}
    assert "<script>alert(1)" not in page.text
