"""Carry a code to whoever asked for it, and tell a contact that the account has another one now."""

import logging

from reporter.accounts.commands.codes import LIFE, link_token
from reporter.accounts.models import OneTimeCode, Purpose
from reporter.accounts.queries import living_code, user_by_login
from reporter.kernel.db import db
from reporter.notices import letters
from reporter.ports import ports
from reporter.ports.carriers import Refused

log = logging.getLogger(__name__)

MINUTES = int(LIFE.total_seconds() // 60)


def send_code(code_id: int) -> None:
    """Send a code as long as it is of use; whoever is staff is told that they sign in with their password.

    Raises:
        Away: the other side did not take it; the queue tries again.
    """
    row = living_code(code_id, ports.clock.now(), *Purpose)
    if row is None or not row.can_be_tried:
        return
    user = user_by_login(row.contact) if row.purpose is Purpose.SIGN_IN else None
    with letters.speaking(row.locale):
        note = letters.password_note() if user and user.is_staff else _note_of(row)
        contact, key = row.contact, ports.seals.digest(f"code {row.city_id} {row.id}")
        letter, text = letters.code_letter(contact, note), letters.code_text(note)
    db.session.rollback()  # hold nothing for as long as the other side takes
    try:
        if "@" in contact:
            ports.mail.send(letter, key=key)
        else:
            ports.sms.send(contact, text, key=key)
    except Refused as error:
        log.info("a code was not taken: %s", error.said)


def _note_of(row: OneTimeCode) -> letters.Note:
    if row.purpose is Purpose.CHANGED:
        return letters.changed_note(row.made_at)
    link = link_token(row) if row.purpose is Purpose.SIGN_IN else ""
    return letters.code_note(row.purpose, row.code, minutes=MINUTES, token=link)
