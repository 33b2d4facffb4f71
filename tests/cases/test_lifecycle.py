"""The five tables themselves."""

from typing import Any

import pytest

from reporter.board import lifecycle as board
from reporter.cases import lifecycle as cases
from reporter.editorial import lifecycle as editorial
from reporter.kernel.errors import WrongStep
from reporter.kernel.policy import POLICY, Permission
from reporter.reports import lifecycle as reports

pytestmark = pytest.mark.pure
TABLES = {
    "report": (reports.STEPS, reports.State, reports.Action),
    "case": (cases.STEPS, cases.State, cases.Action),
    "exposure": (board.STEPS, board.State, board.Action),
    "objection": (board.OBJECTION_STEPS, board.ObjectionState, board.ObjectionAction),
    "piece": (editorial.STEPS, editorial.State, editorial.Action),
}
every_table = pytest.mark.parametrize(("steps", "states", "actions"), TABLES.values(), ids=TABLES)


@every_table
def test_every_source_and_action_leads_to_one_place(steps: Any, states: Any, actions: Any) -> None:
    keys = [(step.source, step.action) for step in steps]
    assert len(keys) == len(set(keys))


@every_table
def test_every_state_can_be_reached_from_nothing(steps: Any, states: Any, actions: Any) -> None:
    seen: set[object] = set()
    todo: list[object] = [None]
    while todo:
        source = todo.pop()
        fresh = {step.target for step in steps if step.source is source} - seen
        seen |= fresh
        todo += fresh
    assert seen == set(states)


@every_table
def test_every_action_has_a_row_and_every_permission_is_in_the_policy(
    steps: Any, states: Any, actions: Any
) -> None:
    assert {step.action for step in steps} == set(actions)
    assert {step.who for step in steps} <= POLICY.keys()


@pytest.mark.parametrize(
    ("steps", "final"),
    [
        (
            reports.STEPS,
            {reports.State.DECLINED, reports.State.WITHDRAWN},
        ),
        (cases.STEPS, {cases.State.ARCHIVED, cases.State.VOID}),
        (board.STEPS, set(board.ENDED)),
        (
            board.OBJECTION_STEPS,
            {board.ObjectionState.UPHELD, board.ObjectionState.PARTLY, board.ObjectionState.DISMISSED},
        ),
        (editorial.STEPS, {editorial.State.WITHDRAWN}),
    ],
    ids=TABLES,
)
def test_what_is_final_is_final(steps: Any, final: set[object]) -> None:
    leaves = [step for step in steps if step.source is not step.target and step.action != "undo"]
    left = {step.target for step in steps} - {step.source for step in leaves}
    assert left == final


def test_only_a_passed_inspection_is_proposed_for_the_board() -> None:
    assert {s.action for s in cases.STEPS if cases.Effect.EXPOSE in s.effect} == {cases.Action.INSPECT_PASS}


def test_every_pause_stops_the_clock_and_every_resumption_starts_it() -> None:
    paused = {cases.State.SHELVED, cases.State.DEFERRED}
    into = {s for s in cases.STEPS if s.target in paused and s.source not in paused}
    out_of = {s for s in cases.STEPS if s.source in paused and s.target not in paused}

    assert all(cases.Effect.PAUSE_CLOCK in step.effect for step in into)
    assert all(cases.Effect.RESUME_CLOCK in step.effect for step in out_of)


def test_no_step_leads_from_the_unit_to_the_end() -> None:
    by_unit = {s.target for s in cases.STEPS if s.who is Permission.CASE_WORK and s.source is not s.target}
    assert not by_unit & {cases.State.CLOSED, cases.State.CLOSED_UNFIXED, cases.State.ARCHIVED}


def test_a_step_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(WrongStep, match="moved on"):
        cases.step_for(cases.State.ARCHIVED, cases.Action.CLAIM)
