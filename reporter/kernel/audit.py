"""The trail: one append-only, hash-chained list of entries per subject, its heads sealed daily.

An entry's digest covers its own words and the digest before it; the subject's row holds the chain's length
and last digest; a seal signs all heads that moved since the seal before. A changed, removed, reordered or
cut-off entry is therefore found and named, even when the subject's row was doctored along with it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, UniqueConstraint, event, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from reporter.kernel.db import InCity, Model, command, current_city_id, db
from reporter.kernel.policy import Actor


class Trailed:
    """Mixed into a row that has a trail of its own."""

    trail_subject: ClassVar[str]
    id: Mapped[int]
    trail_length: Mapped[int] = mapped_column(default=0)
    trail_head: Mapped[str] = mapped_column(default="")


class TrailEntry(InCity, Model):
    """One thing that happened to one subject. Inserted, never changed."""

    __tablename__ = "trail_entries"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id", "seq"),
        Index("ix__trail_entries__city_id_at", "city_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    subject_id: Mapped[int]
    seq: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    actor_role: Mapped[str] = mapped_column(default="")
    action: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    target: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]]
    previous: Mapped[str]
    digest: Mapped[str]


class TrailSeal(InCity, Model):
    """A signed digest over every head that moved since the seal before."""

    __tablename__ = "trail_seals"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    last_entry_id: Mapped[int]
    previous: Mapped[str]
    signature: Mapped[str]


class SealedHead(Model):
    """Length and last digest of one chain when it was sealed."""

    __tablename__ = "trail_sealed_heads"

    seal_id: Mapped[int] = mapped_column(ForeignKey("trail_seals.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    length: Mapped[int]
    head: Mapped[str]


SEALED_EVERY = timedelta(days=1)
SEALED_AT_ONCE = 5_000  # entries: a fraction of a second, in which nobody else writes on SQLite
SUBJECTS = (
    "report", "case", "exposure", "objection", "article", "honour", "service_notice", "person", "unit", "category",
    "photo", "jurisdiction", "handover",
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """A place where a trail is not what it was.

    `what` is one of changed, removed, reordered, cut_off, seal_changed.
    """

    what: str
    subject: str
    subject_id: int
    seq: int

    def __str__(self) -> str:
        """Return the fault in one line for the operator."""
        return f"{self.what}: {self.subject} {self.subject_id}, entry {self.seq}"


def _digest(entry: TrailEntry, seq: int | None = None) -> str:
    return digest_of(
        [
            entry.city_id, entry.subject, entry.subject_id, entry.seq if seq is None else seq, entry.at.isoformat(),
            entry.actor_id, entry.actor_role, entry.action, entry.source, entry.target, entry.reason,
            entry.facts, entry.previous,
        ]
    )  # fmt: skip


def digest_of(words: Sequence[Any]) -> str:
    """Return the digest of an entry's words, in the order in which `record` has them."""
    canonical = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def record(
    subject: Trailed, action: str, *, by: Actor, at: datetime,
    source: str = "", target: str = "", reason: str = "", facts: Mapping[str, Any] | None = None,
) -> TrailEntry:  # fmt: skip
    """Append one entry to the trail of `subject` and return it, flushed.

    Args:
        facts: what else to remember; JSON values only.
    """
    if subject.id is None:
        db.session.flush()
    entry = TrailEntry(
        city_id=current_city_id(), subject=subject.trail_subject, subject_id=subject.id,
        seq=subject.trail_length + 1, at=at, actor_id=by.id, actor_role=",".join(sorted(by.roles)),
        action=action, source=source, target=target, reason=reason, facts=dict(facts or {}) | _by_what(by),
        previous=subject.trail_head,
    )  # fmt: skip
    entry.digest = _digest(entry)
    subject.trail_length, subject.trail_head = entry.seq, entry.digest
    db.session.flush()  # the subject first: whoever comes second waits for its row and then sees that it moved
    db.session.add(entry)
    db.session.flush()
    return entry


def _by_what(by: Actor) -> dict[str, Any]:
    """Return by which link of which unit, or through which system, somebody without an account acts."""
    link = {"link_id": by.link_id, "link_unit_id": by.unit_id} if by.link_id else {}
    return link | ({"through": by.through} if by.through else {})


