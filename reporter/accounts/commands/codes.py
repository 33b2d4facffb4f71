"""Signing in by a code that was sent to a phone or a mailbox; whoever does so for the first time has an account then."""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, select, update

from reporter.accounts.models import TRIES, OneTimeCode, Purpose, User
from reporter.accounts.queries import codes_asked, living_code, user_by_login
from reporter.accounts.rules import reachable
from reporter.accounts.sealed import mark_of
from reporter.cities.queries import current_city
from reporter.kernel.audit import record
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.errors import BadInput, Gone, NotAllowed, NotFound, TooMany
from reporter.kernel.policy import Role
from reporter.ports import ports
from reporter.ports.queue import enqueue
from reporter.ports.seals import Unsealed

DIGITS, LIFE = 6, timedelta(minutes=10)
FROM_ONE_PLACE, WITHIN = 5, timedelta(hours=1)  # codes for one contact that one address may ask for
FROM_ANYWHERE, KEPT = 30, timedelta(days=1)  # codes for one contact, whoever asks; and how long a row stays
SEND, LINK = "accounts.send_code", "accounts.link"
AT_ONCE = 5000  # rows struck at a time


@dataclass(frozen=True)
class Asking:
    """Who asks for a code.

    Attributes:
        origins: digests of the address of whoever asks, as it is called today and was called before, newest first.
        locale: the language in which the code is sent.
        known: it is a browser in which this very contact signed in before: what others ask for does not hold it up.
    """

    origins: Sequence[str]
    locale: str = ""
    known: bool = False


@dataclass(frozen=True)
class Entered:
    """What became of a try. `left`: how often it may be tried again with the same code; 0 when the code is done with."""

    user: User | None
    left: int = 0


@command
def ask_for_code(contact: str, asking: Asking) -> OneTimeCode:
    """Send a code to a contact, whether anybody is known by it or not.

    Raises:
        BadInput: it is neither mobile number nor mail address, or nothing is sent there; field "contact".
        TooMany: too many codes were asked for.
    """
    return send_code(reachable(contact), Purpose.SIGN_IN, asking)


