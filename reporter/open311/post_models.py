"""What other systems posted: kept before anything is made of it, so that a retry is known and nothing is lost."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.db import InCity, Model


class ServiceType(StrEnum):
    """What a client is answered at once: the number, a token with which to ask for it, or neither."""

    REALTIME = "realtime"
    BATCH = "batch"
    BLACKBOX = "blackbox"


class Fetching(StrEnum):
    """How far a picture has come that was named by its address."""

    WAITING = "waiting"
    TAKEN = "taken"
    FAILED = "failed"


def number_waiting(media: Sequence[dict[str, Any]]) -> int:
    """Return how many pictures are still to be fetched."""
    return sum(one["state"] == Fetching.WAITING for one in media)


def _some(name: str, where: str, *columns: str) -> Index:
    """Return an index of those few posts for which `where` holds."""
    few = text(where)
    return Index(f"ix__posted_requests__{name}", "city_id", *columns, sqlite_where=few, postgresql_where=few)


class PostedRequest(InCity, Model):
    """One report as another system posted it; private through and through.

    `mark` is a digest by which the same post is known again. `sealed` holds what the report is made of until it is made,
    and whoever sent it as far as the report has no place for it. `media` are pictures to be fetched: `url`, `state` as in
    `Fetching`, `why` in plain English; `waiting` of them are still to come. `fault`: why no report could be made of it.
    """

    __tablename__ = "posted_requests"
    __table_args__ = (
        UniqueConstraint("city_id", "token"),
        UniqueConstraint("city_id", "mark"),
        Index("ix__posted_requests__report", "report_id"),
        _some("waiting", "waiting > 0", "key_id"),
        _some("faults", "fault <> ''", "id"),
        _some("private", "sealed <> '' OR account_id <> ''", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"))
    token: Mapped[str]
    mark: Mapped[str]
    answered_as: Mapped[ServiceType]
    account_id: Mapped[str] = mapped_column(default="")
    sealed: Mapped[str] = mapped_column(default="")
    media: Mapped[list[dict[str, Any]]]
    waiting: Mapped[int] = mapped_column(default=0)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    fault: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class PostedUpdate(InCity, Model):
    """What another system said about a request, once for each of its own numbers, `update_id`.

    `status` is its word, in capitals; `said_at` is when, as it says; `did`: what that moved or added here.
    """

    __tablename__ = "posted_updates"
    __table_args__ = (
        UniqueConstraint("city_id", "key_id", "update_id"),
        Index("ix__posted_updates__report", "report_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"))
    update_id: Mapped[str]
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    status: Mapped[str]
    did: Mapped[str]
    said_at: Mapped[datetime]
    at: Mapped[datetime]
