"""The tables of exposures and objections: sound as tables, and every row of them taken."""

from collections.abc import Callable

import pytest

from reporter.board.commands import exposures, masks, objections
from reporter.board.commands.door import move, move_objection
from reporter.board.lifecycle import (
    DAYS_AT_MOST,
    ENDED,
    OBJECTION_STEPS,
    ON_BOARD,
    STEPS,
    Action,
    Effect,
    ObjectionAction,
    ObjectionKind,
    ObjectionState,
    State,
    Step,
    days_on_show,
    step_for,
)
from reporter.board.models import Exposure, Objection
from reporter.board.queries import get_exposure, get_objection
from reporter.kernel.audit import trail_of
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, WrongStep
from reporter.kernel.policy import POLICY, SYSTEM, Permission, Role
from reporter.ports import Ports
from tests.board.posts import Editors, an_exposure, an_objection, editors, finish
from tests.make import a_user

ALL = (*STEPS, *OBJECTION_STEPS)
ROWS = [step for step in STEPS if step.source]
OBJECTION_ROWS = [step for step in OBJECTION_STEPS if step.source]


def _id(step: Step) -> str:
    return f"{step.source}-{step.action}"


@pytest.mark.pure
def test_a_state_and_an_action_lead_to_one_place_only() -> None:
    keys = [(step.source, step.action) for step in ALL]

    assert len(keys) == len(set(keys))


@pytest.mark.pure
def test_every_step_is_somebodys_by_the_policy() -> None:
    assert all(POLICY[step.who] for step in ALL)


@pytest.mark.pure
@pytest.mark.parametrize(("states", "steps"), [(State, STEPS), (ObjectionState, OBJECTION_STEPS)])
def test_every_state_can_be_reached(states: type[State], steps: tuple[Step, ...]) -> None:
    reached = {step.target for step in steps if step.source is None}

    for _ in states:
        reached |= {step.target for step in steps if step.source in reached}

    assert reached == set(states)


@pytest.mark.pure
def test_nothing_leads_out_of_an_end() -> None:
    assert not [step for step in STEPS if step.source in ENDED]
    assert not [step for step in OBJECTION_STEPS if step.source in {"upheld", "partly", "dismissed"}]


@pytest.mark.pure
def test_only_the_second_review_brings_a_post_to_the_board() -> None:
    first_time = [step for step in STEPS if step.target in ON_BOARD and step.source not in ON_BOARD]

    assert [(step.source, step.who) for step in first_time] == [
        (State.SECOND_REVIEW, Permission.EXPOSURE_SECOND_REVIEW)
    ]


@pytest.mark.pure
def test_every_end_drops_the_pictures() -> None:
    assert all(Effect.DROP_PICTURES in step.effect for step in STEPS if step.target in ENDED)


@pytest.mark.pure
@pytest.mark.parametrize("days", [0, -1, DAYS_AT_MOST + 1])
def test_a_post_is_shown_for_one_to_ninety_days(days: int) -> None:
    with pytest.raises(ValueError, match=str(days)):
        days_on_show(days)


def _redact(one: Exposure, team: Editors) -> None:
    masks.draft_mask(one, one.pictures[0].id, [], by=team.redactor.actor)


def _submit(one: Exposure, team: Editors) -> None:
    finish(one, team)
    exposures.submit(get_exposure(one.id), by=team.redactor.actor)


TAKEN_BY: dict[Action, Callable[[Exposure, Editors], object]] = {
    Action.REDACT: _redact,
    Action.SUBMIT: _submit,
    Action.PASS_FIRST: lambda one, team: exposures.pass_first(one, by=team.first.actor),
    Action.PUBLISH: lambda one, team: exposures.publish(one, by=team.second.actor),
    Action.HIDE: lambda one, _: exposures.hide(one, objection_id=7),
    Action.SHOW: lambda one, _: exposures.show_again(one, objection_id=7),
    Action.CORRECT: lambda one, team: exposures.correct(one, "地点更正为新华街", by=team.leader.actor),
    Action.WITHDRAW: lambda one, team: exposures.withdraw(one, "不再适宜", by=team.leader.actor),
}


