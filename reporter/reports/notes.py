"""Every read of internal notes, and of the colleagues who can be named in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import String, cast, or_, select

from reporter.accounts.models import User
from reporter.cases.models import Case
from reporter.cases.queries import cases_by_ids
from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import NotFound
from reporter.kernel.policy import Actor
from reporter.reports.desk_models import Note
from reporter.reports.models import Report
from reporter.reports.noting import may_read

SHOWN = 200  # notes of one page
STAFF_AT_MOST = 2000
ONLY_RESIDENT = '["resident"]'


@dataclass(frozen=True)
class Colleague:
    """Somebody who may read a note here, and so can be named in it."""

    id: int
    name: str
    roles: tuple[str, ...]


def get_note(note_id: int) -> Note:
    """Return the note. Raises `NotFound`."""
    note = db.session.scalar(select(Note).where(Note.id == note_id))
    if note is None:
        raise NotFound("There is no such note.")
    return note


def notes_of_report(report_id: int) -> Sequence[Note]:
    """Return the notes at a report, oldest first."""
    own = select(Note).where(Note.report_id == report_id)
    return db.session.scalars(own.order_by(Note.id).limit(SHOWN)).all()


def notes_for(case: Case, actor: Actor) -> list[Note]:
    """Return what somebody may read of the notes at a case and at the reports behind it, oldest first."""
    reports = select(Report.id).where(Report.case_id == case.id)
    of_it = or_(Note.case_id == case.id, Note.report_id.in_(reports))
    found = db.session.scalars(select(Note).where(of_it).order_by(Note.id).limit(SHOWN))
    return [note for note in found if may_read(actor, case if note.case_id else None, for_unit=note.for_unit)]


def case_of(note: Note) -> Case | None:
    """Return the case at which a note is, None for one at a report."""
    return cases_by_ids([note.case_id]).get(note.case_id) if note.case_id else None


def colleagues(case: Case | None, *, for_unit: bool) -> list[Colleague]:
    """Return who may read a note at a case, or at a report where it is None, by name."""
    staff = select(User).where(
        User.city_id == current_city_id(), User.active, cast(User.roles, String) != ONLY_RESIDENT
    )  # fmt: skip
    found = db.session.scalars(staff.order_by(User.name, User.id).limit(STAFF_AT_MOST))
    return [
        Colleague(user.id, user.name, tuple(user.roles))
        for user in found
        if may_read(user.actor, case, for_unit=for_unit)
    ]
