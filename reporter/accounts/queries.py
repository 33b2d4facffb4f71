"""Every read of people."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from reporter.accounts.models import OneTimeCode, Purpose, RealName, User, WeChatLink
from reporter.accounts.passwords import matches
from reporter.accounts.sealed import mark_of
from reporter.kernel.db import db
from reporter.kernel.errors import NotFound
from reporter.kernel.pages import Page, page_of, read_key
from reporter.kernel.policy import STAFF, Actor


def get_user(user_id: int) -> User:
    """Return the person. Raises `NotFound`."""
    user = find_user(user_id)
    if user is None:
        raise NotFound("There is no such person.")
    return user


def find_user(user_id: int) -> User | None:
    """Return the person of the current city, else None."""
    return db.session.scalar(select(User).where(User.id == user_id))


def user_by_login(login: str) -> User | None:
    """Return the person who signs in with this mail address or phone number, else None."""
    mark = mark_of(login.strip())
    if mark is None:
        return None
    return db.session.scalar(select(User).where(or_(User.email_mark == mark, User.phone_mark == mark)))


def user_who_signs_in(login: str, password: str) -> User | None:
    """Return the active person whose password this is, else None; takes as long either way."""
    user = user_by_login(login)
    right = matches(user.password_hash if user else None, password)
    return user if right and user and user.active else None


def user_behind_wechat(key: str) -> User | None:
    """Return whose account is tied to the 微信 of `key`, else None."""
    tied = select(User).join(WeChatLink, WeChatLink.user_id == User.id).where(WeChatLink.key == key)
    return db.session.scalar(tied)


def wechat_link_of(user_id: int) -> WeChatLink | None:
    """Return what ties a person's account to their 微信, else None."""
    return db.session.scalar(select(WeChatLink).where(WeChatLink.user_id == user_id))


def whole_person(actor: Actor) -> Actor:
    """Return the actor with the ids of the other accounts of the same phone number, in one query."""
    if actor.id is None:
        return actor
    own = aliased(User)
    others = select(User.id).join(own, own.mobile_mark == User.mobile_mark).where(
        own.id == actor.id, User.id != actor.id, own.city_id == User.city_id
    )  # fmt: skip
    return replace(actor, also=frozenset(db.session.scalars(others)))


def works_for_city(user_ids: Collection[int]) -> bool:
    """Tell whether any of these accounts is one of the staff."""
    if not user_ids:
        return False
    roles = db.session.scalars(select(User.roles).where(User.id.in_(user_ids)))
    return any(STAFF.intersection(held) for held in roles)


def active_ids(user_ids: Collection[int]) -> set[int]:
    """Return those of the accounts that may be used, in one query."""
    return set(db.session.scalars(select(User.id).where(User.id.in_(user_ids), User.active)))


def names_of(user_ids: Sequence[int | None]) -> dict[int, str]:
    """Return the names of these people, in one query."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return dict(rows.all())


def people(*, search: str = "", after: str = "", size: int = 50) -> Page[User]:
    """Return the city's people by id; `search` is a part of the name, or a whole mail address or number."""
    found = select(User).order_by(User.id).limit(size + 1)
    if key := read_key(after, int):
        found = found.where(User.id > key[0])
    if search.strip():
        mark = mark_of(search.strip())
        marks = (User.email_mark == mark, User.phone_mark == mark, User.mobile_mark == mark)
        found = found.where(or_(User.name.like(f"%{search.strip()}%"), *marks))
    return page_of(db.session.scalars(found).all(), size=size, key=lambda user: (user.id,))


def has_people() -> bool:
    """Tell whether anybody has an account in the current city."""
    return db.session.scalar(select(User.id).limit(1)) is not None


def unit_members(unit_id: int) -> Sequence[User]:
    """Return the active members of a unit."""
    return db.session.scalars(select(User).where(User.unit_id == unit_id, User.active)).all()


def living_code(code_id: int, now: datetime, *purposes: Purpose) -> OneTimeCode | None:
    """Return the code, of one of these purposes, when it was not used and its time is not over at `now`, else None."""
    living = select(OneTimeCode).where(
        OneTimeCode.id == code_id, OneTimeCode.purpose.in_(purposes), OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > now,
    )  # fmt: skip
    return db.session.scalar(living)


def codes_asked(mark: str, *, since: datetime, origins: Sequence[str] = (), most: int) -> Sequence[datetime]:
    """Return when codes were asked for a contact since then, at most the newest `most`, newest first.

    Args:
        origins: digests of the address that they were asked from; from anywhere when empty.
    """
    asked = select(OneTimeCode.made_at).where(OneTimeCode.mark == mark, OneTimeCode.made_at > since)
    if origins:
        asked = asked.where(OneTimeCode.origin.in_(origins))
    return db.session.scalars(asked.order_by(OneTimeCode.made_at.desc()).limit(most)).all()


def real_name_of(user_id: int) -> RealName | None:
    """Return the name that a person gave, None when they gave none. Whoever reads it for somebody else records that."""
    return db.session.scalar(select(RealName).where(RealName.user_id == user_id))


def members_of(unit_ids: Collection[int]) -> dict[int, list[User]]:
    """Return the active members of each of these units by name, in one query."""
    found: dict[int, list[User]] = {unit_id: [] for unit_id in unit_ids}
    if found:
        own = select(User).where(User.unit_id.in_(found), User.active).order_by(User.name, User.id)
        for user in db.session.scalars(own):
            found[user.unit_id or 0].append(user)
    return found
