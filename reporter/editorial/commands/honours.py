"""Entries of the honour list, and the consent of those whom they name."""

from dataclasses import dataclass
from datetime import date

from reporter.editorial.commands.door import begin, edit, move, reword, tidy
from reporter.editorial.commands.pieces import end
from reporter.editorial.lifecycle import Action
from reporter.editorial.models import ConsentWay, Giver, Honour, HonourConsent, HonourKind
from reporter.editorial.queries import today
from reporter.editorial.wording import ENGLISH_LONGER, refuse_dwelling, refuse_english, refuse_words
from reporter.editorial.worklists import consent_to
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, WrongStep
from reporter.kernel.policy import Actor
from reporter.ports import ports

NAME_AT_MOST, DEED_AT_MOST, GIVER_AT_MOST, REFERENCE_AT_MOST = 40, 200, 40, 60
NAME_EN_AT_MOST, DEED_EN_AT_MOST = ENGLISH_LONGER * NAME_AT_MOST, ENGLISH_LONGER * DEED_AT_MOST
DAYS_SHOWN, DAYS_AT_MOST = 90, 366


@dataclass(frozen=True)
class Deed:
    """An entry as it was written. `name` is as it may be shown; `until` is the last day on which it is.

    The English texts are both empty when there are none.
    """

    kind: HonourKind
    name: str
    deed: str
    day: date
    until: date
    name_en: str = ""
    deed_en: str = ""


@dataclass(frozen=True)
class Consent:
    """Who agreed, how and when. `reference` says where the paper lies, the message or the recording."""

    giver: Giver
    giver_name: str
    way: ConsentWay
    given_on: date
    reference: str


@command
def write_honour(deed: Deed, *, by: Actor) -> Honour:
    """Keep a new entry as a draft and return it.

    Raises:
        BadInput: a text that is missing, too long, or holds a number or an address that is nobody's business; half an
            English version; a day that is still to come; a last day before that, or more than a year ahead.
    """
    _refuse(deed)
    honour = Honour(**tidy(deed))
    begin(honour, by=by)
    return honour


@command
def edit_honour(honour: Honour, deed: Deed, *, by: Actor, seen: int | None = None) -> None:
    """Keep other words of an entry; one that was handed in or released is a draft again.

    Raises:
        BadInput: as `write_honour`.
        WrongStep: it was withdrawn.
    """
    _refuse(deed)
    reword(honour, deed, by=by, seen=seen)


def _refuse(deed: Deed) -> None:
    for field, text, most in (("name", deed.name, NAME_AT_MOST), ("deed", deed.deed, DEED_AT_MOST)):
        refuse_words(field, text, most)
        refuse_dwelling(field, text)
    refuse_english({"name_en": (deed.name_en, NAME_EN_AT_MOST), "deed_en": (deed.deed_en, DEED_EN_AT_MOST)})
    refuse_dwelling("deed_en", deed.deed_en)
    if deed.day > today():
        raise BadInput("This day is still to come.", field="day")
    if deed.until < deed.day:
        raise BadInput("The last day lies before the deed.", field="until")
    if (deed.until - today()).days > DAYS_AT_MOST:
        raise BadInput("This is shown for a year at most.", field="until")


@command
def record_consent(honour: Honour, consent: Consent, *, by: Actor, seen: int | None = None) -> HonourConsent:
    """Write down who agreed to the entry; what was written down before is replaced.

    Raises:
        BadInput: a name or a reference that is missing or too long, or a day that is still to come.
        WrongStep: the entry was withdrawn.
    """
    for field, most in (("giver_name", GIVER_AT_MOST), ("reference", REFERENCE_AT_MOST)):
        refuse_words(field, getattr(consent, field), most)
    if consent.given_on > today():
        raise BadInput("This day is still to come.", field="given_on")
    edit(honour, by=by, seen=seen, facts={"consent": True})
    row = consent_to(honour) or HonourConsent(honour_id=honour.id)
    row.giver, row.way, row.given_on = consent.giver, consent.way, consent.given_on
    row.giver_name, row.reference = consent.giver_name.strip(), consent.reference.strip()
    row.recorder_id, row.recorded_at = by.id, ports.clock.now()
    db.session.add(row)
    return row


@command
def withdraw_consent(honour: Honour, words: str, *, by: Actor, seen: int | None = None) -> None:
    """Take the entry down at once, because whoever agreed does not any more.

    Args:
        words: who said so, and how.

    Raises:
        WrongStep: nobody had agreed, or it was withdrawn already.
    """
    consent = consent_to(honour)
    if consent is None:
        raise WrongStep("No consent is recorded that could be withdrawn.")
    move(honour, Action.WITHDRAW_CONSENT, by=by, reason=words, seen=seen)
    end(honour, words)
    consent.withdrawn_at = ports.clock.now()
