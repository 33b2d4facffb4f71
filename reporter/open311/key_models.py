"""Keys by which other systems write: whom they belong to, what they may, and the secrets that prove them."""

import hashlib
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.db import InCity, Model


class Scope(StrEnum):
    """What a key opens."""

    POST = "post"
    UPDATE = "update"
    READ = "read"


def digest_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiKey(InCity, Model):
    """Another system that may write in this city, under a name that is given once.

    `scopes` are words of `Scope`. `unit_id`: it speaks for that unit. `per_minute`: requests that are taken within a
    minute. `last_used_at` is true to the hour. `expires_at` None: good until it is revoked.
    """

    __tablename__ = "api_keys"
    __table_args__ = (UniqueConstraint("city_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    scopes: Mapped[list[str]]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    per_minute: Mapped[int]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    def good_at(self, now: datetime) -> bool:
        """Tell whether it is neither revoked nor past its time."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class ApiSecret(InCity, Model):
    """One secret of a key; after a rotation two are good until `good_until` of the old one.

    Only `digest` is kept, the SHA-256 of the secret in hexadecimal digits. A slow hash protects what people think up;
    a secret has 192 random bits, which nobody guesses however fast the hash is. `prefix` tells it from others.
    """

    __tablename__ = "api_secrets"
    __table_args__ = (UniqueConstraint("city_id", "digest"), Index("ix__api_secrets__key", "key_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"))
    digest: Mapped[str]
    prefix: Mapped[str]
    made_at: Mapped[datetime]
    good_until: Mapped[datetime | None]
