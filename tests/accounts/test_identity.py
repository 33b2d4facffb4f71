"""Real names: sealed, apart from the account, opened for a purpose and on record."""

import pytest
from sqlalchemy import text

from reporter.accounts.commands.identity import call_me, keep_real_name, open_identity
from reporter.accounts.queries import get_user, real_name_of
from reporter.kernel.audit import trail_of
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, NotAllowed, NotFound
from reporter.kernel.policy import Role
from reporter.reports.commands.identity import open_reporter
from tests.make import a_report, a_user

NAME = "其其格·乌云"


def test_a_real_name_lies_sealed_in_a_table_of_its_own_and_the_trail_does_not_say_it() -> None:
    user = a_user()

    keep_real_name(user, f" {NAME} ", by=user.actor)

    row = real_name_of(user.id)
    assert row is not None
    assert row.name == NAME
    assert NAME not in str(db.session.execute(text("SELECT * FROM real_names")).all())
    assert NAME not in str(
        [(entry.action, entry.reason, entry.facts) for entry in trail_of(get_user(user.id))]
    )


def test_a_name_is_replaced_and_taken_away() -> None:
    user = a_user()
    keep_real_name(user, "旧名", by=user.actor)

    keep_real_name(user, NAME, by=user.actor)
    kept = real_name_of(user.id)
    assert kept is not None
    name = kept.name
    keep_real_name(user, "", by=user.actor)

    assert name == NAME
    assert real_name_of(user.id) is None
    assert [entry.action for entry in trail_of(get_user(user.id))] == ["keep_real_name"] * 2 + [
        "drop_real_name"
    ]


def test_opening_a_name_takes_a_shift_leader_and_a_purpose_and_is_on_record() -> None:
    user, leader = a_user(email="a@example.org"), a_user(Role.SHIFT_LEADER)
    keep_real_name(user, NAME, by=user.actor)

    known = open_identity(user, " 发放奖励 ", by=leader.actor)

    assert (known.name, known.contact) == (NAME, "a@example.org")
    entry = trail_of(get_user(user.id))[-1]
    assert (entry.action, entry.actor_id, entry.reason) == ("open_identity", leader.id, "发放奖励")
    with pytest.raises(BadInput):
        open_identity(user, "  ", by=leader.actor)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SHIFT_LEADER])
def test_nobody_else_opens_a_name_and_nothing_is_written(role: Role) -> None:
    user = a_user()
    keep_real_name(user, NAME, by=user.actor)
    length = len(trail_of(user))

    with pytest.raises(NotAllowed):
        open_identity(user, "好奇", by=a_user().actor.lent(role))

    assert len(trail_of(get_user(user.id))) == length


def test_who_sent_a_report_is_opened_with_the_contact_that_the_report_gives() -> None:
    user, leader = a_user(email="a@example.org"), a_user(Role.SHIFT_LEADER)
    keep_real_name(user, NAME, by=user.actor)
    report = a_report(by=user.actor, contact="13847400002")

    known = open_reporter(report, "核实", by=leader.actor)

    assert (known.name, known.contact) == (NAME, "13847400002")
    assert trail_of(get_user(user.id))[-1].action == "open_identity"


def test_a_report_without_an_account_keeps_its_own_record_of_the_opening() -> None:
    leader = a_user(Role.SHIFT_LEADER)
    report, silent = a_report(contact="13847400002"), a_report(contact="")

    known = open_reporter(report, "核实", by=leader.actor)

    assert (known.name, known.contact) == ("", "13847400002")
    assert trail_of(report)[-1].action == "open_identity"
    with pytest.raises(NotFound):
        open_reporter(silent, "核实", by=leader.actor)


def test_too_long_a_name_is_refused_at_its_field() -> None:
    user = a_user()

    with pytest.raises(BadInput) as real:
        keep_real_name(user, "长" * 41, by=user.actor)
    with pytest.raises(BadInput) as nick:
        call_me(user, "长" * 41, by=user.actor)

    assert (real.value.field, nick.value.field) == ("real_name", "name")
