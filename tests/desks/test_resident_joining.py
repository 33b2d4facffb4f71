"""I saw this too, as the resident meets it: the receipt, the page that follows the case, and being refused."""

from typing import Any
from uuid import uuid4

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Category
from reporter.cases.queries import get_case
from reporter.kernel.db import db
from reporter.kernel.policy import Actor, Role
from reporter.reports.commands.asking import ask_reporter
from reporter.reports.commands.followup import say_not_fixed
from reporter.reports.commands.triage import decline
from reporter.reports.lifecycle import State
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from reporter.routing.queries import get_unit
from tests.desks.residents import (
    JSON,
    Open,
    a_city_to_report_in,
    a_file,
    accepted,
    closed,
    filled,
    finish,
    post,
    rows,
    send,
    the_report,
)
from tests.make import (
    a_case,
    a_moderator,
    a_photo,
    a_picture,
    a_report,
    a_unit,
    a_user,
    hand_in,
    the_fallback,
)


def again(kind: Category, **changes: str) -> dict[str, Any]:
    """Return a form whose picture was sent before, and whose sender was told so."""
    return filled(kind, act="send_as_it_is", **changes)


def test_the_receipt_of_whoever_joins_says_what_it_goes_with_and_has_a_code_of_its_own(
    client_as: Open,
) -> None:
    kind = a_city_to_report_in()
    case = a_case(CaseState.HANDLING, category=kind)
    client = client_as(a_user(locale="en"))

    answer = send(client, filled(kind, joins=str(case.id)))

    report = the_report()
    receipt = client.get(answer.location).text
    assert report.state is State.DUPLICATE
    assert report.number in receipt
    assert "It goes with a case that is open already. 1 other person saw it too." in receipt
    assert "Now: Being handled. Promised before" in receipt


def test_the_page_of_whoever_joined_follows_the_case_to_its_end_and_they_may_rate_it(client_as: Open) -> None:
    kind = a_city_to_report_in()
    the_fallback()
    case = a_case(CaseState.DISPATCHED, category=kind, unit=a_unit("交警二中队", name_en="Traffic Squad 2"))
    client = client_as(a_user(locale="en"))
    send(client, filled(kind, joins=str(case.id)))
    code = the_report().code

    before = client.get(f"/track/{code}").text
    finish(get_case(case.id))
    after = client.get(f"/track/{code}").text
    rated = client.post(f"/track/{code}/rate", data={"rate-rating": "satisfied", "rate-solved": "yes"})

    assert "You saw it too" in before
    assert "Traffic Squad 2" in before
    assert "1 other person saw it too" in before
    assert "Checked and passed" in after
    assert rated.status_code == 302
    assert the_report().rating == "satisfied"


def test_a_case_that_ended_meanwhile_is_said_in_words_on_receipt_and_page(client_as: Open) -> None:
    kind = a_city_to_report_in()
    case = a_case(CaseState.CLOSED, category=kind)
    client = client_as(a_user(locale="en"))

    answer = send(client, filled(kind, joins=str(case.id)))

    pages = [client.get(answer.location).text, client.get(f"/track/{the_report().code}").text]
    assert the_report().state is State.SUBMITTED
    assert all(
        "The case that you saw too had ended in the meantime, so this is a report of its own." in page
        for page in pages
    )


def test_a_second_time_is_refused_in_words_and_nothing_typed_is_lost(client_as: Open) -> None:
    kind = a_city_to_report_in()
    case = a_case(category=kind)
    client = client_as(a_user(locale="en"))
    send(client, filled(kind, joins=str(case.id)))

    page = send(client, again(kind, joins=str(case.id), words="还在那里"))

    assert page.status_code == 422
    assert "You have reported this case already." in page.text
    assert "还在那里</textarea>" in page.text
    assert f'name="joins" value="{case.id}" aria-describedby="near-{case.id}" checked' in page.text
    assert (rows()["reports"], get_case(case.id).report_count) == (1, 2)


def test_whoever_was_declined_before_may_join(client_as: Open) -> None:
    kind = a_city_to_report_in()
    case = a_case(CaseState.CLOSED, category=kind)
    client = client_as(a_user())
    send(client, filled(kind, joins=str(case.id)))
    decline(the_report(), "看不清", by=a_moderator().actor)

    send(client, again(kind, joins=str(case.id)))

    assert rows()["reports"] == 2


