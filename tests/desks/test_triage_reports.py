"""What a moderator does with a report: each action, each refusal, and that nothing is ever half-written."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import db, enter_city
from reporter.kernel.policy import Actor, Role
from reporter.places.queries import get_area
from reporter.places.shapes import Level
from reporter.reports.commands import followup, triage
from reporter.reports.commands.intake import Spot
from reporter.reports.commands.triage import Judgement
from reporter.reports.lifecycle import State
from reporter.reports.models import Report
from reporter.reports.queries import get_report, messages_of
from tests.make import (
    HERE,
    a_case,
    a_category,
    a_city,
    a_moderator,
    a_report,
    a_rule,
    a_unit,
    a_user,
    an_area,
    the_fallback,
    the_ground,
)

Client = Callable[..., FlaskClient]
FAR = (113.13, 41.05)


def accept(browser: FlaskClient, report: Report, **typed: object) -> TestResponse:
    """Send the accept form as the page fills it, changed by `typed`."""
    filled = {
        "version": report.version, "category_id": report.category_id, "area_id": report.area_id or "",
        "subcategory_id": report.subcategory_id or "", "unit_id": "", "title": "",
    }  # fmt: skip
    return browser.post(f"/triage/{report.id}/accept", data=filled | typed)


def send(browser: FlaskClient, report: Report, name: str, **typed: object) -> TestResponse:
    """Send one of the dialogs."""
    filled = {"version": report.version} | typed
    return browser.post(
        f"/triage/{report.id}/{name}", data={f"{name}-{key}": value for key, value in filled.items()}
    )


def showing_the_code(report: Report) -> Actor:
    """Return whoever knows the query code of `report`."""
    return Actor(id=None, report_id=report.id)


def number_of(model: type[Case] | type[TrailEntry]) -> int:
    """Return how many rows there are."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def untouched(report: Report) -> bool:
    """Tell whether the report still waits as it came, with its one trail entry and no case."""
    db.session.expire_all()
    return report.state is State.SUBMITTED and report.trail_length == 1 and number_of(Case) == 0


# ── Accept ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_accepting_registers_and_dispatches_in_one_step(moderator: FlaskClient) -> None:
    report = a_report()

    answer = accept(moderator, report)

    case = get_case(report.case_id or 0)
    assert answer.status_code == 302
    assert answer.location == "/triage/"
    assert report.state is State.ACCEPTED
    assert case.state is CaseState.DISPATCHED
    assert case.lead_unit_id == the_fallback().id


def test_after_accepting_the_next_report_of_the_same_list_is_shown_with_what_was_done(
    moderator: FlaskClient,
) -> None:
    report, following = a_report(), a_report(words="the next one")

    answer = moderator.post(
        f"/triage/{report.id}/accept?area=1&next={following.id}",
        data={"version": report.version, "category_id": report.category_id, "area_id": report.area_id},
        follow_redirects=True,
    )

    assert answer.request.path == f"/triage/{following.id}"
    assert answer.request.args["area"] == "1"
    assert "the next one" in answer.text
    assert "Accepted and given to" in answer.text


def test_somebody_who_may_not_dispatch_leaves_the_case_registered(client_as: Client) -> None:
    the_fallback()
    report = a_report()

    accept(client_as(a_user(Role.ACCEPTOR)), report)

    assert get_case(report.case_id or 0).state is CaseState.REGISTERED


def test_kind_subtype_area_unit_and_title_are_the_moderators(moderator: FlaskClient) -> None:
    report = a_report()
    kind = a_category("乱扔乱倒", subtypes=["暴露垃圾"])
    unit, area = a_unit("环卫一队"), an_area("新华街街道", at=FAR)
    a_rule(a_unit("别的队"), kind)

    accept(
        moderator, report, category_id=kind.id, subcategory_id=kind.subcategories[0].id, area_id=area.id,
        unit_id=unit.id, title="二马路垃圾落地",
    )  # fmt: skip

    case = get_case(report.case_id or 0)
    assert (case.category_id, case.subcategory_id) == (kind.id, kind.subcategories[0].id)
    assert (case.area_id, case.lead_unit_id, case.title) == (area.id, unit.id, "二马路垃圾落地")
    assert case.route_reason["chosen"] is True


