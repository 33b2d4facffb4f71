"""What the editorial room announces to the rest of the house."""

from dataclasses import dataclass

from reporter.editorial.lifecycle import Action, Effect


@dataclass(frozen=True)
class PieceMoved:
    """Published after a piece took a step, inside the same transaction. `subject` is that of its trail."""

    subject: str
    piece_id: int
    entry_id: int
    action: Action
    effect: Effect
