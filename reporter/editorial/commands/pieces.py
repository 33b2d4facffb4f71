"""The steps that all pieces share: handed in by a writer, released or sent back by somebody else, taken down."""

from reporter.editorial.commands.copies import ask_for_copies
from reporter.editorial.commands.door import move
from reporter.editorial.lifecycle import Action
from reporter.editorial.models import Article
from reporter.editorial.worklists import AnyPiece, Lack, lack_of
from reporter.kernel.db import command
from reporter.kernel.errors import Conflict, WrongStep
from reporter.kernel.policy import Actor
from reporter.photos.queries import get_photo, staff_copy
from reporter.ports import ports


@command
def hand_in(piece: AnyPiece, *, by: Actor, seen: int | None = None) -> None:
    """Hand a piece to whoever releases it.

    Raises:
        WrongStep: something that a release needs is missing.
    """
    move(piece, Action.HAND_IN, by=by, seen=seen)
    _refuse_unready(piece)
    piece.add_writer(by.id)


@command
def release(piece: AnyPiece, *, by: Actor, seen: int | None = None) -> None:
    """Release a piece: by somebody who had no hand in writing it.

    An article is shown once its pictures are burnt, after commit.

    Raises:
        NotAllowed: `by` wrote it.
        WrongStep: something that a release needs is missing.
        Conflict: a picture in the store is not the one that was judged.
    """
    move(piece, Action.RELEASE, by=by, seen=seen)
    _refuse_unready(piece)
    piece.releaser_id = by.id
    piece.published_at = piece.published_at or ports.clock.now()
    if isinstance(piece, Article):
        _refuse_changed(piece)
        ask_for_copies(piece)


def _refuse_unready(piece: AnyPiece) -> None:
    lack = lack_of(piece)
    if lack is Lack.MASKS:
        raise WrongStep("Not every picture was judged by a person yet.")
    if lack is Lack.CONSENT:
        raise WrongStep("The consent of whoever is named is not recorded.")
    if lack is Lack.OVER:
        raise WrongStep("The days on which this is shown are over.")


def _refuse_changed(article: Article) -> None:
    if any(staff_copy(get_photo(one.photo_id)).sha256 != one.source_sha256 for one in article.pictures):
        raise Conflict("A picture in the store is not the one that was judged; nothing is published.")


@command
def send_back(piece: AnyPiece, reason: str, *, by: Actor, seen: int | None = None) -> None:
    """Give a piece back to its writers, with the reason."""
    move(piece, Action.SEND_BACK, by=by, reason=reason, seen=seen)


@command
def withdraw(piece: AnyPiece, reason: str, *, by: Actor, seen: int | None = None) -> None:
    """Take a piece down for good, shown or not yet."""
    move(piece, Action.WITHDRAW, by=by, reason=reason, seen=seen)
    end(piece, reason)


def end(piece: AnyPiece, reason: str) -> None:
    """Write down when and why it ended."""
    piece.ended_at, piece.end_words = ports.clock.now(), reason.strip()
