"""What other systems posted: made once however often it comes, its pictures fetched afterwards, failures written down."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from reporter.cases.editing import save_category
from reporter.cases.models import Case, Category, Source
from reporter.cases.queries import get_category
from reporter.kernel.db import db
from reporter.kernel.policy import SYSTEM, Role
from reporter.open311.commands.fetching import MOST_TRIES
from reporter.open311.commands.forgetting import KEPT, forget_posted
from reporter.open311.commands.posting import PURPOSE, make_report
from reporter.open311.commands.types import settle_types
from reporter.open311.post_models import PostedRequest
from reporter.ports import ports
from reporter.reports.commands.leaving import let_go_of
from reporter.reports.commands.triage import Judgement, accept
from reporter.reports.models import Report
from tests.make import a_category, a_city, a_moderator, a_picture, a_user
from tests.notices.conftest import receiver
from tests.notices.posting import work
from tests.notices.receivers import Receiver, address_of
from tests.open311.sending import a_file, a_key, a_request, send

__all__ = ["receiver"]


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return the client of another system."""
    return client_as()


def the_report() -> Report:
    return db.session.scalars(select(Report)).one()


def the_post() -> PostedRequest:
    db.session.rollback()
    return db.session.scalars(select(PostedRequest)).one()


def answering(receiver: Receiver, body: bytes, **facts: Any) -> Receiver:
    """Let `receiver` show `body` as a picture."""
    receiver.body = body
    receiver.headers |= {"Content-Type": "image/jpeg"} | facts
    return receiver


def test_a_picture_is_fetched_after_the_request_and_hung_on_its_report(
    client: FlaskClient, receiver: Receiver
) -> None:
    answering(receiver, a_picture("a"))
    answer = send(client, a_request(a_key(), media_url=address_of(receiver, "/a.jpg")))
    before = the_report().photo_count

    work()
    work()

    assert answer.status_code == 200
    assert (before, the_report().photo_count) == (0, 1)
    assert [one["state"] for one in the_post().media] == ["taken"]
    assert len(receiver.requests) == 1
    assert the_report().cover_photo_id is not None


def test_several_pictures_are_fetched_and_each_failure_stays_written(
    client: FlaskClient, receiver: Receiver
) -> None:
    answering(receiver, a_picture("a"))
    bad = "https://10.0.0.1/b.jpg"
    send(client, a_request(a_key(), media_url=[address_of(receiver, "/a.jpg"), bad]))

    work()

    assert the_report().photo_count == 1
    assert [(one["state"], one["why"]) for one in the_post().media] == [
        ("taken", ""), ("failed", "This address lies in a private network or on this machine itself.")
    ]  # fmt: skip


def test_a_file_that_is_no_picture_is_refused_by_what_it_holds(
    client: FlaskClient, receiver: Receiver
) -> None:
    answering(receiver, b"<svg onload=alert(1)>")
    send(client, a_request(a_key(), media_url=address_of(receiver)))

    work()

    assert the_report().photo_count == 0
    assert the_post().media[0]["state"] == "failed"
    assert the_post().media[0]["why"]


def test_who_does_not_answer_is_asked_again_and_given_up_in_words(
    client: FlaskClient, receiver: Receiver
) -> None:
    answering(receiver, b"").status = 503
    send(client, a_request(a_key(), media_url=address_of(receiver)))
    states = []

    for _ in range(MOST_TRIES):
        work()
        states.append(the_post().media[0]["state"])
        ports.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]

    assert states == ["waiting"] * (MOST_TRIES - 1) + ["failed"]
    assert "fault of its own" in the_post().media[0]["why"]
    assert len(receiver.requests) == MOST_TRIES


def test_a_picture_that_comes_after_all_hangs_on_the_case_too(
    client: FlaskClient, receiver: Receiver
) -> None:
    answering(receiver, a_picture("a"))
    send(client, a_request(a_key(), media_url=address_of(receiver)))
    case_id = accept(the_report(), Judgement(), by=a_moderator().actor).id

    work()

    assert db.session.get_one(Case, case_id).cover_photo_id is not None