@pytest.mark.parametrize("step", ROWS, ids=_id)
def test_every_row_of_the_exposures_table_can_be_taken(step: Step, fakes: Ports) -> None:
    team = editors()
    exposure = an_exposure(step.source, team=team)
    before = len(trail_of(exposure))

    if step.action is Action.EXPIRE:
        assert exposure.expires_at is not None
        fakes.clock.set(exposure.expires_at)  # type: ignore[attr-defined]
        exposures.tick()
    elif step.action is Action.REJECT:
        reviewer = team.first if step.source is State.FIRST_REVIEW else team.second
        exposures.reject(exposure, "看不清", by=reviewer.actor)
    else:
        TAKEN_BY[step.action](exposure, team)

    after = get_exposure(exposure.id)
    written = trail_of(after)[before:]
    assert after.state is step.target
    assert (written[-1].action, written[-1].source, written[-1].target) == (
        step.action,
        step.source,
        step.target,
    )


@pytest.mark.parametrize("step", OBJECTION_ROWS, ids=_id)
def test_every_row_of_the_objections_table_can_be_taken(step: Step) -> None:
    judge = a_user(Role.LEADER).actor
    objection = an_objection(step.source)

    if step.action is ObjectionAction.TAKE:
        objections.take_objection(objection, by=judge)
    else:
        objections.decide_objection(objection, step.action, "已核实。", by=judge)

    after = get_objection(objection.id)
    assert after.state is step.target
    assert trail_of(after)[-1].action == step.action


@pytest.mark.parametrize("state", list(State))
def test_what_is_not_in_the_exposures_table_is_refused_and_changes_nothing(state: State) -> None:
    exposure = an_exposure(state)
    wrong = [action for action in Action if not _leads(state, action)]
    before = exposure.trail_head

    for action in wrong:
        with pytest.raises(WrongStep):
            command(move)(exposure, action, by=SYSTEM, reason="x")

    assert wrong
    assert (exposure.state, exposure.trail_head) == (state, before)


@pytest.mark.parametrize("state", list(ObjectionState))
def test_what_is_not_in_the_objections_table_is_refused_and_changes_nothing(state: ObjectionState) -> None:
    objection = an_objection(state)
    wrong = [action for action in ObjectionAction if not _leads(state, action)]
    before = objection.trail_head

    for action in wrong:
        with pytest.raises(WrongStep):
            command(move_objection)(objection, action, by=a_user(Role.LEADER).actor, reason="x")

    assert wrong
    assert (objection.state, objection.trail_head) == (state, before)


def _leads(state: State | ObjectionState, action: Action | ObjectionAction) -> bool:
    return any(step.source == state and step.action == action for step in ALL)


@pytest.mark.parametrize("step", [step for step in ROWS if step.reason], ids=_id)
def test_a_step_that_wants_a_reason_is_refused_without_one(step: Step) -> None:
    exposure = an_exposure(step.source)
    by = a_user(Role.FIRST_REVIEWER, Role.SECOND_REVIEWER).actor

    with pytest.raises(BadInput) as refused:
        command(move)(exposure, step.action, by=by, reason="  \n")

    assert refused.value.field == "reason"
    assert get_exposure(exposure.id).state is step.source


def test_the_same_step_is_found_for_text_from_the_database() -> None:
    stored = db.session.get_one(Exposure, an_exposure().id).state

    assert step_for(stored, Action.REDACT).target is State.REDACTING


def test_an_objection_is_filed_from_nothing() -> None:
    objection: Objection = an_objection(kind=ObjectionKind.OTHER)

    assert (objection.state, trail_of(objection)[0].source) == (ObjectionState.FILED, "")
