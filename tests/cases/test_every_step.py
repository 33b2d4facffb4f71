"""Every row of the case's table, taken for real by somebody who may, and refused to somebody who may not."""

from datetime import timedelta
from typing import Any

import pytest

from reporter.cases.commands import advance, keep_route
from reporter.cases.lifecycle import OPEN, PAUSED, STEPS, Action, Effect, Step
from reporter.cases.models import Case
from reporter.cases.queries import get_case, history
from reporter.kernel.errors import BadInput, NotAllowed
from reporter.kernel.policy import APPOINTED, SYSTEM, Actor, Role, may
from reporter.ports import ports
from tests.make import a_case, a_moderator, a_request, a_user, the_fallback

ROWS = [step for step in STEPS if step.source is not None]
ids = [f"{step.source}-{step.action}" for step in ROWS]


def prepared(step: Step) -> Case:
    """Return a case from which `step` can be taken."""
    kind = step.action.split("_", 1)[1] if "_" in step.action else ""
    source = step.source
    assert source is not None
    if step.effect & (Effect.GRANT | Effect.REFUSE):
        return a_request(kind, case=a_case(source))
    case = a_case(source)
    if step.action is Action.LEAVE:
        advance(case, Action.JOIN, by=a_moderator().actor)
    if step.action is Action.ARCHIVE:
        ports.clock.move(timedelta(days=31))  # type: ignore[attr-defined]  # the tests' clock
    if step.action is Action.REPORT_IN:
        unit = the_fallback().id
        keep_route(case, lead_unit_id=case.lead_unit_id or unit, co_unit_ids=[unit], reason={}, limits={})
    return get_case(case.id)


def somebody_who_may(step: Step, case: Case) -> Actor:
    """Return a person, or the system, whom the policy lets take `step`."""
    for role in (*APPOINTED, Role.REPORTER):
        actor = a_user(role, unit=the_fallback() if role in {Role.HANDLER, Role.UNIT_HEAD} else None).actor
        if may(actor, step.who, case):
            return actor
    assert may(SYSTEM, step.who, case)
    return SYSTEM


def taken(case: Case, step: Step, by: Actor) -> Case:
    facts: dict[str, Any] = {
        "review_at": ports.clock.now() + timedelta(days=2),
        "after_photos": 1,
        "record": True,
        "reports": 1,
        "penalty": True,
        "category_id": case.category_id,
        "area_id": case.area_id,
    }
    advance(case, step.action, by=by, reason="照章办理", **facts, rating="satisfied")
    return get_case(case.id)


@pytest.mark.parametrize("step", ROWS, ids=ids)
def test_a_row_of_the_table_does_what_it_says(step: Step) -> None:
    case = prepared(step)
    entries, counter = case.trail_length, getattr(case, step.counts) if step.counts else 0

    case = taken(case, step, somebody_who_may(step, case))

    assert case.state is step.target
    last = history(case)[-1]
    assert (last.seq, last.action, last.source, last.target) == (
        entries + 1,
        step.action,
        step.source,
        step.target,
    )
    assert not step.counts or getattr(case, step.counts) == counter + 1
    assert (case.due_at is not None) == (case.state in OPEN - PAUSED)


@pytest.mark.parametrize("step", ROWS, ids=ids)
def test_a_row_is_closed_to_a_resident_and_to_another_unit(step: Step) -> None:
    case = prepared(step)
    before = case.trail_length

    for stranger in (a_user().actor, Actor(id=a_user(Role.VOLUNTEER).id, roles=frozenset({Role.VOLUNTEER}))):
        with pytest.raises(NotAllowed):
            taken(case, step, stranger)

    assert get_case(case.id).trail_length == before


@pytest.mark.parametrize(
    "step", [row for row in ROWS if row.reason], ids=lambda row: f"{row.source}-{row.action}"
)
def test_a_step_that_needs_a_reason_is_refused_without_one(step: Step) -> None:
    case = prepared(step)

    with pytest.raises(BadInput, match="reason"):
        advance(case, step.action, by=somebody_who_may(step, case), reason="  ")

    assert get_case(case.id).state is step.source
