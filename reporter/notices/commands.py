"""Deliver what waits."""

from flask_babel import force_locale, gettext
from sqlalchemy import select

from reporter.kernel.db import command, db
from reporter.notices.models import Notice
from reporter.notices.wording import SENTENCES
from reporter.ports import ports
from reporter.reports.queries import get_report


def deliver(notice_id: int) -> None:
    """Send one notice to the reporter who asked to be told; a sent one is not sent again.

    Sent at least once: a crash between sending and the note of it sends it again.
    """
    notice = db.session.scalar(select(Notice).where(Notice.id == notice_id))
    if notice is None or notice.sent_at is not None or notice.report_id is None:
        return
    report = get_report(notice.report_id)
    with force_locale(report.locale):
        text = gettext(SENTENCES[notice.what], number=notice.number, reason=notice.reason)
        subject = gettext("Your report %(number)s", number=report.number)
    ports.messages.send(report.contact, subject, text)
    _mark_sent(notice_id)


@command
def _mark_sent(notice_id: int) -> None:
    db.session.get_one(Notice, notice_id).sent_at = ports.clock.now()
