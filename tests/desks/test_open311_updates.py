"""Updates that other systems post: who may speak of what, what it moves, and that the same one counts once."""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.queries import get_case, history, photos_of
from reporter.kernel.db import db
from reporter.kernel.errors import Conflict
from reporter.kernel.policy import Role
from reporter.notices.models import Notice
from reporter.open311.key_models import Scope
from reporter.open311.post_models import PostedUpdate
from reporter.reports.commands.triage import Judgement, accept, decline, merge, request_info
from reporter.reports.lifecycle import State as ReportState
from reporter.reports.models import Report
from reporter.reports.queries import messages_of
from tests.make import a_case, a_category, a_moderator, a_picture, a_report, a_unit, a_user, the_fallback
from tests.open311.sending import a_file, a_key, a_request, send, told

UPDATES = "/jining/open311/v2/servicerequestupdates.json"


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return the client of another system, which reads English."""
    found = client_as()
    found.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return found


def say(client: FlaskClient, secret: str, number: str, **changes: Any) -> TestResponse:
    """Post an update of a request."""
    plain = {
        "api_key": secret, "service_request_id": number, "update_id": "77", "status": "OPEN",
        "updated_datetime": "2026-11-23T13:00:00+08:00", "description": "又有人堆了东西",
    }  # fmt: skip
    return client.post(
        UPDATES, data={name: word for name, word in (plain | changes).items() if word is not None}
    )


def reported(client: FlaskClient) -> tuple[str, str]:
    """Return the secret of a key that may post and update, and the number of a request that it sent."""
    secret = a_key(Scope.POST, Scope.UPDATE)
    number = send(client, a_request(secret)).get_json()[0]["service_request_id"]
    return secret, number


def report_called(number: str) -> Report:
    return db.session.scalars(select(Report).where(Report.number == number)).one()


def the_report() -> Report:
    return db.session.scalars(select(Report)).one()


def a_units_case(**columns: Any) -> tuple[str, str, int]:
    """Return the secret of a key that speaks for a unit, the number of a report, and its case, given to the unit."""
    the_fallback()
    unit = a_unit("环卫一队")
    secret = a_key(Scope.UPDATE, name="环卫系统", unit_id=unit.id)
    report = a_report(category=a_category("乱堆乱放", **columns))
    case = accept(report, Judgement(unit_id=unit.id), by=a_moderator().actor)
    return secret, report.number, case.id


def state_of(case_id: int) -> State:
    db.session.rollback()
    return get_case(case_id).state


def test_what_a_system_says_of_its_own_request_is_added_to_it(client: FlaskClient) -> None:
    secret, number = reported(client)

    answer = say(client, secret, number, photo1=a_file(a_picture("b")))

    row = db.session.scalars(select(PostedUpdate)).one()
    (message,) = messages_of(the_report().id)
    assert (answer.status_code, answer.get_json()) == (200, [{"update_id": str(row.id)}])
    assert (message.words, message.from_centre) == ("又有人堆了东西", False)
    assert the_report().photo_count == 1
    assert row.did == "add"


def test_the_same_as_xml(client: FlaskClient) -> None:
    secret, number = reported(client)
    fields = {"api_key": secret, "service_request_id": number, "update_id": "8", "status": "open"}
    more = {"updated_datetime": "2026-11-23T05:00:00Z", "description": "还在"}

    answer = client.post(UPDATES.replace("json", "xml"), data=fields | more)

    root = fromstring(answer.data)  # noqa: S314 - our own
    assert (root.tag, root[0].tag) == ("service_request_updates", "request_update")
    assert root.findtext("request_update/update_id")


def test_the_same_update_again_is_answered_the_same_and_written_once(client: FlaskClient) -> None:
    secret, number = reported(client)

    first, again = (say(client, secret, number) for _ in range(2))
    other = say(client, secret, number, update_id="78")

    assert first.get_json() == again.get_json()
    assert first.get_json() != other.get_json()
    assert len(messages_of(the_report().id)) == 2


def test_two_keys_number_their_updates_each_for_itself(client: FlaskClient) -> None:
    secret, own = reported(client)
    other = a_key(Scope.POST, Scope.UPDATE, name="第三个系统")
    third = send(client, a_request(other, description="第三处")).get_json()[0]["service_request_id"]

    answers = [say(client, secret, own), say(client, other, third)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].get_json() != answers[1].get_json()


def test_an_answer_to_the_centres_question_is_an_answer(client: FlaskClient) -> None:
    secret, number = reported(client)
    request_info(the_report(), "是哪个门？", by=a_moderator().actor)

    say(client, secret, number, description="北门")

    assert the_report().state is ReportState.SUBMITTED
    assert [message.words for message in messages_of(the_report().id)] == ["是哪个门？", "北门"]


def test_nobody_speaks_of_what_is_not_theirs(client: FlaskClient) -> None:
    _, number, case_id = a_units_case()
    public, _own = reported(client)
    elsewhere = a_key(Scope.UPDATE, name="别的单位的系统", unit_id=a_unit("交警二中队").id)

    answers = [say(client, secret, number, status="CLOSED") for secret in (public, elsewhere)]

    nobodys = say(client, elsewhere, "R-1", status="CLOSED")
    assert [answer.status_code for answer in (*answers, nobodys)] == [404] * 3
    assert [words.replace(number, "R-1") for _, words in told(answers[0])] == [
        words for _, words in told(nobodys)
    ]
    assert state_of(case_id) is State.DISPATCHED
    assert db.session.scalars(select(PostedUpdate)).all() == []


def test_a_public_key_never_closes_its_own_request(client: FlaskClient) -> None:
    secret, number = reported(client)
    case = accept(the_report(), Judgement(unit_id=a_unit().id), by=a_moderator().actor)
    case_id = case.id

    answer = say(client, secret, number, status="CLOSED", photo1=a_file(a_picture("b")))

    assert answer.status_code == 200
    assert state_of(case_id) is State.DISPATCHED


@pytest.mark.parametrize("status", ["IN_PROGRESS", "investigating"])
def test_a_unit_that_has_begun_has_claimed_the_case(client: FlaskClient, status: str) -> None:
    secret, number, case_id = a_units_case()

    answer = say(client, secret, number, status=status, description="")

    assert answer.status_code == 200
    assert state_of(case_id) is State.HANDLING
    entry = history(get_case(case_id))[-1]
    assert (entry.action, entry.facts["through"]) == ("claim", "环卫系统")


@pytest.mark.parametrize("status", ["CLOSED", "FIXED"])
def test_done_with_a_picture_hands_in_the_result_which_is_inspected(client: FlaskClient, status: str) -> None:
    secret, number, case_id = a_units_case()

    say(client, secret, number, status=status, description="已清理", photo1=a_file(a_picture("after")))

    assert state_of(case_id) is State.HANDLED
    assert get_case(case_id).after_photo_id is not None
    assert [entry.action for entry in history(get_case(case_id))][-2:] == ["claim", "submit_result"]


def test_done_without_a_picture_is_a_note_that_the_centre_is_told_of(client: FlaskClient) -> None:
    secret, number, case_id = a_units_case()

    say(client, secret, number, status="FIXED", description="已清理")

    assert state_of(case_id) is State.HANDLING
    entry = history(get_case(case_id))[-1]
    assert (entry.action, entry.reason, entry.facts["through"]) == ("tell", "已清理", "环卫系统")
    notices = db.session.scalars(select(Notice).where(Notice.what == "case.tell")).all()
    assert [notice.desk for notice in notices] == ["centre"]


def test_an_act_is_never_done_by_a_picture(client: FlaskClient) -> None:
    secret, number, case_id = a_units_case(nature="act")

    say(client, secret, number, status="FIXED", photo1=a_file(a_picture("after")))

    assert state_of(case_id) is State.HANDLING


def test_what_a_unit_says_after_it_is_done_stays_a_note(client: FlaskClient) -> None:
    secret, number, case_id = a_units_case()
    say(client, secret, number, status="FIXED", photo1=a_file(a_picture("after")))

    answer = say(client, secret, number, update_id="78", status="FIXED", photo1=a_file(a_picture("later")))

    assert answer.status_code == 200
    assert state_of(case_id) is State.HANDLED


def test_staff_read_who_said_it(client: FlaskClient, client_as: Callable[..., FlaskClient]) -> None:
    secret, number, case_id = a_units_case()
    say(client, secret, number, status="OPEN", description="明天早上去")

    page = client_as(a_moderator(locale="en")).get(f"/triage/cases/{case_id}")

    assert page.status_code == 200
    assert "through 环卫系统" in page.text
    assert "明天早上去" in page.text


def test_all_faults_of_an_update_are_told_at_once(client: FlaskClient) -> None:
    secret = a_key(Scope.UPDATE)

    answer = client.post(
        UPDATES,
        data={"api_key": secret, "status": "GONE", "updated_datetime": "yesterday", "description": "x" * 4001}
        | {"photo1": a_file(b"no picture", "x.jpg")},
    )

    words = [description for _, description in told(answer)]
    assert answer.status_code == 400
    for name in ("service_request_id", "update_id", "status", "updated_datetime", "description", "photo1"):
        assert any(name in one for one in words), name


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"service_request_id": "R-1"}, 404, "R-1"),
        ({"api_key": None}, 403, "api_key is missing"),
    ],
)
def test_an_update_that_cannot_be_is_refused(
    client: FlaskClient, changes: dict[str, Any], status: int, words: str
) -> None:
    secret, number = reported(client)

    answer = say(client, secret, number, **changes)

    assert answer.status_code == status
    assert words in answer.get_json()[0]["description"]
    assert messages_of(the_report().id) == []


def test_a_key_that_only_posts_says_nothing(client: FlaskClient) -> None:
    secret = a_key(Scope.POST)
    number = send(client, a_request(secret)).get_json()[0]["service_request_id"]

    assert say(client, secret, number).status_code == 403


def test_a_report_that_nobody_may_know_of_is_no_other_than_one_that_is_not_there(client: FlaskClient) -> None:
    hidden, secret = a_report(), a_key(Scope.UPDATE)
    decline(hidden, "不在辖区", by=a_moderator().actor)

    answers = [say(client, secret, number) for number in (hidden.number, "R-1")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert [words.replace(hidden.number, "R-1") for _, words in told(answers[0])] == [
        w for _, w in told(answers[1])
    ]


def test_a_number_of_an_update_is_of_one_request_alone(client: FlaskClient) -> None:
    secret, first = reported(client)
    second = send(client, a_request(secret, description="另一处")).get_json()[0]["service_request_id"]

    answers = [say(client, secret, number) for number in (first, second)]

    assert [answer.status_code for answer in answers] == [200, 400]
    assert "update_id" in next(iter(told(answers[1])))[1]
    assert len(db.session.scalars(select(PostedUpdate)).all()) == 1


def test_a_mere_status_of_a_unit_stands_in_the_trail_of_its_case(client: FlaskClient) -> None:
    secret, number, case_id = a_units_case()

    answer = say(client, secret, number, status="INTERNAL_REFERRAL", description="")

    entry = history(get_case(case_id))[-1]
    assert answer.status_code == 200
    assert (entry.action, entry.facts["status"], entry.facts["through"]) == (
        "tell",
        "INTERNAL_REFERRAL",
        "环卫系统",
    )


def test_a_mere_status_of_ones_own_request_is_taken_and_adds_nothing(client: FlaskClient) -> None:
    secret, number = reported(client)

    answer = say(client, secret, number, description="", status="CONFIRMED")

    assert answer.status_code == 200
    assert messages_of(the_report().id) == []
    assert db.session.scalars(select(PostedUpdate.did)).all() == ["hear"]


def test_what_a_system_says_of_its_own_request_may_be_as_long_as_the_request(client: FlaskClient) -> None:
    secret, number = reported(client)

    answer = say(client, secret, number, description="长" * 4000)

    assert answer.status_code == 200
    assert len(messages_of(the_report().id)[0].words) == 4000


def test_who_is_not_asked_adds_while_the_unit_waits_for_somebody_else(client: FlaskClient) -> None:
    first, case = a_report(), a_case(State.WAITING)
    secret, number = reported(client)
    for one in (first.number, number):
        merge(report_called(one), case, by=a_moderator().actor)

    answer = say(client, secret, number, description="我这里也有")

    assert answer.status_code == 200
    assert db.session.scalars(select(PostedUpdate.did)).all() == ["add"]
    assert state_of(case.id) is State.WAITING


def test_no_picture_is_hung_on_a_case_that_has_ended(client: FlaskClient) -> None:
    secret, number, case_id = a_units_case()
    say(client, secret, number, update_id="76", status="FIXED", photo1=a_file(a_picture("done")))
    advance(get_case(case_id), Action.INSPECT_PASS, by=a_user(Role.INSPECTOR).actor)
    before = len(photos_of(case_id))

    refused = say(client, secret, number, status="FIXED", photo1=a_file(a_picture("late")))
    words = say(client, secret, number, update_id="78", status="FIXED", description="早已清理")

    assert (refused.status_code, words.status_code) == (400, 200)
    assert len(photos_of(case_id)) == before


def test_a_case_takes_a_bounded_number_of_pictures_from_outside(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, number, case_id = a_units_case()
    monkeypatch.setattr("reporter.open311.commands.updating.CASE_PHOTOS", len(photos_of(case_id)) + 1)

    answers = [
        say(client, secret, number, update_id=name, photo1=a_file(a_picture(name))).status_code
        for name in ("1", "2")
    ]

    assert answers == [200, 400]


def test_who_lost_a_race_is_told_to_send_it_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, number = reported(client)

    def lose(*_args: Any) -> None:
        raise Conflict("Somebody else was faster.")

    monkeypatch.setattr("reporter.desks.open311.updating.take_update", lose)
    answer = say(client, secret, number)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert [code for code, _ in told(answer)] == [503]