@event.listens_for(Session, "before_flush")
def _append_only(session: Session, _context: object, _instances: object) -> None:
    for row in (*session.dirty, *session.deleted):
        if isinstance(row, TrailEntry | TrailSeal | SealedHead) and session.is_modified(row):
            raise RuntimeError("the trail is append-only")
        if isinstance(row, TrailEntry | TrailSeal | SealedHead) and row in session.deleted:
            raise RuntimeError("the trail is append-only")


def trail_of(subject: Trailed) -> list[TrailEntry]:
    """Return the entries of `subject`, oldest first."""
    own = select(TrailEntry).where(
        TrailEntry.subject == subject.trail_subject, TrailEntry.subject_id == subject.id
    )
    return list(db.session.scalars(own.order_by(TrailEntry.seq)))


def trails_of(subjects: Sequence[Trailed]) -> Mapping[int, Sequence[TrailEntry]]:
    """Return id -> the entries of that one, oldest first; in one query for `subjects` of one kind."""
    trails: dict[int, list[TrailEntry]] = {subject.id: [] for subject in subjects}
    if trails:
        own = select(TrailEntry).where(
            TrailEntry.subject == subjects[0].trail_subject, TrailEntry.subject_id.in_(list(trails))
        )
        for entry in db.session.scalars(own.order_by(TrailEntry.subject_id, TrailEntry.seq)):
            trails[entry.subject_id].append(entry)
    return trails


def latest_entries(*, before: int | None = None, subject: str = "", limit: int = 50) -> list[TrailEntry]:
    """Return the newest entries of the city, newest first, ids below `before`."""
    newest = select(TrailEntry).order_by(TrailEntry.id.desc()).limit(limit)
    if before:
        newest = newest.where(TrailEntry.id < before)
    if subject:
        newest = newest.where(TrailEntry.subject == subject)
    return list(db.session.scalars(newest))


def _signature(secret: str, previous: str, heads: list[tuple[str, int, int, str]]) -> str:
    body = json.dumps([previous, sorted(heads)], separators=(",", ":"))
    return hmac.new(f"trail:{secret}".encode(), body.encode(), hashlib.sha256).hexdigest()


def seal_daily(secret: str, *, at: datetime) -> int:
    """Seal unless the city's heads were sealed within the last day; return how many heads were."""
    last = db.session.scalar(select(func.max(TrailSeal.at)))
    if last is not None and at - last < SEALED_EVERY:
        return 0
    return seal(secret, at=at)


def seal(secret: str, *, at: datetime) -> int:
    """Sign the heads of the city's chains that moved since the last seal; return how many.

    After very many steps, such as of a history brought over, in several seals, each a transaction of its own: nobody
    waits for more than one of them.
    """
    number, more = 0, True
    while more:
        heads, more = _seal_some(secret, at=at)
        number += heads
    return number


@command
def _seal_some(secret: str, *, at: datetime) -> tuple[int, bool]:
    """Sign the heads that the next steps moved; return how many, and whether there are later steps."""
    last = db.session.scalar(select(TrailSeal).order_by(TrailSeal.id.desc()).limit(1))
    newest, more = last.last_entry_id if last else 0, True
    heads: list[tuple[str, int, int, str]] = []
    while more and not heads:
        newest, heads, more = _heads_after(newest)
    previous = last.signature if last else ""
    row = TrailSeal(
        at=at, last_entry_id=newest, previous=previous, signature=_signature(secret, previous, heads)
    )
    db.session.add(row)
    db.session.flush()
    if heads:
        names = ("subject", "subject_id", "length", "head")
        rows = [{"seal_id": row.id} | dict(zip(names, head, strict=True)) for head in heads]
        db.session.execute(insert(SealedHead), rows)
    return len(heads), more