def test_files_win_over_addresses(client: FlaskClient, receiver: Receiver) -> None:
    files = {"media": a_file(a_picture("b"))}

    send(client, a_request(a_key(), media_url=address_of(receiver)) | files)
    work()

    assert the_report().photo_count == 1
    assert receiver.requests == []


def test_a_case_made_of_it_says_that_it_came_from_another_system(client: FlaskClient) -> None:
    send(client, a_request(a_key()))

    case = accept(the_report(), Judgement(), by=a_moderator().actor)

    assert case.source is Source.PARTNER


def test_the_moderator_sees_through_whom_it_came_and_what_failed(
    client: FlaskClient, client_as: Callable[..., FlaskClient]
) -> None:
    send(client, a_request(a_key(), media_url="https://10.0.0.1/b.jpg"))
    moderator = client_as(a_moderator(locale="en"))
    path = f"/triage/{the_report().id}"

    waiting = moderator.get(path).text
    work()
    page = moderator.get(path)

    assert page.status_code == 200
    assert "Sent through 城市热线" in page.text
    assert "1 picture is still being fetched" in waiting
    assert "A picture could not be fetched" in page.text
    assert "https://10.0.0.1/b.jpg" in page.text
    assert moderator.get("/triage/").status_code == 200


def test_the_same_request_at_the_same_instant_is_made_once(app: Flask, client: FlaskClient) -> None:
    fields, answers = a_request(a_key()), []
    db.session.rollback()
    gate = threading.Barrier(4)

    def post() -> None:
        with app.app_context():
            gate.wait()
            answers.append(send(app.test_client(), fields).get_json())
            db.session.remove()

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 4
    assert all(answer == answers[0] for answer in answers)
    assert len(db.session.scalars(select(Report)).all()) == 1


def test_many_requests_of_one_system_are_not_taken_for_one_sender(client: FlaskClient) -> None:
    secret = a_key()

    for number in range(8):
        send(client, a_request(secret, description=f"第{number}处，各不相同", lat=str(41.0 + number / 500)))

    assert {str(report.state) for report in db.session.scalars(select(Report))} == {"submitted"}


TOKENS = "/jining/open311/v2/tokens"


@pytest.fixture
def batch() -> Category:
    """Return a kind whose requests are answered with a token."""
    kind = a_category("乱堆乱放")
    settle_types({kind.slug: "batch"}, by=SYSTEM)
    return kind


def test_a_kind_that_is_answered_later_gives_a_token_and_then_a_number(
    client: FlaskClient, batch: Category
) -> None:
    fields = a_request(a_key(), batch, email="wu@example.org") | {"media": a_file(a_picture("a"))}
    (made,) = send(client, fields).get_json()
    path = f"{TOKENS}/{made['token']}.json"

    before = client.get(path).get_json()
    reports_before = db.session.scalars(select(Report)).all()
    work()
    after = client.get(path).get_json()

    report = the_report()
    assert "service_request_id" not in made
    assert (before, reports_before) == ([{"token": made["token"]}], [])
    assert after == [{"service_request_id": report.number, "token": made["token"]}]
    assert (report.words, report.contact, report.photo_count) == ("路口堆着旧家具", "wu@example.org", 1)


def test_what_was_posted_lies_sealed_until_the_report_is_there_and_then_is_gone(
    client: FlaskClient, batch: Category
) -> None:
    send(client, a_request(a_key(), batch, email="wu@example.org"))

    sealed = the_post().sealed
    work()

    assert sealed
    assert "wu@example.org" not in sealed
    assert "旧家具" not in sealed
    assert the_post().sealed == ""


def test_the_report_of_a_token_is_made_once(client: FlaskClient, batch: Category) -> None:
    fields = a_request(a_key(), batch)
    tokens = {send(client, fields).get_json()[0]["token"] for _ in range(2)}

    make_report(the_post().id)
    make_report(the_post().id)
    work()

    assert len(tokens) == 1
    assert len(db.session.scalars(select(Report)).all()) == 1


