"""The pages of a handover: before it, frozen, received; and the line that says one waits."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from reporter.kernel.policy import Role
from reporter.ports import Ports
from reporter.reports.commands.handing import hand_over, receive
from reporter.reports.commands.triage import request_info
from reporter.reports.handovers import get_handover, handovers, waiting_handovers
from tests.make import a_moderator, a_report, a_user, the_fallback

Client = Callable[..., FlaskClient]
WAITS = "waits to be received."


def test_whoever_goes_sees_what_they_leave_and_hands_it_over(moderator: FlaskClient) -> None:
    report = a_report()
    request_info(report, "哪个门？", by=a_moderator().actor)

    before = moderator.get("/triage/handover").text
    answer = moderator.post("/triage/handover", data={"words": "先看消防通道\n<b>再看</b>"})
    made = handovers().rows[0]
    page = moderator.get(answer.location).text

    assert report.number in before
    assert f"/triage/{report.id}" in before
    assert answer.location == f"/triage/handovers/{made.id}"
    assert "先看消防通道\n&lt;b&gt;再看&lt;/b&gt;" in page
    assert report.number in page
    assert report.words not in page
    assert report.address not in page


def test_too_long_a_text_comes_back_on_its_field(moderator: FlaskClient) -> None:
    answer = moderator.post("/triage/handover", data={"words": "字" * 2001})

    assert answer.status_code == 422
    assert "字" * 2001 in answer.text
    assert handovers().rows == []


def test_too_long_doubts_come_back_on_their_field(moderator: FlaskClient) -> None:
    made = hand_over(by=a_moderator().actor)

    answer = moderator.post(f"/triage/handovers/{made.id}/receive", data={"doubts": "字" * 2001})

    assert answer.status_code == 422
    assert "字" * 2001 in answer.text
    assert get_handover(made.id).received_at is None


def test_a_text_that_holds_a_phone_number_is_kept_and_its_writer_is_warned(moderator: FlaskClient) -> None:
    page = moderator.post("/triage/handover", data={"words": "电话 13800138000"}, follow_redirects=True)

    assert "The text seems to hold a phone, identity or plate number." in page.text


def test_the_line_above_the_queue_leads_to_what_waits_until_it_is_received(
    moderator: FlaskClient, client_as: Client
) -> None:
    a_report()
    going = a_moderator(name="娜仁")
    made = hand_over("夜班", by=going.actor)

    waiting = moderator.get("/triage/").text
    answer = moderator.post(f"/triage/handovers/{made.id}/receive", data={"doubts": "少了一件"})
    after = moderator.get("/triage/").text
    page = client_as(going).get(answer.location).text

    assert WAITS in waiting
    assert f'href="/triage/handovers/{made.id}"' in waiting
    assert WAITS not in after
    assert "少了一件" in page


def test_several_that_wait_are_counted_and_lead_to_the_list(moderator: FlaskClient) -> None:
    for number in range(11):
        hand_over(f"第 {number} 个", by=a_moderator().actor)
        if number == 1:
            two = moderator.get("/triage/").text

    many = moderator.get("/triage/").text

    assert "2 handovers wait to be received." in two
    assert "More than 9 handovers wait to be received." in many
    assert 'href="/triage/handovers"' in many


def test_nobody_is_offered_to_receive_their_own(client_as: Client) -> None:
    the_fallback()
    going = a_moderator(locale="en")
    made = hand_over(by=going.actor)
    browser = client_as(going)

    page = browser.get(f"/triage/handovers/{made.id}").text
    refused = browser.post(f"/triage/handovers/{made.id}/receive")

    assert "Somebody else receives your handover." in page
    assert "/receive" not in page
    assert refused.status_code == 403
    assert waiting_handovers() != []


def test_who_comes_second_is_told_and_keeps_what_was_typed(moderator: FlaskClient) -> None:
    made = hand_over(by=a_moderator().actor)
    receive(made, by=a_moderator(name="托娅").actor)

    answer = moderator.post(f"/triage/handovers/{made.id}/receive", data={"doubts": "少了一件大事"})

    assert answer.status_code == 409
    assert "This handover was received already." in answer.text
    assert "少了一件大事" in answer.text
    assert "托娅" in answer.text


def test_the_list_names_who_gave_and_who_received(moderator: FlaskClient, fakes: Ports) -> None:
    first = hand_over(by=a_moderator(name="娜仁").actor)
    receive(first, "少了一件", by=a_moderator(name="托娅").actor)
    fakes.clock.move(timedelta(hours=8))  # type: ignore[attr-defined]
    hand_over(by=a_moderator(name="哈斯").actor)

    page = moderator.get("/triage/handovers").text

    assert page.index("哈斯") < page.index("Nobody has received it yet.") < page.index("娜仁")
    assert "Received by 托娅" in page
    assert "something is doubted" in page


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.HANDLER, Role.INSPECTOR, Role.LEADER])
def test_nobody_outside_the_centre_opens_a_handover(client_as: Client, role: Role) -> None:
    made = hand_over("夜班", by=a_moderator().actor)
    browser = client_as(a_user(role))

    answers = [
        browser.get(path).status_code
        for path in ("/triage/handover", "/triage/handovers", f"/triage/handovers/{made.id}")
    ]

    assert answers == [403, 403, 403]


def test_a_leader_reads_the_lists_of_approvals_without_the_line(client_as: Client) -> None:
    the_fallback()
    hand_over(by=a_moderator().actor)
    leader, shift = (
        client_as(a_user(Role.LEADER, locale="en")),
        client_as(a_user(Role.SHIFT_LEADER, locale="en")),
    )

    seen = [WAITS in browser.get("/triage/requests").text for browser in (leader, shift)]

    assert seen == [False, True]
