"""Keep what the outside is told in step with reports, cases and the board."""

from datetime import datetime

from sqlalchemy import and_

from reporter.board.events import ExposureMoved, PostShown
from reporter.board.lifecycle import Action, Effect
from reporter.board.queries import get_exposure
from reporter.cases.events import CaseMoved
from reporter.cases.queries import get_case
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import db
from reporter.open311.commands.forgetting import forget_senders_of
from reporter.open311.commands.projecting import note_change, project, project_case, tell
from reporter.open311.models import ServiceRequest
from reporter.open311.progress import OF_CASE
from reporter.ports import ports
from reporter.reports.events import DecisionStands, ReportMoved, SenderGone
from reporter.reports.lifecycle import Action as ReportAction
from reporter.reports.queries import get_report, held_reports


def follow_report(event: ReportMoved) -> None:
    """Write, change or strike the row of a report that took a step. Running twice changes nothing."""
    entry = db.session.get_one(TrailEntry, event.entry_id)
    if entry.source == entry.target:
        return
    report = get_report(event.report_id)
    case_id = entry.facts.get("case_id", report.case_id) if report.state in OF_CASE else None
    project(report, get_case(case_id) if case_id else None)
    if not event.held:
        tell(ServiceRequest.report_id == report.id, entry.id, at=entry.at)


def follow_case(event: CaseMoved) -> None:
    """Change or strike the rows of all reports behind a case that took a step. Running twice changes nothing."""
    project_case(get_case(event.case_id))
    if not event.held:
        _tell_of_case(event)


def tell_what_stands(event: DecisionStands) -> None:
    """Tell the outside of a decision that can no longer be undone. Running twice changes nothing.

    It is told as of now: whoever asks for what came since they asked last would never read what is dated before that.
    """
    now = ports.clock.now()
    if event.report is not None:
        tell(ServiceRequest.report_id == event.report.report_id, event.report.entry_id, at=now)
    if event.case is not None:
        _tell_of_case(event.case, at=now)


def _tell_of_case(event: CaseMoved, *, at: datetime | None = None) -> None:
    """Tell the outside of all reports behind a case, but of those whose joining can still be undone."""
    if event.before is not event.after:
        entry = db.session.get_one(TrailEntry, event.entry_id)
        settled = ServiceRequest.report_id.not_in(held_reports(ports.clock.now(), ReportAction.MERGE))
        tell(and_(ServiceRequest.case_id == event.case_id, settled), entry.id, at=at or entry.at)


def let_go_of_senders(event: SenderGone) -> None:
    """Keep nothing more of who sent a report than the report itself does. Running twice changes nothing."""
    forget_senders_of(event.report_ids)


def follow_post(event: ExposureMoved) -> None:
    """Let the requests behind a post that was taken down or corrected count as changed: so are their words."""
    if Effect.TAKEN_DOWN in event.effect or event.action is Action.CORRECT:
        note_change(get_exposure(event.exposure_id).case_id)


def note_post(event: PostShown) -> None:
    """Let the requests behind a post that came on show count as changed: its words and picture are theirs now."""
    note_change(get_exposure(event.exposure_id).case_id)