def test_a_new_kind_sends_the_case_to_the_unit_its_rule_names(moderator: FlaskClient) -> None:
    report = a_report()
    kind, unit = a_category("乱扔乱倒"), a_unit("环卫一队")
    a_rule(unit, kind)

    accept(moderator, report, category_id=kind.id, subcategory_id="")

    assert get_case(report.case_id or 0).lead_unit_id == unit.id


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("category_id", 99999),
        ("unit_id", 99999),
        ("area_id", 99999),
        ("subcategory_id", 99999),
        ("unit_id", "x; DROP"),
    ],
)
def test_what_was_not_offered_is_refused_on_its_field(
    moderator: FlaskClient, field: str, value: object
) -> None:
    report = a_report()

    answer = accept(moderator, report, title="kept title", **{field: value})

    assert answer.status_code == 422
    assert "Please choose one of those offered." in answer.text
    assert 'value="kept title"' in answer.text
    assert untouched(report)


def test_a_unit_of_another_city_is_unknown_here(moderator: FlaskClient) -> None:
    report = a_report()
    home = report.city_id
    enter_city(a_city().id)
    foreign = a_unit()
    enter_city(home)

    answer = accept(moderator, report, unit_id=foreign.id)

    assert answer.status_code == 422
    assert untouched(report)


def test_a_unit_that_no_longer_takes_cases_is_not_offered(moderator: FlaskClient) -> None:
    report, unit = a_report(), a_unit(active=False)

    answer = accept(moderator, report, unit_id=unit.id)

    assert answer.status_code == 422
    assert untouched(report)


def test_a_subtype_of_another_kind_is_refused(moderator: FlaskClient) -> None:
    report = a_report()
    foreign = a_category("乱扔乱倒", subtypes=["暴露垃圾"]).subcategories[0]

    answer = accept(moderator, report, subcategory_id=foreign.id)

    assert answer.status_code == 422
    assert untouched(report)


def test_a_title_of_5000_characters_is_refused_and_kept(moderator: FlaskClient) -> None:
    report = a_report()

    answer = accept(moderator, report, title="x" * 5000)

    assert answer.status_code == 422
    assert "x" * 5000 in answer.text
    assert untouched(report)


def test_a_place_in_no_area_needs_one_before_it_is_accepted(moderator: FlaskClient) -> None:
    an_area(at=HERE, half=0.01)
    other = an_area("新华街街道", at=FAR, half=0.005)
    report = a_report(at=((HERE[0] + FAR[0]) / 2, (HERE[1] + FAR[1]) / 2))

    without = accept(moderator, report)
    untouched_before = untouched(report)
    accept(moderator, report, area_id=other.id)

    assert without.status_code == 422
    assert "please choose one" in without.text
    assert untouched_before
    assert get_case(report.case_id or 0).area_id == other.id


def test_without_a_fallback_unit_nothing_is_accepted(client_as: Client) -> None:
    report = a_report()

    answer = accept(client_as(a_moderator(locale="en")), report)

    assert answer.status_code == 422
    assert "No fallback unit is named yet" in answer.text
    assert untouched(report)


# ── Two people, old pages, double clicks ─────────────────────────────────────────────────────────────────────────


def test_of_two_moderators_one_wins_and_the_other_sees_the_fresh_page(client_as: Client) -> None:
    the_fallback()
    report = a_report()
    version = report.version
    accept(client_as(a_moderator(name="乌兰")), report)

    late = client_as(a_moderator(locale="en")).post(
        f"/triage/{report.id}/accept",
        data={"version": version, "category_id": report.category_id, "area_id": report.area_id},
    )

    assert late.status_code == 409
    assert "乌兰: accept" in late.text
    assert "It is now: accepted" in late.text
    assert "/accept" not in late.text
    assert number_of(Case) == 1


@pytest.mark.parametrize("action", ["ask", "decline", "merge"])
def test_every_dialog_on_a_settled_report_answers_with_the_fresh_page(client_as: Client, action: str) -> None:
    the_fallback()
    report = a_report()
    version = report.version
    case = triage.accept(report, Judgement(), by=a_moderator(name="乌兰").actor)

    late = send(
        client_as(a_moderator(locale="en")), report, action, version=version, reason="words", case_id=case.id
    )

    assert late.status_code == 409
    assert "乌兰: accept" in late.text
    assert get_report(report.id).case_id == case.id


def test_a_double_click_makes_one_case(moderator: FlaskClient) -> None:
    report = a_report()
    version = report.version

    answers = [accept(moderator, report, version=version).status_code for _ in range(2)]

    assert answers == [302, 409]
    assert number_of(Case) == 1


