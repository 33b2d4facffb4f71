"""Every way an internal note comes, changes within its first minutes, and goes."""

from reporter.cases.models import Case
from reporter.kernel import events
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, WrongStep
from reporter.kernel.policy import Actor, Permission, may
from reporter.ports import ports
from reporter.reports.desk_models import Note
from reporter.reports.events import Named
from reporter.reports.models import Report
from reporter.reports.notes import case_of, colleagues
from reporter.reports.noting import WORDS_AT_MOST, may_change, may_read, may_write, named_in
from reporter.reports.queries import get_report


@command
def write_note(at: Report | Case, words: str, *, by: Actor, for_unit: bool = False) -> Note:
    """Write a note at a report or a case, and let the bell of those who are named in it ring.

    Args:
        for_unit: the units that work on the case read it too; what one of them writes they read anyway.

    Raises:
        NotAllowed: `by` may not write here.
        BadInput: no words, or too many; field "words".
    """
    case = at if isinstance(at, Case) else None
    if not may_write(by, case):
        raise NotAllowed("You may not do this here.")
    tidy, now = _refuse(words), ports.clock.now()
    for_unit = case is not None and (for_unit or not may(by, Permission.NOTE_AT_CASE))
    note = Note(
        report_id=None if case else at.id, case_id=case.id if case else None, author_id=by.id, words=tidy,
        for_unit=for_unit, named_ids=[], at=now,
    )  # fmt: skip
    db.session.add(note)
    _name(note, at.number, case)
    db.session.flush()
    return note


@command
def change_note(note: Note, words: str, *, by: Actor, seen: int) -> None:
    """Change the words of one's own note in its first minutes; who is named anew is told.

    Raises:
        NotAllowed: it is not the person's own, or they do not read it any more.
        WrongStep: it was taken away, or is too old: what is left is to write another one.
        BadInput: no words, or too many; field "words".
        Conflict: it was changed meanwhile, in another window.
    """
    refuse_to_change(note, by=by)
    case = case_of(note)
    if seen != note.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    note.words, note.changed_at = _refuse(words), ports.clock.now()
    _name(note, case.number if case else get_report(note.report_id or 0).number, case)


def refuse_to_change(note: Note, *, by: Actor) -> None:
    """Check that a person may change a note now.

    Raises:
        NotAllowed: it is not the person's own, or they do not read it any more.
        WrongStep: it was taken away, or is too old.
    """
    if note.author_id != by.id or not may_read(by, case_of(note), for_unit=note.for_unit):
        raise NotAllowed("You may not do this here.")
    if note.removed_at or not may_change(note.author_id, note.at, now=ports.clock.now(), by=by):
        raise WrongStep("A note can be changed for ten minutes. Please write another one.")


@command
def remove_note(note: Note, *, by: Actor) -> None:
    """Take the words of a note away; that it was there, by whom and who took it away stays. Twice does no harm.

    Raises:
        NotAllowed: `by` is neither its writer nor a shift leader, or does not read it.
    """
    readable = may_read(by, case_of(note), for_unit=note.for_unit)
    if not readable or not (note.author_id == by.id or may(by, Permission.CASE_APPROVE)):
        raise NotAllowed("You may not do this here.")
    if note.removed_at is None:
        note.words, note.named_ids = "", []
        note.removed_at, note.removed_by_id = ports.clock.now(), by.id


def _refuse(words: str) -> str:
    """Return `words` without blanks around them. Raises `BadInput`."""
    tidy = words.replace("\r\n", "\n").strip()
    if not tidy:
        raise BadInput("Please write something.", field="words")
    if len(tidy) > WORDS_AT_MOST:
        raise BadInput("At most %(most)s characters; please shorten it.", field="words", most=WORDS_AT_MOST)
    return tidy


def _name(note: Note, number: str, case: Case | None) -> None:
    """Keep who is named, and tell those who were not named in it before; nobody is told of their own note."""
    if "@" not in note.words:
        return
    people = [(one.id, one.name) for one in colleagues(case, for_unit=note.for_unit)]
    named = [one for one in named_in(note.words, people) if one != note.author_id]
    fresh = tuple(one for one in named if one not in note.named_ids)
    note.named_ids = list(dict.fromkeys([*note.named_ids, *named]))
    if fresh:
        events.publish(Named(number, case.id if case else None, fresh))
