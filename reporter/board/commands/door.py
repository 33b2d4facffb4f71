"""The one door each of exposures and objections: look up the step, ask the policy, set the state, write, tell."""

from collections.abc import Mapping
from typing import Any

from reporter.accounts.queries import whole_person
from reporter.board.events import ExposureMoved, ObjectionMoved
from reporter.board.lifecycle import Action, ObjectionAction, Step, step_for
from reporter.board.models import Exposure, Objection
from reporter.kernel import events
from reporter.kernel.audit import TrailEntry, record
from reporter.kernel.errors import BadInput, Conflict
from reporter.kernel.policy import Actor, require
from reporter.ports import ports


def move(
    exposure: Exposure, action: Action, *, by: Actor, reason: str = "", seen: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Move `exposure` one step, write the trail's entry, publish `ExposureMoved`. Inside a command.

    Args:
        seen: the version the person looked at; None when nobody looked.

    Raises:
        WrongStep: no such step from where it stands.
        NotAllowed: `by` may not take it.
        BadInput: the step demands a reason and none was given.
        Conflict: it is no longer what the person saw.
    """
    refuse_stale(exposure, seen)
    enter(exposure, step_for(exposure.state, action), by=by, reason=reason, facts=facts)


def enter(
    exposure: Exposure, step: Step, *, by: Actor, reason: str = "", facts: Mapping[str, Any] | None = None
) -> None:
    """Take `step`; for an exposure that is only just being proposed, the step from nothing."""
    entry = _written(exposure, step, by=by, reason=reason, facts=facts)
    events.publish(ExposureMoved(exposure.id, entry.id, step.action, step.effect))


def move_objection(
    objection: Objection, action: ObjectionAction, *, by: Actor, reason: str = "", seen: int | None = None
) -> None:
    """Move `objection` one step, as `move` does."""
    refuse_stale(objection, seen)
    enter_objection(objection, step_for(objection.state, action), by=by, reason=reason)


def enter_objection(objection: Objection, step: Step, *, by: Actor, reason: str = "") -> None:
    """Take `step`; for an objection that is only just being filed, the step from nothing."""
    entry = _written(objection, step, by=by, reason=reason)
    events.publish(ObjectionMoved(objection.id, entry.id, step.action, step.effect))


def refuse_stale(thing: Exposure | Objection, seen: int | None) -> None:
    """Raise `Conflict` when the person looked at another version."""
    if seen is not None and seen != thing.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")


def _written(
    thing: Exposure | Objection, step: Step, *, by: Actor, reason: str,
    facts: Mapping[str, Any] | None = None,
) -> TrailEntry:  # fmt: skip
    require(whole_person(by), step.who, thing)
    if step.reason and not reason.strip():
        raise BadInput("Please give a reason.", field="reason")
    thing.state = step.target
    return record(
        thing, step.action, by=by, at=ports.clock.now(), source=step.source or "", target=step.target,
        reason=reason.strip(), facts=facts,
    )  # fmt: skip
