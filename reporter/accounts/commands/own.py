"""What somebody does with their own account: another contact, and its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete

from reporter.accounts.commands.codes import (
    KEPT,
    SEND,
    Asking,
    can_send,
    emptied,
    look_at_code,
    send_code,
    try_code,
)
from reporter.accounts.models import OneTimeCode, Purpose, RealName, User, WeChatLink
from reporter.accounts.passwords import matches
from reporter.accounts.queries import user_by_login
from reporter.accounts.rules import reachable
from reporter.accounts.sealed import mark_of
from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, NotAllowed
from reporter.kernel.policy import Actor
from reporter.ports import ports
from reporter.ports.queue import enqueue


@dataclass(frozen=True)
class Proof:
    """How somebody shows once more that the account is theirs: by the password, or by a code that was just sent."""

    password: str = ""
    code_id: int = 0
    typed: str = ""


@dataclass(frozen=True)
class Proving:
    """To which contact of the account the code goes that proves it, and who asks for it."""

    contact: str
    asking: Asking


@dataclass(frozen=True)
class Sent:
    """The code that went to the new contact, and that which went to one of the account; None where none has to."""

    new: OneTimeCode
    own: OneTimeCode | None = None


@dataclass(frozen=True)
class Changed:
    """What became of it. `wrong`: the codes that were not right, "code" or "own_code", and how many tries each has left."""

    wrong: Mapping[str, int] = field(default_factory=dict)


def refuse_staff(user: User) -> None:
    """Raise `NotAllowed` for members of staff, whose accounts are the security administrator's business."""
    if user.is_staff:
        raise NotAllowed("Accounts of staff are changed and closed by a security administrator.")


def proved_by_code(user: User) -> bool:
    """Tell whether a code to a contact of the account proves it: it has one, and no password."""
    return bool(user.contact) and not user.password_hash


def ways_to_prove(user: User) -> dict[str, str]:
    """Return the contacts to one of which the code goes that proves the account, by column; none where none has to."""
    known = {"phone": user.phone, "email": user.email} if proved_by_code(user) else {}
    return {column: contact for column, contact in known.items() if contact and can_send(contact)}


@command
def ask_for_new_contact(user: User, contact: str, asking: Asking, proving: Proving | None = None) -> Sent:
    """Send a code to the contact that is to take the place of the one there is, and one to a contact of the account.

    Args:
        proving: needed where `ways_to_prove` names any.

    Raises:
        NotAllowed: a member of staff.
        BadInput: nothing can be sent to what is known of the account; field "contact".
        BadInput, TooMany: as `ask_for_code`.
    """
    refuse_staff(user)
    plain = reachable(contact)
    if mark_of(plain) in {user.email_mark, user.phone_mark}:
        raise BadInput("This is the one that we have.", field="contact")
    ways = ways_to_prove(user)
    if proved_by_code(user) and not ways:
        raise BadInput(
            "No code can be sent to the contact that your account has. Please call the duty desk.",
            field="contact",
        )
    new = send_code(plain, Purpose.NEW_CONTACT, asking, user=user)
    if proving is None or proving.contact not in ways.values():
        return Sent(new)
    return Sent(new, send_code(proving.contact, Purpose.PROVE, proving.asking, user=user))


@command
def change_contact(user: User, code_id: int, typed: str, proof: Proof, *, by: Actor) -> Changed:
    """Take the new contact, a number in the place of the number, an address in that of the address.

    Every session ends, and the contacts that there were are told. An account that only 微信 opens has nothing to prove.

    Args:
        code_id: of the code that went to the new contact; `typed`: what was typed for it.

    Raises:
        BadInput: the password is wrong, field "password"; somebody else signs in with the contact, field "code".
    """
    if user.password_hash and not matches(user.password_hash, proof.password):
        raise BadInput("This is not your current password.", field="password")
    tried = {"code": look_at_code(code_id, Purpose.NEW_CONTACT, typed)}
    if proved_by_code(user):
        tried["own_code"] = look_at_code(proof.code_id, Purpose.PROVE, proof.typed)
    right = [row for row, _left in tried.values() if row is not None and row.user_id == user.id]
    if len(right) < len(tried):
        return Changed({name: left for name, (row, left) in tried.items() if row not in right})
    for row in right:
        row.used_at = ports.clock.now()
    _take_contact(user, right[0])
    for row in right[1:]:
        emptied(row)
    record(user, "change_contact", by=by, at=ports.clock.now())
    return Changed()


def _take_contact(user: User, row: OneTimeCode) -> None:
    contact, before = emptied(row), [one for one in (user.phone, user.email) if one]
    other = user_by_login(contact)
    if other is not None and other.id != user.id:
        raise BadInput(
            "Another account is signed in to with this. Sign in there and erase that one first.", field="code"
        )
    if "@" in contact:
        user.email = contact
    else:
        user.phone = user.mobile = contact
    user.session_no += 1
    for old in before:
        _tell_changed(user, old, user.locale or row.locale)


def _tell_changed(user: User, old: str, locale: str) -> None:
    """Queue that a contact is told; it has no mark, so that it does not count among the codes that were asked for."""
    now = ports.clock.now()
    row = OneTimeCode(
        purpose=Purpose.CHANGED, user_id=user.id, mark="", origin="", contact=old, code="", locale=locale,
        made_at=now, expires_at=now + KEPT,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    enqueue(SEND, code_id=row.id)


@command
def ask_to_erase(user: User, asking: Asking) -> OneTimeCode:
    """Send a code to the person's own contact, by which the account is erased. Raises as `ask_for_code`."""
    refuse_staff(user)
    return send_code(reachable(user.contact), Purpose.ERASE, asking, user=user)


def proven(user: User, proof: Proof) -> tuple[bool, int]:
    """Tell whether the account is that of whoever asks, and how often a code may still be tried.

    Raises:
        BadInput: the password is wrong; field "password".
    """
    if proof.password:
        if not matches(user.password_hash, proof.password):
            raise BadInput("This is not your current password.", field="password")
        return True, 0
    row, left = try_code(proof.code_id, Purpose.ERASE, proof.typed)
    return row is not None and row.user_id == user.id, left


def empty_account(user: User, *, by: Actor) -> None:
    """Leave of an account what others point at: a number that leads to nobody, and its trail."""
    record(user, "erase_account", by=by, at=ports.clock.now())
    marks = [mark for mark in (user.email_mark, user.phone_mark, user.mobile_mark) if mark]
    for apart in (RealName, WeChatLink):
        db.session.execute(delete(apart).where(apart.user_id == user.id))
    codes = delete(OneTimeCode).where((OneTimeCode.user_id == user.id) | OneTimeCode.mark.in_(marks))
    db.session.execute(codes.execution_options(synchronize_session=False))
    user.name = user.mobile = user.password_hash = user.locale = ""
    user.email = user.phone = None
    user.roles, user.active = [], False