def _heads_after(since: int) -> tuple[int, list[tuple[str, int, int, str]], bool]:
    """Return the id of the last of the next entries, the heads of the chains that they moved, and whether more follow.

    They are read by their ids, those of other cities too: an index that begins with the city would be read whole.
    """
    entry = TrailEntry.metadata.tables[TrailEntry.__tablename__].c
    later = select(entry.id, entry.city_id, entry.subject, entry.subject_id, entry.seq, entry.digest)
    rows = db.session.execute(later.where(entry.id > since).order_by(entry.id).limit(SEALED_AT_ONCE)).all()
    heads: dict[tuple[str, int], Head] = {}
    for row in rows:
        if row.city_id == current_city_id():
            key = row.subject, row.subject_id
            heads[key] = max(heads.get(key, (0, "")), (row.seq, row.digest))
    return (
        rows[-1].id if rows else since, [(*key, *head) for key, head in heads.items()], len(rows) == SEALED_AT_ONCE
    )  # fmt: skip


def verify(secret: str) -> Iterator[Fault]:
    """Yield every fault of the city's chains and seals, in bounded memory (one chain at a time)."""
    ordered = select(TrailEntry).order_by(TrailEntry.subject, TrailEntry.subject_id, TrailEntry.seq)
    entries = db.session.scalars(ordered.execution_options(yield_per=500))
    heads = _current_heads()
    sealed = _sealed_heads()
    for key, chain in groupby(entries, key=lambda entry: (entry.subject, entry.subject_id)):
        yield from _chain_faults(key, list(chain), heads.pop(key, None), sealed.pop(key, None))
    for (subject, number), (length, _) in {**heads, **sealed}.items():
        if length:
            yield Fault("cut_off", subject, number, 1)
    yield from _seal_faults(secret)


Head = tuple[int, str]


def _current_heads() -> dict[tuple[str, int], Head]:
    heads: dict[tuple[str, int], Head] = {}
    for mapper in Model.registry.mappers:
        kind: Any = mapper.class_
        if issubclass(kind, Trailed):
            own = kind.city_id if issubclass(kind, InCity) else kind.id  # a jurisdiction is its own city
            heads_of = select(kind.id, kind.trail_length, kind.trail_head).where(own == current_city_id())
            rows = db.session.execute(heads_of)
            heads |= {(kind.trail_subject, number): (length, head) for number, length, head in rows}
    return heads


def _sealed_heads() -> dict[tuple[str, int], Head]:
    rows = db.session.execute(
        select(SealedHead.subject, SealedHead.subject_id, SealedHead.length, SealedHead.head)
        .join(TrailSeal, TrailSeal.id == SealedHead.seal_id)
        .where(TrailSeal.city_id == current_city_id())
        .order_by(SealedHead.seal_id)
    )
    return {(subject, number): (length, head) for subject, number, length, head in rows}


def _chain_faults(
    key: tuple[str, int], chain: list[TrailEntry], head: Head | None, sealed: Head | None
) -> Iterator[Fault]:
    previous, expected = "", 1
    for entry in chain:
        while expected < entry.seq:
            yield Fault("removed", *key, expected)
            expected, previous = expected + 1, entry.previous
        if entry.digest != _digest(entry):
            moved = any(entry.digest == _digest(entry, other.seq) for other in chain if other is not entry)
            yield Fault("reordered" if moved else "changed", *key, entry.seq)
        elif entry.previous != previous:
            yield Fault("changed", *key, entry.seq - 1)
        previous, expected = entry.digest, expected + 1
    by_seq = {entry.seq: entry.digest for entry in chain}
    longest = max(head[0] if head else 0, sealed[0] if sealed else 0)
    if longest > chain[-1].seq:
        yield Fault("cut_off", *key, chain[-1].seq + 1)
    elif head and (head[0] != chain[-1].seq or head[1] != chain[-1].digest):
        yield Fault("changed", *key, chain[-1].seq)
    elif sealed and by_seq.get(sealed[0]) != sealed[1]:
        yield Fault("changed", *key, sealed[0])


def _seal_faults(secret: str) -> Iterator[Fault]:
    previous = ""
    for row in db.session.scalars(select(TrailSeal).order_by(TrailSeal.id)).all():
        heads = db.session.execute(
            select(SealedHead.subject, SealedHead.subject_id, SealedHead.length, SealedHead.head)
            .where(SealedHead.seal_id == row.id)
        ).all()  # fmt: skip
        signed = _signature(secret, row.previous, [tuple(head) for head in heads])  # type: ignore[misc]
        if row.previous != previous or not hmac.compare_digest(signed, row.signature):
            yield Fault("seal_changed", "seal", row.id, 1)
        previous = row.signature
