"""The moderators' queue: what is on it, in which order, what a page shows, and that a longer list costs no more."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from reporter.cases.lifecycle import State as CaseState
from reporter.kernel.db import enter_city
from reporter.kernel.policy import Role
from reporter.ports import Ports
from reporter.reports.commands.intake import Spot
from reporter.reports.commands.triage import request_info
from tests.desks.queues import rows
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
    the_kind,
)

Client = Callable[..., FlaskClient]
FAR = (113.13, 41.05)


def test_the_queue_shows_its_first_report_with_words_checks_and_the_unit_it_would_go_to(
    moderator: FlaskClient,
) -> None:
    unit = a_unit("交警二中队", name_en="Traffic Squad 2")
    rule = a_rule(unit, the_kind())
    a_report(words="The whole pavement is blocked.")

    page = moderator.get("/triage/")

    assert page.status_code == 200
    assert "The whole pavement is blocked." in page.text
    assert "1 picture, enough to register" in page.text
    assert "The resident set the pin" in page.text
    assert f"Rule {rule.sort}" in page.text
    assert "Accept and give to <wbr>Traffic Squad 2" in page.text


def test_the_urgent_come_first_then_the_soonest_due(moderator: FlaskClient, fakes: Ports) -> None:
    kind = a_category(subtypes=[{"name_zh": "占消防通道", "urgent": True}])
    first = a_report(category=kind)
    fakes.clock.move(timedelta(minutes=5))  # type: ignore[attr-defined]
    second = a_report(category=kind)
    urgent = a_report(category=kind, subtype=kind.subcategories[0])

    page = moderator.get("/triage/")

    assert rows(page.text) == [urgent.id, first.id, second.id]
    assert f'action="/triage/{urgent.id}/accept' in page.text


def test_a_report_can_be_opened_beside_the_list(moderator: FlaskClient) -> None:
    a_report()
    second = a_report(words="the second one")

    page = moderator.get(f"/triage/{second.id}")

    assert "the second one" in page.text
    assert f'href="/triage/{second.id}" aria-current="true"' in page.text


def test_the_list_can_be_narrowed_to_the_urgent(moderator: FlaskClient) -> None:
    kind = a_category(subtypes=[{"urgent": True}])
    a_report(category=kind)
    urgent = a_report(category=kind, subtype=kind.subcategories[0])

    page = moderator.get("/triage/?list=urgent")

    assert rows(page.text.replace("?list=urgent", "")) == [urgent.id]


def test_the_list_can_be_narrowed_to_one_area(moderator: FlaskClient) -> None:
    an_area(at=HERE, half=0.01)
    other = an_area("新华街街道", at=FAR, half=0.005)
    a_report(at=HERE)
    there = a_report(at=FAR)

    page = moderator.get(f"/triage/?area={other.id}")

    assert rows(page.text.replace(f"?area={other.id}", "")) == [there.id]


def test_what_lies_where_a_case_of_its_kind_is_open_is_marked_and_has_a_list_of_its_own(
    moderator: FlaskClient,
) -> None:
    a_case(CaseState.HANDLING)
    twin = a_report(at=HERE)
    a_report(at=FAR)
    a_report(at=HERE, category=a_category("乱扔乱倒"))

    page = moderator.get("/triage/?list=alike")

    assert rows(page.text.replace("?list=alike", "")) == [twin.id]
    assert "possibly there already" in moderator.get("/triage/").text


def test_who_pressed_i_saw_it_too_is_on_the_list_of_the_possibly_there(moderator: FlaskClient) -> None:
    kind = a_category("乱扔乱倒")
    case = a_case(CaseState.CLOSED, category=kind, lon=FAR[0], lat=FAR[1])
    joined = a_report(at=FAR, category=kind, joins_case_id=case.id)

    page = moderator.get("/triage/?list=alike")

    assert rows(page.text.replace("?list=alike", "")) == [joined.id]
    assert case.number in page.text


def test_reports_whose_resident_was_asked_wait_on_a_list_of_their_own(moderator: FlaskClient) -> None:
    asked = a_report()
    request_info(asked, "Where exactly?", by=a_moderator().actor)

    page = moderator.get("/triage/?list=asked")

    assert rows(page.text.replace("?list=asked", "")) == [asked.id]
    assert rows(moderator.get("/triage/").text) == []
    assert "Where exactly?" in page.text


def test_the_list_goes_on_by_key_without_leaving_out_or_repeating_anything(moderator: FlaskClient) -> None:
    reports = [a_report().id for _ in range(25)]

    first = moderator.get("/triage/")
    after = re.search(r'href="(/triage/\?after=[^"]+)"', first.text)
    assert after
    second = moderator.get(after[1])

    listed = re.sub(r"\?after=[^\"]+", "", second.text)
    assert rows(first.text) + rows(listed) == reports


def test_a_damaged_place_on_the_list_is_said_to_be_so(moderator: FlaskClient) -> None:
    a_report()

    page = moderator.get("/triage/?after=zzzz")

    assert page.status_code == 422
    assert "start from the first page" in page.text


def test_an_unknown_list_or_area_shows_the_queue(moderator: FlaskClient) -> None:
    report = a_report()

    page = moderator.get("/triage/?list=nonsense&area=x")

    assert page.status_code == 200
    assert rows(page.text) == [report.id]


@pytest.mark.parametrize("path", ["/triage/", "/triage/dispatch", "/triage/requests"])
def test_an_empty_list_says_so(client_as: Client, path: str) -> None:
    leader = client_as(a_user(Role.SHIFT_LEADER, locale="en"))

    page = leader.get(path)

    assert page.status_code == 200
    assert "Nothing waits here" in page.text


def test_the_reports_of_another_city_are_neither_listed_counted_nor_opened(client_as: Client) -> None:
    home = the_ground().city_id
    theirs = a_city()
    enter_city(theirs.id)
    foreign = a_report()
    enter_city(home)
    moderator = client_as(a_moderator(locale="en"))

    queue, opened = moderator.get("/triage/"), moderator.get(f"/triage/{foreign.id}")

    assert rows(queue.text) == []
    assert 'Waiting for acceptance <span class="num">0</span>' in queue.text
    assert opened.status_code == 404


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.HANDLER, Role.INSPECTOR, Role.REDACTOR, Role.LEADER])
@pytest.mark.parametrize("path", ["/triage/", "/triage/{id}", "/triage/dispatch"])
def test_the_queue_is_closed_to_everybody_else(client_as: Client, role: Role, path: str) -> None:
    report = a_report()
    somebody = client_as(a_user(role, unit=a_unit()))

    page = somebody.get(path.format(id=report.id))

    assert page.status_code == 403
    assert report.number not in page.text


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(client_as: Client) -> None:
    page = client_as().get("/triage/?list=urgent")

    assert page.status_code == 302
    assert page.location.startswith("/sign-in?next=")


def test_a_dispatcher_who_may_not_accept_sees_the_report_without_the_buttons(client_as: Client) -> None:
    the_fallback()
    report = a_report()
    dispatcher = client_as(a_user(Role.DISPATCHER, locale="en"))

    page = dispatcher.get(f"/triage/{report.id}")

    assert "Only an acceptor decides about reports." in page.text
    assert "/accept" not in page.text


def test_a_place_in_no_area_asks_for_one(moderator: FlaskClient) -> None:
    an_area(at=HERE, half=0.01)
    an_area("新华街街道", at=FAR, half=0.005)
    between = ((HERE[0] + FAR[0]) / 2, (HERE[1] + FAR[1]) / 2)
    report = a_report(at=between)

    page = moderator.get(f"/triage/{report.id}")

    assert report.area_id is None
    assert "The place lies in no area" in page.text


def test_a_typed_address_is_called_rough(moderator: FlaskClient) -> None:
    area = the_ground()
    a_report(spot=Spot(source="typed", area_id=area.id, address="解放大街 12 号"))

    page = moderator.get("/triage/")

    assert "Only an address was typed" in page.text


def test_a_phone_number_in_the_words_is_pointed_out(moderator: FlaskClient) -> None:
    a_report(words="请打 13812345678")

    assert "The text may hold a phone number" in moderator.get("/triage/").text


def test_too_few_pictures_for_the_kind_are_pointed_out(moderator: FlaskClient) -> None:
    a_report(category=a_category(min_photos=2))

    assert "1 picture; this kind needs 2" in moderator.get("/triage/").text


def test_another_kind_changes_the_suggested_unit_before_anything_is_written(moderator: FlaskClient) -> None:
    report = a_report()
    other = a_category("乱扔乱倒", name_en="Littering")
    a_rule(a_unit("环卫一队", name_en="Sanitation Team 1"), other)

    page = moderator.get(
        f"/triage/{report.id}?category_id={other.id}&subcategory_id=&area_id=&unit_id=&title="
    )

    assert "Accept and give to <wbr>Sanitation Team 1" in page.text
    assert "The resident chose" in page.text
    assert report.category_id != other.id


@pytest.mark.parametrize(
    "nonsense", ["category_id=99999", "category_id=x&unit_id=99999&area_id=-1&subcategory_id=7"]
)
def test_nonsense_in_the_address_falls_back_to_what_the_resident_chose(
    moderator: FlaskClient, nonsense: str
) -> None:
    kind = the_kind()
    report = a_report(category=kind)

    page = moderator.get(f"/triage/{report.id}?{nonsense}")

    assert page.status_code == 200
    assert f'id="kind-{kind.id}"' in page.text


def test_what_was_reported_here_lately_is_summed_up(moderator: FlaskClient, fakes: Ports) -> None:
    unit = a_unit("环卫一队", name_en="Sanitation Team 1")
    a_case(CaseState.CLOSED, unit=unit)
    a_case(CaseState.HANDLING, unit=unit)
    fakes.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]
    a_report()

    page = moderator.get("/triage/")

    assert "2 cases of this kind" in page.text
    assert "all with Sanitation Team 1" in page.text


def test_likely_duplicates_stand_beside_with_share_distance_and_state(moderator: FlaskClient) -> None:
    case = a_case(CaseState.HANDLING)
    a_report()

    page = moderator.get("/triage/")

    assert "% alike" in page.text
    assert "0 m" in page.text
    assert case.number in page.text


def test_without_a_fallback_unit_the_page_says_what_is_missing(client_as: Client) -> None:
    a_report()

    page = client_as(a_moderator(locale="en")).get("/triage/")

    assert page.status_code == 200
    assert "No fallback unit is named yet" in page.text


def test_a_script_in_the_words_stays_words(moderator: FlaskClient) -> None:
    a_report(words="<script>alert(1)</script>")

    page = moderator.get("/triage/")

    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_the_whole_page_is_chinese_for_who_reads_chinese(client_as: Client) -> None:
    the_fallback()
    a_report()

    page = client_as(a_moderator(locale="zh_Hans_CN")).get("/triage/")

    assert "待受理" in page.text
    assert "受理并派给" in page.text
    assert "Suggested" not in page.text


# ── The next one ahead ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_fetched_ahead_takes_nothing_away_and_writes_nothing(moderator: FlaskClient) -> None:
    first, second = a_report(), a_report()
    moderator.get(f"/triage/{second.id}")
    moderator.post(f"/triage/{first.id}/aside", data={"aside-version": first.version})

    ahead = moderator.get(f"/triage/{second.id}", headers={"HX-Request": "true", "X-Ahead": "1"})
    shown = moderator.get(f"/triage/{second.id}")

    assert "Set-Cookie" not in ahead.headers
    assert first.number not in ahead.text
    assert f"Moved to suspected spam: {first.number}" in shown.text


def test_what_htmx_asks_for_is_the_middle_alone_and_a_page_gone_back_to_is_whole(
    moderator: FlaskClient,
) -> None:
    report = a_report()

    part = moderator.get(f"/triage/{report.id}", headers={"HX-Request": "true"}).text
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    whole = moderator.get(f"/triage/{report.id}", headers=back).text

    assert part.index("<title>") < part.index('<main id="main"')
    assert "<html" not in part
    assert "s-head" not in part
    assert "<html" in whole
