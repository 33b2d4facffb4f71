"""I saw this too (我也看到了): a report goes with a case that somebody else reported, at once and without a moderator.

See docs/decisions/0053-i-saw-this-too.md.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select

from reporter.cases import commands as cases
from reporter.cases import parting
from reporter.cases.lifecycle import Action as CaseAction
from reporter.cases.models import Case
from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor, Role
from reporter.reports.commands.door import move
from reporter.reports.lifecycle import Action, State
from reporter.reports.models import Report, ReportTrace
from reporter.reports.queries import photo_ids_of

DOUBTFUL = frozenset({"photo_elsewhere", "photo_old", "photo_seen"})
OVER = (State.WITHDRAWN, State.DECLINED)
KNOWN_BY = 200  # reports of one browser that are looked at


class Apart(StrEnum):
    """Why a report that was to go with a case stands for itself."""

    ENDED = "ended"  # the case, in the meantime
    LOOKED_AT = "looked_at"  # by a moderator first


def locked(case: Case) -> Case:
    """Return `case` as it is now, held until the transaction ends: of two who join at once the second sees the first."""
    db.session.refresh(case, with_for_update=True)
    return case


def refuse_second(case: Case, senders: Sequence[str], *, by: Actor) -> None:
    """Raise `BadInput` when whoever sends, by account or by browser, stands behind `case` already; field "joins".

    Args:
        senders: the digests by which account and browser are known again for some days.
    """
    marked = select(ReportTrace.report_id).where(
        ReportTrace.city_id == current_city_id(), ReportTrace.key.in_(senders)
    )
    sent = db.session.scalars(marked.order_by(ReportTrace.at.desc()).limit(KNOWN_BY)).all() if senders else ()
    own: ColumnElement[bool] = Report.id.in_(sent)
    if by.id is not None:
        own = or_(own, Report.reporter_id == by.id)
    behind = select(Report.id).where(
        own, or_(Report.case_id == case.id, Report.joins_case_id == case.id), Report.state.not_in(OVER)
    )
    if db.session.scalar(behind.limit(1)) is not None:
        raise BadInput(
            "You have reported this case already. To add pictures or words, open your first report by its query code.",
            field="joins",
        )


def reason_apart(report: Report, case: Case) -> Apart | None:
    """Return why `report` does not go with `case` by itself, None when it does.

    What its pictures say against it a moderator looks at; what is urgent is never hidden behind what is not.
    """
    if not case.is_open:
        return Apart.ENDED
    if DOUBTFUL & set(report.flags) or (report.urgent and not case.urgent):
        return Apart.LOOKED_AT
    return None


def join(report: Report, case: Case, *, by: Actor) -> None:
    """Let `report` go with `case`, with its pictures, in the caller's transaction; those behind the case hear of it.

    Raises:
        WrongStep: the case has ended.
    """
    move(report, Action.JOIN, by=replace(by, report_id=report.id), case_id=case.id)
    report.due_at = None
    cases.attach_photos(case, photo_ids_of(report.id), stage="before")
    cases.advance(case, CaseAction.JOIN, by=by.lent(Role.REPORTER), report_id=report.id)
    report.case_id = case.id  # only now: whoever joins need not be told that somebody joined


def leave(report: Report, case: Case, *, by: Actor) -> None:
    """Take `report` and its pictures out of `case`, in the caller's transaction; the case lives on with the others.

    Raises:
        WrongStep: the case has ended, or nobody else stands behind it.
    """
    parting.leave(locked(case), photo_ids_of(report.id), by=by.lent(Role.REPORTER), report_id=report.id)
    report.case_id, report.joins_case_id = None, None
