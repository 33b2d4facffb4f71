"""Hand over what waits: after commit, at least once, each delivery for itself."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from flask_babel import gettext
from sqlalchemy import select

from reporter.accounts.queries import find_user
from reporter.cities.queries import current_city
from reporter.following.queries import find_digest
from reporter.kernel.db import command, db
from reporter.kernel.errors import NotFound
from reporter.notices import digests, letters, robots, signing
from reporter.notices.commands.writing import tell
from reporter.notices.models import Channel, Delivery, Notice, Passage, RobotKind, UnitRobot, Webhook
from reporter.notices.queries import (
    digest_rows,
    find_delivery,
    find_robot,
    find_webhook,
    get_notice,
    notices_by_ids,
    query_codes,
    robot_sent_lately,
    wishes_of,
)
from reporter.notices.table import Who, row_for
from reporter.ports import ports
from reporter.ports.carriers import Away, Refused, Undelivered
from reporter.ports.mail import Letter
from reporter.ports.queue import MOST_ATTEMPTS
from reporter.ports.seals import Unsealed
from reporter.reports.queries import get_report

SWITCHED_OFF_AFTER, FAILURES_AT_LEAST = timedelta(days=3), 20
A_MINUTE = timedelta(minutes=1)
SHOWN_IN_DIGEST = 40


class Unwanted(Exception):
    """Whoever it was for does not want it any more, or is gone."""


class TooFast(Exception):
    """A robot takes no more within this minute."""


def deliver(delivery_id: int) -> None:
    """Hand one delivery over; one that was sent is not sent again.

    Sent at least once: a crash between sending and the note of it sends it again, under the same id.

    Raises:
        Away: the other side did not take it; the queue tries again.
    """
    row = find_delivery(delivery_id)
    if row is None or row.state is not Passage.WAITING:
        return
    hand_over = _BY_CHANNEL[row.channel]
    _settle([row], lambda: hand_over(row))


def send_digest(recipient: str, channel: str) -> None:
    """Write the letter of the day out of everything that is held for it; without anything there is none.

    Raises:
        Away: the other side did not take it; the queue tries again.
    """
    rows = digest_rows(recipient, channel, ports.clock.now())
    if rows:
        _settle(rows, lambda: _send_together(rows))


def _settle(rows: Sequence[Delivery], hand_over: Callable[[], None]) -> None:
    """Do it, and note what became of it."""
    ids = [row.id for row in rows]
    tries = max(row.tries for row in rows) + 1
    try:
        hand_over()
    except Unwanted:
        _note(ids, Passage.DROPPED)
    except TooFast:
        _wait_a_minute(ids)
    except (Refused, Unsealed, NotFound) as error:
        _note(ids, Passage.FAILED, _words_of(error))
    except Away as error:
        if tries < MOST_ATTEMPTS:
            _note(ids, None, _words_of(error))
            raise
        _note(ids, Passage.FAILED, _words_of(error))
    else:
        _note(ids, Passage.SENT)


def _words_of(error: Exception) -> str:
    """Return the failure as it is kept: the sentence, and on a second line what the other side said."""
    if isinstance(error, Undelivered):
        return "\n".join(part for part in (error.said, error.detail) if part)
    if isinstance(error, Unsealed):
        return "Its secret was sealed with another key: please enter it anew."
    return "What it is about is not there any more."


@command
def _note(ids: Sequence[int], state: Passage | None, error: str = "") -> None:
    """Write down one more try of these rows, and where they stand now; None: they wait for the next."""
    now = ports.clock.now()
    for row in db.session.scalars(select(Delivery).where(Delivery.id.in_(ids))).all():
        row.tries, row.error = row.tries + 1, error
        if state:
            row.state = state
        if state is Passage.SENT:
            row.sent_at = now
            _note_on_notice(row)
        if row.hook_id:
            _note_on_hook(row, failed=state is not Passage.SENT)


def _note_on_notice(row: Delivery) -> None:
    notice = db.session.scalar(select(Notice).where(Notice.id == row.notice_id)) if row.notice_id else None
    if notice and notice.sent_at is None:
        notice.sent_at = row.sent_at


def _note_on_hook(row: Delivery, *, failed: bool) -> None:
    """Count failures; a webhook that has failed for days is switched off and its administrators are told."""
    hook, now = find_webhook(row.hook_id), ports.clock.now()
    if hook is None:
        return
    hook.failures = hook.failures + 1 if failed else 0
    hook.failing_since = (hook.failing_since or now) if failed else None
    lasting = hook.failing_since is not None and now - hook.failing_since >= SWITCHED_OFF_AFTER
    told = row_for("hook.switch_off", Who.ADMINS)
    if hook.active and lasting and hook.failures >= FAILURES_AT_LEAST and told:
        hook.active, hook.switched_off_at = False, now
        tell(told, {"desk": str(Who.ADMINS), "number": hook.address.split("/")[2]})


@command
def _wait_a_minute(ids: Sequence[int]) -> None:
    for row in db.session.scalars(select(Delivery).where(Delivery.id.in_(ids))).all():
        row.state, row.due_at = Passage.HELD, ports.clock.now() + A_MINUTE


def _reader_of(notice: Notice, row: Delivery) -> letters.Reader:
    """Return who reads a letter, with the address as it is now. Raises `Unwanted` or `NotFound`."""
    if notice.report_id:
        report = get_report(notice.report_id)
        if not (report.notify and report.contact):
            raise Unwanted
        return letters.Reader(row.recipient, report.contact.strip(), report.locale)
    user = find_user(row.user_id or 0)
    address = (user.email if row.channel is Channel.MAIL else user.phone) if user and user.active else None
    if user is None or not address:
        raise Unwanted
    return letters.Reader(row.recipient, address, user.locale)


def _wanted(notice: Notice, row: Delivery) -> bool:
    told = row_for(notice.what, notice.who)
    return told is not None and wishes_of(row.recipient).wants(told.kind, row.channel)


def _send_mail(row: Delivery) -> None:
    notice = get_notice(row.notice_id or 0)
    if not _wanted(notice, row):
        raise Unwanted
    reader = _reader_of(notice, row)
    with letters.speaking(reader.locale):
        letter = _digest_letter(reader, notice) if notice.digest_id else _letter(reader, notice)
    _leave_transaction()
    ports.mail.send(letter, key=_message_id(row))


def _letter(reader: letters.Reader, notice: Notice) -> Letter:
    line = letters.line_of(notice, query_codes([notice.report_id] if notice.report_id else []))
    return letters.letter_of(reader, letters.subject_of(notice), [line])


def _digest_letter(reader: letters.Reader, notice: Notice) -> Letter:
    """Return what is new where somebody follows it. Raises `Unwanted` when nothing of it is on show any more."""
    digest = find_digest(notice.digest_id or 0)
    letter = digests.letter_of(reader, digest) if digest else None
    if letter is None:
        raise Unwanted
    return letter


def _send_sms(row: Delivery) -> None:
    notice = get_notice(row.notice_id or 0)
    if not _wanted(notice, row):
        raise Unwanted
    reader = _reader_of(notice, row)
    with letters.speaking(reader.locale):
        codes = query_codes([notice.report_id] if notice.report_id else [])
        text = letters.text_message(current_city(), letters.line_of(notice, codes, openly=False))
    key = _message_id(row)
    _leave_transaction()
    ports.sms.send(reader.address, text, key=key)


def _send_together(rows: Sequence[Delivery]) -> None:
    """Send one letter that tells what is wanted of `rows`."""
    by_id = notices_by_ids([row.notice_id for row in rows])
    told = [
        by_id[row.notice_id] for row in rows if row.notice_id in by_id and _wanted(by_id[row.notice_id], row)
    ]
    if not told:
        raise Unwanted
    reader, last = _reader_of(told[-1], rows[-1]), rows[-1]
    codes = query_codes([notice.report_id for notice in told if notice.report_id])
    with letters.speaking(reader.locale):
        by_phone = last.channel is Channel.SMS
        lines = [letters.line_of(notice, codes, openly=not by_phone) for notice in told[:SHOWN_IN_DIGEST]]
        subject, more = letters.digest_subject(len(told)), max(0, len(told) - SHOWN_IN_DIGEST)
        text = letters.text_message(current_city(), letters.Line(subject, lines[-1].href))
        letter = letters.letter_of(reader, subject, lines, more=more)
    key = _message_id(last)
    _leave_transaction()
    if by_phone:
        ports.sms.send(reader.address, text, key=key)
    else:
        ports.mail.send(letter, key=key)


def _send_to_robot(row: Delivery) -> None:
    robot, now = find_robot(row.robot_id), ports.clock.now()
    if robot is None:
        raise Unwanted
    if robot_sent_lately(robot.id, now, most=robots.MOST_A_MINUTE) >= robots.MOST_A_MINUTE:
        raise TooFast
    notice = get_notice(row.notice_id or 0)
    with letters.speaking(""):
        line = letters.line_of(notice, {}, openly=False)
        call_robot(robot, letters.subject_of(notice), line.words, line.href)


def call_robot(robot: UnitRobot, title: str, words: str, link: str) -> None:
    """Let a robot say something to its group.

    Raises:
        TooFast: it takes no more within this minute.
        Away: it did not take it, whatever the status said.
        Unsealed: its address was sealed with another key.
    """
    address, key = ports.seals.unseal(robot.address), ports.seals.unseal(robot.key) if robot.key else ""
    body = _BODIES[robot.kind](title, words, link, gettext("Open the page"))
    if robot.kind is RobotKind.DINGTALK:
        address = robots.dingtalk_address(address, key, ports.clock.now())
    _leave_transaction()
    answer = ports.outgoing.post(address, body, {"Content-Type": "application/json; charset=utf-8"})
    meaning, said = robots.answered(answer.status, answer.body)
    if meaning is robots.Answered.TOO_FAST:
        raise TooFast
    if meaning is robots.Answered.REFUSED:
        raise Away("The robot did not take the message.", said)


def _call_hook(row: Delivery) -> None:
    hook = find_webhook(row.hook_id)
    if hook is None or not hook.active:
        raise Unwanted
    call_hook(hook, signing.body_of(row.facts), message_id=_message_id(row))


def call_hook(hook: Webhook, body: bytes, *, message_id: str) -> None:
    """Call a webhook. Raises `Away`, `Refused` or `Unsealed`."""
    address, key = hook.address, ports.seals.unseal(hook.key)
    headers = signing.headers_for(body, key=key, message_id=message_id, at=ports.clock.now())
    _leave_transaction()
    answer = ports.outgoing.post(address, body, headers)
    if answer.status not in range(200, 300):
        raise Away("The webhook's address answers with an error.", answer.status)


def _message_id(row: Delivery) -> str:
    """Return what is the same for every try of one delivery, and is no secret's digest."""
    return ports.seals.digest(f"delivery {row.city_id} {row.key}")


def _leave_transaction() -> None:
    """Hold no snapshot and no lock for as long as the other side takes."""
    db.session.rollback()


_BY_CHANNEL: dict[Channel, Callable[[Delivery], None]] = {
    Channel.MAIL: _send_mail,
    Channel.SMS: _send_sms,
    Channel.ROBOT: _send_to_robot,
    Channel.HOOK: _call_hook,
}
_BODIES = {RobotKind.WECOM: robots.wecom, RobotKind.DINGTALK: robots.dingtalk}
