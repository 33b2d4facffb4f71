"""A shift is handed over, and received by somebody else."""

from datetime import timedelta

from sqlalchemy import select

from reporter.accounts.models import User
from reporter.accounts.queries import whole_person
from reporter.kernel import events
from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, Conflict
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports
from reporter.reports.commands.locking import let_go
from reporter.reports.desk_models import Handover
from reporter.reports.events import HandoverMoved
from reporter.reports.handing import WORDS_AT_MOST, seal_of
from reporter.reports.handovers import last_handover_of, standing

ONCE = timedelta(
    minutes=2
)  # within which the same words of the same person are the same handover, sent again


@command
def hand_over(words: str = "", *, by: Actor) -> Handover:
    """Write down what the next shift takes over, as it stands now; sent again at once it is the same handover.

    Whatever `by` had open is free for colleagues from now on.

    Raises:
        NotAllowed: `by` does not work at the centre.
        BadInput: too many words; field "words".
    """
    require(by, Permission.HANDOVER_GIVE)
    tidy, now, giver = _tidy(words, "words"), ports.clock.now(), by.id or 0
    db.session.scalars(
        select(User.id).where(User.id == giver).with_for_update()
    ).one()  # one press after the other
    last = last_handover_of(giver)
    if last and last.received_at is None and last.words == tidy and now - last.given_at < ONCE:
        return last
    heaps = [one.frozen for one in standing(giver)]
    handover = Handover(given_by_id=giver, given_at=now, heaps=heaps, words=tidy)
    db.session.add(handover)
    db.session.flush()
    numbers = {one["heap"]: one["number"] for one in heaps}
    let_go(giver)
    record(handover, "hand_over", by=by, at=now, facts=numbers | {"seal": seal_of(heaps, tidy)})
    events.publish(HandoverMoved(handover.id))
    return handover


@command
def receive(handover: Handover, doubts: str = "", *, by: Actor) -> None:
    """Note who received a handover and what they doubt; sent again by the same person it changes nothing.

    Raises:
        NotAllowed: `by` gave it, or does not work at the centre.
        Conflict: somebody has received it already, or it is closed because nobody did.
        BadInput: too many words; field "doubts".
    """
    require(whole_person(by), Permission.HANDOVER_RECEIVE, handover)
    tidy, now = _tidy(doubts, "doubts"), ports.clock.now()
    if handover.received_at is not None:
        if handover.received_by_id == by.id and handover.doubts == tidy:
            return
        raise Conflict("This handover was received already. Please look again.")
    if handover.unreceived(now):
        raise Conflict("Nobody received this handover within 12 hours; it is closed.")
    handover.received_by_id, handover.received_at, handover.doubts = by.id, now, tidy
    record(handover, "receive", by=by, at=now, facts={"doubted": bool(tidy)})
    if tidy:
        events.publish(HandoverMoved(handover.id, doubted_of=handover.given_by_id))


def _tidy(words: str, field: str) -> str:
    """Return `words` without blanks around them. Raises `BadInput`."""
    tidy = words.replace("\r\n", "\n").strip()
    if len(tidy) > WORDS_AT_MOST:
        raise BadInput("At most %(most)s characters; please shorten it.", field=field, most=WORDS_AT_MOST)
    return tidy
