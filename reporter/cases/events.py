"""What cases announce to the rest of the house."""

from dataclasses import dataclass

from reporter.cases.lifecycle import Action, Effect, State


@dataclass(frozen=True)
class CaseMoved:
    """Published after a case took a step, inside the same transaction.

    Attributes:
        before: the state before the step; None when the case was registered.
        escalates: the step brought a counter to the rung of the ladder.
        held: nothing leaves the house yet, because the step can still be undone.
    """

    case_id: int
    entry_id: int
    action: Action
    effect: Effect
    before: State | None
    after: State
    escalates: bool = False
    held: bool = False
