"""Turn a step's TELL effects into notices; sending happens after commit."""

from typing import Any

from reporter.board.events import ExposureMoved, ObjectionMoved
from reporter.board.lifecycle import Effect as BoardEffect
from reporter.cases.events import CaseMoved
from reporter.cases.lifecycle import Effect as CaseEffect
from reporter.cases.queries import get_case
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import db
from reporter.notices.models import Notice
from reporter.notices.wording import SENTENCES
from reporter.ports import ports
from reporter.ports.queue import enqueue
from reporter.reports.events import ReportMoved
from reporter.reports.lifecycle import Effect as ReportEffect
from reporter.reports.models import Report
from reporter.reports.queries import get_report, reports_of_case
from reporter.routing.queries import get_unit


def tell_of_case(event: CaseMoved) -> None:
    """Write a notice for each audience that the case's step names."""
    case, what = get_case(event.case_id), f"case.{event.action}"
    facts = {"what": what, "case_id": case.id, "number": case.number, "reason": _reason(event.entry_id)}
    if what not in SENTENCES:
        return
    if CaseEffect.TELL_REPORTER in event.effect:
        for report in reports_of_case(case.id):
            _tell_reporter(report, facts)
    if case.lead_unit_id and CaseEffect.TELL_UNIT in event.effect:
        _write(facts | {"unit_id": case.lead_unit_id})
    if CaseEffect.TELL_CO_UNITS in event.effect:
        for unit_id in case.co_unit_ids:
            _write(facts | {"unit_id": unit_id})
    if case.lead_unit_id and CaseEffect.TELL_HEAD in event.effect:
        head = get_unit(case.lead_unit_id).head_id
        _write(facts | ({"user_id": head} if head else {"unit_id": case.lead_unit_id}))
    if CaseEffect.TELL_CENTRE in event.effect or event.escalates:
        _write(facts | {"desk": "centre"})


def tell_of_report(event: ReportMoved) -> None:
    """Write a notice for each audience that the report's step names."""
    report, what = get_report(event.report_id), f"report.{event.action}"
    facts = {
        "what": what,
        "case_id": report.case_id,
        "number": report.number,
        "reason": _reason(event.entry_id),
    }
    if ReportEffect.TELL_REPORTER in event.effect:
        _tell_reporter(report, facts)
    if ReportEffect.TELL_CENTRE in event.effect:
        _write(facts | {"desk": "centre"})


def tell_of_exposure(event: ExposureMoved) -> None:
    """Tell the editors what waits for them."""
    if BoardEffect.TELL_EDITORS in event.effect:
        _write({"what": f"exposure.{event.action}", "desk": "editors"})


def tell_of_objection(event: ObjectionMoved) -> None:
    """Tell the editors that somebody objects."""
    if BoardEffect.TELL_EDITORS in event.effect:
        _write({"what": f"objection.{event.action}", "desk": "editors"})


def _reason(entry_id: int) -> str:
    return db.session.get_one(TrailEntry, entry_id).reason


def _tell_reporter(report: Report, facts: dict[str, Any]) -> None:
    notice = _write(facts | {"report_id": report.id, "user_id": report.reporter_id})
    if report.notify and report.contact:
        db.session.flush()
        enqueue("notices.deliver", key=f"notice:{notice.id}", notice_id=notice.id)


def _write(facts: dict[str, Any]) -> Notice:
    notice = Notice(at=ports.clock.now(), **facts)
    db.session.add(notice)
    return notice
