"""People who sign in, the codes they do it with, and the names that some of them gave."""

from datetime import datetime
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from reporter.accounts.sealed import CODE, CONTACT, NAME, Sealed, mark_of
from reporter.kernel.audit import Trailed
from reporter.kernel.db import InCity, Model
from reporter.kernel.policy import STAFF, Actor, Role


class User(UserMixin, Trailed, InCity, Model):
    """A resident with an account, or a member of staff. Signs in by mail address or phone number.

    `unit_id` is of routing, which stands above: an id, no foreign key. `mobile` is the person's own number as
    `rules.plain_mobile` writes it, empty when it is not known: accounts with the same one are one person's, and what
    needs two people cannot be done with both. Contacts lie sealed; each is found by its mark, which follows from it.
    `session_no` goes up when every session that there is has to end: what a browser keeps names it.
    `password_hash` is empty for whoever signs in by a code. An account that was erased has neither name nor contact.
    """

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("city_id", "email_mark"),
        UniqueConstraint("city_id", "phone_mark"),
        Index("ix__users__mobile_mark", "city_id", "mobile_mark"),
    )
    trail_subject = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(Sealed(CONTACT))
    email_mark: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(Sealed(CONTACT))
    phone_mark: Mapped[str | None]
    mobile: Mapped[str] = mapped_column(Sealed(CONTACT), default="")
    mobile_mark: Mapped[str | None]
    password_hash: Mapped[str]
    roles: Mapped[list[str]]
    unit_id: Mapped[int | None]
    locale: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    session_no: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two administrators, one winner

    @validates("email", "phone", "mobile")
    def _find_by(self, name: str, contact: str | None) -> str | None:
        setattr(self, f"{name}_mark", mark_of(contact))
        return contact

    def get_id(self) -> str:
        """Return what a session keeps of the person: it holds until `session_no` goes up."""
        return f"{self.id}.{self.session_no}"

    @property
    def contact(self) -> str:
        """Return what the person signs in with, "" when nothing is known."""
        return self.phone or self.email or ""

    @property
    def is_staff(self) -> bool:
        """Tell whether the person works for the city."""
        return any(Role(role) in STAFF for role in self.roles)

    @property
    def is_active(self) -> bool:
        """Tell the sign-in whether the account may be used."""
        return self.active

    @property
    def actor(self) -> Actor:
        """Return the person as commands see them."""
        return Actor(id=self.id, roles=frozenset(Role(role) for role in self.roles), unit_id=self.unit_id)


TRIES = 5  # of one code


class Purpose(StrEnum):
    """What a code is for; one that was sent for one thing does no other."""

    SIGN_IN = "sign_in"
    NEW_CONTACT = "new_contact"
    PROVE = "prove"  # that the account is one's own, before its contact changes
    ERASE = "erase"
    CHANGED = "changed"  # no code: tells a contact that the account has another one now


class OneTimeCode(InCity, Model):
    """Six digits that were sent to a contact, and what was tried with them.

    `user_id` is whose account it is about, None for a sign-in. `mark` and `origin` are digests of the contact and of
    the address of whoever asked: by these it is counted. Once it was used, or its time is over, contact and code are
    empty; a day later the row is struck. One that tells of a change carries no digits and is counted by nothing.
    """

    __tablename__ = "one_time_codes"
    __table_args__ = (
        Index("ix__one_time_codes__mark", "city_id", "mark", "made_at"),
        Index("ix__one_time_codes__made_at", "city_id", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[Purpose]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    mark: Mapped[str]
    origin: Mapped[str]
    contact: Mapped[str] = mapped_column(Sealed(CONTACT))
    code: Mapped[str] = mapped_column(Sealed(CODE))
    locale: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    @property
    def can_be_tried(self) -> bool:
        """Tell whether wrong codes have not used it up yet."""
        return self.tries < TRIES


class RealName(InCity, Model):
    """The name by law of a person who gave it, apart from the account; each opening is in the person's trail."""

    __tablename__ = "real_names"
    __table_args__ = (UniqueConstraint("city_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(Sealed(NAME))
    given_at: Mapped[datetime]


class WeChatLink(InCity, Model):
    """The 微信 by which a person signs in; `key` is a digest of what it calls them, see `linking.wechat_key`."""

    __tablename__ = "wechat_links"
    __table_args__ = (UniqueConstraint("city_id", "key"), UniqueConstraint("city_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    key: Mapped[str]
    linked_at: Mapped[datetime]
