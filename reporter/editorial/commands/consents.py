"""The consent of those whom an article or an entry of the honour list names: written down, and taken back."""

from dataclasses import dataclass
from datetime import date

from reporter.editorial.commands.door import edit, move
from reporter.editorial.commands.pieces import end
from reporter.editorial.lifecycle import Action
from reporter.editorial.models import Article, Consent, ConsentWay, Giver, Honour
from reporter.editorial.queries import today
from reporter.editorial.wording import refuse_words
from reporter.editorial.worklists import Naming, consents_to
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, WrongStep
from reporter.kernel.policy import Actor
from reporter.ports import ports

GIVER_AT_MOST, REFERENCE_AT_MOST = 40, 60


@dataclass(frozen=True)
class Agreement:
    """Who agreed that `person` is named, how and when.

    `person` is as it stands in the piece; `reference` says where the paper lies, the message or the recording.
    """

    person: str
    giver: Giver
    giver_name: str
    way: ConsentWay
    given_on: date
    reference: str


@command
def record_consent(piece: Naming, agreed: Agreement, *, by: Actor, seen: int | None = None) -> Consent:
    """Write down who agreed that somebody is named; what was written down of the same name is replaced.

    Raises:
        BadInput: somebody whom the piece does not name, a name or a reference that is missing or too long, or a day
            that is still to come.
        WrongStep: the piece was withdrawn.
    """
    if agreed.person not in piece.people:
        raise BadInput("Nobody is named like this.", field="person")
    for field, most in (("giver_name", GIVER_AT_MOST), ("reference", REFERENCE_AT_MOST)):
        refuse_words(field, getattr(agreed, field), most)
    if agreed.given_on > today():
        raise BadInput("This day is still to come.", field="given_on")
    edit(piece, by=by, seen=seen, facts={"consent": True})
    row = _kept(piece, agreed.person)
    row.giver, row.way, row.given_on = agreed.giver, agreed.way, agreed.given_on
    row.giver_name, row.reference = agreed.giver_name.strip(), agreed.reference.strip()
    row.recorder_id, row.recorded_at = by.id, ports.clock.now()
    db.session.add(row)
    return row


def _kept(piece: Naming, person: str) -> Consent:
    """Return the row of this name, a new one when there is none."""
    for one in consents_to(piece):
        if one.person == person:
            return one
    return Consent(
        person=person,
        article_id=piece.id if isinstance(piece, Article) else None,
        honour_id=piece.id if isinstance(piece, Honour) else None,
    )


@command
def withdraw_consent(
    piece: Naming, consent_id: int, words: str, *, by: Actor, seen: int | None = None
) -> None:
    """Take the piece down at once, because somebody who agreed does not any more.

    Args:
        words: who said so, and how.

    Raises:
        WrongStep: it holds no such consent, or it was withdrawn already.
    """
    consent = next((one for one in consents_to(piece) if one.id == consent_id), None)
    if consent is None:
        raise WrongStep("No consent is recorded that could be withdrawn.")
    move(piece, Action.WITHDRAW_CONSENT, by=by, reason=words, seen=seen, facts={"consent_id": consent_id})
    end(piece, words)
    consent.withdrawn_at = ports.clock.now()