def send_code(contact: str, purpose: Purpose, asking: Asking, *, user: User | None = None) -> OneTimeCode:
    """Write down a code for a contact as `reachable` gives it, and queue that it is sent. Raises as `ask_for_code`."""
    _refuse_unreachable(contact)
    now, mark = ports.clock.now(), mark_of(contact) or ""
    _refuse_flood(mark, asking)
    row = OneTimeCode(
        purpose=purpose, user_id=user.id if user else None, mark=mark, origin=asking.origins[0], contact=contact,
        code=f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", locale=asking.locale, made_at=now, expires_at=now + LIFE,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    enqueue(SEND, code_id=row.id)
    return row


def sends_to(contact: str) -> bool:
    """Tell whether this installation really sends to a contact, by mail or SMS."""
    return ports.mail.there() if "@" in contact else ports.sms.there()


def can_send(contact: str) -> bool:
    """Tell whether a code for a contact reaches the person: it is sent, or shown because the city is a demonstration."""
    return sends_to(contact) or current_city().demo


def _refuse_unreachable(contact: str) -> None:
    if "@" in contact:
        try:
            validate_email(contact, check_deliverability=False, test_environment=True)
        except EmailNotValidError as error:
            raise BadInput(
                "Please give a mobile number, such as 13800001234, or a mail address.", field="contact"
            ) from error
    if can_send(contact):
        return
    if "@" in contact:
        raise BadInput("No mail is sent from here yet. Please give a mobile number.", field="contact")
    raise BadInput("No SMS is sent from here yet. Please give a mail address.", field="contact")


def _refuse_flood(mark: str, asking: Asking) -> None:
    """Raise `TooMany` when as many codes as are allowed were asked for, with the time from which it can be tried again."""
    now = ports.clock.now()
    for since, origins, most in ((WITHIN, asking.origins, FROM_ONE_PLACE), (KEPT, (), FROM_ANYWHERE)):
        asked = codes_asked(mark, since=now - since, origins=origins, most=most)
        if len(asked) == most and (origins or not asking.known):
            minutes = max(1, -(-int((asked[-1] + since - now).total_seconds()) // 60))
            raise TooMany(
                "Too many codes were asked for. Please try again in %(minutes)s minutes.",
                field="contact", minutes=minutes,
            )  # fmt: skip


@command
def enter_code(code_id: int, typed: str) -> Entered:
    """Sign in whoever typed the code that was sent; a wrong one uses up one of its five tries and nothing else.

    Raises:
        NotAllowed: the account is closed.
    """
    row, left = try_code(code_id, Purpose.SIGN_IN, typed)
    return Entered(_whose(row), left) if row else Entered(None, left)


def try_code(code_id: int, purpose: Purpose, typed: str) -> tuple[OneTimeCode | None, int]:
    """Return the code, whose contact is still to be read, when `typed` is it; and how many tries are left."""
    row, left = look_at_code(code_id, purpose, typed)
    if row is not None:
        row.used_at = ports.clock.now()
    return row, left


def look_at_code(code_id: int, purpose: Purpose, typed: str) -> tuple[OneTimeCode | None, int]:
    """Count a try and return as `try_code`; a code that is right is not used up by it."""
    now = ports.clock.now()
    counted = (
        update(OneTimeCode)
        .where(
            OneTimeCode.id == code_id, OneTimeCode.city_id == current_city_id(), OneTimeCode.purpose == purpose,
            OneTimeCode.used_at.is_(None), OneTimeCode.expires_at > now, OneTimeCode.tries < TRIES,
        )
        .values(tries=OneTimeCode.tries + 1)
        .returning(OneTimeCode.tries)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    tried = db.session.scalar(counted)
    if tried is None:
        return None, 0
    row = living_code(code_id, now, purpose)
    plain = "".join(unicodedata.normalize("NFKC", typed).split())
    if row and compare_digest(row.code.encode(), plain.encode()):
        return row, 0
    return None, TRIES - tried


def link_token(code: OneTimeCode) -> str:
    """Return what stands in the link of a letter instead of the digits.

    Rows are struck, and SQLite gives the number of the last one again; so the moment stands beside it.
    """
    return ports.seals.sign([code.city_id, code.id, code.made_at.isoformat()], purpose=LINK)


def code_of_link(token: str) -> OneTimeCode:
    """Return the code behind a link.

    Raises:
        NotFound: the link is forged, or of another city.
        Gone: it was used, or its time is over.
    """
    try:
        city_id, code_id, made_at = ports.seals.signed(token, purpose=LINK)
    except (Unsealed, ValueError, TypeError) as error:
        raise NotFound("This link is not valid.") from error
    if city_id != current_city_id():
        raise NotFound("This link is not valid.")
    row = living_code(code_id, ports.clock.now(), Purpose.SIGN_IN)
    if row is None or row.made_at.isoformat() != made_at:
        raise Gone("This link was used already, or its ten minutes are over. Ask for a new code to sign in.")
    return row


@command
def enter_by_link(token: str) -> User:
    """Sign in whoever pressed the button behind the link; it works once.

    Raises:
        NotFound, Gone: as `code_of_link`.
        NotAllowed: the account is closed.
    """
    code_id = code_of_link(token).id
    used = (
        update(OneTimeCode)
        .where(OneTimeCode.id == code_id, OneTimeCode.used_at.is_(None))
        .values(used_at=ports.clock.now())
        .returning(OneTimeCode.id)
        .execution_options(synchronize_session=False)
    )
    if db.session.scalar(used) is None:
        raise Gone("This link was used already, or its ten minutes are over. Ask for a new code to sign in.")
    return _whose(db.session.get_one(OneTimeCode, code_id))


def _whose(row: OneTimeCode) -> User:
    """Return the person behind a code that was used, with a new account when there is none yet."""
    contact = emptied(row)
    user = user_by_login(contact)
    if user is None:
        user = _new_resident(contact, row.locale)
    if user.is_staff:
        raise NotAllowed("Staff sign in with their password.")
    if not user.active:
        raise NotAllowed("This account is closed. Please ring the duty desk.")
    return user


def emptied(row: OneTimeCode) -> str:
    """Return the contact of a code that was used, and leave neither of them in its row."""
    contact, row.contact, row.code = row.contact, "", ""
    return contact


def _new_resident(contact: str, locale: str) -> User:
    by_mail = "@" in contact
    user = User(
        name="", email=contact if by_mail else None, phone=None if by_mail else contact,
        mobile="" if by_mail else contact, password_hash="", roles=[str(Role.RESIDENT)], unit_id=None, locale=locale,
        created_at=ports.clock.now(),
    )  # fmt: skip
    db.session.add(user)
    db.session.flush()
    record(user, "open_account", by=user.actor, at=ports.clock.now())
    return user


@command
def forget_codes() -> None:
    """Empty codes whose time is over, and strike those that do not count any more."""
    now = ports.clock.now()
    over = update(OneTimeCode).where(OneTimeCode.expires_at < now, OneTimeCode.contact != "")
    db.session.execute(over.values(contact="", code="").execution_options(synchronize_session=False))
    old = (
        select(OneTimeCode.id)
        .where(OneTimeCode.made_at < now - KEPT)
        .order_by(OneTimeCode.made_at)
        .limit(AT_ONCE)
    )
    db.session.execute(
        delete(OneTimeCode).where(OneTimeCode.id.in_(old)).execution_options(synchronize_session=False)
    )
