"""Group robots against a real HTTP receiver: told without words of a person, not too fast, believed by their errcode."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, NotFound
from reporter.kernel.policy import Role
from reporter.notices.commands.channels import (
    add_robot,
    drop_robot,
    try_robot,
)
from reporter.notices.models import Channel, Delivery, Passage, RobotKind
from reporter.ports import ports
from tests.make import a_case, a_unit, a_user
from tests.notices.posting import NIGHT, admin, set_clock, tick_and_work, work
from tests.notices.receivers import OK, Receiver, address_of


def robot_rows() -> list[Delivery]:
    return list(
        db.session.scalars(select(Delivery).where(Delivery.channel == Channel.ROBOT).order_by(Delivery.id))
    )


def test_a_robot_tells_its_units_group_and_no_words_of_a_person(receiver: Receiver) -> None:
    unit = a_unit()
    add_robot(unit.id, RobotKind.WECOM, address_of(receiver, "/send?key=abcd"), by=admin())
    case = a_case(State.DISPATCHED, unit=unit)
    advance(case, Action.SUPERVISE, by=a_user(Role.SUPERVISOR).actor, reason="老王反映强烈")

    work()

    said = [json.loads(request.body)["markdown"]["content"] for request in receiver.requests]
    assert len(said) == 2
    assert [words for words in said if case.number not in words or f"/unit/{case.id}" not in words] == []
    assert "老王" not in "".join(said)
    assert {row.state for row in robot_rows()} == {Passage.SENT}


def test_a_robot_of_the_other_service_signs(receiver: Receiver) -> None:
    unit = a_unit()
    add_robot(
        unit.id, RobotKind.DINGTALK, address_of(receiver, "/send?access_token=abcd"), "SECret", by=admin()
    )

    a_case(State.DISPATCHED, unit=unit)
    work()

    assert re.fullmatch(r"/send\?access_token=abcd&timestamp=\d{13}&sign=[\w%]+", receiver.requests[0].path)


def test_a_robot_that_says_yes_and_means_no_is_tried_again(receiver: Receiver) -> None:
    unit = a_unit()
    add_robot(unit.id, RobotKind.WECOM, address_of(receiver), by=admin())
    receiver.body = b'{"errcode": 93000, "errmsg": "invalid webhook url"}'

    a_case(State.DISPATCHED, unit=unit)
    work()

    (row,) = robot_rows()
    assert row.state is Passage.WAITING
    assert row.error == "The robot did not take the message.\nerrcode 93000: invalid webhook url"


def test_a_robot_gets_no_more_than_it_takes_in_a_minute_and_nothing_is_lost(receiver: Receiver) -> None:
    unit = a_unit()
    add_robot(unit.id, RobotKind.WECOM, address_of(receiver), by=admin())
    case = a_case(State.HANDLING, unit=unit)
    for _ in range(24):
        advance(case, Action.URGE, by=a_user(Role.SUPERVISOR).actor)
    work()
    assert len(receiver.requests) == 20

    for _ in range(3):
        ports.clock.move(timedelta(seconds=61))  # type: ignore[attr-defined]
        tick_and_work()

    assert len(receiver.requests) == 25
    assert {row.state for row in robot_rows()} == {Passage.SENT}


def test_a_robot_that_says_too_fast_is_left_alone_for_a_minute(receiver: Receiver) -> None:
    unit = a_unit()
    add_robot(unit.id, RobotKind.WECOM, address_of(receiver), by=admin())
    receiver.body = b'{"errcode": 45009}'
    a_case(State.DISPATCHED, unit=unit)
    work()
    assert [row.state for row in robot_rows()] == [Passage.HELD]

    receiver.body = OK
    ports.clock.move(timedelta(seconds=61))  # type: ignore[attr-defined]
    tick_and_work()

    assert [row.state for row in robot_rows()] == [Passage.SENT]


def test_a_group_sleeps_when_its_unit_does(receiver: Receiver) -> None:
    unit = a_unit(night_shift=False)
    add_robot(unit.id, RobotKind.WECOM, address_of(receiver), by=admin())
    set_clock(NIGHT)

    a_case(State.DISPATCHED, unit=unit)
    work()

    assert [row.state for row in robot_rows()] == [Passage.HELD]


def test_the_address_of_a_robot_lies_sealed_and_only_its_end_is_known(receiver: Receiver) -> None:
    unit = a_unit()

    robot = add_robot(
        unit.id, RobotKind.DINGTALK, address_of(receiver, "/send?key=s3cr3t"), "SECkey", by=admin()
    )

    assert robot.hint == "cr3t"
    with db.engine.connect() as connection:
        tables = [repr(connection.execute(table.select()).all()) for table in db.metadata.sorted_tables]
    assert [text for text in tables if "s3cr3t" in text or "SECkey" in text] == []


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/cgi-bin/webhook/send?key=1",
        "http://qyapi.weixin.qq.com/x",
        "https://qyapi.weixin.qq.com.example.org/",
        "https://[qyapi.weixin.qq.com/",
        "",
        "x",
    ],
)
def test_a_robot_lives_at_its_service_only(address: str) -> None:
    unit = a_unit()

    with pytest.raises(BadInput) as told:
        add_robot(unit.id, RobotKind.WECOM, address, by=admin())

    assert told.value.field == "address"


def test_a_robot_of_another_unit_is_not_there() -> None:
    one, other = a_unit(), a_unit()
    robot = add_robot(one.id, RobotKind.WECOM, "https://qyapi.weixin.qq.com/x?key=1", by=admin())

    with pytest.raises(NotFound):
        drop_robot(other.id, robot.id, by=admin())
    with pytest.raises(NotFound):
        try_robot(other.id, robot.id, "试", by=admin())


def test_secrets_sealed_with_another_key_are_asked_for_again(receiver: Receiver) -> None:
    unit = a_unit()
    robot = add_robot(unit.id, RobotKind.WECOM, address_of(receiver), by=admin())

    @command
    def as_after_a_new_key() -> None:
        db.session.merge(robot).address = "gAAAAA"

    as_after_a_new_key()
    a_case(State.DISPATCHED, unit=unit)
    work()

    (row,) = robot_rows()
    assert row.state is Passage.FAILED
    assert "another key" in row.error
