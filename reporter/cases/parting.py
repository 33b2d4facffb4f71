"""A report parts with its case: a decision was undone, or the report was about something else."""

from collections.abc import Collection

from sqlalchemy import delete

from reporter.cases.commands import advance, evidence_of
from reporter.cases.lifecycle import Action
from reporter.cases.models import Case, CasePhoto
from reporter.cases.queries import photos_of
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import command, db
from reporter.kernel.policy import Actor


@command
def undo_registration(case: Case, *, by: Actor, report_id: int) -> TrailEntry:
    """Let a case that was registered a moment ago never have been; its number is not given again.

    Raises:
        WrongStep: it was dispatched meanwhile, or another report has joined it.
        NotAllowed: `by` may not register.
    """
    entry = advance(case, Action.UNDO, by=by, report_id=report_id)
    _take_off_photos(case, {hung.photo_id for hung in photos_of(case.id)})
    return entry


@command
def leave(
    case: Case, photo_ids: Collection[int], *, by: Actor, report_id: int, reason: str = ""
) -> TrailEntry:
    """Take a report that joined out of an open case again, with the pictures that it brought.

    Raises:
        WrongStep: the case has ended, or nobody else stands behind it.
        NotAllowed: `by` may not join.
    """
    entry = advance(case, Action.LEAVE, by=by, reason=reason, report_id=report_id)
    case.report_count -= 1
    _take_off_photos(case, photo_ids)
    return entry


def _take_off_photos(case: Case, photo_ids: Collection[int]) -> None:
    """Take pictures from before the work off; what is left is weighed anew, and its first is the cover."""
    gone = CasePhoto.case_id == case.id, CasePhoto.stage == "before", CasePhoto.photo_id.in_(photo_ids)
    db.session.execute(delete(CasePhoto).where(*gone))
    left = [hung.photo_id for hung in photos_of(case.id) if hung.stage == "before"]
    case.evidence = evidence_of(case, left)
    if case.cover_photo_id in photo_ids:
        case.cover_photo_id = left[0] if left else None
