"""Webhooks against a real HTTP receiver: signed, retried, never twice, switched off when they fail for days."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from reporter.board.lifecycle import State as Shown
from reporter.cases.lifecycle import State
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, NotAllowed
from reporter.kernel.policy import Role
from reporter.notices.commands.channels import (
    add_robot,
    add_webhook,
    drop_robot,
    drop_webhook,
    send_again,
    switch_webhook,
    try_webhook,
)
from reporter.notices.commands.sending import FAILURES_AT_LEAST, SWITCHED_OFF_AFTER, deliver
from reporter.notices.models import Channel, Delivery, Notice, Passage, RobotKind, Webhook
from reporter.notices.signing import ID, is_genuine
from reporter.notices.table import EVENTS
from reporter.ports import ports
from reporter.ports.carriers import Away
from reporter.ports.queue import MOST_ATTEMPTS
from reporter.reports.models import Report
from tests.board.posts import an_exposure
from tests.make import a_case, a_report, a_unit, a_user
from tests.notices.posting import admin, tick_and_work, work
from tests.notices.receivers import Receiver, address_of


def hook_rows() -> list[Delivery]:
    return list(
        db.session.scalars(select(Delivery).where(Delivery.channel == Channel.HOOK).order_by(Delivery.id))
    )


def the_hook() -> Webhook:
    return db.session.scalars(select(Webhook)).one()


def test_a_step_reaches_the_webhook_signed_and_without_a_person_in_it(receiver: Receiver) -> None:
    _, key = add_webhook(address_of(receiver), ["case.registered", "case.closed"], by=admin())
    report = a_report(
        contact="who@example.org", notify=True, words="老王家门口", by=a_user(name="老王").actor
    )

    case = a_case(State.CLOSED)
    work()

    assert isinstance(report, Report)
    first, last = receiver.requests
    assert is_genuine(first.body, first.headers, key=key, now=ports.clock.now())
    assert not is_genuine(first.body, first.headers, key=key + "x", now=ports.clock.now())
    told = json.loads(first.body)
    assert told == {
        "event": "case.registered", "number": case.number, "state": "registered", "kind": told["kind"],
        "at": "2026-11-23T06:00:00+00:00",
    }  # fmt: skip
    assert json.loads(last.body)["event"] == "case.closed"
    assert first.headers[ID] != last.headers[ID]


def test_a_post_that_appears_reaches_the_webhook(receiver: Receiver) -> None:
    add_webhook(address_of(receiver), ["exposure.published"], by=admin())

    post = an_exposure(Shown.PUBLISHED)
    work()

    told = [json.loads(request.body) for request in receiver.requests]
    assert [(one["event"], one["number"]) for one in told] == [("exposure.published", post.public_id)]


def test_a_failure_is_tried_again_under_the_same_id_and_with_the_same_body(receiver: Receiver) -> None:
    add_webhook(address_of(receiver), ["case.registered"], by=admin())
    receiver.status = 500
    a_case()
    work()

    receiver.status = 204
    ports.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]
    work()
    work()

    first, second = receiver.requests
    assert first.body == second.body
    assert first.headers[ID] == second.headers[ID]
    assert first.headers["X-Reporter-Timestamp"] != second.headers["X-Reporter-Timestamp"]
    (row,) = hook_rows()
    assert (row.state, row.tries, row.error) == (Passage.SENT, 2, "")
    assert the_hook().failing_since is None


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (500, {}, "answers with an error"),
        (302, {"Location": "http://127.0.0.1:1/"}, "redirect"),
    ],
)
def test_what_went_wrong_is_kept_in_words(
    receiver: Receiver, status: int, headers: dict[str, str], words: str
) -> None:
    add_webhook(address_of(receiver), ["case.registered"], by=admin())
    receiver.status = status
    receiver.headers |= headers

    a_case()
    work()

    (row,) = hook_rows()
    assert row.state is Passage.WAITING
    assert words in row.error


def test_what_was_tried_often_enough_is_given_up_and_can_be_tried_anew(receiver: Receiver) -> None:
    add_webhook(address_of(receiver), ["case.registered"], by=admin())
    receiver.status = 500
    a_case()
    work()

    for _ in range(MOST_ATTEMPTS - 2):
        with pytest.raises(Away):
            deliver(hook_rows()[0].id)
    deliver(hook_rows()[0].id)
    assert hook_rows()[0].state is Passage.FAILED

    receiver.status = 200
    send_again(hook_rows()[0].id, by=admin())
    work()
    assert (hook_rows()[0].state, hook_rows()[0].tries) == (Passage.SENT, 1)
    with pytest.raises(Exception, match="not given up any more"):
        send_again(hook_rows()[0].id, by=admin())


def test_a_webhook_that_fails_for_days_is_switched_off_and_its_administrators_are_told(
    receiver: Receiver,
) -> None:
    add_webhook(address_of(receiver), ["case.registered"], by=admin())
    receiver.status = 503
    for _ in range(FAILURES_AT_LEAST - 1):
        a_case()
        work()
    assert the_hook().active

    ports.clock.move(SWITCHED_OFF_AFTER)  # type: ignore[attr-defined]
    a_case()
    work()

    assert not the_hook().active
    told = db.session.scalars(select(Notice).where(Notice.desk == "admins")).all()
    assert [(one.what, one.number.partition(":")[0]) for one in told] == [("hook.switch_off", "127.0.0.1")]
    before = len(receiver.requests)
    a_case()
    tick_and_work()
    assert len(receiver.requests) == before


def test_one_failure_and_a_clock_that_jumps_ahead_switch_nothing_off(receiver: Receiver) -> None:
    add_webhook(address_of(receiver), ["case.registered"], by=admin())
    receiver.status = 503
    a_case()
    work()

    ports.clock.move(timedelta(days=400))  # type: ignore[attr-defined]
    work()

    assert the_hook().active


def test_a_webhook_that_was_taken_away_gets_nothing_more(receiver: Receiver) -> None:
    hook, _ = add_webhook(address_of(receiver), list(EVENTS), by=admin())
    a_case()
    drop_webhook(hook.id, by=admin())
    work()

    assert receiver.requests == []
    assert {row.state for row in hook_rows()} == {Passage.DROPPED}


def test_the_key_lies_sealed_and_the_trail_does_not_hold_it(receiver: Receiver) -> None:
    hook, key = add_webhook(address_of(receiver), ["case.closed"], by=admin())
    switch_webhook(hook.id, on=False, by=admin())
    switch_webhook(hook.id, on=True, by=admin())

    try_webhook(hook.id, by=admin())

    with db.engine.connect() as connection:
        tables = [repr(connection.execute(table.select()).all()) for table in db.metadata.sorted_tables]
    assert [text for text in tables if key in text] == []
    assert json.loads(receiver.requests[-1].body)["event"] == "test"


@pytest.mark.parametrize(
    ("address", "events", "field"),
    [
        ("https://127.0.0.1/hook", ["case.closed"], "address"),
        ("https://localhost:8000/", ["case.closed"], "address"),
        ("http://example.org/", ["case.closed"], "address"),
        ("nowhere", ["case.closed"], "address"),
        ("https://example.org/" + "x" * 500, ["case.closed"], "address"),
        ("https://example.org/", [], "events"),
        ("https://example.org/", ["case.sneezed"], "events"),
    ],
)
def test_a_webhook_that_cannot_be_is_refused_by_its_field(
    address: str, events: list[str], field: str
) -> None:
    with pytest.raises(BadInput) as told:
        add_webhook(address, events, by=admin())

    assert told.value.field == field


def test_nobody_else_sets_up_ways_out_of_the_house() -> None:
    other, unit = a_user(Role.SECURITY_ADMIN).actor, a_unit()

    for act in (
        lambda: add_webhook("https://example.org/", ["case.closed"], by=other),
        lambda: add_robot(unit.id, RobotKind.WECOM, "https://qyapi.weixin.qq.com/x", by=other),
        lambda: drop_webhook(1, by=other),
        lambda: drop_robot(unit.id, 1, by=other),
        lambda: send_again(1, by=other),
    ):
        with pytest.raises(NotAllowed):
            act()
