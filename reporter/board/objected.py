"""Reads about objections: what came from the same address, what was answered before, the pictures that came along."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from reporter.board.lifecycle import OBJECTION_OPEN, ObjectionKind, ObjectionState, Reach
from reporter.board.models import EvidencePicture, Objection
from reporter.kernel.db import db
from reporter.kernel.errors import NotFound


def posts_hidden_from(origin: str, *, besides: int) -> int:
    """Return how many posts were hidden by objections of this origin, and so of one day.

    Args:
        besides: the id of a post that is not counted.
    """
    hidden = select(func.count(Objection.exposure_id.distinct())).where(
        Objection.origin == origin, Objection.reach == Reach.HIDES, Objection.exposure_id != besides
    )
    return db.session.scalar(hidden) or 0


def open_from(origins: Sequence[str]) -> int:
    """Return how many objections of these origins nobody has decided yet."""
    waiting = select(func.count(Objection.id)).where(
        Objection.origin.in_(origins), Objection.state.in_(OBJECTION_OPEN)
    )
    return db.session.scalar(waiting) or 0


def dismissed_before(exposure_id: int, kind: ObjectionKind) -> bool:
    """Tell whether an objection of this kind to the post was dismissed already."""
    before = select(Objection.id).where(
        Objection.exposure_id == exposure_id,
        Objection.kind == kind,
        Objection.state == ObjectionState.DISMISSED,
    )
    return db.session.scalar(before.limit(1)) is not None


def kept_hidden(exposure_id: int) -> bool:
    """Tell whether an undecided objection keeps the post hidden."""
    hiding = select(Objection.id).where(
        Objection.exposure_id == exposure_id,
        Objection.reach == Reach.HIDES,
        Objection.state.in_(OBJECTION_OPEN),
    )
    return db.session.scalar(hiding.limit(1)) is not None


def objection_with(photo_id: int) -> Objection:
    """Return the objection that the picture came with. Raises `NotFound`."""
    own = select(Objection).join(EvidencePicture).where(EvidencePicture.photo_id == photo_id)
    found = db.session.scalar(own)
    if found is None:
        raise NotFound("There is no such photo.")
    return found


def evidence_to_forget(decided_until: datetime, *, limit: int = 50) -> Sequence[EvidencePicture]:
    """Return pictures of objections that were decided so long ago, oldest first."""
    old = select(EvidencePicture).join(Objection).where(Objection.decided_at <= decided_until)
    return db.session.scalars(old.order_by(Objection.decided_at, EvidencePicture.id).limit(limit)).all()