def test_a_join_that_waited_on_a_phone_is_sent_once_however_often(client_as: Open) -> None:
    kind = a_city_to_report_in()
    case = a_case(category=kind)
    client = client_as()
    fields = filled(kind, joins=str(case.id), act="send_as_it_is")

    answers = [post(client, "/report", dict(fields, photos=[a_file()]), headers=JSON) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()
    assert get_case(case.id).report_count == 2


def test_a_join_that_waited_too_long_becomes_a_report_of_its_own(client_as: Open) -> None:
    kind = a_city_to_report_in()
    case = a_case(CaseState.ARCHIVED, category=kind)

    answer = post(client_as(), "/report", filled(kind, joins=str(case.id), act="send_as_it_is"), headers=JSON)

    assert answer.status_code == 201
    assert db.session.query(Report).one().state is State.SUBMITTED


def test_what_is_no_case_joins_none(client_as: Open) -> None:
    kind = a_city_to_report_in()

    answers = [send(client_as(), again(kind, joins=joins)) for joins in ("x", "-1", "9" * 30, "999999999")]

    assert [answer.status_code for answer in answers] == [302] * 4
    assert all(report.joins_case_id is None for report in db.session.query(Report))


def test_the_units_question_is_read_by_whoever_reported_it_first_and_by_nobody_who_joined(
    client_as: Open,
) -> None:
    kind = a_city_to_report_in()
    first = a_report(category=kind)
    case = get_case(accepted(first).id)
    joiner, anybody = a_user(locale="en"), client_as(a_user(locale="en"))
    client = client_as(joiner)
    send(client, filled(kind, joins=str(case.id)))
    code = db.session.query(Report).filter(Report.id != first.id).one().code
    handler = a_user(Role.HANDLER, unit=get_unit(case.lead_unit_id or 0)).actor
    advance(get_case(case.id), Action.CLAIM, by=handler)
    ask_reporter(get_case(case.id), "Are you on the third floor?", by=handler)

    own, theirs, listed = (
        anybody.get(f"/track/{first.code}").text,
        client.get(f"/track/{code}").text,
        client.get("/my").text,
    )
    refused = client.post(f"/track/{code}/answer", data={"say-words": "Yes", "say-client_id": str(uuid4())})

    assert "Are you on the third floor?" in own
    assert "third floor" not in theirs
    assert "The unit asked whoever reported it first." in theirs
    assert "Waiting for an answer" in listed
    assert refused.status_code == 409


def test_somebody_who_joined_may_leave_the_case_and_the_words_say_what_happens(client_as: Open) -> None:
    kind = a_city_to_report_in()
    case = a_case(category=kind)
    client = client_as(a_user(locale="en"))
    send(client, filled(kind, joins=str(case.id)))
    report = the_report()

    page = client.get(f"/track/{report.code}").text
    answer = client.post(f"/track/{report.code}/withdraw")

    assert "The case goes on with the others who saw it." in page
    assert answer.status_code == 302
    assert the_report().state is State.WITHDRAWN
    assert get_case(case.id).report_count == 1


def test_staff_see_who_reported_it_first_and_who_saw_it_too_with_their_pictures(client_as: Open) -> None:
    kind = a_city_to_report_in()
    first = a_report(category=kind)
    case = get_case(accepted(first).id)
    send(client_as(), filled(kind, joins=str(case.id), words="还在那里"))

    page = client_as(a_user(Role.DISPATCHER, locale="en")).get(f"/triage/cases/{case.id}").text

    behind = page.split("2 reports behind it")[1]
    assert behind.index("reported first") < behind.index("saw it too")
    assert "还在那里" in behind
    assert behind.count("<img") == 2


def test_a_case_that_was_opened_again_once_says_what_to_do_when_it_is_still_not_put_right(
    client_as: Open,
) -> None:
    report = a_report()
    case = closed(report)
    client = client_as(a_user(locale="en"))
    by = Actor(None, report_id=report.id)
    say_not_fixed(get_report(report.id), "还在", [a_photo().id], by=by)

    before = client.get(f"/track/{report.code}").text
    handler = a_user(Role.HANDLER, unit=get_unit(get_case(case.id).lead_unit_id or 0)).actor
    hand_in(get_case(case.id), by=handler)
    advance(get_case(case.id), Action.INSPECT_PASS, by=a_user(Role.INSPECTOR).actor)
    after = client.get(f"/track/{report.code}").text

    assert "It was opened again once already." not in before
    assert "It was opened again once already." in after
    assert "report it anew" in after
    assert 'id="reopen"' not in after


def test_whoever_saw_it_too_tells_the_centre_that_it_is_not_put_right_and_reads_that_it_looks(
    client_as: Open,
) -> None:
    kind = a_city_to_report_in()
    case = get_case(accepted(a_report(category=kind)).id)
    own = client_as(a_user(locale="en"))
    code = (send(own, filled(kind, joins=str(case.id))).location or "").rpartition("/")[2]
    finish(get_case(case.id))
    asked = own.get(f"/track/{code}").text

    sent = {"again-reason": "还停着两辆", "again-photos": a_file(a_picture("after"))}
    told = post(own, f"/track/{code}/reopen", sent, follow_redirects=True).text

    assert "Tell the centre" in asked
    assert "decides whether the case is opened again" in told
    assert "还停着两辆" in told
    assert "The centre looks at it" in told
    assert 'id="reopen"' not in told
    assert get_case(case.id).state is CaseState.CLOSED