def test_why_no_report_could_be_made_is_said_at_the_token(client: FlaskClient, batch: Category) -> None:
    token = send(client, a_request(a_key(), batch)).get_json()[0]["token"]
    save_category(get_category(batch.id), {"active": False}, by=SYSTEM)

    work()
    answer = client.get(f"{TOKENS}/{token}.json")

    assert answer.status_code == 400
    assert answer.get_json()[0]["description"]


def test_what_became_no_report_stays_sealed_and_an_administrator_reads_of_it(
    client: FlaskClient, client_as: Callable[..., FlaskClient], batch: Category
) -> None:
    token = send(client, a_request(a_key(), batch)).get_json()[0]["token"]
    administrator = client_as(a_user(Role.SYSTEM_ADMIN, locale="en"))
    before = administrator.get("/admin/api-keys").text
    save_category(get_category(batch.id), {"active": False}, by=SYSTEM)

    work()
    page = administrator.get("/admin/api-keys").text

    kept = ports.seals.unseal(the_post().sealed, purpose=PURPOSE)
    assert json.loads(kept)["words"] == "路口堆着旧家具"
    assert token not in before
    assert token in page
    assert "Requests that became no report" in page
    assert "旧家具" not in page


def test_tokens_of_nobody_of_another_city_and_of_what_was_answered_at_once_are_unknown(
    client: FlaskClient, batch: Category
) -> None:
    secret = a_key()
    token = send(client, a_request(secret, batch)).get_json()[0]["token"]
    send(client, a_request(secret, a_category("占道经营")))
    at_once = db.session.scalars(select(PostedRequest.token).where(PostedRequest.token != token)).one()
    a_city("hohhot")

    asked = [f"{TOKENS}/nobody.json", f"/hohhot/open311/v2/tokens/{token}.json", f"{TOKENS}/{at_once}.json"]

    assert [client.get(path).status_code for path in asked] == [404] * 3
    assert client.get(f"{TOKENS}/nobody.xml").data.startswith(b"<?xml")


def test_a_kind_that_is_never_answered_gives_neither_number_nor_token(client: FlaskClient) -> None:
    kind = a_category("乱堆乱放")
    settle_types({kind.slug: "blackbox"}, by=SYSTEM)

    (made,) = send(client, a_request(a_key(), kind)).get_json()

    assert set(made) == {"service_notice", "account_id"}
    assert the_report().words == "路口堆着旧家具"


def test_the_page_of_a_report_without_a_picture_has_no_empty_viewer(
    client: FlaskClient, client_as: Callable[..., FlaskClient]
) -> None:
    send(client, a_request(a_key()))

    page = client_as(a_moderator(locale="en")).get(f"/triage/{the_report().id}").text

    assert 'class="no-pic"' in page
    assert "data-viewer" not in page


def private(post: PostedRequest) -> tuple[bool, str]:
    return bool(post.sealed), post.account_id


def test_who_sent_it_is_struck_with_their_account_and_after_half_a_year(client: FlaskClient) -> None:
    secret, person = a_key(), a_user(email="wu@example.org")
    sender: dict[str, Any] = {"first_name": "吴", "device_id": "d-1", "account_id": "u-7"}
    send(client, a_request(secret, email="wu@example.org", **sender))
    send(client, a_request(secret, description="另一处", email="li@example.org", **sender))
    theirs, other = db.session.scalars(select(PostedRequest).order_by(PostedRequest.id)).all()
    ids = theirs.id, other.id

    let_go_of(person.id, ["wu@example.org"])
    erased = [private(post_of(one)) for one in ids]
    ports.clock.move(KEPT - timedelta(days=1))  # type: ignore[attr-defined]
    forget_posted()
    young = private(post_of(ids[1]))
    ports.clock.move(timedelta(days=2))  # type: ignore[attr-defined]
    forget_posted()

    assert erased == [(False, ""), (True, "u-7")]
    assert young == (True, "u-7")
    assert private(post_of(ids[1])) == (False, "")


def post_of(post_id: int) -> PostedRequest:
    db.session.rollback()
    return db.session.scalars(select(PostedRequest).where(PostedRequest.id == post_id)).one()
