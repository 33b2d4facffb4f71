"""What only editors read: everything that was written, what is missing for its release, who agreed to be named."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import select

from reporter.editorial.lifecycle import Action, actions_from, step_for
from reporter.editorial.models import Article, Consent, Honour, ServiceNotice
from reporter.editorial.queries import today
from reporter.kernel.audit import TrailEntry, trail_of
from reporter.kernel.db import db
from reporter.kernel.pages import Page, page_of, read_key
from reporter.kernel.policy import Actor, may
from reporter.photos.queries import photos_by_ids

AnyPiece = Article | Honour | ServiceNotice
Naming = Article | Honour  # what may name people
Written = TypeVar("Written", Article, Honour, ServiceNotice)


class Lack(StrEnum):
    """What is missing before a piece is released."""

    MASKS = "masks"  # a picture was judged by nobody, or on other bytes
    CONSENT = "consent"
    OVER = "over"  # its days are past


def written(model: type[Written], *, after: str = "", size: int = 30) -> Page[Written]:
    """Return the pieces of one sort in whatever state, newest first."""
    every = select(model)
    if key := read_key(after, int):
        every = every.where(model.id < key[0])
    rows = db.session.scalars(every.order_by(model.id.desc()).limit(size + 1)).all()
    return page_of(rows, size=size, key=lambda row: (row.id,))


def lack_of(piece: AnyPiece) -> Lack | None:
    """Return what is missing before `piece` can be handed in or released, None when nothing is."""
    if isinstance(piece, Article) and not _all_judged(piece):
        return Lack.MASKS
    if not isinstance(piece, Article) and piece.until < today():
        return Lack.OVER
    if not isinstance(piece, ServiceNotice) and not _all_agreed(piece):
        return Lack.CONSENT
    return None


def _all_judged(article: Article) -> bool:
    photos = photos_by_ids(one.photo_id for one in article.pictures)
    return all(
        one.confirmed and one.source_sha256 == photos[one.photo_id].staff_sha256 for one in article.pictures
    )


def _all_agreed(piece: Naming) -> bool:
    agreed = {one.person for one in consents_to(piece) if one.withdrawn_at is None}
    return agreed.issuperset(piece.people)


def consents_to(piece: Naming) -> Sequence[Consent]:
    """Return what is written down of those who agreed to be named, also of names that stood there before."""
    owner = Consent.article_id if isinstance(piece, Article) else Consent.honour_id
    return db.session.scalars(select(Consent).where(owner == piece.id).order_by(Consent.id)).all()


def actions_open_to(actor: Actor, piece: AnyPiece) -> frozenset[Action]:
    """Return the actions that the table and the policy leave to `actor` now."""
    possible = actions_from(piece.state)
    return frozenset(action for action in possible if may(actor, step_for(piece.state, action).who, piece))


def history(piece: AnyPiece) -> list[TrailEntry]:
    """Return the trail, oldest first."""
    return trail_of(piece)
