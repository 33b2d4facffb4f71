"""The trail finds what was changed, removed, reordered or cut off, and names it."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.queries import get_case, history
from reporter.kernel import audit
from reporter.kernel.audit import TrailEntry, TrailSeal, seal, verify
from reporter.kernel.db import command, db, enter_city
from reporter.kernel.policy import Role
from reporter.ports import ports
from tests.make import a_case, a_city, a_report, a_user

KEY = "test"


def faults() -> list[str]:
    db.session.rollback()
    return [str(fault) for fault in verify(KEY)]


def tamper(sql: str) -> None:
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text(sql))
    db.session.rollback()


def test_an_untouched_trail_has_no_faults() -> None:
    a_case(State.CLOSED)
    a_report()
    seal(KEY, at=ports.clock.now())

    assert faults() == []


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        (
            "UPDATE trail_entries SET reason = 'x' WHERE subject = 'case' AND seq = 2",
            "changed: case {id}, entry 2",
        ),
        (
            "UPDATE trail_entries SET actor_id = 99 WHERE subject = 'case' AND seq = 3",
            "changed: case {id}, entry 3",
        ),
        ("DELETE FROM trail_entries WHERE subject = 'case' AND seq = 2", "removed: case {id}, entry 2"),
        ("DELETE FROM trail_entries WHERE subject = 'case' AND seq = 4", "cut_off: case {id}, entry 4"),
        ("DELETE FROM trail_entries WHERE subject = 'case'", "cut_off: case {id}, entry 1"),
    ],
)
def test_a_forged_entry_is_named(sql: str, found: str) -> None:
    case = a_case(State.HANDLED)
    assert case.trail_length == 4
    number = case.id

    tamper(sql)

    assert found.format(id=number) in faults()


def test_two_entries_that_changed_places_are_named() -> None:
    number = a_case(State.HANDLED).id
    for swap in ("seq = 90 WHERE seq = 2", "seq = 2 WHERE seq = 3", "seq = 3 WHERE seq = 90"):
        tamper(f"UPDATE trail_entries SET {swap} AND subject = 'case'")

    assert {f"reordered: case {number}, entry 2", f"reordered: case {number}, entry 3"} <= set(faults())


def test_a_tail_cut_off_together_with_its_head_shows_in_the_seal() -> None:
    case = a_case(State.HANDLED)
    number, before_last = case.id, history(case)[2].digest
    seal(KEY, at=ports.clock.now())
    tamper("DELETE FROM trail_entries WHERE subject = 'case' AND seq = 4")

    tamper(f"UPDATE cases SET trail_length = 3, trail_head = '{before_last}'")

    assert faults() == [f"cut_off: case {number}, entry 4"]


def test_a_forged_seal_is_named() -> None:
    a_case()
    seal(KEY, at=ports.clock.now())

    tamper("UPDATE trail_sealed_heads SET length = length + 1 WHERE subject = 'case'")

    assert "seal_changed: seal 1, entry 1" in faults()


def test_a_seal_signs_only_what_moved_since_the_last_one() -> None:
    case = a_case()
    seal(KEY, at=ports.clock.now())

    moved = seal(KEY, at=ports.clock.now())
    advance(get_case(case.id), Action.VOID, by=a_user(Role.SHIFT_LEADER).actor, reason="不存在")

    assert moved == 0
    assert seal(KEY, at=ports.clock.now()) == 1


def test_the_trail_refuses_to_be_changed_by_code() -> None:
    a_case()

    @command
    def rewrite() -> None:
        db.session.scalars(select(TrailEntry)).first().reason = "x"  # type: ignore[union-attr]

    with pytest.raises(RuntimeError, match="append-only"):
        rewrite()


def test_the_operator_is_told_and_the_exit_status_says_it(app: Flask) -> None:
    a_case()
    run = app.test_cli_runner()
    assert run.invoke(args=["audit", "seal"]).output == "1 heads sealed in 1 cities\n"
    assert run.invoke(args=["audit", "verify"]).exit_code == 0

    tamper("UPDATE trail_entries SET action = 'void' WHERE subject = 'case'")
    told = run.invoke(args=["audit", "verify"])

    assert told.exit_code == 1
    assert "changed: case" in told.output


def test_very_many_steps_are_sealed_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "SEALED_AT_ONCE", 2)
    case = a_case(State.CLOSED)
    steps = len(history(case))

    seal(KEY, at=ports.clock.now())

    assert db.session.query(TrailSeal).count() >= steps // 2
    assert faults() == []
    tamper(f"DELETE FROM trail_entries WHERE subject = 'case' AND seq = {steps}")
    tamper(f"UPDATE cases SET trail_length = {steps - 1}")
    assert f"cut_off: case {case.id}, entry {steps}" in faults()


def test_each_city_has_chains_and_seals_of_its_own() -> None:
    a_case()
    enter_city(a_city("baotou").id)

    assert seal(KEY, at=ports.clock.now()) == 1  # the city's own founding
    assert faults() == []
