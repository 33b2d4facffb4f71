"""The one door of all that editors write: look up the step, ask the policy, set the state, write, tell."""

from collections.abc import Mapping
from typing import Any

from reporter.accounts.queries import whole_person
from reporter.board.commands.showing import note_change
from reporter.editorial.commands.copies import forget_copies
from reporter.editorial.events import PieceMoved
from reporter.editorial.lifecycle import Action, Effect, step_for
from reporter.editorial.models import Article
from reporter.editorial.worklists import AnyPiece
from reporter.kernel import events
from reporter.kernel.audit import record
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, Conflict
from reporter.kernel.policy import Actor, require
from reporter.ports import ports


def begin(piece: AnyPiece, *, by: Actor) -> None:
    """Write a piece that is only just being written into the database and its trail. Inside a command.

    Raises:
        NotAllowed: `by` may not write.
    """
    step = step_for(None, Action.WRITE)
    require(by, step.who)
    piece.state, piece.writer_ids, piece.written_at = step.target, [], ports.clock.now()
    piece.add_writer(by.id)
    db.session.add(piece)
    _tell(piece, step.action, step.effect, by=by, target=step.target)


def move(
    piece: AnyPiece, action: Action, *, by: Actor, reason: str = "", seen: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Move `piece` one step, write the trail's entry, publish `PieceMoved`. Inside a command.

    Args:
        seen: the version the person looked at; None when nobody looked.

    Raises:
        WrongStep: no such step from where it stands.
        NotAllowed: `by` may not take it.
        BadInput: the step demands a reason and none was given.
        Conflict: it is no longer what the person saw.
    """
    if seen is not None and seen != piece.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    step = step_for(piece.state, action)
    require(whole_person(by), step.who, piece)
    if step.reason and not reason.strip():
        raise BadInput("Please give a reason.", field="reason")
    note_change()
    source, piece.state = piece.state, step.target
    if Effect.TAKEN_DOWN in step.effect and isinstance(piece, Article):
        forget_copies(piece)
    _tell(
        piece,
        action,
        step.effect,
        by=by,
        source=source,
        target=step.target,
        reason=reason.strip(),
        facts=facts,
    )


def edit(piece: AnyPiece, *, by: Actor, seen: int | None = None, facts: Mapping[str, Any]) -> None:
    """Take `piece` back to its writers, who are more by one. Inside a command; raises as `move` does."""
    move(piece, Action.EDIT, by=by, seen=seen, facts=facts)
    piece.add_writer(by.id)


def reword(piece: AnyPiece, written: Any, *, by: Actor, seen: int | None = None) -> None:
    """Take `piece` back to its writers and keep what was written, column by column. Inside a command."""
    edit(piece, by=by, seen=seen, facts={"words": True})
    for name, value in tidy(written).items():
        setattr(piece, name, value)


def tidy(written: Any) -> dict[str, Any]:
    """Return what was written by its columns, texts without blanks around them."""
    return {name: value.strip() if isinstance(value, str) else value for name, value in vars(written).items()}


def _tell(piece: AnyPiece, action: Action, effect: Effect, *, by: Actor, **words: Any) -> None:
    entry = record(piece, action, by=by, at=ports.clock.now(), **words)
    events.publish(PieceMoved(piece.trail_subject, piece.id, entry.id, action, effect))