def test_new_material_from_the_resident_is_looked_at_before_the_decision_and_what_was_typed_stays(
    moderator: FlaskClient,
) -> None:
    report = a_report()
    version = report.version
    followup.add_material(report, "It has grown worse.", by=showing_the_code(report))

    answer = send(moderator, report, "decline", version=version, reason="Not ours, sorry.")

    again = re.search(r'name="decline-version" type="hidden" value="(\d+)"', answer.text)
    assert answer.status_code == 409
    assert "It has grown worse." in answer.text
    assert "Not ours, sorry." in answer.text
    assert again
    assert int(again[1]) == get_report(report.id).version
    assert get_report(report.id).state is State.SUBMITTED


@pytest.mark.parametrize("version", ["", "abc", "-1", "99999999999999999999"])
def test_a_damaged_version_changes_nothing(moderator: FlaskClient, version: str) -> None:
    report = a_report()

    answer = accept(moderator, report, version=version)

    assert answer.status_code in {409, 422}
    assert untouched(report)


# ── Ask ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_asking_sends_the_question_and_takes_the_report_from_the_queue(moderator: FlaskClient) -> None:
    report = a_report()

    answer = send(moderator, report, "ask", reason="哪个路口？")

    assert answer.status_code == 302
    assert report.state is State.INFO_REQUESTED
    assert [message.words for message in messages_of(report.id)] == ["哪个路口？"]


def test_a_ready_question_needs_no_typing_and_speaks_the_residents_language(moderator: FlaskClient) -> None:
    report = a_report(locale="zh_Hans_CN")

    page = moderator.get(f"/triage/{report.id}")

    assert '问题目前是否仍然存在？"' in page.text
    assert "still there" in page.text


def test_a_question_without_words_is_refused(moderator: FlaskClient) -> None:
    report = a_report()

    answer = send(moderator, report, "ask", reason="   ")

    assert answer.status_code == 422
    assert "Please give a reason." in answer.text
    assert 'id="dialog-ask" aria-labelledby="dialog-ask-title" data-open' in answer.text
    assert untouched(report)


def test_after_the_answer_the_question_and_the_answer_stand_beside_the_words(moderator: FlaskClient) -> None:
    report = a_report()
    triage.request_info(report, "哪个路口？", by=a_moderator().actor)
    followup.answer(report, "维多利广场东侧", by=showing_the_code(report))

    page = moderator.get(f"/triage/{report.id}")

    assert "哪个路口？" in page.text
    assert "维多利广场东侧" in page.text


# ── Decline ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_declining_tells_the_reason(moderator: FlaskClient) -> None:
    report = a_report()

    answer = send(moderator, report, "decline", reason="不在本区范围")

    assert answer.status_code == 302
    assert report.state is State.DECLINED


def test_declining_without_a_reason_is_refused(moderator: FlaskClient) -> None:
    report = a_report()

    answer = send(moderator, report, "decline", reason="")

    assert answer.status_code == 422
    assert "Please give a reason." in answer.text
    assert untouched(report)


def test_a_ready_reason_alone_is_enough_without_javascript(moderator: FlaskClient) -> None:
    report = a_report()

    send(moderator, report, "decline", template="decline-outside", reason="")

    entry = db.session.scalars(select(TrailEntry).where(TrailEntry.action == "decline")).one()
    assert "12345" in entry.reason
    assert report.state is State.DECLINED


def test_an_unknown_ready_reason_is_no_reason(moderator: FlaskClient) -> None:
    report = a_report()

    answer = send(moderator, report, "decline", template="nonsense", reason="")

    assert answer.status_code == 422
    assert untouched(report)


def test_a_reason_of_5000_characters_is_refused_and_kept(moderator: FlaskClient) -> None:
    report = a_report()

    answer = send(moderator, report, "decline", reason="字" * 5000)

    assert answer.status_code == 422
    assert "字" * 5000 in answer.text
    assert untouched(report)


def test_who_never_answered_can_still_be_declined(moderator: FlaskClient) -> None:
    report = a_report()
    triage.request_info(report, "哪里？", by=a_moderator().actor)

    page = moderator.get(f"/triage/{report.id}")
    send(moderator, report, "decline", reason="一直没有答复")

    assert "Waiting for the resident's answer." in page.text
    assert report.state is State.DECLINED


