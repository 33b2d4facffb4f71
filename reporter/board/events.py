"""What the board announces to the rest of the house."""

from dataclasses import dataclass

from reporter.board.lifecycle import Action, Effect, ObjectionAction


@dataclass(frozen=True)
class ExposureMoved:
    """Published after an exposure took a step, inside the same transaction."""

    exposure_id: int
    entry_id: int
    action: Action
    effect: Effect


@dataclass(frozen=True)
class PostShown:
    """Published after the public began to see a post, while the board's edition is held; again when it comes back."""

    exposure_id: int


@dataclass(frozen=True)
class ObjectionMoved:
    """Published after an objection took a step, inside the same transaction."""

    objection_id: int
    entry_id: int
    action: ObjectionAction
    effect: Effect
