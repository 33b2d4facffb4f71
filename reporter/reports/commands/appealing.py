"""Appeals against being slowed, stopped or put aside: made without an account, decided by a moderator."""

from datetime import timedelta

from sqlalchemy import select, update

from reporter.cities.models import Jurisdiction
from reporter.cities.queries import current_city
from reporter.kernel.audit import record
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.errors import BadInput, Conflict, WrongStep
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports
from reporter.reports.appeals import last_appeal
from reporter.reports.commands.aside import take_back
from reporter.reports.commands.door import WORDS_AT_MOST
from reporter.reports.lifecycle import State
from reporter.reports.models import Appeal, Report
from reporter.reports.queries import get_report

TRUSTED = timedelta(days=30)  # for which whoever was right is not counted
KNOWN = timedelta(days=60)  # for which a sender is known by an appeal


@command
def appeal(words: str, *, sender: str, report: Report | None = None, by: Actor) -> Appeal:
    """Say why it is a mistake; asked twice it is the same appeal.

    Args:
        sender: digest of the browser that it comes from.
        report: one that was put aside; None for somebody who cannot send at all.

    Raises:
        BadInput: no words, or too many; field "words".
        WrongStep: the report is not in the side queue, or its appeal was refused already.
    """
    require(by, Permission.DESK_RESIDENT)
    if not words.strip():
        raise BadInput("Please say in a few words why this is a mistake.", field="words")
    if len(words) > WORDS_AT_MOST:
        raise BadInput(
            "At most %(max)d characters; please shorten the text.", field="words", max=WORDS_AT_MOST
        )
    before = last_appeal(report_id=report.id) if report else last_appeal(sender=sender)
    if before and before.decided_at is None:
        return before
    if report and (report.state is not State.ASIDE or before):
        raise WrongStep("This report is not set apart any more, or it was looked at again already.")
    made = Appeal(
        report_id=report.id if report else None,
        words=words.strip(),
        sender=sender,
        at=ports.clock.now(),
        reply="",
    )
    db.session.add(made)
    db.session.flush()
    if report:
        record(report, "appeal", by=by, at=made.at, facts={"appeal_id": made.id})
    return made


@command
def agree(made: Appeal, *, by: Actor) -> None:
    """Agree: the report goes back into the queue, and whoever sent it is not counted for `TRUSTED`.

    Raises:
        NotAllowed: `by` does not decide about reports.
        Conflict: somebody has decided already.
    """
    about = _decide(made, by=by)
    made.trusted_until = ports.clock.now() + TRUSTED
    facts = {"appeal_id": made.id, "trusted_until": made.trusted_until.isoformat()}
    record(about, "agree_to_appeal", by=by, at=ports.clock.now(), facts=facts)
    if isinstance(about, Report) and about.state is State.ASIDE:
        take_back(about, by=by)


@command
def refuse(made: Appeal, reply: str, *, by: Actor) -> None:
    """Refuse; the words are read by whoever appealed. Raises as `agree`, and `BadInput` without words."""
    if not reply.strip():
        raise BadInput("Please give a reason.", field="reply")
    about = _decide(made, by=by)
    made.reply = reply.strip()
    record(
        about, "refuse_appeal", by=by, at=ports.clock.now(), reason=made.reply, facts={"appeal_id": made.id}
    )


def _decide(made: Appeal, *, by: Actor) -> Report | Jurisdiction:
    """Write down who decided; return in whose trail it stands: the report's, the city's where somebody cannot send at all."""
    require(by, Permission.REPORT_TRIAGE)
    db.session.refresh(made, with_for_update=True)
    if made.decided_at is not None:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    made.decided_at, made.decided_by_id = ports.clock.now(), by.id
    return get_report(made.report_id) if made.report_id else current_city()


@command
def forget_senders() -> None:
    """Strike by whom appeals of before were made: nobody is known by one for longer than `KNOWN`."""
    old = select(Appeal.id).where(
        Appeal.city_id == current_city_id(), Appeal.sender != "", Appeal.at <= ports.clock.now() - KNOWN
    )
    db.session.execute(
        update(Appeal)
        .where(Appeal.id.in_(old))
        .values(sender="")
        .execution_options(synchronize_session=False)
    )