# ── Merge ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_joining_a_case_that_was_shown(moderator: FlaskClient) -> None:
    case, report = a_case(CaseState.HANDLING), a_report()

    answer = send(moderator, report, "merge", case_id=case.id)

    assert answer.status_code == 302
    assert (report.state, report.case_id) == (State.DUPLICATE, case.id)
    assert get_case(case.id).report_count == 2


def test_joining_a_case_by_its_number(moderator: FlaskClient) -> None:
    case, report = a_case(CaseState.HANDLING), a_report()

    send(moderator, report, "merge", number=f" {case.number} ")

    assert report.case_id == case.id


def test_an_unknown_number_is_refused_on_its_field_and_kept(moderator: FlaskClient) -> None:
    report = a_report()

    answer = send(moderator, report, "merge", number="150902-20261123-999999")

    assert answer.status_code == 422
    assert "There is no case with this number." in answer.text
    assert 'value="150902-20261123-999999"' in answer.text
    assert untouched(report)


@pytest.mark.parametrize("case_id", ["", "x", "-3"])
def test_joining_needs_a_case(moderator: FlaskClient, case_id: str) -> None:
    report = a_report()

    answer = send(moderator, report, "merge", case_id=case_id)

    assert answer.status_code == 422
    assert "Please choose the case that the report joins." in answer.text
    assert untouched(report)


def test_a_case_that_is_not_there_cannot_be_joined(moderator: FlaskClient) -> None:
    report = a_report()

    answer = send(moderator, report, "merge", case_id=99999)

    assert answer.status_code == 422
    assert untouched(report)


def test_a_case_that_has_ended_cannot_be_joined_and_the_page_says_so(moderator: FlaskClient) -> None:
    case, report = a_case(CaseState.CLOSED), a_report()

    answer = send(moderator, report, "merge", case_id=case.id)

    assert answer.status_code == 409
    assert "This case has ended" in answer.text
    assert report.state is State.SUBMITTED
    assert get_case(case.id).report_count == 1


# ── Who may not ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.HANDLER, Role.UNIT_HEAD, Role.INSPECTOR, Role.REDACTOR])
@pytest.mark.parametrize("action", ["accept", "ask", "decline", "merge"])
def test_nobody_else_decides_about_reports(client_as: Client, role: Role, action: str) -> None:
    the_fallback()
    report = a_report()
    somebody = client_as(a_user(role, unit=a_unit()))

    answer = somebody.post(f"/triage/{report.id}/{action}", data={"version": report.version})

    assert answer.status_code == 403
    assert untouched(report)


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SHIFT_LEADER])
def test_at_the_desk_only_acceptors_decide(client_as: Client, role: Role) -> None:
    the_fallback()
    report = a_report()
    colleague = client_as(a_user(role))

    answers = [
        accept(colleague, report).status_code,
        send(colleague, report, "ask", reason="?").status_code,
        send(colleague, report, "decline", reason="no").status_code,
    ]

    assert answers == [403, 403, 403]
    assert untouched(report)


def test_a_report_of_another_city_cannot_be_touched(client_as: Client) -> None:
    home = the_ground().city_id
    enter_city(a_city().id)
    foreign = a_report()
    enter_city(home)

    answer = send(client_as(a_moderator()), foreign, "decline", version=1, reason="no")

    assert answer.status_code == 404


def test_what_is_settled_shows_its_state_and_leads_to_its_case(moderator: FlaskClient) -> None:
    report = a_report()
    case = triage.accept(report, Judgement(), by=a_moderator().actor)

    page = moderator.get(f"/triage/{report.id}")

    assert f'href="/triage/cases/{case.id}"' in page.text
    assert "/decline" not in page.text


@pytest.mark.parametrize("end", ["declined", "withdrawn"])
def test_what_has_ended_offers_nothing(moderator: FlaskClient, end: str) -> None:
    report = a_report()
    if end == "declined":
        triage.decline(report, "no", by=a_moderator().actor)
    else:
        followup.withdraw(report, by=showing_the_code(report))

    page = moderator.get(f"/triage/{report.id}")

    assert "Nothing is left to do here." in page.text
    offered = set(re.findall(rf"/triage/{report.id}/([\w-]+)", page.text))
    assert offered == {"notes"}, "colleagues may still write to each other about it"


# ── Which area it is ─────────────────────────────────────────────────────────────────────────────────────────────


