"""People who sign in."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.audit import Trailed
from reporter.kernel.db import InCity, Model
from reporter.kernel.policy import Actor, Role


class User(UserMixin, Trailed, InCity, Model):
    """A resident with an account, or a member of staff. Signs in by mail address or phone number.

    `unit_id` is of routing, which stands above: an id, no foreign key. `mobile` is the person's own number as
    `rules.plain_mobile` writes it, empty when it is not known: accounts with the same one are one person's, and what
    needs two people cannot be done with both.
    """

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("city_id", "email"),
        UniqueConstraint("city_id", "phone"),
        Index("ix__users__mobile", "city_id", "mobile"),
    )
    trail_subject = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    mobile: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str]
    roles: Mapped[list[str]]
    unit_id: Mapped[int | None]
    locale: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two administrators, one winner

    @property
    def is_active(self) -> bool:
        """Tell the sign-in whether the account may be used."""
        return self.active

    @property
    def actor(self) -> Actor:
        """Return the person as commands see them."""
        return Actor(id=self.id, roles=frozenset(Role(role) for role in self.roles), unit_id=self.unit_id)
