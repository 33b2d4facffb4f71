"""Accounts of staff: appointed, changed; and what everybody changes of their own."""

from collections.abc import Sequence
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete

from reporter.accounts.models import User, WeChatLink
from reporter.accounts.passwords import MIN_LENGTH, hashed, matches
from reporter.accounts.queries import user_by_login
from reporter.accounts.rules import NUMBER, plain_mobile, refuse_guessable
from reporter.kernel.audit import record
from reporter.kernel.db import add_unless_taken, command, db
from reporter.kernel.errors import BadInput, Conflict
from reporter.kernel.policy import APPOINTED, STAFF, Actor, Permission, Role, require
from reporter.ports import ports


@command
def appoint(
    name: str, login: str, password: str, *, roles: Sequence[Role], unit_id: int | None, mobile: str = "", by: Actor
) -> User:  # fmt: skip
    """Create an account with roles.

    Args:
        mobile: the person's own phone number; that of `login` when left out and that is one.

    Raises:
        NotAllowed: `by` is no security administrator (nor the set-up).
        BadInput: `login` is neither mail address nor phone number, or taken; the password is too short or easily
            guessed; `mobile` is no number; the roles are not to be had together or without a unit.
    """
    require(by, Permission.ADMIN_SECURITY)
    _refuse_impossible(roles, unit_id)
    own = plain_mobile(mobile)
    user = _new_user(name, login, password, roles=roles, unit_id=unit_id)
    user.mobile = own or user.mobile
    record(user, "appoint", by=by, at=ports.clock.now(), facts={"roles": list(roles), "unit_id": unit_id})
    return user


@command
def change_roles(
    user: User,
    *,
    roles: Sequence[Role],
    unit_id: int | None,
    active: bool,
    mobile: str | None = None,
    by: Actor,
    seen: int | None = None,
) -> User:
    """Change what a person may do.

    Args:
        mobile: the person's own phone number; None when it stays.

    Raises:
        NotAllowed: `by` is no security administrator.
        BadInput: the roles are not to be had together or without a unit, `mobile` is no number, or `by` would lock
            themself out.
        Conflict: the person was changed in the meantime.
    """
    require(by, Permission.ADMIN_SECURITY)
    if seen is not None and seen != user.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    _refuse_impossible(roles, unit_id, active=active)
    if user.id == by.id and (not active or Role.SECURITY_ADMIN not in roles):
        raise BadInput("You cannot take your own administration away; ask a colleague.", field="roles")
    if (
        user.phone and not user.mobile and STAFF & set(roles)
    ):  # an account of a resident that becomes one of staff
        user.mobile = plain_mobile(user.phone)
    if STAFF & set(roles):  # who works for the city signs in with a password alone
        db.session.execute(delete(WeChatLink).where(WeChatLink.user_id == user.id))
    user.roles, user.unit_id, user.active = list(roles), unit_id, active
    facts: dict[str, Any] = {"roles": list(roles), "unit_id": unit_id, "active": active}
    number = user.mobile if mobile is None else plain_mobile(mobile)
    if number != user.mobile:  # the trail says that it was changed, not what it is
        user.mobile, facts["fields"] = number, ["mobile"]
    record(user, "change_roles", by=by, at=ports.clock.now(), facts=facts)
    return user


@command
def change_password(user: User, *, old: str, new: str, by: Actor) -> None:
    """Replace the person's own password, and end every session. Raises `BadInput` when `old` is wrong or `new` no good password."""
    if not matches(user.password_hash, old):
        raise BadInput("This is not your current password.", field="old")
    _refuse_weak(new, login=user.email or user.phone or "", field="password")
    user.password_hash = hashed(new)
    user.session_no += 1
    record(user, "change_password", by=by, at=ports.clock.now())


@command
def end_sessions(user: User, *, by: Actor) -> None:
    """End every session of the person, in whatever browser; a cookie that somebody copied opens nothing any more."""
    user.session_no += 1
    record(user, "end_sessions", by=by, at=ports.clock.now())


@command
def choose_language(user: User, locale: str) -> None:
    """Remember the person's language."""
    user.locale = locale


def _new_user(name: str, login: str, password: str, *, roles: Sequence[Role], unit_id: int | None) -> User:
    if not name.strip():
        raise BadInput("Please give the person's name.", field="name")
    email, phone = _address(login)
    _refuse_weak(password, login=email or phone or "", field="password")
    if user_by_login(email or phone or "") is not None:
        raise _taken()
    user = User(
        name=name.strip(), email=email, phone=phone, mobile=plain_mobile(phone or ""),
        password_hash=hashed(password),
        roles=[str(role) for role in roles], unit_id=unit_id, created_at=ports.clock.now(),
    )  # fmt: skip
    add_unless_taken(user, lambda _line: _taken())
    return user


def _taken() -> BadInput:
    return BadInput("There is an account with this address already; sign in instead.", field="login")


def _address(login: str) -> tuple[str | None, str | None]:
    login = login.strip().lower()
    if NUMBER.fullmatch(login):
        return None, login
    try:
        return validate_email(
            login, check_deliverability=False, test_environment=True
        ).normalized.lower(), None
    except EmailNotValidError as error:
        raise BadInput("Please give a mail address or a phone number.", field="login") from error


def _refuse_weak(password: str, *, login: str, field: str) -> None:
    if len(password) < MIN_LENGTH:
        raise BadInput("The password needs at least %(length)s characters.", field=field, length=MIN_LENGTH)
    refuse_guessable(password, login=login, field=field)


def _refuse_impossible(roles: Sequence[Role], unit_id: int | None, *, active: bool = True) -> None:
    if not set(roles) <= set(APPOINTED):
        raise BadInput("This role cannot be given to a person.", field="roles")
    administrators = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
    if Role.AUDIT_ADMIN in roles and len(administrators & set(roles)) > 1:
        raise BadInput("An audit administrator may not hold another administration.", field="roles")
    if active and unit_id is None and {Role.HANDLER, Role.UNIT_HEAD} & set(roles):
        raise BadInput("Handlers and heads of units need a unit. Please choose it.", field="unit_id")