def on_a_border() -> tuple[Report, int, int]:
    """Return a report 20 m from the border of the area it lies in, known to 50 m, and the ids of both areas."""
    west = an_area("西社区", at=(113.1, 41.0), half=0.01, level=Level.COMMUNITY, name_en="West")
    east = an_area("东社区", at=(113.12, 41.0), half=0.01, level=Level.COMMUNITY, name_en="East")
    spot = Spot(source="gps", lon=113.1102, lat=41.0, accuracy=50.0, address="边界路")
    return a_report(spot=spot), west.id, east.id


def test_a_place_on_a_border_asks_the_moderator_with_a_key_for_each_area(moderator: FlaskClient) -> None:
    report, west, east = on_a_border()

    page = moderator.get(f"/triage/{report.id}").text

    assert "Which area is it?" in page
    first, second = re.findall(
        r'<a class="chip chip-x" href="([^"]*area_id=\d+[^"]*)" data-key="([fh])"', page
    )
    assert (f"area_id={east}" in first[0], first[1]) == (True, "f")
    assert (f"area_id={west}" in second[0], second[1]) == (True, "h")


def test_one_click_chooses_the_other_area_and_accepting_files_the_case_there(moderator: FlaskClient) -> None:
    report, west, _ = on_a_border()
    page = moderator.get(f"/triage/{report.id}").text
    way = re.findall(rf'href="([^"]*area_id={west}[^"]*)" data-key="h"', page)[0].replace("&amp;", "&")

    chosen = moderator.get(way).text
    accept(moderator, report, area_id=west)

    assert re.search(rf'<option selected value="{west}">', chosen)
    assert get_case(get_report(report.id).case_id or 0).area_id == west


def test_a_place_well_inside_its_area_asks_nothing(moderator: FlaskClient) -> None:
    on_a_border()
    inside = a_report(spot=Spot(source="gps", lon=113.115, lat=41.0, accuracy=50.0, address="街心"))

    assert "Which area is it?" not in moderator.get(f"/triage/{inside.id}").text


def test_a_report_in_a_unit_grid_is_accepted_there_though_no_list_names_it(moderator: FlaskClient) -> None:
    an_area("社区", at=(113.1, 41.0), half=0.01, level=Level.COMMUNITY)
    grid = an_area("网格", at=(113.1, 41.0), half=0.001, level=Level.GRID)
    other = an_area("另一网格", at=(113.108, 41.0), half=0.001, level=Level.GRID)
    report = a_report(at=(113.1, 41.0))

    page = moderator.get(f"/triage/{report.id}").text
    accept(moderator, report)

    assert f'<option selected value="{grid.id}">' in page
    assert f'value="{other.id}"' not in page
    assert get_case(get_report(report.id).case_id or 0).area_id == grid.id


def test_a_report_keeps_its_area_though_that_was_withdrawn_meanwhile(moderator: FlaskClient) -> None:
    report = a_report()
    an_area("东站街道", at=(113.4, 41.3))
    own = get_area(report.area_id or 0)
    own.active = False
    db.session.commit()

    page = moderator.get(f"/triage/{report.id}").text

    assert f'<option selected value="{own.id}">' in page[page.index('name="area_id"') :]
    accept(moderator, report)
    assert get_case(report.case_id or 0).area_id == own.id


def test_a_kind_that_is_not_urgent_makes_no_urgent_case_of_an_urgent_report(moderator: FlaskClient) -> None:
    blocked = a_category("消防通道", subtypes=[{"name_zh": "堵塞", "urgent": True}])
    report = a_report(category=blocked, subtype=blocked.subcategories[0])
    posters = a_category("小广告", handle_limit="2wd")

    accept(moderator, report, category_id=posters.id, subcategory_id="")

    case = get_case(report.case_id or 0)
    assert (report.urgent, case.urgent, case.limits["handle"]) == (False, False, "2wd")


def test_a_joined_report_is_taken_out_of_its_case_in_a_dialog(moderator: FlaskClient) -> None:
    report, case = a_report(), a_case()
    send(moderator, report, "merge", case_id=case.id)
    report = get_report(report.id)
    page = moderator.get(f"/triage/{report.id}").text

    empty = send(moderator, report, "unmerge", reason="")
    answer = send(moderator, report, "unmerge", reason="Another lamp.")

    assert "dialog-unmerge" in page
    assert empty.status_code == 422
    assert answer.status_code == 302
    assert get_report(report.id).state is State.SUBMITTED
    assert "waits in the queue again" in moderator.get(answer.location).text
