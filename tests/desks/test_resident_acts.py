"""What a reporter does after sending: answer, add, withdraw, rate, reopen, remind."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from reporter.cases.lifecycle import State
from reporter.cases.queries import get_case
from reporter.cases.queries import photos_of as cases_photos
from reporter.ports import Ports
from reporter.reports.commands import triage
from reporter.reports.lifecycle import State as ReportState
from reporter.reports.queries import get_report, history, messages_of
from tests.desks.residents import Open, a_file, accepted, asked, closed, finish, post, rows
from tests.make import (
    a_moderator,
    a_picture,
    a_report,
)


def test_an_answer_with_words_and_a_picture_goes_to_the_moderator(client_as: Open) -> None:
    report = asked()

    answer = post(client_as(), f"/track/{report.code}/answer", {"say-words": "东口", "say-photos": a_file()})

    assert answer.status_code == 302
    assert get_report(report.id).state is ReportState.SUBMITTED
    assert get_report(report.id).photo_count == 2
    assert [message.words for message in messages_of(report.id)] == ["哪个路口？", "东口"]


def test_an_answer_that_cannot_be_taken_comes_back_with_its_words_and_pictures(client_as: Open) -> None:
    report = asked()
    before = rows()

    page = post(
        client_as(), f"/track/{report.code}/answer", {"say-words": "长" * 1001, "say-photos": a_file()}
    )

    assert page.status_code == 422
    assert "长" * 1001 in page.text
    assert 'name="say-token" value="' in page.text
    assert rows() == before | {"photos": before["photos"] + 1}


def test_an_empty_answer_is_refused(client_as: Open) -> None:
    report = asked()

    page = post(client_as(), f"/track/{report.code}/answer", {"say-words": "  "})

    assert page.status_code == 422
    assert 'id="say-words-err"' in page.text
    assert get_report(report.id).state is ReportState.INFO_REQUESTED


def test_an_answer_nobody_asked_for_leads_to_the_page_as_it_is(client_as: Open) -> None:
    report = a_report()

    page = post(client_as(), f"/track/{report.code}/answer", {"say-words": "东口"})

    assert page.status_code == 409
    assert "东口" in page.text


def test_material_added_later_hangs_on_the_case_too(client_as: Open) -> None:
    report = a_report()
    case = accepted(report)

    post(client_as(), f"/track/{report.code}/add", {"say-words": "又来了", "say-photos": a_file()})

    assert get_report(report.id).photo_count == 2
    assert len(cases_photos(case.id)) == 2


def test_a_report_that_was_accepted_cannot_be_withdrawn_any_more(client_as: Open) -> None:
    report = a_report()
    accepted(report)
    client = client_as()

    offered = "withdraw" in client.get(f"/track/{report.code}").text
    page = client.post(f"/track/{report.code}/withdraw")

    assert not offered
    assert page.status_code == 409
    assert get_report(report.id).state is ReportState.ACCEPTED


def test_one_tap_rates_and_says_whether_it_is_solved(client_as: Open) -> None:
    report = a_report()
    closed(report)
    client = client_as()

    answer = client.post(f"/track/{report.code}/rate", data={"rate-rating": "mostly", "rate-solved": "yes"})

    rated = get_report(report.id)
    assert answer.status_code == 302
    assert (rated.rating, rated.solved) == ("mostly", True)
    assert "您评价了" in client.get(f"/track/{report.code}").text


def test_one_press_says_whether_it_is_solved_and_how_satisfied_one_is_may_follow(client_as: Open) -> None:
    report = a_report()
    closed(report)
    client = client_as()
    before = client.get(f"/track/{report.code}").text

    said = client.post(f"/track/{report.code}/solved", data={"rate-solved": "no"})

    page = client.get(f"/track/{report.code}").text
    assert (said.status_code, get_report(report.id).solved, get_report(report.id).rating) == (302, False, "")
    assert "rate-rating" not in before
    assert "rate-rating" in page
    assert "您说还没解决" in page
    assert '<details class="door below mt-3 pt-3" id="reopen" open>' in page


def test_whether_it_is_solved_can_be_said_anew_until_it_is_rated_and_is_written_once(client_as: Open) -> None:
    report = a_report()
    closed(report)
    client = client_as()
    for said in ("no", "yes", "yes"):
        client.post(f"/track/{report.code}/solved", data={"rate-solved": said})
    client.post(f"/track/{report.code}/rate", data={"rate-rating": "mostly", "rate-solved": "yes"})

    late = client.post(f"/track/{report.code}/solved", data={"rate-solved": "no"})

    assert late.status_code == 409
    assert get_report(report.id).solved is True
    assert [entry.facts["solved"] for entry in history(report) if entry.action == "say_solved"] == [
        False,
        True,
    ]


@pytest.mark.parametrize("sent", [{}, {"rate-solved": "perhaps"}])
def test_neither_solved_nor_unsolved_is_refused_in_words(sent: dict[str, str], client_as: Open) -> None:
    report = a_report()
    closed(report)

    page = client_as().post(f"/track/{report.code}/solved", data=sent)

    assert page.status_code == 422
    assert "请选一下解决了没有。" in page.text
    assert get_report(report.id).solved is None


def test_an_open_case_cannot_be_said_to_be_solved(client_as: Open) -> None:
    report = a_report()
    accepted(report)

    assert client_as().post(f"/track/{report.code}/solved", data={"rate-solved": "yes"}).status_code == 409


def test_a_second_rating_changes_nothing(client_as: Open) -> None:
    report = a_report()
    closed(report)
    client = client_as()
    client.post(f"/track/{report.code}/rate", data={"rate-rating": "satisfied", "rate-solved": "yes"})

    again = client.post(
        f"/track/{report.code}/rate", data={"rate-rating": "dissatisfied", "rate-solved": "no"}
    )

    assert again.status_code == 409
    assert get_report(report.id).rating == "satisfied"


@pytest.mark.parametrize(
    "sent", [{"rate-rating": "satisfied"}, {"rate-rating": "great", "rate-solved": "yes"}, {}]
)
def test_a_rating_that_is_none_is_refused(sent: dict[str, str], client_as: Open) -> None:
    report = a_report()
    closed(report)

    page = client_as().post(f"/track/{report.code}/rate", data=sent)

    assert page.status_code == 422
    assert get_report(report.id).rating == ""


def test_not_put_right_sends_the_case_back_once_with_a_new_picture(client_as: Open) -> None:
    report = a_report()
    case = closed(report)
    client = client_as()
    sent = {"again-reason": "还停着两辆", "again-photos": a_file(a_picture("after"))}

    first = post(client, f"/track/{report.code}/reopen", sent)
    page = client.get(f"/track/{report.code}").text

    assert first.status_code == 302
    assert get_case(case.id).state is State.HANDLING
    assert "还停着两辆" in page
    assert 'id="reopen"' not in page


def test_not_put_right_without_a_picture_keeps_the_words_and_the_case_closed(client_as: Open) -> None:
    report = a_report()
    case = closed(report)

    page = post(client_as(), f"/track/{report.code}/reopen", {"again-reason": "还停着两辆"})

    assert page.status_code == 422
    assert "还停着两辆" in page.text
    assert "请加一张现在的照片" in page.text
    assert get_case(case.id).state is State.CLOSED


def test_after_seven_days_neither_rating_nor_reopening_is_offered(client_as: Open, fakes: Ports) -> None:
    report = a_report()
    closed(report)
    fakes.clock.move(timedelta(days=7, minutes=1))  # type: ignore[attr-defined]

    page = client_as().get(f"/track/{report.code}").text

    assert 'id="reopen"' not in page
    assert "rate-rating" not in page


def test_the_unit_is_reminded_once_a_day(client_as: Open, fakes: Ports) -> None:
    report = a_report()
    case = accepted(report)
    client = client_as()

    first = client.post(f"/track/{report.code}/urge")
    offered = f"/track/{report.code}/urge" in client.get(f"/track/{report.code}").text
    again = client.post(f"/track/{report.code}/urge")
    fakes.clock.move(timedelta(days=1))  # type: ignore[attr-defined]
    tomorrow = client.post(f"/track/{report.code}/urge")

    assert not offered
    assert [answer.status_code for answer in (first, again, tomorrow)] == [302, 409, 302]
    assert get_case(case.id).urge_count == 2


def test_others_who_joined_rate_for_themselves(client_as: Open) -> None:
    first, second = a_report(), a_report()
    case = accepted(first)
    triage.merge(second, case, by=a_moderator().actor)
    finish(case)
    client = client_as()
    client.post(f"/track/{first.code}/rate", data={"rate-rating": "dissatisfied", "rate-solved": "no"})

    page = client.get(f"/track/{second.code}").text

    assert "已并入同一案件" in page
    assert "您评价了" not in page
    assert "rate-solved" in page


def test_a_forged_answer_does_nothing_and_its_words_stay(
    client_as: Open, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = asked()
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # noqa: FBT003

    page = post(client_as(), f"/track/{report.code}/answer", {"say-words": "东口"})

    assert page.status_code == 422
    assert "东口" in page.text
    assert get_report(report.id).state is ReportState.INFO_REQUESTED


@pytest.mark.parametrize("action", ["add", "withdraw", "rate", "reopen", "urge"])
def test_no_action_is_taken_without_the_forms_token(
    action: str, client_as: Open, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = a_report()
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # noqa: FBT003

    page = post(client_as(), f"/track/{report.code}/{action}", {"say-words": "东口"})

    assert page.status_code == 422
    assert get_report(report.id).state is ReportState.SUBMITTED


def client_id_on(page: str) -> str:
    """Return the number of the form in which something is said."""
    found = re.search(r'name="say-client_id"[^>]*value="([^"]+)"', page)
    return found[1] if found else ""


@pytest.mark.parametrize("action", ["add", "answer"])
def test_the_same_form_sent_twice_is_said_once(client_as: Open, action: str) -> None:
    report = a_report() if action == "add" else asked()
    client = client_as()
    client_id = client_id_on(client.get(f"/track/{report.code}").text)
    said = len(messages_of(report.id))

    def send() -> int:
        sent = {"say-words": "东口", "say-client_id": client_id, "say-photos": a_file()}
        return post(client, f"/track/{report.code}/{action}", sent).status_code

    statuses = [send(), send()]

    assert statuses == [302, 302]
    assert len(messages_of(report.id)) == said + 1
    assert get_report(report.id).photo_count == 2


def test_other_words_under_the_number_of_a_form_that_was_sent_are_not_thanked_for_and_lost(
    client_as: Open,
) -> None:
    report, client = a_report(), client_as()
    sent = {"say-client_id": client_id_on(client.get(f"/track/{report.code}").text)}
    post(client, f"/track/{report.code}/add", sent | {"say-words": "还在"})

    page = post(client, f"/track/{report.code}/add", sent | {"say-words": "还在，更多了"})
    anew = {"say-client_id": client_id_on(page.text), "say-words": "还在，更多了"}
    post(client, f"/track/{report.code}/add", anew)

    assert page.status_code == 422
    assert "还在，更多了" in page.text
    assert [message.words for message in messages_of(report.id)] == ["还在", "还在，更多了"]


def test_the_same_words_in_a_new_form_are_said_again(client_as: Open) -> None:
    report, client = a_report(), client_as()

    for _ in range(2):
        client_id = client_id_on(client.get(f"/track/{report.code}").text)
        post(client, f"/track/{report.code}/add", {"say-words": "还在", "say-client_id": client_id})

    assert [message.words for message in messages_of(report.id)] == ["还在", "还在"]


def test_a_damaged_number_of_the_form_is_replaced_and_the_words_stay(client_as: Open) -> None:
    report, client = a_report(), client_as()
    sent = {"say-words": "东口", "say-client_id": "x" * 5000}

    page = post(client, f"/track/{report.code}/add", sent)
    again = post(client, f"/track/{report.code}/add", sent | {"say-client_id": client_id_on(page.text)})

    assert page.status_code == 422
    assert "东口" in page.text
    assert again.status_code == 302


@pytest.mark.parametrize("action", ["withdraw", "urge"])
def test_a_button_whose_form_has_grown_old_says_so(
    client_as: Open, app: Flask, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    report = a_report()
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # noqa: FBT003

    page = client_as().post(f"/track/{report.code}/{action}", data={"csrf_token": "old"})

    assert page.status_code == 422
    assert "打开太久了，还没有发出" in page.text
    assert get_report(report.id).state is ReportState.SUBMITTED


def test_a_rating_that_is_none_says_so_even_when_it_was_rated_meanwhile(client_as: Open) -> None:
    report = a_report()
    closed(report)
    client = client_as()
    client.post(f"/track/{report.code}/rate", data={"rate-rating": "satisfied", "rate-solved": "yes"})

    page = client.post(f"/track/{report.code}/rate", data={"rate-rating": "mostly"})

    assert page.status_code == 422
    assert 'id="errors"' in page.text
    assert get_report(report.id).rating == "satisfied"
