"""What somebody does with their own account: another contact, and its end."""

from dataclasses import dataclass

from sqlalchemy import delete

from reporter.accounts.commands.codes import Asking, Entered, emptied, send_code, try_code
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


@dataclass(frozen=True)
class Proof:
    """How somebody shows once more that the account is theirs: by the password, or by a code that was just sent."""

    password: str = ""
    code_id: int = 0
    typed: str = ""


def refuse_staff(user: User) -> None:
    """Raise `NotAllowed` for members of staff, whose accounts are the security administrator's business."""
    if user.is_staff:
        raise NotAllowed("Accounts of staff are changed and closed by a security administrator.")


@command
def ask_for_new_contact(user: User, contact: str, asking: Asking) -> OneTimeCode:
    """Send a code to the contact that is to take the place of the one there is.

    Raises:
        NotAllowed: a member of staff.
        BadInput, TooMany: as `ask_for_code`.
    """
    refuse_staff(user)
    plain = reachable(contact)
    if mark_of(plain) in {user.email_mark, user.phone_mark}:
        raise BadInput("This is the one that we have.", field="contact")
    return send_code(plain, Purpose.NEW_CONTACT, asking, user=user)


@command
def change_contact(user: User, code_id: int, typed: str, *, by: Actor) -> Entered:
    """Take the new contact, a number in the place of the number, an address in that of the address; end every session.

    Raises:
        BadInput: somebody else signs in with it; field "code".
    """
    row, left = try_code(code_id, Purpose.NEW_CONTACT, typed)
    if row is None or row.user_id != user.id:
        return Entered(None, left)
    contact = emptied(row)
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
    record(user, "change_contact", by=by, at=ports.clock.now())
    return Entered(user)


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
